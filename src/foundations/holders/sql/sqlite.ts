import Database from 'better-sqlite3';
import type { CatalogueTable, TableRights } from './catalogue.ts';
import type { Engine, Limits, Row, Session } from './engine.ts';
import { readSqliteCatalogue } from './sqlite-catalogue.ts';
import { CLOCK_FUNCTION, compareClock, sqliteDialect } from './sqlite-dialect.ts';

interface Paths {
  read: string;
  write: string;
}

/** Who may open the file may do all: a table's rights are those of the file. */
const allOf = ({ columns }: CatalogueTable): TableRights => ({
  reads: new Set(columns.keys()),
  changes: new Set(columns.keys()),
  deletes: true,
  rowsHidden: false,
});

/**
 * A SQLite file of the platform. It is opened for each transaction and closed again, so that it stays the platform's:
 * it may be moved, replaced or backed up meanwhile. What waits for the platform's lock waits at most `lockSeconds`.
 */
export function openSqliteEngine(paths: Paths, limits: Limits): Engine {
  async function within<T>(
    which: keyof Paths,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const db = new Database(paths[which].replace(/^sqlite:/, ''), {
      readonly: which === 'read',
      fileMustExist: true,
      timeout: limits.lockSeconds * 1000,
    });
    try {
      db.defaultSafeIntegers(true);
      db.function(CLOCK_FUNCTION, { deterministic: true, safeIntegers: true }, compareClock);
      db.pragma('foreign_keys = ON');
      if (which === 'write') db.pragma('secure_delete = ON');
      db.exec(which === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
      const session: Session = {
        rows: async ({ text, values }) => db.prepare<unknown[], Row>(text).all(...values),
        run: async ({ text, values }) => {
          if (text.startsWith('PRAGMA')) {
            db.exec(text);
            return 0;
          }
          return db.prepare(text).run(...values).changes;
        },
      };
      const answer = await work(session);
      signal.throwIfAborted();
      db.exec('COMMIT');
      return answer;
    } finally {
      if (db.inTransaction) db.exec('ROLLBACK');
      db.close();
    }
  }

  return {
    sql: sqliteDialect,
    reading: (signal, work) => within('read', signal, work),
    writing: (signal, work) => within('write', signal, work),
    catalogue: (signal) => within('read', signal, readSqliteCatalogue),
    rights: async (signal) => {
      const { tables } = await within('read', signal, readSqliteCatalogue);
      const all = new Map([...tables].map(([name, table]) => [name, allOf(table)]));
      return { read: all, write: all, writable: await takesChanges(signal) };
    },
    refusesRow: (error) =>
      /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(String((error as { code?: unknown } | null)?.code)),
    close: async () => undefined,
  };

  /** A file, or a folder, that must not be written is found by trying to begin. */
  async function takesChanges(signal: AbortSignal): Promise<boolean> {
    try {
      await within('write', signal, async () => undefined);
      return true;
    } catch (error) {
      if (/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(String((error as { code?: unknown }).code))) return false;
      throw error;
    }
  }
}
