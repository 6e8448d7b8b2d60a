import pg from 'pg';
import { mapped, postgresFault, StoreError } from './errors.ts';
import { currentWorkload, type Lane } from './workload.ts';

/** Milliseconds after which waiting ends, so that one locked table or slow statement does not stop everything else. */
export interface Timeouts {
  /** One statement of a request. */
  statement: number;
  /** One statement of a batch. */
  batch: number;
  /** Waiting for a lock that somebody else holds. */
  lock: number;
  /** Waiting for a connection. */
  connection: number;
}

export const TIMEOUTS: Timeouts = { statement: 5_000, batch: 60_000, lock: 2_000, connection: 2_000 };

/** The server ends a statement by itself; after this many milliseconds more it counts as no longer there. */
const GRACE = 5_000;

/** A connection with a transaction on it. What its server or the wire throws comes out as `StoreError`. */
export type Session = Pick<pg.ClientBase, 'query'>;

interface Connections {
  /** One statement, on whichever connection is free. */
  readonly statements: Session;
  /**
   * `begin` (`BEGIN …`), then `fn` with what the statements of `begin` answered, then COMMIT.
   * @throws StoreError
   */
  transaction<T>(begin: string, fn: (session: Session, begun: pg.QueryResult[]) => Promise<T>): Promise<T>;
  /** Reads one instant of the data, with the limits of a batch whoever asks for it. */
  snapshot<T>(fn: (session: Session) => Promise<T>): Promise<T>;
  /** Milliseconds that work of the present kind may go on trying. */
  patience(): number;
  /** Who waits for a connection now. */
  waiting(): number;
  close(): Promise<void>;
}

interface ConnectionOptions {
  /** How the server lists them (`pg_stat_activity`). */
  application: string;
  /** Connections at most, per lane. */
  sizes: Record<Lane, number>;
  timeouts: Timeouts;
}

/** Connections to a PostgreSQL server, opened as they are needed, a pool per lane. */
export function openConnections(url: string, options: ConnectionOptions): Connections {
  const { timeouts } = options;
  const patienceOf = (lane: Lane) => (lane === 'batch' ? timeouts.batch : timeouts.statement);
  const open = (lane: Lane) => openLane(url, options, options.sizes[lane], patienceOf(lane));
  const lanes: Record<Lane, LanePool> = { request: open('request'), batch: open('batch'), reserved: open('reserved') };
  const lane = () => lanes[currentWorkload().lane];
  return {
    statements: { query: (...given: unknown[]) => lane().query(given) } as unknown as Session,
    transaction: (begin, fn) => lane().transaction(begin, fn),
    snapshot: (fn) => lanes.batch.transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', fn),
    patience: () => patienceOf(currentWorkload().lane),
    waiting: () => lanes.request.waiting(),
    close: async () => {
      await Promise.all(Object.values(lanes).map((each) => each.close()));
    },
  };
}

/**
 * A connection of its own, without limits to what runs on it, for as long as `work` takes.
 * @throws StoreError, and whatever `work` throws beside
 */
