import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { driverError, StoreError } from './errors.ts';
import { truncatedNow } from './truncate-log.ts';

/** Pages moved and given back in one transaction: some milliseconds, so that decisions do not wait. */
const PAGES_AT_ONCE = 256;
/** Share of the file, and bytes, that may stay free: what is written next takes them. */
const SPARE_SHARE = 0.05;
const SPARE_BYTES = 1024 * 1024;
/** A file of an earlier version is made anew at a start up to this size, bytes: a second, and as much memory. */
const CONVERTED_AT_START = 64 * 1024 * 1024;
/** `PRAGMA auto_vacuum`: pages are given back when that is asked for. */
const INCREMENTAL = 2;

/** How much of a database's file is free, and whether it can be given back while it is in use. */
export interface FreePages {
  fileBytes: number;
  freeBytes: number;
  /** False of a large file that a version before 0.6.0 made: `lethe compact` changes that. */
  givesBack: boolean;
}

const number = (db: Database.Database, pragma: string) => Number(db.pragma(pragma, { simple: true }));

export function freePagesOf(db: Database.Database): FreePages {
  const pageBytes = number(db, 'page_size');
  return {
    fileBytes: number(db, 'page_count') * pageBytes,
    freeBytes: number(db, 'freelist_count') * pageBytes,
    givesBack: number(db, 'auto_vacuum') === INCREMENTAL,
  };
}

/**
 * Makes a file of an earlier version one that gives pages back, where that takes no time worth speaking of. Somebody
 * else who has it open, or a disk without room for a second copy, leaves it as it is for the next start.
 */
export function convertSmall(db: Database.Database): void {
  if (number(db, 'auto_vacuum') === INCREMENTAL) return;
  if (!existsSync(db.name) || statSync(db.name).size > CONVERTED_AT_START) return;
  try {
    compact(db);
  } catch (error) {
    if (!['busy', 'full'].includes(driverError(error)?.fault ?? '')) throw error;
  }
}

/** Writes the whole file anew, without a free page: in memory first, so that no copy of it lies anywhere. */
function compact(db: Database.Database): void {
  db.pragma('temp_store = MEMORY');
  db.pragma('secure_delete = ON');
  db.pragma(`auto_vacuum = ${INCREMENTAL}`);
  db.exec('VACUUM');
}

/**
 * The same for a file of any size, which nobody else may write to meanwhile; from then on it gives pages back by itself.
 * @throws StoreError `busy` while somebody does
 */
export function compactFile(file: string): { before: number; after: number } {
  const db = new Database(file, { fileMustExist: true, timeout: 500 });
  try {
    const before = statSync(file).size;
    compact(db);
    if (!truncatedNow(db)) throw new StoreError('busy', 'wal-checkpoint');
    return { before, after: statSync(file).size };
  } catch (error) {
    throw driverError(error) ?? error;
  } finally {
    db.close();
  }
}

/** What gives pages back needs of the store it belongs to. */
interface Turns {
  /** Runs in a transaction, when it is its turn. */
  inTurn(work: () => void): Promise<void>;
  /** Writers that wait now. */
  waiting(): number;
}

/**
 * Gives free pages back to the disk, a few at a time between the writes of others; what is free for the next writes
 * stays. Safe to be cut off anywhere: each few are one transaction.
 * @returns bytes given back
 */
export async function giveBack(db: Database.Database, { inTurn, waiting }: Turns): Promise<number> {
  const before = freePagesOf(db);
  if (!before.givesBack) return 0;
  for (;;) {
    const { fileBytes, freeBytes } = freePagesOf(db);
    if (freeBytes <= Math.max(SPARE_SHARE * fileBytes, SPARE_BYTES)) return before.fileBytes - fileBytes;
    // It is a row for each page: whoever runs it once has one page.
    const began = performance.now();
    await inTurn(() => db.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`));
    // Half of the time at most, where others want to write.
    if (waiting() > 0) await new Promise((next) => setTimeout(next, performance.now() - began));
  }
}
