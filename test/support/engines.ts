import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Audit, createAudit } from '../../src/foundations/audit/audit.ts';
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

export async function openGround(engine: Engine, options: { empty?: boolean } = {}): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-test-'));
  const location = engine === 'sqlite' ? join(folder, 'lethe.db') : await newPostgresDatabase(options);
  const masterKey = newMasterKey();
  const store = await openStore(location);
  const vault = await openVault(openSqliteKeyring(join(folder, 'keyring.db')), parseMasterKey(masterKey));
  const ground: Ground = {
    engine,
    folder,
    location,
    store,
    vault,
    audit: createAudit({ current: () => ({ hash: 'hash' }) }),
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

/**
 * Runs the same suite on both engines. `ground()` is the suite's own store and vault, opened before its first test and
 * thrown away after its last.
 */
export function onBothEngines(title: string, suite: (ground: () => Ground, engine: Engine) => void): void {
  for (const engine of ENGINES) {
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
}
