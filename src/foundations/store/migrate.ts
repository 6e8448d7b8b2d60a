import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type pg from 'pg';
import { packageRoot } from '../process/package-root.ts';
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

/** Which migrations are missing; refuses a database that a newer Lethe has written. */
function missing(known: Migration[], applied: { at: number; hash: string }[]): Migration[] {
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

/** What the journal of a PostgreSQL database says. */
async function appliedInPostgres(client: pg.ClientBase | pg.Pool): Promise<{ at: number; hash: string }[]> {
  const { rows } = await client.query<{ at: string; hash: string }>(
    'SELECT applied_at AS at, hash FROM lethe_migrations ORDER BY applied_at',
  );
  return rows.map((row) => ({ at: Number(row.at), hash: row.hash }));
}

/**
 * The same on PostgreSQL, under a table lock (advisory locks are not everywhere). `afterwards` runs in the same
 * transaction: of several instances one at a time.
 */
export async function migratePostgres(
  pool: pg.Pool,
  afterwards: (client: pg.PoolClient) => Promise<void> = async () => undefined,
): Promise<void> {
  const client = await pool.connect();
  try {
    // Two first starts may race for the catalogue row of this table; the loser finds it there.
    await client.query(JOURNAL).catch((error: { code?: string }) => {
      if (!['23505', '42710', '42P07'].includes(error.code ?? '')) throw error;
    });
    await client.query('BEGIN');
    await client.query('LOCK TABLE lethe_migrations IN ACCESS EXCLUSIVE MODE');
    await applyToPostgres(client, missing(migrationsOf('postgres'), await appliedInPostgres(client)));
    await afterwards(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
