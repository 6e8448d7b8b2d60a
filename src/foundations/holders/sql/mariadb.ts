import { readFileSync } from 'node:fs';
import mysql, { type PoolConnection } from 'mysql2/promise';
import type { Engine, Limits, Row, Session, Statement } from './engine.ts';
import { readMariadbCatalogue, readMariadbRights } from './mariadb-catalogue.ts';
import { mariadbDialect } from './mariadb-dialect.ts';

interface Urls {
  read: string;
  write: string;
}

const MODE = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

/** What every transaction begins with: values are told in one way, whatever server and role are set to. */
const settings = ({ lockSeconds }: Limits): string =>
  `SET SESSION sql_mode = '${MODE}', time_zone = '+00:00', foreign_key_checks = 1, unique_checks = 1, ` +
  `innodb_lock_wait_timeout = ${lockSeconds}, lock_wait_timeout = ${lockSeconds}`;

const isDenied = (error: unknown): boolean =>
  /^ER_(\w*ACCESS_DENIED|SPECIFIC_ACCESS_DENIED)/.test(String((error as { code?: unknown } | null)?.code));

/**
 * Where to connect, and how. `sslmode=verify-full` and `sslrootcert` mean what they mean for PostgreSQL; the driver knows
 * neither, and by itself does not compare the name in the certificate with that of the server.
 */
export function connectionOf(url: string): { uri: string; ssl?: mysql.SslOptions } {
  const uri = new URL(url.replace(/^mariadb:/, 'mysql:'));
  const mode = uri.searchParams.get('sslmode');
  const authority = uri.searchParams.get('sslrootcert');
  uri.searchParams.delete('sslmode');
  uri.searchParams.delete('sslrootcert');
  if (mode !== 'verify-full') return { uri: uri.href };
  const ca = authority === null ? undefined : readFileSync(authority, 'utf8');
  return { uri: uri.href, ssl: { rejectUnauthorized: true, verifyIdentity: true, ca } };
}

/** The platform's MariaDB or MySQL. Connections are made when something is asked, and closed when nothing is for a while. */
export function openMariadbEngine(urls: Urls, limits: Limits): Engine {
  const pools: Partial<Record<keyof Urls, mysql.Pool>> = {};

  function pool(which: keyof Urls): mysql.Pool {
    const known = pools[which];
    if (known) return known;
    const made = mysql.createPool({
      ...connectionOf(urls[which]),
      charset: 'utf8mb4_bin',
      connectionLimit: 2,
      maxIdle: 0,
      idleTimeout: 5_000,
      connectTimeout: 10_000,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      maxPreparedStatements: 50,
      timezone: 'Z',
    });
    pools[which] = made;
    return made;
  }

  async function within<T>(
    which: keyof Urls,
    signal: AbortSignal,
    begin: [isolation: string, start: string],
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const connection: PoolConnection = await pool(which).getConnection();
    let broken = false;
    const cut = () => {
      broken = true;
      // Ends the socket: whatever is being waited for fails at once.
      connection.destroy();
    };
    signal.addEventListener('abort', cut, { once: true });
    try {
      await connection.query(settings(limits));
      await limitStatements(connection, limits);
      await connection.query(`SET TRANSACTION ISOLATION LEVEL ${begin[0]}`);
      await connection.query(begin[1]);
      // The server ends a statement by itself; this is for a server that no longer answers at all.
      const timeout = limits.statementSeconds * 1000 + 5_000;
      const ask = async ({ text, values }: Statement) => {
        const [answer] = await connection.execute({ sql: text, values, timeout });
        return answer;
      };
      const session: Session = {
        rows: async (statement) => (await ask(statement)) as Row[],
        run: async (statement) => ((await ask(statement)) as mysql.ResultSetHeader).affectedRows,
      };
      const answer = await work(session);
      await connection.query('COMMIT');
      return answer;
    } catch (error) {
      if (!broken) await connection.query('ROLLBACK').catch(() => (broken = true));
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cut);
      if (broken) connection.destroy();
      else connection.release();
    }
  }

  const READ: [string, string] = ['REPEATABLE READ', 'START TRANSACTION READ ONLY'];
  // What is locked is looked at as it is now, and gaps between rows stay open to the platform.
  const WRITE: [string, string] = ['READ COMMITTED', 'START TRANSACTION READ WRITE'];
  return {
    sql: mariadbDialect,
    reading: (signal, work) => within('read', signal, READ, work),
    writing: (signal, work) => within('write', signal, WRITE, work),
    catalogue: (signal) => within('read', signal, READ, readMariadbCatalogue),
    rights: async (signal) => {
      const read = await within('read', signal, WRITE, (session) => readMariadbRights(session, isDenied));
      const write = await within('write', signal, WRITE, (session) => readMariadbRights(session, isDenied));
      return { read: read.tables, write: write.tables, writable: write.writable };
    },
    // Integrity, data, a trigger's own words.
    refusesRow: (error) => /^(23|22|45)/.test(String((error as { sqlState?: unknown } | null)?.sqlState)),
    close: async () => {
      await Promise.all(Object.values(pools).map((each) => each.end()));
    },
  };
}

/** How long a statement may take: MariaDB counts in seconds and means all, MySQL in milliseconds and means questions. */
async function limitStatements(connection: PoolConnection, { statementSeconds }: Limits): Promise<void> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT VERSION() AS version');
  const isMariadb = /mariadb/i.test(String(rows[0]?.['version']));
  await connection.query(
    isMariadb
      ? `SET SESSION max_statement_time = ${statementSeconds}`
      : `SET SESSION max_execution_time = ${statementSeconds * 1000}`,
  );
}
