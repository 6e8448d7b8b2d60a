import type { KeyObject } from 'node:crypto';
import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { clearUnfinished } from '../foundations/backup/folder.ts';
import type { Clock } from '../foundations/process/clock.ts';
import { systemClock } from '../foundations/process/clock.ts';
import { makeFolder } from '../foundations/process/files.ts';
import { isOpenToOthers } from '../foundations/process/own-files.ts';
import { olderData } from '../foundations/store/migrate.ts';
import { holdsData, openStore } from '../foundations/store/open.ts';
import type { Store } from '../foundations/store/store.ts';
import { type WriteWatch, watchStore } from '../foundations/store/write-watch.ts';
import { openPostgresKeyring } from '../foundations/vault/keyring.postgres.ts';
import { openSqliteKeyring } from '../foundations/vault/keyring.sqlite.ts';
import type { Keyring } from '../foundations/vault/keyring.ts';
import { keyringFacts } from '../foundations/vault/keyring-facts.ts';
import { watchKeyring } from '../foundations/vault/keyring-watch.ts';
import { MasterKeyError, masterKeyFromFile, parseMasterKey } from '../foundations/vault/master-key.ts';
import { openVault, type Vault } from '../foundations/vault/vault.ts';
import { openPolicies, type Policies } from '../register/policies/policies.ts';
import type { Config } from './config.ts';
import { OpeningError, opening } from './opening.ts';

/** What every domain stands on, opened in the order in which a fault does the least harm. */
export interface Foundations {
  store: Store;
  vault: Vault;
  policies: Policies;
  /** Whether they can be written to, for `/readyz`. */
  writing: { database: WriteWatch; keyring: WriteWatch };
  /** Path of the master key file if this start has made it. */
  newMasterKeyFile: string | undefined;
  close(): Promise<void>;
}

const isPostgres = (location: string) => /^postgres(ql)?:/.test(location);

/** Where the master key lies when it is not given by the environment. */
export function masterKeyFile(config: Config): string {
  return join(config.dataFolder, 'master.key');
}

/**
 * The master key there is; never makes one.
 * @throws MasterKeyError
 */
export function existingMasterKey(config: Config): KeyObject {
  if (config.masterKey) return parseMasterKey(config.masterKey);
  const file = masterKeyFile(config);
  if (existsSync(file)) return masterKeyFromFile(file).key;
  throw new MasterKeyError(
    `There is no master key: neither LETHE_MASTER_KEY nor ${file}. Nothing was touched; give the one the keyring was made with.`,
  );
}

/** Where a new master key lies while the keys are being wrapped under it. */
export function nextMasterKeyFile(config: Config): string {
  return `${masterKeyFile(config)}.next`;
}

/** A rotation that was cut off after the keys were wrapped and before the file was replaced is completed here. */
async function openWithNext(keyring: Keyring, file: string, config: Config, error: unknown): Promise<Vault> {
  const next = nextMasterKeyFile(config);
  if (config.masterKey || !(error instanceof MasterKeyError) || !existsSync(next)) throw error;
  const vault = await openVault(keyring, masterKeyFromFile(next).key);
  renameSync(next, file);
  return vault;
}

/** Folders in which a restore that was killed may have left something. */
function restoredTo(config: Config): string[] {
  const file = config.database.replace(/^sqlite:/, '');
  const folders = [config.dataFolder, ...(isPostgres(file) ? [] : [dirname(file)])];
  return folders.filter((folder) => existsSync(folder));
}

/**
 * What lies in the data folder is for the service alone, and so is a database file elsewhere.
 * @throws OpeningError with the remedy
 */
function refuseOpenPlaces(config: Config): void {
  const isOpen = (path: string) => existsSync(path) && isOpenToOthers(statSync(path));
  // What is no folder is told by whoever needs one.
  if (isOpen(config.dataFolder) && statSync(config.dataFolder).isDirectory())
    throw new OpeningError(
      `The data folder ${config.dataFolder} can be entered by others: set its mode to 0700, or name a new folder within it in LETHE_DATA, which is made so.`,
      true,
    );
  const file = config.database.replace(/^sqlite:/, '');
  if (!isPostgres(file) && resolve(dirname(file)) !== config.dataFolder && isOpen(file))
    throw new OpeningError(`The database ${file} can be read by others: set its mode to 0600 (DATABASE_URL).`, true);
}

/**
 * Policies first (a mistake there must touch nothing), then the keys (a wrong master key must touch nothing), then the
 * data, with all migrations applied.
 * @throws RuntimeError, PolicyError, MasterKeyError, StoreError, OpeningError
 */
export async function openFoundations(config: Config, clock: Clock = systemClock): Promise<Foundations> {
  const policies = openPolicies(config.policies, { privateTargets: config.outbox.privateTargets });
  refuseOpenPlaces(config);
  const file = masterKeyFile(config);
  // Asked in this order: of two first starts at once, the other one's keyring is there before its data.
  const inUse = await opening('database', config.database, () => holdsData(config.database));
  const facts = await opening('keyring', config.keyring, () => keyringFacts(config.keyring));
  if (facts?.check !== undefined && facts.older) throw olderData();
  // A new key for an old keyring would only look like a start.
  if (facts?.check !== undefined) await opening('master key', file, () => existingMasterKey(config));
  else if (inUse)
    throw new MasterKeyError(
      'There is data, but not the keyring that opens it. Nothing was touched; bring the keyring back (lethe restore --keyring).',
    );
  await opening('data folder', config.dataFolder, () => makeFolder(config.dataFolder, 0o700));
  const { key, created } = config.masterKey
    ? { key: parseMasterKey(config.masterKey), created: false }
    : await opening('master key', file, () => masterKeyFromFile(file));
  const kept = watchKeyring(
    await opening('keyring', config.keyring, () =>
      isPostgres(config.keyring)
        ? openPostgresKeyring(config.keyring, config.timeouts, config.migrationKeyring)
        : openSqliteKeyring(config.keyring),
    ),
    clock,
  );
  const { keyring } = kept;
  const vault = await opening('keyring', config.keyring, () => openVault(keyring, key))
    .catch((error: unknown) => openWithNext(keyring, file, config, error))
    .catch(async (error: unknown) => {
      await keyring.close();
      throw error;
    });
  const opened = await opening('database', config.database, () => {
    for (const place of restoredTo(config)) clearUnfinished(place);
    return openStore(config.database, config.migrationDatabase, config.timeouts, vault.pseudonyms);
  }).catch(async (error: unknown) => {
    await vault.close();
    throw error;
  });
  const { store, watch } = watchStore(opened, clock);
  return {
    store,
    vault,
    policies,
    writing: { database: watch, keyring: kept.watch },
    newMasterKeyFile: created ? file : undefined,
    close: async () => {
      await store.close();
      await vault.close();
    },
  };
}
