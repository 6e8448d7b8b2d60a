import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { driverError, StoreError } from './errors.ts';

/** How often it is tried to truncate a log that somebody still reads, and the pause between, milliseconds. */
const ATTEMPTS = 20;
const PAUSE = 50;
/** Bytes of a log beyond which copying it into the file would hold up the event loop: it is done beside it. */
const LARGE = 16 * 1024 * 1024;

const BESIDE = `
const { workerData } = require('node:worker_threads');
const db = new (require(workerData.driver))(workerData.file, { fileMustExist: true });
db.pragma('synchronous = FULL');
db.pragma('wal_checkpoint(PASSIVE)');
db.close();`;

/** Copies what can be copied, on a thread and a connection of its own; writers and readers go on meanwhile. */
async function copiedBeside(file: string): Promise<void> {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const worker = new Worker(BESIDE, { eval: true, workerData: { file, driver } });
  await new Promise<void>((resolve) => {
    // What could not be copied there is found out by whoever truncates.
    worker.on('error', () => resolve());
    worker.on('exit', () => resolve());
  });
}

/**
 * Truncates the write-ahead log of a database, so that no earlier version of a page is left in it. It is the answer of
 * SQLite that counts: a reader whose snapshot is older keeps the log as it is. Never waits inside of SQLite, where all
 * else would wait too; `ready` resolves when the connection is in no transaction.
 * @throws StoreError `busy` (`wal-checkpoint`) while such a reader is there
 */
async function truncateLog(db: Database.Database, ready: () => Promise<unknown> | undefined): Promise<void> {
  const log = `${db.name}-wal`;
  if (existsSync(log) && statSync(log).size > LARGE) await copiedBeside(db.name);
  for (let attempt = 1; ; attempt += 1) {
    await ready();
    if (!db.open) throw new StoreError('unavailable', 'closed');
    if (truncatedNow(db)) return;
    if (attempt === ATTEMPTS)
      throw new StoreError(
        'busy',
        'wal-checkpoint',
        'The write-ahead log could not be truncated: a reader is still open.',
      );
    await new Promise((next) => setTimeout(next, PAUSE));
  }
}

/** One attempt that waits for nobody; whether nothing is left in the log. */
export function truncatedNow(db: Database.Database): boolean {
  const patience = db.pragma('busy_timeout', { simple: true }) as number;
  db.pragma('busy_timeout = 0');
  try {
    const [answer] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number; log: number }[];
    return answer?.busy === 0 && answer.log <= 0;
  } catch (error) {
    const fault = driverError(error);
    if (fault?.fault === 'busy') return false;
    throw fault ?? error;
  } finally {
    db.pragma(`busy_timeout = ${patience}`);
  }
}

/** What a database on SQLite does to leave no byte of what was deleted. */
export function createScrubbing(db: Database.Database, ready: () => Promise<unknown> | undefined) {
  /** Also at the beginning: a crash may have come before it. */
  let wanted = true;
  async function scrub(): Promise<void> {
    wanted = true;
    await truncateLog(db, ready);
    wanted = false;
  }
  return {
    scrub,
    /** Does what could not be done when it was wanted; whether nothing is left to do. */
    async scrubLate(): Promise<boolean> {
      if (wanted) await scrub().catch(unlessBeingRead);
      return !wanted;
    },
  };
}

/** Whether an erasure or a sweep has to wait until a reader has gone. */
export const isBeingRead = (error: unknown): boolean =>
  error instanceof StoreError && error.fault === 'busy' && error.code === 'wal-checkpoint';

/** For a scrubbing that may also be done later (`scrubLate`). @throws the fault, when it is another */
export function unlessBeingRead(fault: unknown): void {
  if (!isBeingRead(fault)) throw fault;
}
