import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';

export type ErasureRow = Tables['erasures']['$inferSelect'];

export async function insertErasure(tx: Query, row: ErasureRow): Promise<void> {
  await tx.insert(tx.tables.erasures).values(row);
}

export async function findErasure(q: Query, tenantId: string, erasureId: string): Promise<ErasureRow | undefined> {
  const { erasures: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId)));
  return row;
}

export async function runningErasureOf(q: Query, tenantId: string, subjectId: string): Promise<ErasureRow | undefined> {
  const { erasures: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), eq(t.status, 'running')));
  return row;
}

export async function runningErasures(q: Query, tenantId: string): Promise<ErasureRow[]> {
  const { erasures: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.status, 'running')))
    .orderBy(asc(t.startedAt));
}

/** Which of these erasures are finished. */
export async function finishedErasures(q: Query, tenantId: string, erasureIds: string[]): Promise<string[]> {
  const { erasures: t } = q.tables;
  const rows = await q
    .select({ erasureId: t.erasureId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.erasureId, erasureIds), eq(t.status, 'finished')));
  return rows.map(({ erasureId }) => erasureId);
}

export async function updateErasure(
  tx: Query,
  tenantId: string,
  erasureId: string,
  values: Partial<ErasureRow>,
): Promise<void> {
  const { erasures: t } = tx.tables;
  await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId)));
}
