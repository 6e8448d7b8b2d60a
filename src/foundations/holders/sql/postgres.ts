import pg from 'pg';
import type { Catalogue, CatalogueTable, ForeignKey } from './catalogue.ts';
import type { Bound, Dialect, Engine, Limits, Row, Session, Statement } from './engine.ts';

const NATIVE = new Set(['smallint', 'integer', 'real', 'double precision', 'boolean']);

const dialect: Dialect = {
  asText: (column) => `${column}::text`,
  asExport: (column, { type }) => {
    if (NATIVE.has(type) || type === 'text[]' || type === 'character varying[]') return column;
    if (type === 'timestamp with time zone')
      return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    if (type === 'inet') return `abbrev(${column})`;
    return type === 'bytea' ? `encode(${column}, 'base64')` : `${column}::text`;
  },
  asAddress: (column, { type }) => (type === 'inet' || type === 'cidr' ? `host(${column})` : `${column}::text`),
  fromText: ({ type }) => `CAST(?::text AS ${type})`,
  onlyOf: (text, characters) => `${text} ~ '^[${characters}]*$'`,
  lockRows: ' FOR UPDATE',
  deferConstraints: 'SET CONSTRAINTS ALL DEFERRED',
};

/** `?` to `$1`, `$2` …; no text of ours holds a question mark of its own. */
function numbered({ text, values }: Statement): { text: string; values: Bound[] } {
  let index = 0;
  return { text: text.replaceAll('?', () => `$${++index}`), values };
}

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
      await client.query(
        `SET LOCAL statement_timeout = ${limits.statementSeconds * 1000}; SET LOCAL lock_timeout = ${limits.lockSeconds * 1000}; SET LOCAL TIME ZONE 'UTC'`,
      );
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

  return {
    kind: 'postgres',
    sql: dialect,
    reading: (signal, work) => within('read', signal, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work),
    writing: (signal, work) => within('write', signal, 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', work),
    catalogue: (signal) =>
      within('read', signal, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', (session) => readCatalogue(session)),
    close: async () => {
      await Promise.all(Object.values(pools).map((each) => each.end()));
    },
  };
}

const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;
const plain = (text: string): Statement => ({ text, values: [] });
const ON_DELETE: Record<string, ForeignKey['onDelete']> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

/** pg_catalog rather than information_schema: the latter hides what the role does not own. */
async function readCatalogue(session: Session): Promise<Catalogue> {
  const tables = new Map<string, CatalogueTable>();
  const [current] = await session.rows(plain('SELECT current_schema() AS schema'));
  for (const row of await session.rows(
    plain(
      `SELECT n.nspname || '.' || c.relname AS name, a.attname AS column, format_type(a.atttypid, NULL) AS type,
              NOT a.attnotnull AS nullable, (a.attgenerated <> '' OR a.attidentity = 'a') AS generated,
              CASE WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND a.atttypmod > 4
                   THEN a.atttypmod - 4 END AS max_length
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${OURS}
        ORDER BY name, a.attnum`,
    ),
  )) {
    const name = String(row['name']);
    const table = tables.get(name) ?? {
      name,
      columns: new Map(),
      primaryKey: [],
      unique: [],
      indexes: [],
      foreignKeys: [],
    };
    tables.set(name, table);
    table.columns.set(String(row['column']), {
      name: String(row['column']),
      type: String(row['type']),
      nullable: row['nullable'] === true,
      generated: row['generated'] === true,
      maxLength: row['max_length'] === null ? null : Number(row['max_length']),
    });
  }
  for (const row of await session.rows(
    plain(
      `SELECT n.nspname || '.' || c.relname AS name, i.indisprimary AS primary,
              (i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL) AS unique, (i.indpred IS NULL) AS whole,
              array(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(num, place)
                      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num
                     WHERE k.place <= i.indnkeyatts ORDER BY k.place) AS columns
         FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisvalid AND ${OURS}`,
    ),
  )) {
    const table = tables.get(String(row['name']));
    const columns = row['columns'] as string[];
    if (!table || columns.length === 0) continue;
    if (row['primary']) table.primaryKey = columns;
    if (row['unique']) table.unique.push(columns);
    if (row['whole']) table.indexes.push(columns);
  }
  for (const row of await session.rows(
    plain(
      `SELECT n.nspname || '.' || c.relname AS name, fn.nspname || '.' || f.relname AS references,
              k.confdeltype AS on_delete, k.condeferrable AS deferrable,
              array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, place)
                      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.place) AS columns,
              array(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, place)
                      JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.place) AS referenced
         FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conname`,
    ),
  ))
    tables.get(String(row['name']))?.foreignKeys.push({
      columns: row['columns'] as string[],
      references: String(row['references']),
      referenced: row['referenced'] as string[],
      onDelete: ON_DELETE[String(row['on_delete'])] ?? 'no action',
      deferrable: row['deferrable'] === true,
    });
  return { tables, defaultSchema: String(current?.['schema'] ?? 'public') };
}
