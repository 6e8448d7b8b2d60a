import { and, asc, count, desc, eq, gt, inArray, isNotNull, lt, or } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';

export type RunRow = Tables['importRuns']['$inferSelect'];
export type FaultRow = Tables['importFaults']['$inferSelect'];
export type RunProgress = Partial<Omit<RunRow, 'tenantId' | 'runId' | 'contentIndex' | 'dryRun'>>;

const FAULTS_TOGETHER = 200;

/** The run of this content, made if there is none. */
export async function runOf(tx: Query, fresh: RunRow): Promise<{ row: RunRow; made: boolean }> {
  const { importRuns: t } = tx.tables;
  const [made] = await tx.insert(t).values(fresh).onConflictDoNothing().returning();
  if (made) return { row: made, made: true };
  const [row] = await tx
    .select()
    .from(t)
    .where(and(eq(t.tenantId, fresh.tenantId), eq(t.contentIndex, fresh.contentIndex), eq(t.dryRun, fresh.dryRun)));
  return { row: row as RunRow, made: false };
}

export async function findRun(q: Query, tenantId: string, runId: string): Promise<RunRow | undefined> {
  const { importRuns: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.runId, runId)));
  return row;
}

/** Moves a run on; false when somebody else has moved it since. */
export async function updateRun(
  tx: Query,
  { tenantId, runId, movedAt }: Pick<RunRow, 'tenantId' | 'runId' | 'movedAt'>,
  next: RunProgress,
): Promise<boolean> {
  const { importRuns: t } = tx.tables;
  const moved = await tx
    .update(t)
    .set(next)
    .where(and(eq(t.tenantId, tenantId), eq(t.runId, runId), eq(t.movedAt, movedAt)))
    .returning({ runId: t.runId });
  return moved.length === 1;
}

/** Runs of a tenant, the newest first, after one of them. */
export async function runsBefore(
  q: Query,
  tenantId: string,
  before: Pick<RunRow, 'startedAt' | 'runId'> | undefined,
  limit: number,
): Promise<RunRow[]> {
  const { importRuns: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        before &&
          or(lt(t.startedAt, before.startedAt), and(eq(t.startedAt, before.startedAt), lt(t.runId, before.runId))),
      ),
    )
    .orderBy(desc(t.startedAt), desc(t.runId))
    .limit(limit);
}

export async function insertFaults(tx: Query, rows: readonly FaultRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += FAULTS_TOGETHER)
    await tx
      .insert(tx.tables.importFaults)
      .values(rows.slice(from, from + FAULTS_TOGETHER))
      .onConflictDoNothing();
}

export async function faultsAfter(
  q: Query,
  { tenantId, runId }: Pick<RunRow, 'tenantId' | 'runId'>,
  after: number,
  limit: number,
): Promise<FaultRow[]> {
  const { importFaults: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.runId, runId), gt(t.line, after)))
    .orderBy(asc(t.line))
    .limit(limit);
}

export async function countFaults(
  q: Query,
  { tenantId, runId }: Pick<RunRow, 'tenantId' | 'runId'>,
): Promise<{ faults: number; kept: number }> {
  const { importFaults: t } = q.tables;
  const [found] = await q
    .select({ faults: count(), kept: count(t.textSealed) })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.runId, runId)));
  return found ?? { faults: 0, kept: 0 };
}

export async function deleteFaults(tx: Query, tenantId: string, runId: string): Promise<void> {
  const { importFaults: t } = tx.tables;
  await tx.delete(t).where(and(eq(t.tenantId, tenantId), eq(t.runId, runId)));
}

/** Forgets what the lines said; number and reason stay. */
export async function forgetTexts(tx: Query, tenantId: string, runId: string): Promise<void> {
  const { importFaults: t } = tx.tables;
  await tx
    .update(t)
    .set({ textSealed: null })
    .where(and(eq(t.tenantId, tenantId), eq(t.runId, runId)));
}

/** Runs of any tenant that still keep lines and have not moved since `before`. */
export async function runsWithOldLines(q: Query, before: Date, limit: number): Promise<RunRow[]> {
  const { importRuns: r, importFaults: f } = q.tables;
  const keeping = q.select({ runId: f.runId }).from(f).where(isNotNull(f.textSealed));
  return q
    .select()
    .from(r)
    .where(and(lt(r.movedAt, before), inArray(r.runId, keeping)))
    .limit(limit);
}
