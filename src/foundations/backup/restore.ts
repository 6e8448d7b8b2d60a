import type { KeyObject } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../process/files.ts';
import { olderData } from '../store/migrate.ts';
import { holdsData } from '../store/open.ts';
import { type KeyringFacts, keyringFacts } from '../vault/keyring-facts.ts';
import { checkValue, MasterKeyError } from '../vault/master-key.ts';
import { fileOf, isPostgres, type Tell } from './backup.ts';
import { dataKeysOf } from './keyring-backup.ts';
import { dataKeysAt, keyringKeys, type OpeningKeys, openingKeys } from './keys.ts';
import { loadPostgres, postgresIsFilled, refuseIfPostgresInUse } from './load.ts';
import { BackupError, type Manifest } from './manifest.ts';
import { refuseIfInUse, replaceSqlite } from './sqlite.ts';
import { readManifest, signedManifest, verifyBackup } from './verify.ts';

export interface RestoreRequest {
  file: string;
  /** A backup of the keyring, for when the keyring itself was lost or is older. */
  keyringFile: string | undefined;
  /** Where data and keyring belong; for PostgreSQL under the role that owns the tables. */
  database: string;
  keyring: string;
  masterKey: KeyObject;
  /** For a backup that was made elsewhere: who signed it, instead of this installation, and what else may open it. */
  elsewhere?: Partial<OpeningKeys>;
  /** Data that is there already may be replaced. */
  replace: boolean;
  tell?: Tell;
}

export interface RestoreResult {
  data: Manifest;
  keyring: Manifest | undefined;
  /** Entries of the ledger of erasures written since the backup: the next start does these erasures again. */
  erasuresSince: number;
}

/** What a restore would do, looked at beforehand: everything that can be refused is refused here. */
export interface RestorePlan {
  data: Manifest;
  keyring: Manifest | undefined;
  /** What the data is opened and checked with. */
  keys: OpeningKeys;
  /** Whether there is data now that would go. */
  filled: boolean;
}

const NOT_ITS_KEY =
  'The master key is not the one this keyring was made with, or the manifest beside its backup was altered. Nothing was touched; give the right key.';

/**
 * Looks whether the restore can be done, without touching anything.
 * @throws BackupError, MasterKeyError, StoreError
 */
export async function planRestore(request: RestoreRequest): Promise<RestorePlan> {
  const { keyringFile, masterKey } = request;
  const data = fitting(request.file, 'data', request.database);
  const keyring = keyringFile === undefined ? undefined : fitting(keyringFile, 'keyring', request.keyring);
  const present = await keyringFacts(request.keyring);
  if (present?.older) throw olderData();
  const check = keyring ? keyring.masterCheck : (present?.check ?? null);
  if (check !== null && check !== checkValue(masterKey)) throw new MasterKeyError(NOT_ITS_KEY);
  if (!keyring) {
    if (!present)
      throw new BackupError(
        'There is no keyring here, and without it the data cannot be opened. Give its newest backup with --keyring.',
      );
    refuseOtherKeys(present.keys, data);
  } else {
    await signedManifest(keyringFile as string, await openingKeys(keyringKeys(masterKey)));
    if (present && present.ledger >= keyring.ledger)
      throw new BackupError(
        `The present keyring is as new as this backup of it or newer (ledger of erasures at ${present.ledger}, in the ` +
          `backup ${keyring.ledger}): it stays. Leave --keyring out; an older one would bring erased persons back.`,
      );
    refuseOtherKeys(keyring.keys, data);
  }
  const filled = await isFilled(request.database);
  if (filled && !request.replace)
    throw new BackupError(
      'There is data already. With --replace it is replaced, and nothing of it is kept: back it up first if it may be needed.',
    );
  if (isPostgres(request.database)) await refuseIfPostgresInUse(request.database, 'data');
  else refuseIfInUse(fileOf(request.database));
  if (keyring) {
    if (isPostgres(request.keyring)) await refuseIfPostgresInUse(request.keyring, 'keyring');
    else refuseIfInUse(fileOf(request.keyring));
  }
  const keys = await keysFor(request);
  await signedManifest(request.file, keys);
  return { data, keyring, keys, filled };
}

