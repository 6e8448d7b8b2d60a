import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { onOneConnection, TIMEOUTS, type Timeouts } from './connections.ts';
import { isOlder, olderData } from './migrate.ts';
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

/**
 * Whether a database has been in use: there are tenants in it. Changes nothing.
 * @throws StoreError `older-database` when a Lethe before 0.4.0 wrote it
 */
export async function holdsData(location: string): Promise<boolean> {
  return (await tenantsIn(location)).length > 0;
}

/**
 * The ids of the tenants of a database, without opening it as a store: none where there is no database. Changes nothing.
 * @throws StoreError `older-database` when a Lethe before 0.4.0 wrote it
 */
export async function tenantsIn(location: string): Promise<string[]> {
  if (/^postgres(ql)?:\/\//.test(location)) return tenantsInPostgres(location);
  const file = location.replace(/^sqlite:/, '');
  if (!existsSync(file) || statSync(file).size === 0) return [];
  // Who may write would bring a log that was left behind into the file, on leaving.
  const db = new Database(file, { fileMustExist: true, timeout: 10_000, readonly: existsSync(`${file}-wal`) });
  try {
    db.pragma('query_only = ON');
    const has = (table: string) =>
      db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined;
    const applied = has('lethe_migrations')
      ? db.prepare<[], { at: number; hash: string }>('SELECT applied_at AS at, hash FROM lethe_migrations').all()
      : [];
    const made = has('tenants');
    if (isOlder('sqlite', applied, made)) throw olderData();
    const ids = made ? db.prepare<[], { id: string }>('SELECT tenant_id AS id FROM tenants').all() : [];
    return ids.map(({ id }) => id);
  } finally {
    db.close();
  }
}

function tenantsInPostgres(url: string): Promise<string[]> {
  return onOneConnection(url, 'lethe-look', async (client) => {
    const has = async (table: string) =>
      (await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table])).rows[0]
        ?.there === true;
    const applied = (await has('lethe_migrations'))
      ? (await client.query<{ at: string; hash: string }>('SELECT applied_at AS at, hash FROM lethe_migrations')).rows
      : [];
    const made = await has('tenants');
    const journal = applied.map(({ at, hash }) => ({ at: Number(at), hash }));
    if (isOlder('postgres', journal, made)) throw olderData();
    if (!made) return [];
    return (await client.query<{ id: string }>('SELECT tenant_id AS id FROM tenants')).rows.map(({ id }) => id);
  });
}

function identityOf(file: string): number | undefined {
  return existsSync(file) ? statSync(file).ino : undefined;
}
