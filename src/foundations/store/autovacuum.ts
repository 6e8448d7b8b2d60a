import type pg from 'pg';
import { bringUpPostgres } from './bring-up.ts';

/**
 * How PostgreSQL is to clean up after itself, per table. Its own defaults wait until a fifth of a table is dead, which is
 * months of a portal's visits after one sweep of many; and never come to a queue that is empty most of the time.
 */
const SWEPT = {
  autovacuum_vacuum_scale_factor: 0.02,
  autovacuum_vacuum_threshold: 1000,
  autovacuum_analyze_scale_factor: 0.02,
};
const QUEUE = {
  autovacuum_vacuum_scale_factor: 0,
  autovacuum_vacuum_threshold: 2000,
  autovacuum_analyze_scale_factor: 0.1,
};
const SETTINGS: Record<string, Record<string, number>> = {
  visits: SWEPT,
  consent_events: SWEPT,
  subject_links: SWEPT,
  profiles: SWEPT,
  associations: SWEPT,
  recipient_disclosures: SWEPT,
  idempotency_keys: SWEPT,
  package_chunks: SWEPT,
  audit_pending: QUEUE,
  log_heads: QUEUE,
  log_tiles: QUEUE,
  leases: QUEUE,
  outbox_messages: QUEUE,
  sweep_steps: QUEUE,
};
/** A scale factor above this leaves what a sweep has emptied unused for months. */
const TOO_LATE = 0.1;

/** How PostgreSQL cleans up, as far as somebody has set it otherwise than fits. */
export interface Autovacuum {
  /** Whether the server does it at all. */
  on: boolean;
  /** Tables for which it is off, or comes too late, each with why. */
  unfit: Record<string, string>;
}

interface Options {
  name: string;
  options: string[] | null;
  mine: boolean;
}

const OPTIONS = `
  SELECT c.relname AS name, c.reloptions AS options, pg_has_role(current_user, c.relowner, 'USAGE') AS mine
  FROM pg_class c
  WHERE c.oid = ANY (SELECT to_regclass(quote_ident(name)) FROM unnest($1::text[]) AS name)`;

async function optionsOf(client: Pick<pg.ClientBase, 'query'>): Promise<Options[]> {
  return (await client.query<Options>(OPTIONS, [Object.keys(SETTINGS)])).rows;
}

const isSet = ({ options }: Options) => (options ?? []).some((option) => option.startsWith('autovacuum_'));

/**
 * Sets it once for each table where nobody has set anything: what an administrator has chosen stays, and is told where
 * it does not fit. Where another role owns the tables, that one sets it (LETHE_MIGRATION_URL).
 */
export async function fitAutovacuum(client: pg.ClientBase): Promise<void> {
  const unset = async () => (await optionsOf(client)).filter((table) => table.mine && !isSet(table));
  await bringUpPostgres(client, {
    table: 'lethe_migrations',
    make: 'SELECT 1',
    stands: async () => (await unset()).length === 0,
    bring: async () => {
      for (const { name } of await unset()) {
        const values = Object.entries(SETTINGS[name] as object).map(([key, value]) => `${key} = ${value}`);
        await client.query(`ALTER TABLE ${name} SET (${values.join(', ')})`);
      }
    },
  });
}

/** What stands in the server now. */
export async function autovacuumOf(client: Pick<pg.ClientBase, 'query'>): Promise<Autovacuum> {
  const server = await client.query<{ on: string; scale: string }>(
    "SELECT current_setting('autovacuum') AS on, current_setting('autovacuum_vacuum_scale_factor') AS scale",
  );
  const { on = 'on', scale = '0.2' } = server.rows[0] ?? {};
  const unfit: Autovacuum['unfit'] = {};
  for (const { name, options } of await optionsOf(client)) {
    const set = new Map((options ?? []).map((option) => option.split('=') as [string, string]));
    const factor = Number(set.get('autovacuum_vacuum_scale_factor') ?? scale);
    if (['false', 'off', 'no', '0'].includes(set.get('autovacuum_enabled') ?? 'on')) unfit[name] = 'off';
    else if (factor > TOO_LATE) unfit[name] = `waits until ${Math.round(factor * 100)} % of it is dead`;
  }
  return { on: on === 'on', unfit };
}
