import { join } from 'node:path';
import { openStore } from '../../src/foundations/store/open.ts';
import { openPostgresKeyring } from '../../src/foundations/vault/keyring.postgres.ts';
import { openSqliteKeyring } from '../../src/foundations/vault/keyring.sqlite.ts';
import { parseMasterKey } from '../../src/foundations/vault/master-key.ts';
import { openVault, type Vault } from '../../src/foundations/vault/vault.ts';
import { type Engine, type Ground, openGround } from './engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from './postgres.ts';
import { openedBy, sealedValues } from './sealed-values.ts';

/**
 * Two instances of the service on one database and one keyring: on PostgreSQL both in the server, on SQLite two
 * processes' worth of connections to the same files, as the command line beside the service.
 */
export interface TwoInstances {
  a: Ground;
  b: Ground;
  /** Sealed values in the database that no key of the keyring opens: `table.column`. */
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
      // A vault that remembers nothing: what the keyring has is what counts.
      const fresh = await vault();
      const lost: string[] = [];
      for (const value of await sealedValues(a.store)) if (!(await openedBy(fresh, value))) lost.push(value.at);
      await fresh.close();
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
