import { and, eq, isNull, or } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { findHead } from '../audit/log/table.ts';
import { withEvidenceUnlocked } from '../store/evidence.ts';
import type { Tables } from '../store/schema.ts';
import { SEALED_TABLES } from '../store/sealed-columns.ts';
import type { Query, Store } from '../store/store.ts';
import { inUnitOfWork } from '../vault/unit-of-work.ts';
import type { Vault } from '../vault/vault.ts';
import { fateOf } from './contents.ts';
import { DepartureError } from './departure-error.ts';
import { type AnyTable, columnOf, keyOf, tableOf } from './read-rows.ts';
import { type Line, type Row, rowOf } from './rows.ts';

/** Rows written at once: a transaction others do not wait for. */
const BATCH = 100;

/**
 * Writes lines of a table for a tenant, sealed anew. Done again it changes nothing: a reception that was killed begins
 * again. What was kept here of a tenant that comes back is the beginning of what comes.
 * @throws DepartureError when another log was kept here under this name
 */
export async function writeLines(
  { store, vault }: { store: Store; vault: Vault },
  name: keyof Tables,
  tenantId: string,
  lines: readonly Line[],
): Promise<void> {
  for (let from = 0; from < lines.length; from += BATCH) {
    const page = lines.slice(from, from + BATCH);
    await inUnitOfWork(async () => {
      const rows: Row[] = [];
      for (const line of page) rows.push(await rowOf(vault, name, tenantId, line));
      await store.write((tx) => insert(tx, name, tenantId, rows));
    });
  }
}

async function insert(tx: Query, name: keyof Tables, tenantId: string, rows: Row[]): Promise<void> {
  const table = tableOf(tx.tables, name);
  const values = rows as AnyTable['$inferInsert'][];
  if (name === 'logLeaves') await refuseFork(tx, tenantId, rows);
  if (name === 'logTiles') {
    const { logTiles: tiles } = tx.tables;
    for (const row of rows as (typeof tiles.$inferInsert)[])
      await tx
        .insert(tiles)
        .values(row)
        .onConflictDoUpdate({
          target: [tiles.tenantId, tiles.level, tiles.tileIndex],
          set: { hashes: row.hashes },
        });
    return;
  }
  await tx.insert(table).values(values).onConflictDoNothing();
  // What stayed here when the tenant left opens under no key any more; it comes back opened.
  if (fateOf(name).then === 'kept' && SEALED_TABLES[name]) await sealAgain(tx, name, tenantId, rows);
}

async function sealAgain(tx: Query, name: keyof Tables, tenantId: string, rows: Row[]): Promise<void> {
  const table = tableOf(tx.tables, name);
  const columns = SEALED_TABLES[name]?.columns ?? [];
  await withEvidenceUnlocked(tx, tenantId, 'a tenant came back', async () => {
    for (const row of rows) {
      const set = Object.fromEntries(
        columns.filter((column) => row[column] !== null).map((column) => [column, row[column]]),
      );
      if (Object.keys(set).length === 0) continue;
      await tx
        .update(table)
        .set(set as Partial<AnyTable['$inferInsert']>)
        .where(and(eq(table.tenantId, tenantId), ...keyOf(name).map((part) => eq(columnOf(table, part), row[part]))));
    }
  });
}

/** Leaves that were kept here must be those that come. */
async function refuseFork(tx: Query, tenantId: string, rows: Row[]): Promise<void> {
  const size = (await findHead(tx, tenantId))?.size ?? 0;
  const { logLeaves: t } = tx.tables;
  for (const row of rows) {
    if ((row['leafIndex'] as number) >= size) continue;
    const [standing] = await tx
      .select({ salt: t.salt })
      .from(t)
      .where(and(eq(t.tenantId, tenantId), eq(t.leafIndex, row['leafIndex'] as number)));
    if (standing && !standing.salt.equals(row['salt'] as Buffer))
      throw new DepartureError('Another log of this tenant was kept here: the two cannot be one.');
  }
}

/** Deletes at most `limit` rows of a table; answers how many there were. */
export async function eraseRows(tx: Query, name: keyof Tables, tenantId: string, limit: number): Promise<number> {
  const table = tableOf(tx.tables, name);
  const key = keyOf(name);
  const rows = (await tx
    .select(Object.fromEntries(['tenantId', ...key].map((part) => [part, columnOf(table, part) as SQLiteColumn])))
    .from(table)
    .where(eq(table.tenantId, tenantId))
    .limit(limit)) as Row[];
  if (rows.length === 0) return 0;
  const theirs = rows.map((row) =>
    and(
      ...key.map((part) => (row[part] === null ? isNull(columnOf(table, part)) : eq(columnOf(table, part), row[part]))),
    ),
  );
  await withEvidenceUnlocked(tx, tenantId, 'the tenant left', async () => {
    await tx.delete(table).where(and(eq(table.tenantId, tenantId), key.length === 0 ? undefined : or(...theirs)));
  });
  return rows.length;
}
