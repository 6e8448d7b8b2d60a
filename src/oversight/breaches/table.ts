import { and, asc, desc, eq, inArray, lt, lte } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type EventRow = Tables['breachEvents']['$inferSelect'];

/** False when somebody else has recorded something under that number. */
export async function insertEvent(tx: Query, row: EventRow): Promise<boolean> {
  const { breachEvents: t } = tx.tables;
  return (await tx.insert(t).values(row).onConflictDoNothing().returning({ seq: t.seq })).length > 0;
}

/** Everything recorded of these breaches, in order; up to an instant where one is given. */
export async function eventsOf(q: Query, tenantId: string, breachIds: string[], knownAt?: Date): Promise<EventRow[]> {
  if (breachIds.length === 0) return [];
  const { breachEvents: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        inArray(t.breachId, breachIds),
        knownAt === undefined ? undefined : lte(t.recordedAt, knownAt),
      ),
    )
    .orderBy(asc(t.breachId), asc(t.seq));
}

/** Ids of the breaches, newest first: they are UUIDv7. */
export async function breachIds(
  q: Query,
  tenantId: string,
  { before, limit, knownAt }: { before?: string | undefined; limit: number; knownAt?: Date | undefined },
): Promise<string[]> {
  const { breachEvents: t } = q.tables;
  const rows = await q
    .select({ breachId: t.breachId })
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.seq, 1),
        before === undefined ? undefined : lt(t.breachId, before),
        knownAt === undefined ? undefined : lte(t.recordedAt, knownAt),
      ),
    )
    .orderBy(desc(t.breachId))
    .limit(limit);
  return rows.map(({ breachId }) => breachId);
}
