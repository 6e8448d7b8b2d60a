import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { autovacuumOf, fitAutovacuum } from './autovacuum.ts';
import { onOneConnection, openConnections, type Session, type Timeouts } from './connections.ts';
import { driverError, mapped, StoreError } from './errors.ts';
import { fenceText, generationsFrom } from './key-generations.ts';
import { migratePostgres } from './migrate.ts';
import { grantTo, hasRights, refuseOtherOwner, refuseWithoutWall } from './privileges.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { postgresTablesWith } from './schema.postgres.ts';
import type { Tables } from './schema.ts';
import type { Query, Store } from './store.ts';
import { currentWorkload } from './workload.ts';

const APPLICATION = 'lethe';
/** Connections of one instance at most. */
const SIZES = { request: 16, batch: 6, reserved: 2 };
/** Milliseconds between two attempts at most. */
const LONGEST_PAUSE = 200;

function queryOn(client: Session, tables: Tables): Query {
  const native = drizzle({ client: client as pg.Client });
  // The builder's common part behaves alike on both engines; the code is typed against the SQLite one.
  const db = native as unknown as BetterSQLite3Database;
  return {
    engine: 'postgres',
    tables,
    select: db.select.bind(db),
    selectDistinct: db.selectDistinct.bind(db),
    insert: db.insert.bind(db),
    update: db.update.bind(db),
    delete: db.delete.bind(db),
    rows: async <T>(statement: SQL) => (await native.execute(statement)).rows as T[],
    run: async (statement: SQL) => (await native.execute(statement)).rowCount ?? 0,
  };
}

/**
 * Brings the tables up to date. With a role of its own that owns them, the service's is given its rights and no more;
 * without one it owns them itself.
 */
async function bringUp(url: string, migrationUrl: string | undefined): Promise<void> {
  if (migrationUrl === undefined)
    return onOneConnection(url, APPLICATION, async (client) => {
      await migratePostgres(client);
      await fitAutovacuum(client);
    });
  await onOneConnection(url, APPLICATION, async (service) => {
    const { rows } = await service.query<{ role: string }>('SELECT current_user AS role');
    const role = rows[0]?.role as string;
    await onOneConnection(migrationUrl, APPLICATION, async (owner) => {
      await refuseOtherOwner(owner, role);
      await migratePostgres(owner, {
        stand: (client) => hasRights(client, role),
        bring: (client) => grantTo(client, role),
      });
      await fitAutovacuum(owner);
    });
    await refuseWithoutWall(service);
  });
}

/**
 * Runs work of one name one after another. Those who were in each other's way come through like that, each in its turn,
 * instead of being in the way again: at most one of an instance is in the way of another instance's.
 */
function createOneAtATime() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work);
    const ended = mine.catch(() => undefined);
    last.set(name, ended);
    try {
      return await mine;
    } finally {
      if (last.get(name) === ended) last.delete(name);
    }
  };
}

/**
 * The engine an installation grows into: an ordinary transaction on a pool, repeated when the server asks for it.
 * @throws StoreError `no-wall` when the service's role could change evidence although another owns the tables
 */
export async function openPostgres(
  url: string,
  migrationUrl: string | undefined,
  timeouts: Timeouts,
  pseudonyms: Pseudonyms,
): Promise<Store> {
  await bringUp(url, migrationUrl);
  const connections = openConnections(url, { application: APPLICATION, sizes: SIZES, timeouts });
  const tables = postgresTablesWith(pseudonyms);
  const readQuery = queryOn(connections.statements, tables);
  /** One per connection: what was prepared on it is used again. */
  const queries = new WeakMap<Session, Query>();

  function queryIn(session: Session): Query {
    const known = queries.get(session) ?? queryOn(session, tables);
    queries.set(session, known);
    return known;
  }

  const repeats = createOneAtATime();

  /** Whether it may go well the next time: another transaction was in the way. A batch also waits for a lock again. */
  function mayRepeat(error: unknown): boolean {
    const fault = driverError(error)?.fault;
    return fault === 'serialization' || (fault === 'busy' && currentWorkload().lane === 'batch');
  }

  return {
    engine: 'postgres',
    tables,
    read: (fn) => mapped(() => fn(readQuery)),
    snapshot: (fn) => mapped(() => connections.snapshot((session) => fn(queryIn(session)))),
    write: (fn, options) =>
      mapped(async () => {
        const begin = options?.isolation === 'serializable' ? 'BEGIN ISOLATION LEVEL SERIALIZABLE' : 'BEGIN';
        const until = performance.now() + connections.patience();
        const { fence } = options ?? {};
        // BEGIN, and in the same message what the write rests on.
        const start = fence ? `${begin}; ${fenceText(fence, pg.escapeLiteral)}` : begin;
        const once = () =>
          connections.transaction(start, (session, begun) => {
            if (fence && !fence.holds(generationsFrom(begun[1]?.rows ?? [])))
              throw new StoreError('fenced', 'generation');
            return fn(queryIn(session));
          });
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await (attempt === 1 ? once() : repeats(currentWorkload().name, once));
          } catch (error) {
            if (!mayRepeat(error) || performance.now() > until) throw error;
            await new Promise((next) => setTimeout(next, Math.random() * Math.min(LONGEST_PAUSE, 5 * 2 ** attempt)));
          }
        }
      }),
    scrub: async () => undefined,
    scrubLate: async () => true,
    upkeep: () => mapped(async () => ({ autovacuum: await autovacuumOf(connections.statements) })),
    giveBack: async () => 0,
    releaseMemory: () => undefined,
    waiting: connections.waiting,
    close: connections.close,
  };
}
