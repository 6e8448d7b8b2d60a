import { and, asc, count, desc, eq, gt, inArray, isNull, lt, lte, or } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';
import { HAS_LEFT } from './model.ts';

export type OutboxRow = Tables['outboxMessages']['$inferSelect'];

export async function insertMessages(tx: Query, rows: OutboxRow[]): Promise<void> {
  if (rows.length > 0) await tx.insert(tx.tables.outboxMessages).values(rows);
}

type SecretRow = Tables['webhookSecrets']['$inferSelect'];

/** Secrets of a party that have been rotated, the newest first. */
export async function secretsOf(q: Query, tenantId: string, party: string): Promise<SecretRow[]> {
  const { webhookSecrets: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.party, party)))
    .orderBy(desc(t.number));
}

/** A further secret: it is the newest, and the one before ends. False when somebody else has just made it. */
export async function addSecret(tx: Query, row: Omit<SecretRow, 'endsAt'>, previousEndsAt: Date): Promise<boolean> {
  const { webhookSecrets: t } = tx.tables;
  const before = { ...row, number: row.number - 1, endsAt: previousEndsAt };
  await tx
    .insert(t)
    .values(before)
    .onConflictDoUpdate({ target: [t.tenantId, t.party, t.number], set: { endsAt: previousEndsAt } });
  const made = await tx
    .insert(t)
    .values({ ...row, endsAt: null })
    .onConflictDoNothing()
    .returning({ number: t.number });
  return made.length === 1;
}

/** Ends all secrets of a party that are older than this one. */
export async function endSecrets(tx: Query, { tenantId, party, number }: Omit<SecretRow, 'endsAt'>, at: Date) {
  const { webhookSecrets: t } = tx.tables;
  await tx
    .update(t)
    .set({ endsAt: at })
    .where(and(eq(t.tenantId, tenantId), eq(t.party, party), lt(t.number, number)));
}

/**
 * Takes messages that are due for one sender: until `until` nobody else takes them, and if the sender dies they are due
 * again then.
 */
export async function claimDue(
  tx: Query,
  tenantId: string,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<OutboxRow[]> {
  const { outboxMessages: t } = tx.tables;
  const due = and(eq(t.tenantId, tenantId), eq(t.status, 'pending'), lte(t.nextAttemptAt, now));
  const ids = await tx.select({ id: t.messageId }).from(t).where(due).orderBy(asc(t.nextAttemptAt)).limit(limit);
  if (ids.length === 0) return [];
  return tx
    .update(t)
    .set({ nextAttemptAt: until })
    .where(
      and(
        due,
        inArray(
          t.messageId,
          ids.map(({ id }) => id),
        ),
      ),
    )
    .returning();
}

/** What there is no way for, or no more: mail without a mail server waits for its export, and no longer with one. */
export async function sortMail(tx: Query, tenantId: string, now: Date, canSend: boolean): Promise<void> {
  const { outboxMessages: t } = tx.tables;
  const of = (status: string) => and(eq(t.tenantId, tenantId), eq(t.status, status), eq(t.channel, 'email'));
  if (canSend)
    await tx
      .update(t)
      .set({ status: 'pending', nextAttemptAt: now })
      .where(and(of('undelivered'), notTaken(tx, now)));
  else
    await tx
      .update(t)
      .set({ status: 'undelivered', nextAttemptAt: null })
      .where(and(of('pending'), lte(t.nextAttemptAt, now)));
}

/** Whom nobody is exporting just now. */
function notTaken(tx: Query, now: Date) {
  const { outboxMessages: t } = tx.tables;
  return or(isNull(t.nextAttemptAt), lte(t.nextAttemptAt, now));
}

/** Takes undelivered mail for one exporter until `until`; if that dies, it can be taken again then. The oldest first. */
export async function claimUndelivered(
  tx: Query,
  tenantId: string,
  { now, until, limit, messageId }: { now: Date; until: Date; limit: number; messageId: string | undefined },
): Promise<OutboxRow[]> {
  const { outboxMessages: t } = tx.tables;
  const waiting = and(
    eq(t.tenantId, tenantId),
    eq(t.status, 'undelivered'),
    notTaken(tx, now),
    messageId === undefined ? undefined : eq(t.messageId, messageId),
  );
  const ids = await tx.select({ id: t.messageId }).from(t).where(waiting).orderBy(asc(t.messageId)).limit(limit);
  if (ids.length === 0) return [];
  const taken = inArray(
    t.messageId,
    ids.map(({ id }) => id),
  );
  const rows = await tx.update(t).set({ nextAttemptAt: until }).where(and(waiting, taken)).returning();
  return rows.sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
}

/** How many messages of all tenants wait for their export. */
export async function countUndelivered(q: Query): Promise<number> {
  const { outboxMessages: t } = q.tables;
  const [row] = await q.select({ count: count() }).from(t).where(eq(t.status, 'undelivered'));
  return row?.count ?? 0;
}

/** Changes a message that still is in this state; false when it is not. */
export async function moveMessage(
  tx: Query,
  { tenantId, messageId }: Pick<OutboxRow, 'tenantId' | 'messageId'>,
  from: { status: string; attempts?: number; nextAttemptAt?: Date | null },
  values: Partial<OutboxRow>,
): Promise<boolean> {
  const { outboxMessages: t } = tx.tables;
  const moved = await tx
    .update(t)
    .set(values)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.messageId, messageId),
        eq(t.status, from.status),
        from.attempts === undefined ? undefined : eq(t.attempts, from.attempts),
        from.nextAttemptAt ? eq(t.nextAttemptAt, from.nextAttemptAt) : undefined,
      ),
    )
    .returning({ id: t.messageId });
  return moved.length === 1;
}