export async function onOneConnection<T>(
  url: string,
  application: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: application,
  });
  client.on('error', () => undefined);
  try {
    await client.connect().catch(refuse);
    return await mapped(() => work(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Lent {
  client: pg.PoolClient;
  session: Session;
  /** Back into the pool; `broken`: away with it. */
  giveBack(broken: boolean): void;
}

type LanePool = ReturnType<typeof openLane>;

function openLane(url: string, { application, timeouts }: ConnectionOptions, size: number, statement: number) {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: timeouts.connection,
    query_timeout: statement + GRACE,
    keepAlive: true,
    application_name: application,
    onConnect: prepare,
  });
  // An idle connection that breaks is replaced by the pool.
  pool.on('error', () => undefined);
  const turns = createTurns(size, timeouts.connection);
  const sessions = new WeakMap<pg.PoolClient, Session>();
  const limits = `statement_timeout = ${statement}; SET LOCAL lock_timeout = ${timeouts.lock}`;

  /** Set by statements, not at the start of the connection: poolers refuse what they do not know there. */
  async function prepare(client: pg.ClientBase): Promise<void> {
    // A connection may break while it is in use and no statement runs: without a listener that ends the process.
    client.on('error', () => undefined);
    await client.query(`SET statement_timeout = ${statement}; SET lock_timeout = ${timeouts.lock}`);
  }

  function sessionOn(client: pg.PoolClient): Session {
    const known = sessions.get(client);
    if (known) return known;
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
    const session = { query: (...given: unknown[]) => query(...given).catch(refuse) } as unknown as Session;
    sessions.set(client, session);
    return session;
  }

  async function lend(): Promise<Lent> {
    const end = await turns.take(currentWorkload().name);
    try {
      const client = await pool.connect();
      return {
        client,
        session: sessionOn(client),
        giveBack: (broken) => {
          client.release(broken);
          end();
        },
      };
    } catch (error) {
      end();
      throw postgresFault(error);
    }
  }

  return {
    async query(given: unknown[]): Promise<unknown> {
      const { session, giveBack } = await lend();
      let broken = false;
      try {
        return await (session.query as (...args: unknown[]) => Promise<unknown>)(...given);
      } catch (error) {
        broken = isLost(error);
        throw error;
      } finally {
        giveBack(broken);
      }
    },

    async transaction<T>(begin: string, fn: (session: Session, begun: pg.QueryResult[]) => Promise<T>): Promise<T> {
      const { session, giveBack } = await lend();
      let broken = false;
      try {
        // The limits once more: behind a pooler in transaction mode this may be another connection than was prepared.
        const begun = await session.query(`${begin}; SET LOCAL ${limits}`);
        const value = await fn(session, begun as unknown as pg.QueryResult[]);
        const { command } = await session.query('COMMIT');
        // A server answers the COMMIT of a transaction in which something has failed with ROLLBACK, and no error.
        if (command !== 'COMMIT') throw new StoreError('other', 'rolled-back');
        return value;
      } catch (error) {
        broken =
          isLost(error) ||
          !(await session.query('ROLLBACK').then(
            () => true,
            () => false,
          ));
        throw error;
      } finally {
        giveBack(broken);
      }
    },

    waiting: turns.waiting,
    close: () => pool.end(),
  };
}

function refuse(error: unknown): never {
  throw postgresFault(error);
}

/** Whether the connection is of no more use: it is lost, or something is wrong that another one may not have. */
function isLost(error: unknown): boolean {
  const fault = error instanceof Error && 'cause' in error && error.cause instanceof StoreError ? error.cause : error;
  return fault instanceof StoreError && (fault.fault === 'unavailable' || fault.fault === 'other');
}

/**
 * Shares out `size` places by name: nobody may hold more than are still free. So whoever comes next finds one, however
 * many of one kind wait for a locked table (dynamic thresholds, Choudhury and Hahne 1998).
 */
export function createTurns(size: number, patience: number) {
  const held = new Map<string, number>();
  const queue: { name: string; go: () => void }[] = [];
  let inUse = 0;

  const mayGo = (name: string) => (held.get(name) ?? 0) < size - inUse;

  /** Takes a place; answers how to give it back. */
  function begin(name: string): () => void {
    inUse += 1;
    held.set(name, (held.get(name) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      inUse -= 1;
      const left = (held.get(name) as number) - 1;
      if (left === 0) held.delete(name);
      else held.set(name, left);
      for (let at = queue.findIndex((one) => mayGo(one.name)); at >= 0; at = queue.findIndex((one) => mayGo(one.name)))
        queue.splice(at, 1)[0]?.go();
    };
  }

  return {
    /** @throws StoreError `busy` when there was no place in time */
    take(name: string): Promise<() => void> | (() => void) {
      if (mayGo(name)) return begin(name);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(new StoreError('busy', 'no-connection'));
        }, patience);
        const waiting = {
          name,
          go: () => {
            clearTimeout(timer);
            resolve(begin(name));
          },
        };
        queue.push(waiting);
      });
    },
    waiting: () => queue.length,
  };
}
