import { type AnyColumn, eq, type SQL, sql, type Table } from 'drizzle-orm';
import type { Query } from './store.ts';

/**
 * Replaces a text wherever it is a value in a JSON column of a tenant's rows; answers how many rows had it. For plain
 * words only (ids, pseudonyms): nothing that JSON would escape.
 */
export async function replaceInJson(
  tx: Query,
  { table, tenant, column }: { table: Table; tenant: AnyColumn; column: AnyColumn },
  tenantId: string,
  { text, by }: { text: string; by: string },
): Promise<number> {
  const asText = sql`CAST(${column} AS TEXT)`;
  const replaced: SQL = sql`REPLACE(${asText}, ${`"${text}"`}, ${`"${by}"`})`;
  const value = tx.engine === 'postgres' ? sql`CAST(${replaced} AS jsonb)` : replaced;
  return tx.run(
    sql`UPDATE ${table} SET ${sql.identifier(column.name)} = ${value} WHERE ${eq(tenant, tenantId)} AND ${asText} LIKE ${`%"${text}"%`}`,
  );
}
