import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Tables } from '../../../foundations/store/schema.ts';
import type { Query } from '../../../foundations/store/store.ts';

export type UnconfirmedRow = Tables['unconfirmedRequests']['$inferSelect'];
type Key = Pick<UnconfirmedRow, 'tenantId' | 'unconfirmedId'>;

/** How many there are of each kind that is limited. */
export interface Counts {
  /** Unconfirmed, of the mailbox, since a day ago. */
  mailbox: number;
  /** Begun in the last hour, whatever became of them: of the network, and of the tenant. */
  network: number;
  hour: number;
  /** Unconfirmed, of the tenant. */
  standing: number;
}

/** Of two who come at once the second sees what the first has written (SQLite has one writer anyway). */
export async function lockTenant(tx: Query, tenantId: string): Promise<void> {
  const { tenants: t } = tx.tables;
  if (tx.engine === 'postgres')
    await tx.rows(sql`SELECT 1 FROM ${t} WHERE ${eq(t.tenantId, tenantId)} FOR NO KEY UPDATE`);
}

/** Counts what stands, of one mailbox and one network. */
export async function countThese(
  q: Query,
  row: Pick<UnconfirmedRow, 'tenantId' | 'mailboxIndex' | 'networkIndex'>,
  { now, hourAgo, dayAgo }: { now: Date; hourAgo: Date; dayAgo: Date },
): Promise<Counts> {
  const { unconfirmedRequests: t } = q.tables;
  const count = (where: SQL | undefined) => sql<number>`coalesce(sum(CASE WHEN ${where} THEN 1 ELSE 0 END), 0)`;
  const open = and(isNotNull(t.askedSealed), gt(t.expiresAt, now));
  const [found] = await q
    .select({
      mailbox: count(and(open, eq(t.mailboxIndex, row.mailboxIndex), gt(t.createdAt, dayAgo))),
      network: count(and(eq(t.networkIndex, row.networkIndex), gt(t.createdAt, hourAgo))),
      hour: count(gt(t.createdAt, hourAgo)),
      standing: count(open),
    })
    .from(t)
    .where(and(eq(t.tenantId, row.tenantId), or(gt(t.createdAt, dayAgo), open)));
  const { mailbox = 0, network = 0, hour = 0, standing = 0 } = found ?? {};
  return { mailbox: Number(mailbox), network: Number(network), hour: Number(hour), standing: Number(standing) };
}

export async function insertUnconfirmed(tx: Query, row: UnconfirmedRow): Promise<void> {
  await tx.insert(tx.tables.unconfirmedRequests).values(row);
}

export async function findUnconfirmed(q: Query, { tenantId, unconfirmedId }: Key): Promise<UnconfirmedRow | undefined> {
  const { unconfirmedRequests: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.unconfirmedId, unconfirmedId)));
  return row;
}

/** Takes what was typed out of the row, once: false when somebody else has. */
export async function takeUnconfirmed(tx: Query, { tenantId, unconfirmedId }: Key, expiresAt: Date): Promise<boolean> {
  const { unconfirmedRequests: t } = tx.tables;
  const taken = await tx
    .update(t)
    .set({ askedSealed: null, mailDueAt: null, expiresAt })
    .where(and(eq(t.tenantId, tenantId), eq(t.unconfirmedId, unconfirmedId), isNotNull(t.askedSealed)))
    .returning({ id: t.unconfirmedId });
  return taken.length === 1;
}

/** Unconfirmed ones, newest first. */
export async function listUnconfirmed(
  q: Query,
  tenantId: string,
  { now, before, limit }: { now: Date; before: string | undefined; limit: number },
): Promise<UnconfirmedRow[]> {
  const { unconfirmedRequests: t } = q.tables;
  const older = before === undefined ? undefined : lt(t.unconfirmedId, before);
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isNotNull(t.askedSealed), gt(t.expiresAt, now), older))
    .orderBy(desc(t.unconfirmedId))
    .limit(limit);
}

export async function countUnconfirmed(q: Query, tenantId: string, now: Date): Promise<number> {
  const { unconfirmedRequests: t } = q.tables;
  const [found] = await q
    .select({ count: sql<number>`count(*)` })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isNotNull(t.askedSealed), gt(t.expiresAt, now)));
  return Number(found?.count ?? 0);
}

/** Whether any tenant has as many as are taken. */
export async function anyFull(q: Query, now: Date, most: number): Promise<boolean> {
  const { unconfirmedRequests: t } = q.tables;
  const full = await q
    .select({ tenantId: t.tenantId })
    .from(t)
    .where(and(isNotNull(t.askedSealed), gt(t.expiresAt, now)))
    .groupBy(t.tenantId)
    .having(gte(sql`count(*)`, most))
    .limit(1);
  return full.length > 0;
}

/** Those whose mail is due, the oldest first. */
export async function mailsDue(q: Query, tenantId: string, now: Date, limit: number): Promise<UnconfirmedRow[]> {
  const { unconfirmedRequests: t } = q.tables;
  const due = and(eq(t.mail, 'waiting'), lte(t.mailDueAt, now), isNotNull(t.askedSealed), gt(t.expiresAt, now));
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), due))
    .orderBy(asc(t.mailDueAt), asc(t.unconfirmedId))
    .limit(limit);
}

/** Changes how its mail stands, while it stands as it was read; false when somebody else is at it. */
export async function moveMail(
  tx: Query,
  { tenantId, unconfirmedId, mail, mailDueAt }: Pick<UnconfirmedRow, keyof Key | 'mail' | 'mailDueAt'>,
  values: Partial<Pick<UnconfirmedRow, 'mail' | 'mailAttempts' | 'mailDueAt'>>,
): Promise<boolean> {
  const { unconfirmedRequests: t } = tx.tables;
  const due = mailDueAt === null ? isNull(t.mailDueAt) : eq(t.mailDueAt, mailDueAt);
  const moved = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.unconfirmedId, unconfirmedId), eq(t.mail, mail), due))
    .returning({ id: t.unconfirmedId });
  return moved.length === 1;
}

export async function deleteEnded(tx: Query, tenantId: string, now: Date): Promise<number> {
  const { unconfirmedRequests: t } = tx.tables;
  const gone = await tx
    .delete(t)
    .where(and(eq(t.tenantId, tenantId), lte(t.expiresAt, now)))
    .returning({ id: t.unconfirmedId });
  return gone.length;
}
