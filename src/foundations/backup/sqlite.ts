import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { syncFolder } from './folder.ts';
import { BackupError } from './manifest.ts';

/** Pages copied at a time (512 kB). */
const PAGES = 256;

/**
 * Copies a SQLite file that others are writing to, as of one instant, through SQLite's own backup interface. Runs on a
 * connection of its own that keeps one snapshot: writers go on, and the copy need not start again because of them.
 */
export async function copySqlite(
  source: string,
  target: string,
  tell: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  closeSync(openSync(target, 'wx', 0o600));
  const db = new Database(source, { fileMustExist: true, timeout: 10_000 });
  try {
    db.pragma('query_only = ON');
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    await db.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        tell(totalPages - remainingPages, totalPages);
        return PAGES;
      },
    });
    db.exec('COMMIT');
  } finally {
    db.close();
  }
  // A file that stands alone: no write-ahead log beside it when it is read.
  const copy = new Database(target);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

export interface SqliteFacts {
  rows: Record<string, number>;
  migrations: { at: number; hash: string }[];
  logs: Record<string, { generation: number; size: number }>;
}

/** What a copy holds. */
export function sqliteFacts(file: string): SqliteFacts {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
      )
      .pluck()
      .all();
    const rows = Object.fromEntries(
      tables.map((table) => [table, db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() as number]),
    );
    const migrations = tables.includes('lethe_migrations')
      ? db
          .prepare<[], { at: number; hash: string }>(
            'SELECT applied_at AS at, hash FROM lethe_migrations ORDER BY applied_at',
          )
          .all()
      : [];
    const logs = tables.includes('log_heads')
      ? db
          .prepare<[], { tenant: string; generation: number; size: number }>(
            'SELECT tenant_id AS tenant, generation, size FROM log_heads ORDER BY tenant_id',
          )
          .all()
      : [];
    return { rows, migrations, logs: logsByTenant(logs) };
  } finally {
    db.close();
  }
}

export function logsByTenant(
  rows: { tenant: string; generation: number | string; size: number | string }[],
): SqliteFacts['logs'] {
  return Object.fromEntries(
    rows.map(({ tenant, generation, size }) => [tenant, { generation: Number(generation), size: Number(size) }]),
  );
}

/** SQLite's own check of every page, index and constraint; undefined when it finds nothing. */
export function integrityFault(file: string): string | undefined {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      const found = db.pragma('integrity_check(1)', { simple: true });
      return found === 'ok' ? undefined : 'SQLite finds damage in it (integrity_check).';
    } finally {
      db.close();
    }
  } catch (error) {
    return `SQLite cannot read it (${(error as { code?: string }).code ?? 'unknown'}).`;
  }
}

/**
 * Takes a database file for this process alone; answers how to give it back. `alone`: with its write-ahead log brought
 * into it and gone.
 * @throws BackupError when another process has it open
 */
function takeSqlite(file: string, alone: boolean): () => void {
  const db = new Database(file, { fileMustExist: true, timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    if (alone) db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    return () => db.close();
  } catch (error) {
    db.close();
    const { code } = error as { code?: string };
    if (code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY' || code === 'SQLITE_LOCKED')
      throw new BackupError(`${file} is in use. Stop the service (every instance) first. Nothing was touched.`);
    // Too damaged to be locked: that is why it is replaced.
    if (code?.startsWith('SQLITE_NOTADB') || code?.startsWith('SQLITE_CORRUPT')) return () => undefined;
    throw error;
  }
}

/** @throws BackupError when another process has the file open */
export function refuseIfInUse(file: string): void {
  if (existsSync(file)) takeSqlite(file, false)();
}

/**
 * Puts a complete, durable file in the place of a database, in one step: before it the old one is there, after it the
 * new one. The old one's pages are gone with it.
 */
export function replaceSqlite(file: string, by: string): void {
  const release = existsSync(file) ? takeSqlite(file, true) : () => undefined;
  try {
    // A log that outlived its database would be read into the new one.
    for (const tail of ['-wal', '-shm', '-journal']) rmSync(file + tail, { force: true });
    syncFolder(dirname(file));
    renameSync(by, file);
    syncFolder(dirname(file));
  } finally {
    release();
  }
}
