import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { onOneConnection } from '../store/connections.ts';

/** What can be told of a keyring without its master key. */
export interface KeyringFacts {
  /** Check value of the master key that wraps it; undefined in one that nobody has claimed yet. */
  check: string | undefined;
  /** Made by a Lethe before 0.4.0: it does not keep which tokens were ended. */
  older: boolean;
  /** Newest position of the ledger of erasures. */
  ledger: number;
  /** Ids of the keys behind each tenant's pseudonyms; none of an older keyring, which has other columns. */
  keys: Record<string, string>;
}

const QUERIES = (prefix: string) => ({
  check: `SELECT check_value AS value FROM ${prefix}master`,
  ledger: `SELECT coalesce(max(seq), 0) AS seq FROM ${prefix}erasure_ledger`,
  keys: `SELECT tenant_id AS tenant, key_id AS id FROM ${prefix}keys WHERE scope = 'index' ORDER BY tenant_id, number`,
});
type KeyRow = { tenant: string; id: string };
const keyed = (rows: KeyRow[]) => Object.fromEntries(rows.map(({ tenant, id }) => [tenant, id]));

/** Undefined when there is no keyring yet. Changes nothing. */
export async function keyringFacts(location: string): Promise<KeyringFacts | undefined> {
  return /^postgres(ql)?:\/\//.test(location) ? factsInPostgres(location) : factsInSqlite(location);
}

export function factsInSqlite(file: string): KeyringFacts | undefined {
  if (!existsSync(file) || statSync(file).size === 0) return undefined;
  // Who may write would bring a log that was left behind into the file, on leaving.
  const db = new Database(file, { fileMustExist: true, timeout: 10_000, readonly: existsSync(`${file}-wal`) });
  try {
    db.pragma('query_only = ON');
    const queries = QUERIES('');
    const has = (table: string) =>
      db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined;
    if (!has('master')) return undefined;
    const older = !has('ended_tokens');
    return {
      check: db.prepare<[], { value: string }>(queries.check).get()?.value,
      older,
      ledger: has('erasure_ledger') ? (db.prepare<[], { seq: number }>(queries.ledger).get()?.seq ?? 0) : 0,
      keys: older ? {} : keyed(db.prepare<[], KeyRow>(queries.keys).all()),
    };
  } finally {
    db.close();
  }
}

function factsInPostgres(url: string): Promise<KeyringFacts | undefined> {
  return onOneConnection(url, 'lethe-look', async (client) => {
    const has = async (table: string) =>
      (await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table])).rows[0]?.there;
    if (!(await has('lethe_master')) || !(await has('lethe_keys'))) return undefined;
    const queries = QUERIES('lethe_');
    const { rows } = await client.query<{ value: string }>(queries.check);
    const position = (await has('lethe_erasure_ledger'))
      ? (await client.query<{ seq: string }>(queries.ledger)).rows[0]?.seq
      : 0;
    const older = !(await has('lethe_ended_tokens'));
    const keys = older ? [] : (await client.query<KeyRow>(queries.keys)).rows;
    return { check: rows[0]?.value, older, ledger: Number(position), keys: keyed(keys) };
  });
}
