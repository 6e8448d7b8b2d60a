import { getTableName } from 'drizzle-orm';
import pg from 'pg';
import { to } from 'pg-copy-streams';
import { mapped, StoreError } from '../store/errors.ts';
import { JOURNAL, migrationsOf } from '../store/migrate.ts';
import { postgresTables } from '../store/schema.postgres.ts';
import { KEPT_APART_SCHEMA } from '../vault/kept-apart.postgres.ts';
import { KEYRING_SCHEMA } from '../vault/keyring.postgres.ts';
import type { Manifest } from './manifest.ts';
import { logsByTenant } from './sqlite.ts';

/** How values are written: the same on every server, whatever its settings. */
export const SESSION = [
  "SET client_encoding = 'UTF8'",
  "SET DateStyle = 'ISO, YMD'",
  "SET TimeZone = 'UTC'",
  "SET bytea_output = 'hex'",
  'SET extra_float_digits = 3',
  'SET standard_conforming_strings = on',
];
export const FIRST_LINE = '-- Lethe backup, format 2';
export const LAST_LINE = '-- Lethe backup, end';
const KEYRING_TABLES = [
  'lethe_master',
  'lethe_keys',
  'lethe_published_checkpoints',
  'lethe_erasure_ledger',
  'lethe_ended_tokens',
  'lethe_ended_tenants',
  'lethe_rotations',
];
/** After the rows: the ledger counts on from where it stood. */
export const LEDGER_GOES_ON =
  "SELECT setval(pg_get_serial_sequence('lethe_erasure_ledger', 'seq'), (SELECT coalesce(max(seq), 0) + 1 FROM lethe_erasure_ledger), false)";

/** Every table of a kind, in the order in which they are written. */
export function tablesOf(kind: Manifest['kind']): string[] {
  return kind === 'keyring'
    ? KEYRING_TABLES
    : ['lethe_migrations', ...Object.values(postgresTables).map((table) => getTableName(table))];
}

/** The statements that make the empty tables, up to the migration the data was under. */
export function schemaOf(kind: Manifest['kind'], lastMigration: { at: number } | null): string[] {
  if (kind === 'keyring') return [KEYRING_SCHEMA, KEPT_APART_SCHEMA];
  const migrations = migrationsOf('postgres').filter(({ folderMillis }) => folderMillis <= (lastMigration?.at ?? 0));
  return [JOURNAL, ...migrations.flatMap(({ sql }) => sql)];
}

/** What the dump found out on its way; complete once it has ended. */
interface DumpFacts {
  rows: Record<string, number>;
  migrations: { at: number; hash: string }[];
  logs: Manifest['logs'];
  /** Bytes of the tables in the server, about: for a progress bar. */
  expected: number;
}

export interface Dump {
  facts: DumpFacts;
  content: AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/**
 * Opens a dump: plain SQL that `psql` restores into an empty database, as of one instant (one REPEATABLE READ snapshot),
 * in constant memory.
 * @throws StoreError
 */
export async function openDump(url: string, kind: Manifest['kind']): Promise<Dump> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'lethe-backup',
  });
  client.on('error', () => undefined);
  try {
    await mapped(() => client.connect());
    const facts = await mapped(() => begin(client, kind));
    return { facts, content: write(client, kind, facts), close: () => client.end() };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function begin(client: pg.Client, kind: Manifest['kind']): Promise<DumpFacts> {
  for (const setting of SESSION) await client.query(setting);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ name: string; size: string }>(
    `SELECT relname AS name, pg_table_size(oid) AS size FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname = ANY($1)`,
    [tablesOf(kind)],
  );
  const there = new Set(rows.map(({ name }) => name));
  const first = kind === 'data' ? 'lethe_migrations' : 'lethe_master';
  if (!there.has(first))
    throw new StoreError('misuse', 'nothing-there', 'There is nothing of Lethe in this database yet.');
  const facts: DumpFacts = {
    rows: Object.fromEntries(
      tablesOf(kind)
        .filter((table) => there.has(table))
        .map((table) => [table, 0]),
    ),
    migrations: [],
    logs: {},
    expected: rows.reduce((sum, { size }) => sum + Number(size), 0),
  };
  if (kind === 'data') {
    const applied = await client.query<{ at: string; hash: string }>(
      'SELECT applied_at AS at, hash FROM lethe_migrations ORDER BY applied_at',
    );
    facts.migrations = applied.rows.map(({ at, hash }) => ({ at: Number(at), hash }));
    if (there.has('log_heads')) {
      const heads = await client.query<{ tenant: string; generation: string; size: string }>(
        'SELECT tenant_id AS tenant, generation, size FROM log_heads ORDER BY tenant_id',
      );
      facts.logs = logsByTenant(heads.rows);
    }
  }
  return facts;
}

const statement = (text: string) => `${text.trim().replace(/;$/, '')};\n`;

async function* write(client: pg.Client, kind: Manifest['kind'], facts: DumpFacts): AsyncGenerator<Buffer> {
  const lastMigration = facts.migrations.at(-1) ?? null;
  yield Buffer.from(
    [
      `${FIRST_LINE}\n-- Into an empty database: lethe restore, or psql -v ON_ERROR_STOP=1 -f THIS\n`,
      ...SESSION.map(statement),
      'BEGIN;\n',
      ...schemaOf(kind, lastMigration).map(statement),
    ].join(''),
  );
  for (const table of Object.keys(facts.rows)) {
    const columns = await mapped(() => columnsOf(client, table));
    yield Buffer.from(`COPY "${table}" (${columns}) FROM stdin;\n`);
    const rows = client.query(to(`COPY (SELECT ${columns} FROM "${table}") TO STDOUT`));
    let count = 0;
    for await (const chunk of rows as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1;
      yield chunk;
    }
    facts.rows[table] = count;
    yield Buffer.from('\\.\n');
  }
  if (kind === 'keyring') yield Buffer.from(statement(LEDGER_GOES_ON));
  yield Buffer.from(`COMMIT;\n${LAST_LINE}\n`);
  await client.query('COMMIT');
}

async function columnsOf(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  return rows.map(({ name }) => `"${name}"`).join(', ');
}
