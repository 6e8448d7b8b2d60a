import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { onOneConnection, TIMEOUTS, type Timeouts } from './connections.ts';
import { type Pseudonyms, withoutKeys } from './pseudonyms.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

/**
 * Opens the data store by URL (`postgres://…`) or file path (SQLite), with all migrations applied. `migrationLocation`
 * (PostgreSQL): the same database by the role that owns the tables; the store's own role may then change rows only.
 * `pseudonyms` are those of the vault (`vault.pseudonyms`): without them, whose rows are whose stays closed.
 */
export async function openStore(
  location: string,
  migrationLocation?: string,
  timeouts: Timeouts = TIMEOUTS,
  pseudonyms: Pseudonyms = withoutKeys,
): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(location)) {
    // Its half of drizzle is a hundred files that an installation on SQLite need not read.
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(location, migrationLocation, timeouts, pseudonyms);
  }
  const file = location.replace(/^sqlite:/, '');
  for (;;) {
    const before = identityOf(file);
    // A restore may put another file in its place while this one waits for its lock.
    const replaced = () => before !== undefined && before !== identityOf(file);
    try {
      const store = openSqlite(file, timeouts, pseudonyms);
      if (!replaced()) return store;
      await store.close();
    } catch (error) {
      if (!replaced()) throw error;
    }
  }
}

/** Whether a database has been in use: there are tenants in it. Changes nothing. @throws StoreError */
export async function holdsData(location: string): Promise<boolean> {
  if (/^postgres(ql)?:\/\//.test(location)) return postgresHoldsData(location);
  const file = location.replace(/^sqlite:/, '');
  if (!existsSync(file) || statSync(file).size === 0) return false;
  const db = new Database(file, { fileMustExist: true, timeout: 10_000 });
  try {
    db.pragma('query_only = ON');
    const made = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'tenants'").get();
    return made !== undefined && db.prepare('SELECT 1 FROM tenants LIMIT 1').get() !== undefined;
  } finally {
    db.close();
  }
}

function postgresHoldsData(url: string): Promise<boolean> {
  return onOneConnection(url, 'lethe-look', async (client) => {
    const made = await client.query<{ there: boolean }>("SELECT to_regclass('tenants') IS NOT NULL AS there");
    return made.rows[0]?.there === true && (await client.query('SELECT 1 FROM tenants LIMIT 1')).rows.length > 0;
  });
}

function identityOf(file: string): number | undefined {
  return existsSync(file) ? statSync(file).ino : undefined;
}
