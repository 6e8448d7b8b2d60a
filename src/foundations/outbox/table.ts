import { and, asc, desc, eq, inArray, lt, lte, or } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';

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

/** Changes a message that still is in this state; false when it is not. */
export async function moveMessage(
  tx: Query,
  { tenantId, messageId }: Pick<OutboxRow, 'tenantId' | 'messageId'>,
  from: { status: string; attempts?: number },
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

/** Removes what was delivered or given up before an instant; answers how many. */
export async function forgetMessages(tx: Query, tenantId: string, before: Date): Promise<number> {
  const { outboxMessages: t } = tx.tables;
  const gone = await tx
    .delete(t)
    .where(and(eq(t.tenantId, tenantId), or(eq(t.status, 'delivered'), eq(t.status, 'dead')), lt(t.createdAt, before)))
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
    .where(and(eq(t.tenantId, tenantId), inArray(t.messageId, messageIds), eq(t.status, 'delivered')))
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
