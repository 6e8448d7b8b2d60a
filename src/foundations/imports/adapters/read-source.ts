import { Problem } from '../../contract/problem.ts';
import { HolderFault } from '../../holders/external.ts';
import { csvRows } from './csv-rows.ts';
import type { ImportDeclaration } from './declaration.ts';
import { type Lookups, type MappingFault, rowMapper, type SourceRow } from './map-row.ts';
import { lookupsIn, sqlRows, type ToRead } from './sql-rows.ts';

/** Where rows come from: a file, or an opened database. */
export type MappedSource = { file: string } | { database: ToRead };

export interface MappingCounts {
  rows: number;
  lines: number;
  /** Rows of which nothing was made, because the declaration leaves them out. */
  skipped: number;
  faults: number;
}

/** Lines put together before they go on. */
const PIECE = 1 << 16;

/**
 * The lines of an import that a declaration makes of a source, as NDJSON. A row of which none can be made is told of and
 * stops nothing.
 * @throws Problem `unprocessable-request` where the source is not as declared; HolderFault
 */
export async function* mappedLines(
  declaration: ImportDeclaration,
  source: MappedSource,
  { signal, counts, onFault }: { signal: AbortSignal; counts: MappingCounts; onFault: (fault: MappingFault) => void },
): AsyncGenerator<Buffer> {
  const map = rowMapper(declaration, await lookupsOf(declaration, source, signal));
  let piece: string[] = [];
  let length = 0;
  for await (const row of rowsOf(declaration, source, signal)) {
    counts.rows += 1;
    const { records, faults } = map(row, counts.rows);
    if (records.length === 0 && faults.length === 0) counts.skipped += 1;
    counts.lines += records.length;
    counts.faults += faults.length;
    for (const fault of faults) onFault(fault);
    for (const record of records) {
      const line = `${JSON.stringify(record)}\n`;
      piece.push(line);
      length += line.length;
    }
    if (length < PIECE) continue;
    yield Buffer.from(piece.join(''));
    piece = [];
    length = 0;
  }
  if (length > 0) yield Buffer.from(piece.join(''));
}

async function lookupsOf(
  { lookups = {} }: ImportDeclaration,
  source: MappedSource,
  signal: AbortSignal,
): Promise<Lookups> {
  return 'database' in source ? asked(() => lookupsIn(source.database, lookups, signal)) : {};
}

async function* rowsOf(
  { source: { csv, sql } }: ImportDeclaration,
  source: MappedSource,
  signal: AbortSignal,
): AsyncGenerator<SourceRow> {
  if ('file' in source) {
    if (!csv)
      throw new Problem('unprocessable-request', 'This declaration reads a database: name the setting with its URL.');
    yield* csvRows(source.file, csv);
    return;
  }
  if (!sql) throw new Problem('unprocessable-request', 'This declaration reads a file: name it.');
  const rows = sqlRows(source.database, sql, signal);
  for (;;) {
    const { done, value } = await asked(() => rows.next());
    if (done) return;
    yield value;
  }
}

/** What a driver says may hold values of rows: only its code goes on. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem || error instanceof HolderFault) throw error;
    const code = String((error as { code?: unknown }).code ?? 'no code').slice(0, 60);
    throw new Problem(
      'unprocessable-request',
      `The database did not answer the query of the declaration (${code}). Look at its tables and columns, and at what the role may read.`,
    );
  }
}
