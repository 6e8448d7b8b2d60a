import Database from 'better-sqlite3';
import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Timeouts } from './connections.ts';
import { driverError, mapped, StoreError } from './errors.ts';
import { convertSmall, freePagesOf, giveBack } from './free-pages.ts';
import { rememberedGenerations } from './key-generations.ts';
import { migrateSqlite } from './migrate.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { sqliteTablesWith } from './schema.sqlite.ts';
import type { Tables } from './schema.ts';
import type { Query, Store, WriteOptions } from './store.ts';
import { createScrubbing } from './truncate-log.ts';
import { currentWorkload } from './workload.ts';

/** Writers carried by one commit at most; the rest go with the next, so that no one waits for an endless queue. */
const WRITERS_PER_COMMIT = 256;
/** A commit also closes after this long, so that one slow batch does not hold up those behind it. */
const MILLISECONDS_PER_COMMIT = 20;
/** Milliseconds to wait for another process that holds the file's lock, where nothing else can be done meanwhile. */
const BUSY_TIMEOUT = 10_000;
/** Milliseconds between two attempts at the writer's lock. */
const BUSY_PAUSE = 5;

interface Writer {
  /** How long it waits for another process that writes, as `performance.now()` tells. */
  until: number;
  fn: (tx: Query) => Promise<unknown>;
  options: WriteOptions | undefined;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

function connect(file: string, readonly: boolean): Database.Database {
  const connection = new Database(file, { readonly });
  connection.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
  connection.pragma('foreign_keys = ON');
  // Otherwise INSERT OR REPLACE deletes evidence without asking the trigger that forbids it.
  connection.pragma('recursive_triggers = ON');
  connection.pragma('cache_size = -65536');
  connection.pragma('temp_store = MEMORY');
  if (!readonly) {
    // Keys are random: most writes touch one small row of a page each, and smaller pages mean less to write for it.
    connection.pragma('page_size = 2048');
    // Of a new file: so that what a sweep has emptied can be given back while the service runs.
    connection.pragma('auto_vacuum = INCREMENTAL');
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('secure_delete = ON');
    // Pages that change often are copied into the file once per 8 MB of log, not once per 2 MB.
    connection.pragma('wal_autocheckpoint = 4000');
  }
  return connection;
}

function queryOn(connection: Database.Database, tables: Tables): Query {
  const db = drizzle({ client: connection });
  return {
    engine: 'sqlite',
    tables,
    select: db.select.bind(db),
    selectDistinct: db.selectDistinct.bind(db),
    insert: db.insert.bind(db),
    update: db.update.bind(db),
    delete: db.delete.bind(db),
    rows: async <T>(statement: SQL) => db.all<T>(statement),
    run: async (statement: SQL) => db.run(statement).changes,
    prepareNative: (text) => connection.prepare(text),
  };
}

/**
 * The embedded engine: one writer connection, one reader. Writers queue and share a commit (*group commit*), each in a
 * savepoint of its own, so that one that fails takes nobody with it and a fsync is paid once for all.
 */
export function openSqlite(file: string, timeouts: Timeouts, pseudonyms: Pseudonyms): Store {
  const writer = connect(file, false);
  migrateSqlite(writer);
  convertSmall(writer);
  // From here on its waiting is ours: SQLite's would hold up every request, reading ones too.
  writer.pragma('busy_timeout = 0');
  const reader = connect(file, true);
  const scrubbing = createScrubbing(writer, () => draining);
  const tables = sqliteTablesWith(pseudonyms);
  const tx = queryOn(writer, tables);
  const readQuery = queryOn(reader, tables);

  const statements = {
    begin: writer.prepare('BEGIN IMMEDIATE'),
    commit: writer.prepare('COMMIT'),
    rollback: writer.prepare('ROLLBACK'),
    savepoint: writer.prepare('SAVEPOINT w'),
    release: writer.prepare('RELEASE w'),
    undo: writer.prepare('ROLLBACK TO w'),
  };

  const generations = rememberedGenerations(writer);
  const queue: Writer[] = [];
  let draining = Promise.resolve();
  let running = false;
  let closed = false;

  /**
   * One writer in its savepoint. Everything it awaits must settle within this turn of the event loop.
   * @throws what stands in the way of the others too: SQLite has rolled all of it back, or the writer cannot be undone
   */
  async function runOne(entry: Writer, endOfTurn: Promise<never>): Promise<(() => void) | undefined> {
    const { fence, movesFences } = entry.options ?? {};
    try {
      statements.savepoint.run();
      if (fence && !fence.holds(generations.find(fence.places))) throw new StoreError('fenced', 'generation');
      const value = await Promise.race([entry.fn(tx), endOfTurn]);
      statements.release.run();
      if (movesFences) generations.forget();
      return () => entry.resolve(value);
    } catch (error) {
      if (movesFences) generations.forget();
      const fault = driverError(error) ?? error;
      entry.reject(fault);
      // A full or broken disk ends the whole transaction: those carried so far are gone with it, and what would be
      // written now would stand although the commit fails.
      if (!writer.inTransaction) throw fault;
      statements.undo.run();
      statements.release.run();
      return undefined;
    }
  }

  /** Fails once this turn of the event loop is over: a writer that is not done by then awaited something else. */
  function turn(): { end: Promise<never>; cancel(): void } {
    let timer: NodeJS.Immediate | undefined;
    const end = new Promise<never>((_, reject) => {
      timer = setImmediate(() =>
        reject(new StoreError('misuse', 'async-writer', 'A writer awaited something other than its own transaction.')),
      );
    });
    end.catch(() => undefined);
    return { end, cancel: () => clearImmediate(timer) };
  }

  /**
   * Takes the writer's lock once no other process has it; false when all who wanted to write have waited long enough.
   */
  async function begin(): Promise<boolean> {
    while (queue.length > 0) {
      try {
        statements.begin.run();
        return true;
      } catch (error) {
        const fault = driverError(error);
        if (fault?.fault !== 'busy') throw error;
        const now = performance.now();
        for (const entry of queue.splice(0))
          if (entry.until > now) queue.push(entry);
          else entry.reject(fault);
      }
      await new Promise((next) => setTimeout(next, BUSY_PAUSE));
    }
    return false;
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const carried: { settle: () => void; entry: Writer }[] = [];
      let begun = false;
      let cancel: (() => void) | undefined;
      try {
        // Where it could not be ended the last time.
        if (writer.inTransaction) statements.rollback.run();
        if (!(await begin())) break;
        generations.begin();
        begun = true;
        const since = performance.now();
        let end: Promise<never>;
        ({ end, cancel } = turn());
        for (let n = 0; n < WRITERS_PER_COMMIT && queue.length > 0; n += 1) {
          const entry = queue.shift() as Writer;
          const settle = await runOne(entry, end);
          if (settle) carried.push({ settle, entry });
          else {
            // It may have used up the turn; those behind it get one of their own.
            cancel();
            ({ end, cancel } = turn());
          }
          if (performance.now() - since > MILLISECONDS_PER_COMMIT) break;
        }
        statements.commit.run();
        for (const { settle } of carried) settle();
      } catch (error) {
        generations.forget();
        const fault = driverError(error) ?? error;
        for (const { entry } of carried) entry.reject(fault);
        // Nobody was taken from the queue, and nobody may wait forever.
        if (!begun) for (const entry of queue.splice(0)) entry.reject(fault);
        try {
          if (writer.inTransaction) statements.rollback.run();
        } catch {
          // The next drain begins with it.
        }
      } finally {
        cancel?.();
      }
      if (queue.length > 0) await new Promise((next) => setImmediate(next));
    }
    // In the same turn as the last look at the queue: a writer that comes now starts the next drain.
    running = false;
  }

