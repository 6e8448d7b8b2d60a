import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Autovacuum } from './autovacuum.ts';
import type { Fence } from './fence.ts';
import type { FreePages } from './free-pages.ts';
import type { Tables } from './schema.ts';

type Builder = Pick<BetterSQLite3Database, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete'>;

/**
 * What a query is made with: drizzle's common part (always awaited), the tables of the engine in use, and two doors for
 * raw SQL. Bind instants through their column (`lt(t.occurredAt, date)`, `sql.param(date, t.occurredAt)`): the engines
 * keep them differently.
 */
export interface Query extends Builder {
  readonly engine: 'sqlite' | 'postgres';
  readonly tables: Tables;
  /** Rows of a raw statement; values as the driver gives them. */
  rows<T>(statement: SQL): Promise<T[]>;
  /** Runs a raw statement, answering how many rows it changed. */
  run(statement: SQL): Promise<number>;
  /** SQLite only: a statement of the driver itself, for `hotRun`. */
  prepareNative?(text: string): { run(parameters: unknown[]): { changes: number } };
}

export interface WriteOptions {
  /** `serializable` for check-then-act over several rows; SQLite's single writer always is. */
  isolation?: 'serializable';
  /** What must stand for the write to begin, and until it has committed. @throws StoreError `fenced` */
  fence?: Fence;
  /** The write changes what fences look at. */
  movesFences?: boolean;
}

export interface Upkeep {
  /** SQLite only. */
  freePages?: FreePages;
  /** PostgreSQL only. */
  autovacuum?: Autovacuum;
}

export interface Store {
  readonly engine: 'sqlite' | 'postgres';
  readonly tables: Tables;
  /** Sees committed data only. */
  read<T>(fn: (q: Query) => Promise<T> | T): Promise<T>;
  /** A read that sees one instant of the data from beginning to end. */
  snapshot<T>(fn: (q: Query) => Promise<T>): Promise<T>;
  /**
   * One transaction. Resolves after the commit is on disk. Inside `fn` nothing but queries on `tx` may be awaited, and
   * `write` may not be called again. May be run more than once (serialization failure): `fn` has no other effects.
   */
  write<T>(fn: (tx: Query) => Promise<T>, options?: WriteOptions): Promise<T>;
  /**
   * Makes deleted values unreadable in the write-ahead log too (SQLite: truncates it; PostgreSQL: nothing to do).
   * @throws StoreError `busy` (`wal-checkpoint`) while a reader still sees what was before
   */
  scrub(): Promise<void>;
  /** Scrubs if that could not be done when it was wanted, or a crash came between; whether nothing is left to do. */
  scrubLate(): Promise<boolean>;
  /** Gives back what is remembered of pages: after work that reads or writes much once (PostgreSQL: nothing to do). */
  releaseMemory(): void;
  /** What an operator should know of how the database keeps its files. */
  upkeep(): Promise<Upkeep>;
  /**
   * Gives room that large deletions have left back to the disk, beside the work of others; answers the bytes (PostgreSQL:
   * autovacuum does what is to be done, and `upkeep` says whether it is set to).
   */
  giveBack(): Promise<number>;
  /** Writers that wait for their turn now: background work gives way to them. */
  waiting(): number;
  close(): Promise<void>;
}
