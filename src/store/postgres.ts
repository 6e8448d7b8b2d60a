import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { driverError, mapped } from './errors.ts';
import { migratePostgres } from './migrate.ts';
import { postgresTables } from './schema.postgres.ts';
import type { Query, Store } from './store.ts';

const ATTEMPTS = 8;

function queryOn(client: pg.Pool | pg.PoolClient): Query {
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

/** The engine an installation grows into: an ordinary transaction on a pool, retried when the server asks for it. */
export async function openPostgres(url: string): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 16,
    connectionTimeoutMillis: 10_000,
    application_name: 'lethe',
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  await mapped(() => migratePostgres(pool));
  const readQuery = queryOn(pool);

  async function transaction<T>(begin: string, fn: (tx: Query) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(begin);
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
            return await transaction(begin, fn);
          } catch (error) {
            if (attempt === ATTEMPTS || driverError(error)?.fault !== 'serialization') throw error;
            await new Promise((next) => setTimeout(next, Math.random() * 5 * 2 ** attempt));
          }
        }
      }),
    scrub: async () => undefined,
    waiting: () => pool.waitingCount,
    close: () => pool.end(),
  };
}