  const store: Store = {
    engine: 'sqlite',
    tables,
    read: (fn) => mapped(() => fn(readQuery)),
    snapshot: (fn) =>
      mapped(async () => {
        const connection = connect(file, true);
        try {
          // It reads from one end to the other: a large cache would keep what is not asked for again.
          connection.pragma('cache_size = -8192');
          connection.exec('BEGIN');
          return await fn(queryOn(connection, tables));
        } finally {
          connection.close();
        }
      }),
    write: <T>(fn: (q: Query) => Promise<T>, options?: WriteOptions) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new StoreError('unavailable', 'closed'));
        const patience = currentWorkload().lane === 'batch' ? BUSY_TIMEOUT : timeouts.lock;
        const until = performance.now() + patience;
        queue.push({ until, fn, options, resolve: resolve as (value: unknown) => void, reject });
        if (running) return;
        running = true;
        draining = new Promise<void>((next) => setImmediate(next)).then(drain);
      }),
    releaseMemory: () => {
      for (const connection of [reader, writer]) if (connection.open) connection.pragma('shrink_memory');
    },
    waiting: () => queue.length,
    scrub: scrubbing.scrub,
    scrubLate: scrubbing.scrubLate,
    upkeep: async () => ({ freePages: freePagesOf(reader) }),
    giveBack: () =>
      mapped(() =>
        giveBack(writer, { inTurn: (work) => store.write(async () => work()), waiting: () => queue.length }),
      ),
    close: async () => {
      await draining;
      closed = true;
      reader.close();
      if (writer.open) {
        writer.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
        writer.pragma('wal_checkpoint(TRUNCATE)');
        writer.close();
      }
    },
  };
  return store;
}
