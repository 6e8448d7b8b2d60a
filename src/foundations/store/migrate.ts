import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type pg from 'pg';
import { packageRoot } from '../process/package-root.ts';
import { bringUpPostgres } from './bring-up.ts';
import { StoreError } from './errors.ts';

export interface Migration {
  hash: string;
  /** When it was made: its name in the journal. */
  folderMillis: number;
  sql: string[];
}

/** The migrations this Lethe knows, in order. */
export function migrationsOf(engine: 'sqlite' | 'postgres'): Migration[] {
  return readMigrationFiles({ migrationsFolder: join(packageRoot, 'src/foundations/store/migrations', engine) });
}

type Applied = { at: number; hash: string }[];

/** Begins the history that every release since 0.4.0 carries forward. */
const baselineOf = (known: Migration[]) => known[0]?.folderMillis ?? 0;

/** What is said of data from before that history; nothing of it is read, and nothing changed. */
export const OLDER_DATA =
  'This data was written by a Lethe before 0.4.0, which this version does not read, so nothing was touched: keep it for ' +
  'that version, and give this one an empty place (LETHE_DATA, DATABASE_URL, LETHE_KEYRING_URL).';

export const olderData = (): StoreError => new StoreError('misuse', 'older-database', OLDER_DATA);

/** Whether a database was written before the baseline: by its journal, or because it has our tables and no journal. */
export function isOlder(engine: 'sqlite' | 'postgres', applied: Applied, hasTables: boolean): boolean {
  const baseline = baselineOf(migrationsOf(engine));
  return applied.length === 0 ? hasTables : applied.some(({ at }) => at < baseline);
}

/** Which migrations are missing; refuses a database that a newer Lethe has written. */
function missing(known: Migration[], applied: Applied): Migration[] {
  if (applied.some(({ at }) => at < baselineOf(known))) throw olderData();
  const stranger = applied.find((row) => !known.some((migration) => migration.folderMillis === row.at));
  if (stranger)
    throw new StoreError(
      'misuse',
      'newer-database',
      'The database was written by a newer Lethe than this one. Start that version, or restore a backup made by this one.',
    );
  return known.filter((migration) => !applied.some((row) => row.at === migration.folderMillis));
}

/** The journal of applied migrations, in PostgreSQL's words. */
export const JOURNAL =
  'CREATE TABLE IF NOT EXISTS lethe_migrations (applied_at BIGINT PRIMARY KEY, hash TEXT NOT NULL)';

/** Brings a SQLite file up to date under its write lock: of two processes starting together, one waits. */
export function migrateSqlite(connection: Database.Database): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    connection.exec(JOURNAL.replace('BIGINT', 'INTEGER'));
    const applied = connection.prepare('SELECT applied_at AS at, hash FROM lethe_migrations').all() as {
      at: number;
      hash: string;
    }[];
    const record = connection.prepare('INSERT INTO lethe_migrations (applied_at, hash) VALUES (?, ?)');
    for (const migration of missing(migrationsOf('sqlite'), applied)) {
      for (const statement of migration.sql) connection.exec(statement);
      record.run(migration.folderMillis, migration.hash);
    }
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Executes migrations inside the caller's transaction and writes them into the journal. */
async function applyToPostgres(client: pg.ClientBase, migrations: Migration[]): Promise<void> {
  for (const migration of migrations) {
    for (const statement of migration.sql) await client.query(statement);
    await client.query('INSERT INTO lethe_migrations (applied_at, hash) VALUES ($1, $2)', [
      migration.folderMillis,
      migration.hash,
    ]);
  }
}

/** What the journal of a PostgreSQL database says; nothing where there is none yet. */
async function appliedInPostgres(client: pg.ClientBase): Promise<{ at: number; hash: string }[]> {
  const made = await client.query<{ there: boolean }>("SELECT to_regclass('lethe_migrations') IS NOT NULL AS there");
  if (!made.rows[0]?.there) return [];
  const { rows } = await client.query<{ at: string; hash: string }>(
    'SELECT applied_at AS at, hash FROM lethe_migrations ORDER BY applied_at',
  );
  return rows.map((row) => ({ at: Number(row.at), hash: row.hash }));
}

/** The same on PostgreSQL. `rights` are brought in the same transaction, where they do not stand already. */
export async function migratePostgres(
  client: pg.ClientBase,
  rights?: { stand(client: pg.ClientBase): Promise<boolean>; bring(client: pg.ClientBase): Promise<void> },
): Promise<void> {
  const missingIn = async () => missing(migrationsOf('postgres'), await appliedInPostgres(client));
  await bringUpPostgres(client, {
    table: 'lethe_migrations',
    make: JOURNAL,
    stands: async () => (await missingIn()).length === 0 && ((await rights?.stand(client)) ?? true),
    bring: async () => {
      await applyToPostgres(client, await missingIn());
      await rights?.bring(client);
    },
  });
}
