import { and, asc, eq, sql } from 'drizzle-orm';
import { hotRun } from '../store/hot.ts';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';
import { isOneOf, valueList } from '../store/value-lists.ts';
import type { Candidate } from './known-as.ts';

export type ImportRow = Tables['imports']['$inferSelect'];
export type ImportProgress = Pick<
  ImportRow,
  'position' | 'accepted' | 'rejected' | 'rejectedBytes' | 'counts' | 'finishedAt'
>;
/** Lines by kind of record. */
export type Counts = NonNullable<ImportRow['counts']>;

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
    .values({ ...fresh, position: 0, accepted: 0, rejected: 0, rejectedBytes: 0, counts: null, finishedAt: null })
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
  const { position, accepted, rejected, rejectedBytes, counts, finishedAt } = next;
  const moved = await tx
    .update(t)
    .set({ position, accepted, rejected, rejectedBytes, counts, finishedAt })
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

/** Both together, kind by kind. */
export function sumOf(some: Counts, others: Counts): Counts {
  const sum: Counts = { ...some };
  for (const [kind, { taken, known, faulty }] of Object.entries(others)) {
    const so = sum[kind] ?? { taken: 0, known: 0, faulty: 0 };
    sum[kind] = { taken: so.taken + taken, known: so.known + known, faulty: so.faulty + faulty };
  }
  return sum;
}

/** Which of these records of a kind were imported before, ever. */
export async function knownRecords(
  q: Query,
  { tenantId, kind }: { tenantId: string; kind: string },
  identities: readonly string[],
): Promise<Set<string>> {
  const { importedRecords: t } = q.tables;
  if (identities.length === 0) return new Set();
  const rows = await q
    .select({ identityIndex: t.identityIndex })
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.kind, kind),
        isOneOf(q, t.identityIndex, valueList(t.identityIndex, identities)),
      ),
    );
  return new Set(rows.map(({ identityIndex }) => identityIndex));
}

const insertRecord = hotRun<{ tenantId: string; kind: string; identityIndex: string }>('imported_record', (q) =>
  q.insert(q.tables.importedRecords).values({
    tenantId: sql.placeholder('tenantId'),
    kind: sql.placeholder('kind'),
    identityIndex: sql.placeholder('identityIndex'),
  }),
);

/**
 * Remembers that these are imported.
 * @throws StoreError `unique` when another import has one of them meanwhile
 */
export async function insertRecords(
  tx: Query,
  { tenantId, kind }: { tenantId: string; kind: string },
  identities: readonly string[],
): Promise<void> {
  if (tx.prepareNative)
    for (const identityIndex of identities) await insertRecord(tx, { tenantId, kind, identityIndex });
  else if (identities.length > 0)
    await tx
      .insert(tx.tables.importedRecords)
      .values(identities.map((identityIndex) => ({ tenantId, kind, identityIndex })));
}
