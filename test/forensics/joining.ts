import Database from 'better-sqlite3';
import pg from 'pg';

/** A row as somebody has it who has the files and no key. */
export interface FoundRow {
  table: string;
  row: Record<string, unknown>;
  /** What it could be joined by, and in which column that stands. */
  values: Map<string, string>;
}

/** Values that more rows have than this are nobody's. */
const FEW = 60;
/** Shorter ones are words, not ids. */
const LONG = 9;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Everything in a value that may be equal to something in another: itself, its parts, its instant, what a blob begins and ends with. */
function* partsOf(column: string, value: unknown): Generator<string> {
  if (Buffer.isBuffer(value)) {
    if (value.length >= LONG) yield `bytes ${value.toString('hex')}`;
    // A sealed value: format and number of the key in front of the nonce, the tag at its end.
    if (value.length >= 45) for (const end of [9, 17, 20, 21]) yield `head ${value.toString('hex', 0, end)}`;
    if (value.length >= 45) yield `tail ${value.toString('hex', value.length - 16)}`;
  } else if (value instanceof Date) yield `at ${value.getTime()}`;
  else if (typeof value === 'number' && /_at$|_until$/.test(column)) yield `at ${value}`;
  else if (typeof value === 'string') {
    if (/^[[{]/.test(value)) return yield* partsOfJson(column, value);
    if (value.length >= LONG) yield `text ${value}`;
    if (UUID.test(value)) yield `at ${Number.parseInt(value.replace('-', '').slice(0, 12), 16)}`;
    else for (const part of value.split(/[:#/ ]/)) if (part.length >= LONG && part !== value) yield `text ${part}`;
  } else if (value !== null && typeof value === 'object')
    for (const one of Object.values(value)) yield* partsOf(column, one);
}

function partsOfJson(column: string, text: string): Generator<string> {
  try {
    return partsOf(column, JSON.parse(text));
  } catch {
    return partsOf(column, `.${text}`);
  }
}

function found(table: string, row: Record<string, unknown>): FoundRow {
  const values = new Map<string, string>();
  for (const [column, value] of Object.entries(row))
    for (const part of partsOf(column, value)) {
      const place = part.startsWith('head') ? `${table}.${column} (head)` : `${table}.${column}`;
      values.set(part, place);
    }
  return { table, row, values };
}

/** Every row of every table of a SQLite file. */
export function rowsOfFile(file: string, prefix = ''): FoundRow[] {
  const db = new Database(file, { readonly: true });
  try {
    const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    return names.flatMap((name) =>
      (db.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[]).map((row) =>
        found(`${prefix}${name}`, row),
      ),
    );
  } finally {
    db.close();
  }
}

/** The same of a PostgreSQL database. */
export async function rowsOfServer(url: string): Promise<FoundRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    const all: FoundRow[] = [];
    for (const { name } of tables)
      for (const row of (await client.query(`SELECT * FROM "${name}"`)).rows) all.push(found(name, row));
    return all;
  } finally {
    await client.end();
  }
}

/** Rows by what they could be joined by, without what is everybody's. */
export function joinable(rows: FoundRow[]): Map<string, FoundRow[]> {
  const byValue = new Map<string, FoundRow[]>();
  for (const row of rows)
    for (const value of row.values.keys()) byValue.set(value, [...(byValue.get(value) ?? []).slice(-FEW), row]);
  for (const [value, having] of byValue) if (having.length < 2 || having.length > FEW) byValue.delete(value);
  return byValue;
}

/** Steps from equal value to equal value, over whichever tables, until rows of the wanted one come into sight. */
export function reach(from: FoundRow[], wanted: string, byValue: Map<string, FoundRow[]>): FoundRow[] {
  const seen = new Set<FoundRow>(from);
  const followed = new Set<string>();
  for (let edge = from; edge.length > 0; ) {
    const next: FoundRow[] = [];
    for (const row of edge)
      for (const value of row.values.keys()) {
        if (followed.has(value)) continue;
        followed.add(value);
        for (const other of byValue.get(value) ?? [])
          if (!seen.has(other)) {
            seen.add(other);
            next.push(other);
          }
      }
    const there = next.filter(({ table }) => table === wanted);
    if (there.length > 0) return there;
    edge = next;
  }
  return [];
}

/** `one.column = other.column`, for each pair of columns of different tables that have a value in common which few rows have. */
export function commonColumns(byValue: Map<string, FoundRow[]>): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const [value, rows] of byValue) {
    const places = [...new Set(rows.map(({ values }) => values.get(value) as string))].sort();
    for (const [n, one] of places.entries())
      for (const other of places.slice(n + 1))
        if (one.split('.')[0] !== other.split('.')[0]) pairs.set(`${one} = ${other}`, value);
  }
  return pairs;
}
