import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

/** Opens the data store by URL (`postgres://…`) or file path (SQLite), with all migrations applied. */
export async function openStore(location: string): Promise<Store> {
  return /^postgres(ql)?:\/\//.test(location) ? openPostgres(location) : openSqlite(location.replace(/^sqlite:/, ''));
}
