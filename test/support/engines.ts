import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Audit, createAudit } from '../../src/foundations/audit/audit.ts';
import type { Timeouts } from '../../src/foundations/store/connections.ts';
import { openStore } from '../../src/foundations/store/open.ts';
import type { Store } from '../../src/foundations/store/store.ts';
import { openSqliteKeyring } from '../../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../../src/foundations/vault/master-key.ts';
import { openVault, type Vault } from '../../src/foundations/vault/vault.ts';
import { dropPostgresDatabase, newPostgresDatabase } from './postgres.ts';

export const ENGINES = ['sqlite', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

/** A store and a vault of their own in a temporary folder, for one test or suite. */
export interface Ground {
  engine: Engine;
  folder: string;
  /** What `openStore` was given: a file path or a URL. */
  location: string;
  store: Store;
  vault: Vault;
  /** Names policies of the hash `hash` where an entry names none. */
  audit: Audit;
  masterKey: string;
  close(): Promise<void>;
}

export async function openGround(
  engine: Engine,
  options: { empty?: boolean; timeouts?: Timeouts } = {},
): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-test-'));
  const location = engine === 'sqlite' ? join(folder, 'lethe.db') : await newPostgresDatabase(options);
  const masterKey = newMasterKey();
  const vault = await openVault(openSqliteKeyring(join(folder, 'keyring.db')), parseMasterKey(masterKey));
  const store = await openStore(location, undefined, options.timeouts, vault.pseudonyms);
  const ground: Ground = {
    engine,
    folder,
    location,
    store,
    vault,
    audit: createAudit({ of: () => ({ current: () => ({ hash: 'hash' }) }) }),
    masterKey,
    close: async () => {
      // Whichever stand now: a test may have closed these and opened others in their place.
      await ground.store.close();
      await ground.vault.close();
      if (engine === 'postgres') await dropPostgresDatabase(location);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return ground;
}

type Suite = (ground: () => Ground, engine: Engine) => void;

/**
 * Runs the same suite on both engines. `ground()` is the suite's own store and vault, opened before its first test and
 * thrown away after its last.
 */
export function onBothEngines(title: string, suite: Suite): void {
  for (const engine of ENGINES) onEngine(engine, title, suite);
}

/** Runs a suite on SQLite alone: one whose rules do not depend on how the database answers. */
export function onOneEngine(title: string, suite: Suite): void {
  onEngine('sqlite', title, suite);
}

function onEngine(engine: Engine, title: string, suite: Suite): void {
  describe(`${title} (${engine})`, () => {
    let ground: Ground | undefined;
    before(async function () {
      this.timeout(180_000);
      ground = await openGround(engine);
    });
    after(async () => {
      await ground?.close();
    });
    suite(() => {
      if (!ground) throw new Error('the ground is open only while a test runs');
      return ground;
    }, engine);
  });
}

/** How many rows each table has, by its name in the code. */
export async function rowsIn({ store }: Ground): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [name, table] of Object.entries(store.tables))
    counts[name] = (await store.read((q) => q.select().from(table as typeof store.tables.leases))).length;
  return counts;
}