/** Own keys, from the keyring that will stand; and those of somebody else, as far as they are named. */
async function keysFor({ keyring, keyringFile, masterKey, elsewhere }: RestoreRequest): Promise<OpeningKeys> {
  const { identities, signers } = elsewhere ?? {};
  if (identities && signers) return { identities, signers };
  const own = await openingKeys(
    keyringFile === undefined
      ? await dataKeysAt(keyring, masterKey, false)
      : await dataKeysOf(keyringFile, masterKey, scratchFor(keyring)),
  );
  return { identities: [...own.identities, ...(identities ?? [])], signers: signers ?? own.signers };
}

function fitting(file: string, kind: Manifest['kind'], location: string): Manifest {
  const { manifest } = readManifest(file);
  if (manifest.kind !== kind)
    throw new BackupError(
      kind === 'data' ? 'This is the backup of a keyring: give that of the data.' : 'This is no backup of a keyring.',
    );
  if (manifest.engine !== (isPostgres(location) ? 'postgres' : 'sqlite'))
    throw new BackupError(
      `The backup is of ${manifest.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, and the ${kind} is configured for the other engine.`,
    );
  return manifest;
}

/** Data under one keyring's pseudonyms is noise under another's. */
function refuseOtherKeys(keys: KeyringFacts['keys'], data: Manifest): void {
  const strange = Object.entries(data.keys).filter(([tenant, id]) => keys[tenant] !== undefined && keys[tenant] !== id);
  const missing = Object.keys(data.keys).filter((tenant) => keys[tenant] === undefined);
  if (strange.length > 0 || missing.length > 0)
    throw new BackupError('The keyring does not belong to this backup: its keys are others. Nothing was touched.');
}

/** @throws StoreError `older-database`: what this version does not read it does not replace either */
async function isFilled(database: string): Promise<boolean> {
  await holdsData(database).catch((error: { code?: string }) => {
    // What is damaged is what a restore is for.
    if (!/^SQLITE_(NOTADB|CORRUPT)/.test(error.code ?? '')) throw error;
  });
  if (isPostgres(database)) return postgresIsFilled(database, 'data');
  const file = fileOf(database);
  return existsSync(file) && statSync(file).size > 0;
}

/**
 * Brings a backup back: verified whole first, then put in place in one step. The keyring stays as it is unless a newer one
 * is given. The next start of the service does the erasures again that were made since the backup.
 * @throws BackupError, MasterKeyError, StoreError; the old data stands then
 */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreResult> {
  const plan = await planRestore(request);
  // The data is checked before anything moves, the keyring likewise; then the keyring first, without which data is noise.
  if (request.keyringFile !== undefined) {
    await verifyBackup(request.file, plan.keys, {
      scratch: scratchFor(request.database),
      tell: telling(request, 'checking the data'),
    });
    await put(request, request.keyringFile, await openingKeys(keyringKeys(request.masterKey)), request.keyring, true);
  }
  const data = await put(request, request.file, plan.keys, request.database, request.replace);
  const position = (await keyringFacts(request.keyring))?.ledger ?? 0;
  return { data, keyring: plan.keyring, erasuresSince: Math.max(0, position - data.ledger) };
}

const telling =
  ({ tell }: RestoreRequest, step: string) =>
  (done: number, total: number) =>
    tell?.(step, done, total);

/** Beside where it will lie, so that it is put there in one step; a dump needs none. */
function scratchFor(location: string): string | undefined {
  if (isPostgres(location)) return undefined;
  const scratch = dirname(fileOf(location));
  makeFolder(scratch, 0o700);
  return scratch;
}

async function put(
  request: RestoreRequest,
  file: string,
  keys: OpeningKeys,
  location: string,
  replace: boolean,
): Promise<Manifest> {
  if (isPostgres(location)) {
    const manifest = await verifyBackup(file, keys, { tell: telling(request, 'checking') });
    const total = manifest.stored.bytes;
    await loadPostgres(location, file, manifest, keys.identities, {
      replace,
      tell: (bytes) => request.tell?.(`loading the ${manifest.kind}`, bytes, total),
    });
    return manifest;
  }
  return verifyBackup(file, keys, {
    scratch: scratchFor(location),
    tell: telling(request, 'restoring'),
    whole: (copy) => replaceSqlite(fileOf(location), copy),
  });
}
