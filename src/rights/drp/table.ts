import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type DrpRow = Tables['drpRequests']['$inferSelect'];

/** False when the same message has made a request before. */
export async function insertDrp(tx: Query, row: DrpRow): Promise<boolean> {
  const { drpRequests: t } = tx.tables;
  const made = await tx.insert(t).values(row).onConflictDoNothing().returning({ id: t.requestId });
  return made.length === 1;
}

export async function findDrp(
  q: Query,
  tenantId: string,
  by: { requestId: string } | { fingerprint: string },
): Promise<DrpRow | undefined> {
  const { drpRequests: t } = q.tables;
  const which = 'requestId' in by ? eq(t.requestId, by.requestId) : eq(t.fingerprint, by.fingerprint);
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), which));
  return row;
}

/** What an agent was not told the end of, in pages. */
export async function drpUnderWay(q: Query, tenantId: string, after: string, limit: number): Promise<DrpRow[]> {
  const { drpRequests: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.status, 'in_progress'), gt(t.requestId, after)))
    .orderBy(asc(t.requestId))
    .limit(limit);
}

/** Changes what still stands as it was read; false when it does not. */
export async function moveDrp(tx: Query, read: DrpRow, values: Partial<DrpRow>): Promise<boolean> {
  const { drpRequests: t } = tx.tables;
  const same = and(
    eq(t.tenantId, read.tenantId),
    eq(t.requestId, read.requestId),
    eq(t.status, read.status),
    read.reason === null ? isNull(t.reason) : eq(t.reason, read.reason),
  );
  return (await tx.update(t).set(values).where(same).returning({ id: t.requestId })).length === 1;
}
