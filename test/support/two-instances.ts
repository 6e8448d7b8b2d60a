import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { openStore } from '../../src/foundations/store/open.ts';
import type { Store } from '../../src/foundations/store/store.ts';
import { keyIdOf } from '../../src/foundations/vault/envelope.ts';
import { openPostgresKeyring } from '../../src/foundations/vault/keyring.postgres.ts';
import { openSqliteKeyring } from '../../src/foundations/vault/keyring.sqlite.ts';
import { parseMasterKey } from '../../src/foundations/vault/master-key.ts';
import { openVault, type Vault } from '../../src/foundations/vault/vault.ts';
import { type Engine, type Ground, openGround } from './engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from './postgres.ts';

/**
 * Two instances of the service on one database and one keyring: on PostgreSQL both in the server, on SQLite two
 * processes' worth of connections to the same files, as the command line beside the service.
 */
export interface TwoInstances {
  a: Ground;
  b: Ground;
  /** Sealed values in the database whose key is in no keyring: `table.column`. */
  unreadable(): Promise<string[]>;
  close(): Promise<void>;
}

export async function twoInstances(engine: Engine): Promise<TwoInstances> {
  const first = await openGround(engine);
  const ring =
    engine === 'postgres' ? await newPostgresDatabase({ empty: true }) : join(first.folder, 'shared-keyring.db');
  const vault = async (): Promise<Vault> =>
    openVault(
      engine === 'postgres' ? await openPostgresKeyring(ring) : openSqliteKeyring(ring),
      parseMasterKey(first.masterKey),
    );
  await first.vault.close();
  await first.store.close();
  const onBoth = async () => {
    const opened = await vault();
    return { vault: opened, store: await openStore(first.location, undefined, undefined, opened.pseudonyms) };
  };
  const a: Ground = Object.assign(first, await onBoth());
  const b: Ground = { ...a, ...(await onBoth()), close: async () => undefined };
  return {
    a,
    b,
    async unreadable() {
      const standing = await keyIds(engine, ring);
      const lost: string[] = [];
      for (const { at, sealed } of await sealedValues(a.store))
        if (!standing.has(keyIdOf(sealed) as string)) lost.push(at);
      return lost;
    },
    async close() {
      await b.store.close();
      await b.vault.close();
      await a.close();
      if (engine === 'postgres') await dropPostgresDatabase(ring);
    },
  };
}

async function keyIds(engine: Engine, ring: string): Promise<Set<string>> {
  if (engine === 'sqlite') {
    const db = new Database(ring, { readonly: true });
    try {
      return new Set(db.prepare<[], string>('SELECT key_id FROM keys').pluck().all());
    } finally {
      db.close();
    }
  }
  const client = new pg.Client({ connectionString: ring });
  await client.connect();
  try {
    const { rows } = await client.query<{ key_id: string }>('SELECT key_id FROM lethe_keys');
    return new Set(rows.map(({ key_id }) => key_id));
  } finally {
    await client.end();
  }
}

/** Every sealed value of every table: what is sealed says so in its first byte and names its key. */
async function sealedValues(store: Store): Promise<{ at: string; sealed: Buffer }[]> {
  const found: { at: string; sealed: Buffer }[] = [];
  for (const [name, table] of Object.entries(store.tables))
    for (const row of await store.read((q) => q.select().from(table as typeof store.tables.visits)))
      for (const [column, value] of Object.entries(row))
        if (column.endsWith('Sealed') && Buffer.isBuffer(value)) found.push({ at: `${name}.${column}`, sealed: value });
  return found;
}
