import pg from 'pg';
import type { Bound, Engine, Limits, Row, Session, Statement } from './engine.ts';
import { readPostgresCatalogue, readPostgresRights } from './postgres-catalogue.ts';
import { postgresDialect } from './postgres-dialect.ts';

/** `?` to `$1`, `$2` …; not within quotes, where it is part of a name or of a text of ours. */
function numbered({ text, values }: Statement): { text: string; values: Bound[] } {
  let index = 0;
  const numberedText = text.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|\?/g, (found) =>
    found === '?' ? `$${++index}` : found,
  );
  return { text: numberedText, values };
}

/**
 * What every transaction begins with. Rows that a policy of the database hides are an error and not an empty answer; and
 * values are told in one way, whatever the role is set to.
 */
const settings = ({ statementSeconds, lockSeconds }: Limits): string => `
  SET LOCAL statement_timeout = ${statementSeconds * 1000}; SET LOCAL lock_timeout = ${lockSeconds * 1000};
  SET LOCAL row_security = off; SET LOCAL TIME ZONE 'UTC'; SET LOCAL datestyle = 'ISO, YMD';
  SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1;
  SET LOCAL standard_conforming_strings = on`;

interface Urls {
  read: string;
  write: string;
}

/** The platform's PostgreSQL. Connections are made when something is asked, and closed when nothing is for a while. */
export function openPostgresEngine(urls: Urls, limits: Limits): Engine {
  const pools: Partial<Record<keyof Urls, pg.Pool>> = {};

  function pool(which: keyof Urls): pg.Pool {
    const known = pools[which];
    if (known) return known;
    const made = new pg.Pool({
      connectionString: urls[which],
      max: 2,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 5_000,
      allowExitOnIdle: true,
      // The server ends a statement by itself; this is for a server that no longer answers at all.
      query_timeout: limits.statementSeconds * 1000 + 5_000,
      application_name: 'lethe',
    });
    made.on('error', () => undefined);
    pools[which] = made;
    return made;
  }

  async function within<T>(
    which: keyof Urls,
    signal: AbortSignal,
    begin: string,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const client = await pool(which).connect();
    let broken = false;
    const cut = () => {
      broken = true;
      // Ends the socket: whatever is being waited for fails at once.
      void client.end().catch(() => undefined);
    };
    client.on('error', () => undefined);
    signal.addEventListener('abort', cut, { once: true });
    try {
      await client.query(begin);
      await client.query(settings(limits));
      const session: Session = {
        rows: async (statement) => (await client.query<Row>(numbered(statement))).rows,
        run: async (statement) => (await client.query(numbered(statement))).rowCount ?? 0,
      };
      const answer = await work(session);
      await client.query('COMMIT');
      return answer;
    } catch (error) {
      if (!broken) await client.query('ROLLBACK').catch(() => (broken = true));
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cut);
      client.removeAllListeners('error');
      client.on('error', () => undefined);
      client.release(broken);
    }
  }

  const READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
  return {
    sql: postgresDialect,
    reading: (signal, work) => within('read', signal, READ, work),
    writing: (signal, work) => within('write', signal, 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', work),
    catalogue: (signal) => within('read', signal, READ, readPostgresCatalogue),
    rights: async (signal) => {
      const read = await within('read', signal, READ, readPostgresRights);
      const write = await within('write', signal, READ, readPostgresRights);
      return { read: read.tables, write: write.tables, writable: write.writable };
    },
    // Integrity, data, a check option, a trigger's own words.
    refusesRow: (error) => /^(23|22|44|27|P0001)/.test(String((error as { code?: unknown } | null)?.code)),
    close: async () => {
      await Promise.all(Object.values(pools).map((each) => each.end()));
    },
  };
}
