import type { SqlHolder } from '../../holders/declaration.ts';
import type { Bound, Engine, Session } from '../../holders/sql/engine.ts';
import type { ImportDeclaration } from './declaration.ts';
import type { Lookups, SourceRow } from './map-row.ts';

type Sql = NonNullable<ImportDeclaration['source']['sql']>;

/** An opened database, and which kind it is. */
export interface ToRead {
  kind: SqlHolder['engine'];
  engine: Engine;
}

/** One SELECT, as part of another. */
const inner = (query: string): string => query.trim().replace(/;\s*$/, '');

/**
 * PostgreSQL tells a row as JSON: every type as a text that does not depend on where this process runs. Whole numbers
 * beyond what a number of JavaScript holds stay the digits they are.
 */
function rowsIn({ kind }: ToRead, session: Session) {
  if (kind !== 'postgres') return (text: string, values: Bound[]) => session.rows({ text, values });
  return async (text: string, values: Bound[]): Promise<SourceRow[]> => {
    const found = await session.rows({
      text: `SELECT row_to_json(lethe_json)::text AS row FROM (${text}) lethe_json`,
      values,
    });
    return found.map(({ row }) => JSON.parse(String(row), exactly as never) as SourceRow);
  };
}

function exactly(_name: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? context.source : value;
}

/** The rows of a query along its key, page by page, so that neither side keeps all of them. */
export async function* sqlRows(
  from: ToRead,
  { query, key, pageRows = 5000 }: Sql,
  signal: AbortSignal,
): AsyncGenerator<SourceRow> {
  const { engine } = from;
  const column = `lethe_rows.${engine.sql.quoted(key)}`;
  for (let after: Bound | undefined; ; ) {
    const where = after === undefined ? '' : `WHERE ${column} > ?`;
    const text = `SELECT * FROM (${inner(query)}) lethe_rows ${where} ORDER BY ${column} LIMIT ${pageRows}`;
    const values = after === undefined ? [] : [after];
    const rows = await engine.reading(signal, (session) => rowsIn(from, session)(text, values));
    yield* rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)?.[key] as Bound;
  }
}

/** Small tables that values are looked up in. */
export async function lookupsIn(
  from: ToRead,
  declared: NonNullable<ImportDeclaration['lookups']>,
  signal: AbortSignal,
): Promise<Lookups> {
  const found: Record<string, ReadonlyMap<string, unknown>> = {};
  for (const [name, { query, key, value }] of Object.entries(declared)) {
    const rows = await from.engine.reading(signal, (session) => rowsIn(from, session)(inner(query), []));
    found[name] = new Map(rows.map((row) => [String(row[key]), row[value]]));
  }
  return found;
}
