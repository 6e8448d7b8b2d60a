import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import type { Tables } from '../../../foundations/store/schema.ts';
import type { Query } from '../../../foundations/store/store.ts';

export type VisitErasureRow = Tables['visitErasures']['$inferSelect'];

export async function insertVisitErasure(tx: Query, row: VisitErasureRow): Promise<void> {
  await tx.insert(tx.tables.visitErasures).values(row);
}

export async function findVisitErasure(q: Query, tenantId: string, erasureId: string) {
  const { visitErasures: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId)));
  return row;
}

/** Newest first. */
export async function visitErasuresBefore(q: Query, tenantId: string, before: string | undefined, limit: number) {
  const { visitErasures: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), before === undefined ? undefined : lt(t.erasureId, before)))
    .orderBy(desc(t.erasureId))
    .limit(limit);
}

/** Those that stand so, proposed before an instant where one is given. */
export async function visitErasuresThatAre(q: Query, tenantId: string, status: string, proposedBefore?: Date) {
  const { visitErasures: t } = q.tables;
  const stale = proposedBefore && lt(t.proposedAt, proposedBefore);
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.status, status), stale));
}

/** Changes it where it stands as is expected; answers whether it did. */
export async function updateVisitErasure(
  tx: Query,
  { tenantId, erasureId }: Pick<VisitErasureRow, 'tenantId' | 'erasureId'>,
  from: readonly string[],
  values: Partial<VisitErasureRow>,
): Promise<boolean> {
  const { visitErasures: t } = tx.tables;
  const changed = await tx.run(
    tx
      .update(t)
      .set(values)
      .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId), inArray(t.status, [...from])))
      .getSQL(),
  );
  return changed > 0;
}
