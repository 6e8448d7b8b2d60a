import { existsSync, statSync } from 'node:fs';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

/**
 * Opens the data store by URL (`postgres://…`) or file path (SQLite), with all migrations applied. `migrationLocation`
 * (PostgreSQL): the same database by the role that owns the tables; the store's own role may then change rows only.
 */
export async function openStore(location: string, migrationLocation?: string): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(location)) return openPostgres(location, migrationLocation);
  const file = location.replace(/^sqlite:/, '');
  for (;;) {
    const before = identityOf(file);
    const store = openSqlite(file);
    // A restore may have put another file in its place while this one waited for its lock.
    if (before === undefined || before === identityOf(file)) return store;
    await store.close();
  }
}

function identityOf(file: string): number | undefined {
  return existsSync(file) ? statSync(file).ino : undefined;
}
