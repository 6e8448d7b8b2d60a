import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { driverError, mapped, StoreError } from './errors.ts';
import type { Fence } from './fence.ts';
import { fenceText, generationsFrom } from './key-generations.ts';
import { migratePostgres } from './migrate.ts';
import { grantTo, refuseOtherOwner, refuseWithoutWall } from './privileges.ts';
import { postgresTables } from './schema.postgres.ts';
import type { Query, Store } from './store.ts';

const ATTEMPTS = 8;

/** One per connection: what is hot is built once on it, not once a transaction. */
const queries = new WeakMap<pg.Pool | pg.PoolClient, Query>();

function queryOn(client: pg.Pool | pg.PoolClient): Query {
  const known = queries.get(client);
  if (known) return known;
  const query = newQueryOn(client);
  queries.set(client, query);
  return query;
}

function newQueryOn(client: pg.Pool | pg.PoolClient): Query {
  const native = drizzle({ client });
  // The builder's common part behaves alike on both engines; the code is typed against the SQLite one.
  const db = native as unknown as BetterSQLite3Database;
  return {
    engine: 'postgres',
    tables: postgresTables,
    select: db.select.bind(db),
    selectDistinct: db.selectDistinct.bind(db),
    insert: db.insert.bind(db),
    update: db.update.bind(db),
    delete: db.delete.bind(db),
    rows: async <T>(statement: SQL) => (await native.execute(statement)).rows as T[],
    run: async (statement: SQL) => (await native.execute(statement)).rowCount ?? 0,
  };
}

/** BEGIN, and in the same message what the write rests on. @throws StoreError `fenced` */
async function beginFenced(client: pg.PoolClient, begin: string, fence: Fence): Promise<void> {
  const answers = (await client.query(
    `${begin}; ${fenceText(fence, (text) => client.escapeLiteral(text))}`,
  )) as unknown as pg.QueryResult[];
  if (!fence.holds(generationsFrom(answers[1]?.rows ?? []))) throw new StoreError('fenced', 'generation');
}

/** Applies the migrations as the role that owns the tables, and lets the service's role do its work and no more. */
async function migrateAsOwner(url: string, service: pg.Pool): Promise<void> {
  const owner = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: 10_000,
    application_name: 'lethe',
  });
  owner.on('error', () => undefined);
  try {
    const { rows } = await service.query<{ role: string }>('SELECT current_user AS role');
    const role = rows[0]?.role as string;
    await refuseOtherOwner(owner, role);
    await migratePostgres(owner, (client) => grantTo(client, role));
    await refuseWithoutWall(service);
  } finally {
    await owner.end();
  }
}

/**
 * The engine an installation grows into: an ordinary transaction on a pool, retried when the server asks for it.
 * @throws StoreError `no-wall` when the service's role could change evidence although another owns the tables
 */
export async function openPostgres(url: string, migrationUrl?: string): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 16,
    connectionTimeoutMillis: 10_000,
    application_name: 'lethe',
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  await mapped(() => (migrationUrl === undefined ? migratePostgres(pool) : migrateAsOwner(migrationUrl, pool))).catch(
    async (error: unknown) => {
      await pool.end();
      throw error;
    },
  );
  const readQuery = queryOn(pool);

  async function transaction<T>(begin: string, fn: (tx: Query) => Promise<T>, fence?: Fence): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      if (fence) await beginFenced(client, begin, fence);
      else await client.query(begin);
      const value = await fn(queryOn(client));
      await client.query('COMMIT');
      return value;
    } catch (error) {
      await client.query('ROLLBACK').catch((fault: Error) => {
        broken = fault;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    engine: 'postgres',
    tables: postgresTables,
    read: (fn) => mapped(() => fn(readQuery)),
    snapshot: (fn) => mapped(() => transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', fn)),
    write: (fn, options) =>
      mapped(async () => {
        const begin = options?.isolation === 'serializable' ? 'BEGIN ISOLATION LEVEL SERIALIZABLE' : 'BEGIN';
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await transaction(begin, fn, options?.fence);
          } catch (error) {
            if (attempt === ATTEMPTS || driverError(error)?.fault !== 'serialization') throw error;
            await new Promise((next) => setTimeout(next, Math.random() * 5 * 2 ** attempt));
          }
        }
      }),
    scrub: async () => undefined,
    releaseMemory: () => undefined,
    waiting: () => pool.waitingCount,
    close: () => pool.end(),
  };
}
