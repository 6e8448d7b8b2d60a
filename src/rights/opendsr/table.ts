import { and, asc, eq, gt, inArray, isNull } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type OpenDsrRow = Tables['opendsrRequests']['$inferSelect'];
type Key = Pick<OpenDsrRow, 'tenantId' | 'direction' | 'subjectRequestId'>;

/** False when the id is taken. */
export async function insertOpenDsr(tx: Query, row: OpenDsrRow): Promise<boolean> {
  const { opendsrRequests: t } = tx.tables;
  const made = await tx.insert(t).values(row).onConflictDoNothing().returning({ id: t.subjectRequestId });
  return made.length === 1;
}

const named = (q: Query, { tenantId, direction, subjectRequestId }: Key) => {
  const { opendsrRequests: t } = q.tables;
  return and(eq(t.tenantId, tenantId), eq(t.direction, direction), eq(t.subjectRequestId, subjectRequestId));
};

export async function findOpenDsr(q: Query, key: Key): Promise<OpenDsrRow | undefined> {
  const [row] = await q.select().from(q.tables.opendsrRequests).where(named(q, key));
  return row;
}

/** What is not over, in pages. */
export async function openDsrUnderWay(q: Query, tenantId: string, direction: string, after: string, limit: number) {
  const { opendsrRequests: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.direction, direction),
        inArray(t.status, ['pending', 'in_progress']),
        gt(t.subjectRequestId, after),
      ),
    )
    .orderBy(asc(t.subjectRequestId))
    .limit(limit);
}

/** Changes what still stands as it was read; false when it does not. */
export async function moveOpenDsr(tx: Query, read: OpenDsrRow, values: Partial<OpenDsrRow>): Promise<boolean> {
  const { opendsrRequests: t } = tx.tables;
  const moved = await tx
    .update(t)
    .set(values)
    .where(
      and(
        named(tx, read),
        eq(t.status, read.status),
        eq(t.updatedAt, read.updatedAt),
        // Opened and cancelled in one millisecond: one of them must see the other.
        read.requestId === null ? isNull(t.requestId) : eq(t.requestId, read.requestId),
      ),
    )
    .returning({ id: t.subjectRequestId });
  return moved.length === 1;
}
