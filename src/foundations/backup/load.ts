import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { onOneConnection } from '../store/connections.ts';
import { unpack } from './compress.ts';
import { LEDGER_GOES_ON, SESSION, schemaOf, tablesOf } from './dump.ts';
import { type RowSink, readDump } from './dump-reader.ts';
import { BackupError, type Manifest } from './manifest.ts';

const connected = <T>(url: string, work: (client: pg.Client) => Promise<T>) =>
  onOneConnection(url, 'lethe-restore', work);

/** Which of a kind's tables stand in the database, and whether one of them has a row (the journal aside). */
async function standing(client: pg.Client, kind: Manifest['kind']): Promise<{ tables: string[]; filled: boolean }> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname = ANY($1)`,
    [tablesOf(kind)],
  );
  const tables = rows.map(({ name }) => name);
  for (const table of tables.filter((name) => name !== 'lethe_migrations')) {
    const found = await client.query(`SELECT 1 FROM "${table}" LIMIT 1`);
    if (found.rows.length > 0) return { tables, filled: true };
  }
  return { tables, filled: false };
}

/** Whether a PostgreSQL database holds rows of Lethe's already. */
export function postgresIsFilled(url: string, kind: Manifest['kind']): Promise<boolean> {
  return connected(url, async (client) => (await standing(client, kind)).filled);
}

async function refuseIfServed(client: pg.Client, kind: Manifest['kind']): Promise<void> {
  const { rows } = await client.query(
    'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 LIMIT 1',
    [kind === 'data' ? 'lethe' : 'lethe-keyring'],
  );
  if (rows.length > 0)
    throw new BackupError('The database is in use. Stop the service (every instance) first. Nothing was touched.');
}

/** @throws BackupError when an instance of the service is connected to the database */
export function refuseIfPostgresInUse(url: string, kind: Manifest['kind']): Promise<void> {
  return connected(url, (client) => refuseIfServed(client, kind));
}

function sinkInto(client: pg.Client, table: string, columns: string): RowSink {
  const stream = client.query(from(`COPY "${table}" (${columns}) FROM STDIN`));
  const done = finished(stream);
  done.catch(() => undefined);
  return {
    rows: async (piece) => {
      if (!stream.write(piece)) await Promise.race([new Promise((drained) => stream.once('drain', drained)), done]);
    },
    end: async () => {
      stream.end();
      await done;
    },
  };
}

/**
 * Brings a verified dump into a PostgreSQL database in one transaction: other connections see the old data or the new,
 * never half. Tables are made by this Lethe's own migrations; from the file come rows only.
 * @throws BackupError, StoreError; nothing has changed then
 */
export function loadPostgres(
  url: string,
  file: string,
  manifest: Manifest,
  identities: readonly string[],
  { replace, tell }: { replace: boolean; tell?: (bytes: number) => void },
): Promise<void> {
  const { kind } = manifest;
  return connected(url, async (client) => {
    for (const setting of SESSION) await client.query(setting);
    await client.query("SET lock_timeout = '10s'");
    await client.query('BEGIN');
    await refuseIfServed(client, kind);
    const { tables, filled } = await standing(client, kind);
    if (filled && !replace) throw new BackupError('The database is not empty.');
    await clear(client, tables, kind);
    for (const statement of schemaOf(kind, manifest.lastMigration)) await client.query(statement);
    let counts: Record<string, number> = {};
    const measured = await unpack(
      file,
      manifest,
      identities,
      async (content) => {
        counts = await readDump(
          content,
          async (table, columns) => {
            if (!tablesOf(kind).includes(table)) throw new BackupError(`This Lethe has no table ${table}.`);
            return sinkInto(client, table, columns);
          },
          manifest.rows,
        );
      },
      tell,
    );
    if (measured.content.sha256 !== manifest.content.sha256 || !sameCounts(counts, manifest.rows))
      throw new BackupError('The file has changed while it was read. Nothing was touched.');
    if (kind === 'keyring') await client.query(LEDGER_GOES_ON);
    await client.query('COMMIT');
  });
}

export function sameCounts(one: Record<string, number>, other: Record<string, number>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Takes the old tables away, inside the transaction, with the functions that guard them. */
async function clear(client: pg.Client, tables: string[], kind: Manifest['kind']): Promise<void> {
  if (tables.length === 0) return;
  // Whoever starts meanwhile waits here.
  const first = kind === 'data' ? 'lethe_migrations' : 'lethe_keys';
  if (tables.includes(first)) await client.query(`LOCK TABLE "${first}" IN ACCESS EXCLUSIVE MODE`);
  await client.query(`DROP TABLE ${tables.map((table) => `"${table}"`).join(', ')}`);
  for (const [, name] of schemaOf(kind, { at: Number.MAX_SAFE_INTEGER })
    .join('\n')
    .matchAll(/CREATE (?:OR REPLACE )?FUNCTION (\w+)\(\)/g))
    await client.query(`DROP FUNCTION IF EXISTS ${name}()`);
}
