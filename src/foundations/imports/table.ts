import { and, asc, eq } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';
import type { Candidate } from './known-as.ts';

export type ImportRow = Tables['imports']['$inferSelect'];
export type ImportProgress = Pick<ImportRow, 'position' | 'accepted' | 'rejected' | 'rejectedBytes' | 'finishedAt'>;

/** The import of a source, with what it is known by. */
export async function importOf(
  q: Query,
  tenantId: string,
  kind: string,
  sourceIndex: string,
): Promise<Candidate<ImportRow> | undefined> {
  const { imports: t, importMarks: m } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.kind, kind), eq(t.sourceIndex, sourceIndex)));
  if (!row) return undefined;
  const marks = await q
    .select({ position: m.position, prefixIndex: m.prefixIndex })
    .from(m)
    .where(and(eq(m.tenantId, tenantId), eq(m.importId, row.importId)))
    .orderBy(asc(m.position));
  return { import: row, marks };
}

/** Begins an import; undefined when another run has just begun one of the same source. */
export async function beginImport(
  tx: Query,
  fresh: Pick<ImportRow, 'tenantId' | 'importId' | 'kind' | 'sourceIndex' | 'startedAt'>,
): Promise<ImportRow | undefined> {
  const begun = await tx
    .insert(tx.tables.imports)
    .values({ ...fresh, position: 0, accepted: 0, rejected: 0, rejectedBytes: 0, finishedAt: null })
    .onConflictDoNothing()
    .returning();
  return begun[0];
}

/** Moves an import on; false when it is no longer where the caller left it (another run is reading the same source). */
export async function advanceImport(
  tx: Query,
  at: Pick<ImportRow, 'tenantId' | 'importId' | 'position'>,
  next: ImportProgress,
): Promise<boolean> {
  const { imports: t } = tx.tables;
  const { position, accepted, rejected, rejectedBytes, finishedAt } = next;
  const moved = await tx
    .update(t)
    .set({ position, accepted, rejected, rejectedBytes, finishedAt })
    .where(and(eq(t.tenantId, at.tenantId), eq(t.importId, at.importId), eq(t.position, at.position)))
    .returning({ importId: t.importId });
  return moved.length === 1;
}

export async function insertMarks(
  tx: Query,
  row: Pick<ImportRow, 'tenantId' | 'importId'>,
  marks: Candidate<unknown>['marks'],
): Promise<void> {
  const { tenantId, importId } = row;
  if (marks.length > 0)
    await tx.insert(tx.tables.importMarks).values(marks.map((mark) => ({ tenantId, importId, ...mark })));
}