export async function findMessage(q: Query, tenantId: string, messageId: string): Promise<OutboxRow | undefined> {
  const { outboxMessages: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.messageId, messageId)));
  return row;
}

/** Newest first: ids are UUIDv7. */
export async function listMessages(
  q: Query,
  tenantId: string,
  wanted: { status?: string | undefined; party?: string | undefined; before: string | undefined; limit: number },
): Promise<OutboxRow[]> {
  const { outboxMessages: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        wanted.status === undefined ? undefined : eq(t.status, wanted.status),
        wanted.party === undefined ? undefined : eq(t.party, wanted.party),
        wanted.before === undefined ? undefined : lt(t.messageId, wanted.before),
      ),
    )
    .orderBy(desc(t.messageId))
    .limit(wanted.limit);
}

export async function hasTopicSince(q: Query, tenantId: string, topic: string, since: Date): Promise<boolean> {
  const { outboxMessages: t } = q.tables;
  const found = await q
    .select({ id: t.messageId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.topic, topic), gt(t.createdAt, since)))
    .limit(1);
  return found.length > 0;
}

/** Removes what has left or was given up before an instant; answers how many. */
export async function forgetMessages(tx: Query, tenantId: string, before: Date): Promise<number> {
  const { outboxMessages: t } = tx.tables;
  const gone = await tx
    .delete(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.status, [...HAS_LEFT, 'dead']), lt(t.createdAt, before)))
    .returning({ id: t.messageId });
  return gone.length;
}

/** When the first of these messages came through. */
export async function firstDelivered(q: Query, tenantId: string, messageIds: string[]): Promise<Date | undefined> {
  if (messageIds.length === 0) return undefined;
  const { outboxMessages: t } = q.tables;
  const [row] = await q
    .select({ at: t.deliveredAt })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.messageId, messageIds), inArray(t.status, [...HAS_LEFT])))
    .orderBy(asc(t.deliveredAt))
    .limit(1);
  return row?.at ?? undefined;
}

export async function statusesOf(q: Query, tenantId: string, messageIds: string[]) {
  const { outboxMessages: t } = q.tables;
  if (messageIds.length === 0) return [];
  return q
    .select({ id: t.messageId, status: t.status })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.messageId, messageIds)));
}
