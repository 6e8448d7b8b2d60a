import { and, asc, type Column, eq, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { sqliteTables } from '../store/schema.sqlite.ts';
import type { Tables } from '../store/schema.ts';
import { SEALED_TABLES } from '../store/sealed-columns.ts';
import type { Query, Store } from '../store/store.ts';
import type { Row } from './rows.ts';

/** Rows read at once, where a table says nothing else. */
const BATCH = 200;

export type AnyTable = Tables['visits'];

export const tableOf = (tables: Tables, name: keyof Tables): AnyTable => tables[name] as unknown as AnyTable;
export const columnOf = (table: AnyTable, column: string): Column =>
  (table as unknown as Record<string, Column>)[column] as Column;

/** The columns of a table's primary key after the tenant, by their names in the code. */
export function keyOf(name: keyof Tables): string[] {
  const table = sqliteTables[name] as unknown as SQLiteTable;
  const [primary] = getTableConfig(table).primaryKeys;
  const names = (primary?.columns ?? []).map((column) => column.name);
  return Object.entries(sqliteTables[name] as unknown as Record<string, Column>)
    .filter(([code, column]) => code !== 'tenantId' && names.includes(column?.name))
    .sort(([, a], [, b]) => names.indexOf(a.name) - names.indexOf(b.name))
    .map(([code]) => code);
}

export const countRows = async (q: Query, name: keyof Tables, tenantId: string, where?: SQL): Promise<number> => {
  const table = tableOf(q.tables, name);
  const [row] = await q
    .select({ count: sql<number>`count(*)`.mapWith(Number) })
    .from(table)
    .where(and(eq(table.tenantId, tenantId), where));
  return row?.count ?? 0;
};

/** All rows of a tenant, page after page in the order of the key. */
export async function* pagesOf(
  store: Pick<Store, 'read' | 'tables'>,
  name: keyof Tables,
  tenantId: string,
  where?: SQL,
): AsyncGenerator<Row[]> {
  const table = tableOf(store.tables, name);
  const keyColumns = keyOf(name).map((column) => columnOf(table, column));
  const limit = SEALED_TABLES[name]?.batch ?? BATCH;
  let after: unknown[] | undefined;
  do {
    const from = after;
    const rows = (await store.read((q) => {
      const bound = from && keyColumns.map((column, n) => sql`${sql.param(from[n], column)}`);
      const beyond = bound && sql`(${sql.join(keyColumns, sql`, `)}) > (${sql.join(bound, sql`, `)})`;
      return q
        .select()
        .from(table)
        .where(and(eq(table.tenantId, tenantId), beyond, where))
        .orderBy(...keyColumns.map((column) => asc(column)))
        .limit(limit);
    })) as Row[];
    if (rows.length > 0) yield rows;
    const last = rows.length === limit ? rows.at(-1) : undefined;
    // A key of the tenant alone has one row.
    after = last && keyColumns.length > 0 ? keyOf(name).map((column) => last[column]) : undefined;
  } while (after);
}
