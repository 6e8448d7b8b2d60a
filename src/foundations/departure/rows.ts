import { getTableColumns, getTableName } from 'drizzle-orm';
import { sqliteTables } from '../store/schema.sqlite.ts';
import type { Tables } from '../store/schema.ts';
import { rowNameOf, SEALED_TABLES, type SealedTable, scopesOf } from '../store/sealed-columns.ts';
import type { ScopeKey, Vault } from '../vault/vault.ts';
import { DepartureError } from './departure-error.ts';

/**
 * A row as one line of JSON: its columns by their names in the code, without the tenant; instants in ISO 8601, bytes in
 * base64, what was sealed opened and under its name without `Sealed`. Beside them `_sealedUnder` (the scope of each
 * opened value) and `_destroyed` (columns whose key is destroyed). Format: docs/departure-format.md.
 */
export type Line = Record<string, unknown>;
export type Row = Record<string, unknown>;

type Kind = 'instant' | 'bytes' | 'other';

interface Shape {
  kinds: Map<string, Kind>;
  /** SQL names of the columns. */
  names: Map<string, string>;
  notNull: Set<string>;
  sealed: SealedTable | undefined;
  sqlName: string;
}

const shapes = new Map<keyof Tables, Shape>();

/** Kinds of columns are those of the SQLite edition: the same on both engines, and told apart there. */
function shapeOf(table: keyof Tables): Shape {
  const known = shapes.get(table);
  if (known) return known;
  const columns = Object.entries(getTableColumns(sqliteTables[table]));
  const kindOf = (type: string): Kind =>
    type === 'SQLiteTimestamp' ? 'instant' : type === 'SQLiteBlobBuffer' ? 'bytes' : 'other';
  const shape: Shape = {
    kinds: new Map(columns.map(([name, column]) => [name, kindOf(column.columnType)])),
    names: new Map(columns.map(([name, column]) => [name, column.name])),
    notNull: new Set(columns.flatMap(([name, column]) => (column.notNull ? [name] : []))),
    sealed: SEALED_TABLES[table],
    sqlName: getTableName(sqliteTables[table]),
  };
  shapes.set(table, shape);
  return shape;
}

export const sqlNameOf = (table: keyof Tables): string => shapeOf(table).sqlName;

/** `nameSealed` is `name` once it is open. */
const openName = (column: string): string => column.replace(/Sealed$/, '');

/** Text where the bytes are text; else `{ base64 }`. */
function spoken(bytes: Buffer): string | { base64: string } {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : { base64: bytes.toString('base64') };
}

function heard(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  const { base64 } = (value ?? {}) as { base64?: unknown };
  if (typeof base64 !== 'string') throw new DepartureError('A value that was sealed is neither text nor base64.');
  return Buffer.from(base64, 'base64');
}

/** The line of a row, opened. */
export async function lineOf(
  vault: Pick<Vault, 'existingKey'>,
  table: keyof Tables,
  tenantId: string,
  row: Row,
): Promise<Line> {
  const { kinds, names, sealed, sqlName } = shapeOf(table);
  const line: Line = {};
  const under: Record<string, string> = {};
  const destroyed: string[] = [];
  for (const [column, kind] of kinds) {
    const value = row[column];
    if (column === 'tenantId') continue;
    if (!sealed?.columns.includes(column)) {
      line[column] = value == null ? null : kind === 'instant' ? (value as Date).toISOString() : plain(kind, value);
      continue;
    }
    const name = openName(column);
    line[name] = null;
    const bytes = value as Buffer | null;
    if (bytes === null || bytes.length === 0) continue;
    const place = {
      tenant: tenantId,
      table: sqlName,
      column: names.get(column) as string,
      row: rowNameOf(sealed, row),
    };
    const found = await openedUnder(vault, tenantId, scopesOf(sealed, row), (key) => key.openBytes(place, bytes));
    if (!found) destroyed.push(name);
    else {
      line[name] = spoken(found.value);
      under[name] = found.scope;
    }
  }
  if (Object.keys(under).length > 0) line['_sealedUnder'] = under;
  if (destroyed.length > 0) line['_destroyed'] = destroyed;
  return line;
}

const plain = (kind: Kind, value: unknown) => (kind === 'bytes' ? (value as Buffer).toString('base64') : value);

async function openedUnder(
  vault: Pick<Vault, 'existingKey'>,
  tenantId: string,
  scopes: string[],
  open: (key: ScopeKey) => Buffer | undefined,
): Promise<{ value: Buffer; scope: string } | undefined> {
  for (const scope of scopes) {
    const key = await vault.existingKey(tenantId, scope);
    const value = key && open(key);
    if (value) return { value, scope };
  }
  return undefined;
}

/**
 * The row of a line, sealed under keys of this vault.
 * @throws DepartureError when it is no line of this table
 */
export async function rowOf(
  vault: Pick<Vault, 'key'>,
  table: keyof Tables,
  tenantId: string,
  line: Line,
): Promise<Row> {
  const { kinds, names, notNull, sealed, sqlName } = shapeOf(table);
  const row: Row = { tenantId };
  const opened = (column: string) => sealed?.columns.includes(column) === true;
  for (const [column, kind] of kinds) {
    if (column === 'tenantId' || opened(column)) continue;
    const value = line[column] ?? null;
    if (value === null && notNull.has(column)) throw new DepartureError(`A row of ${sqlName} has no ${column}.`);
    row[column] = value === null ? null : read(kind, value, `${sqlName}.${column}`);
  }
  const under = (line['_sealedUnder'] ?? {}) as Record<string, string>;
  for (const column of sealed?.columns ?? []) {
    const name = openName(column);
    const value = line[name] ?? null;
    // What nobody can open any more is not brought along; where something must stand, nothing stands.
    row[column] = notNull.has(column) ? Buffer.alloc(0) : null;
    if (value === null) continue;
    const scopes = scopesOf(sealed as SealedTable, row);
    const scope = under[name] ?? scopes[0];
    if (scope === undefined || !scopes.includes(scope))
      throw new DepartureError(`A row of ${sqlName} names a key that its values are not under.`);
    const place = {
      tenant: tenantId,
      table: sqlName,
      column: names.get(column) as string,
      row: rowNameOf(sealed as SealedTable, row),
    };
    row[column] = (await vault.key(tenantId, scope)).sealBytes(place, heard(value));
  }
  return row;
}

function read(kind: Kind, value: unknown, at: string): unknown {
  if (kind === 'instant') {
    const instant = new Date(String(value));
    if (Number.isNaN(instant.getTime())) throw new DepartureError(`${at} is no instant.`);
    return instant;
  }
  return kind === 'bytes' ? Buffer.from(String(value), 'base64') : value;
}

/** Columns of a table as a reader of the file meets them. */
export function columnsOf(table: keyof Tables): string[] {
  const { kinds, sealed } = shapeOf(table);
  return [...kinds.keys()]
    .filter((name) => name !== 'tenantId')
    .map((name) => (sealed?.columns.includes(name) ? openName(name) : name));
}
