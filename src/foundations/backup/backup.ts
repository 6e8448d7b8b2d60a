import type { KeyObject } from 'node:crypto';
import { createReadStream, existsSync, openSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { addDuration } from '../../law/duration.ts';
import { makeFolder } from '../process/files.ts';
import { StoreError } from '../store/errors.ts';
import { olderData } from '../store/migrate.ts';
import { holdsData } from '../store/open.ts';
import { factsInSqlite, type KeyringFacts, keyringFacts } from '../vault/keyring-facts.ts';
import { pack } from './compress.ts';
import { openDump } from './dump.ts';
import { backupName, backupsIn, finish, removeBackup, takeFolder, unfinished } from './folder.ts';
import { type BackupKeys, dataKeysAt, keyringKeys, recipientsOf, signManifest, verifierOf } from './keys.ts';
import { BackupError, type Manifest } from './manifest.ts';
import { copySqlite, sqliteFacts } from './sqlite.ts';

export type Tell = (step: string, done: number, total: number) => void;

export interface BackupRequest {
  /** Where the data lies, and the keyring: what `openStore` and the vault were given. */
  database: string;
  keyring: string;
  masterKey: KeyObject;
  /** Who may open the data beside this installation: recipients of age (`age1…`). */
  recipients?: readonly string[];
  /** Folder of the backups of the data; undefined: of the keyring alone. */
  to: string | undefined;
  /** Another folder, for the newest keyring. */
  keyringTo: string;
  lethe: string;
  policyHash: string | null;
  now: Date;
  /** Newest backups to keep of the data; older ones are removed. */
  keep?: number;
  /** Backups made longer ago than this ISO 8601 duration are removed; never the newest. */
  olderThan?: string;
  tell?: Tell;
}

export interface BackupResult {
  data: { file: string; manifest: Manifest } | undefined;
  keyring: { file: string; manifest: Manifest };
  /** What others check the signature on the data with. */
  verifier: string;
  removed: string[];
  /** Backups of the data that stand now, oldest first. */
  kept: string[];
}

export const isPostgres = (location: string): boolean => /^postgres(ql)?:\/\//.test(location);
/** The file of a SQLite location. */
export const fileOf = (location: string): string => location.replace(/^sqlite:/, '');

function refuseOneFolder(to: string, keyringTo: string): void {
  const [data, keys] = [realpathSync(to), realpathSync(keyringTo)];
  if (data === keys || data.startsWith(keys + sep) || keys.startsWith(data + sep))
    throw new BackupError(
      'The keyring must go to a folder of its own, neither in the folder of the data nor around it: whoever copies both ' +
        'together keeps old keys with old data, and what was erased could be opened again.',
    );
}

/**
 * Backs up data and keyring, online, encrypted and signed. The data first: every key it needs is then in the keyring
 * that follows.
 * @throws BackupError, MasterKeyError, StoreError
 */
export async function makeBackup(request: BackupRequest): Promise<BackupResult> {
  const { to, keyringTo, tell = () => undefined } = request;
  for (const folder of [to, keyringTo]) if (folder !== undefined) makeFolder(folder, 0o700);
  if (to !== undefined) refuseOneFolder(to, keyringTo);
  const facts = await keyringFacts(request.keyring);
  if (!facts) throw new BackupError('There is no keyring yet: start the service once.');
  if (to !== undefined) await holdsData(request.database);
  if (facts.older) throw olderData();

  const keys = await dataKeysAt(request.keyring, request.masterKey, true);
  const result: Omit<BackupResult, 'keyring'> = {
    data: undefined,
    verifier: await verifierOf(keys),
    removed: [],
    kept: [],
  };
  if (to !== undefined) {
    const release = takeFolder(to);
    try {
      result.data = await onePart(request, to, 'data', facts, keys, tell);
      Object.assign(result, retain(to, request));
    } finally {
      release();
    }
  }
  const release = takeFolder(keyringTo);
  try {
    const keyring = await onePart(request, keyringTo, 'keyring', facts, keyringKeys(request.masterKey), tell);
    // The new one is on the disk: older ones, with keys that were destroyed since, go.
    const name = keyring.manifest.file;
    for (const older of backupsIn(keyringTo, 'keyring'))
      if (older.name !== name) removeBackup(join(keyringTo, older.name));
    return { ...result, keyring };
  } finally {
    release();
  }
}

async function onePart(
  request: BackupRequest,
  folder: string,
  kind: Manifest['kind'],
  keyring: KeyringFacts,
  keys: BackupKeys,
  tell: Tell,
): Promise<{ file: string; manifest: Manifest }> {
  const location = kind === 'data' ? request.database : request.keyring;
  const engine = isPostgres(location) ? 'postgres' : 'sqlite';
  const created = new Date(request.now);
  // Two backups within a millisecond: the second gets a name of its own.
  while (existsSync(join(folder, backupName(kind, engine, created)))) created.setTime(created.getTime() + 1);
  const name = backupName(kind, engine, created);
  const temporary = unfinished(folder, 'age');
  const recipients = await recipientsOf(keys, kind === 'data' ? (request.recipients ?? []) : []);
  const end = async (manifest: Manifest) => {
    const signature = await signManifest(manifest, keys);
    return { file: finish(folder, temporary, { manifest, signature }), manifest };
  };
  const step = kind === 'data' ? 'data' : 'keyring';
  const common = {
    format: 2 as const,
    kind,
    engine: engine as Manifest['engine'],
    created: created.toISOString(),
    lethe: request.lethe,
    file: name,
    ledger: keyring.ledger,
    keys: keyring.keys,
    masterCheck: kind === 'keyring' ? (keyring.check ?? null) : null,
    policyHash: kind === 'data' ? request.policyHash : null,
  };

  if (engine === 'postgres') {
    const dump = await openDump(location, kind);
    try {
      const total = dump.facts.expected;
      const measured = await pack(dump.content, temporary, recipients, (bytes) =>
        tell(step, Math.min(bytes, total), total),
      );
      const { rows, migrations, logs } = dump.facts;
      return await end({ ...common, ...measured, rows, logs, lastMigration: migrations.at(-1) ?? null });
    } finally {
      await dump.close();
    }
  }

  const source = fileOf(location);
  if (!existsSync(source)) throw new StoreError('misuse', 'nothing-there', 'There is nothing of Lethe here yet.');
  const beside = dirname(source);
  const release = isSameFolder(beside, folder) ? () => undefined : takeFolder(beside);
  // A copy of what lies beside it, under the same protection; what is written elsewhere is encrypted.
  const copy = unfinished(beside, 'copy');
  try {
    await copySqlite(source, copy, (done, total) => tell(`${step}, copying`, done, total));
    const { rows, migrations, logs } = sqliteFacts(copy);
    // The copy is the newer: what was made between the first look and it counts.
    const own = kind === 'keyring' ? factsInSqlite(copy) : undefined;
    const total = statSync(copy).size;
    const content = createReadStream(copy, { fd: openSync(copy, 'r'), highWaterMark: 256 * 1024 });
    // Gone from the folder while it is read: a process that is killed from here on leaves nothing.
    if (process.platform !== 'win32') rmSync(copy);
    const measured = await pack(content, temporary, recipients, (bytes) => tell(`${step}, encrypting`, bytes, total));
    return await end({
      ...common,
      ...(own ? { ledger: own.ledger, keys: own.keys } : {}),
      ...measured,
      rows,
      logs,
      lastMigration: migrations.at(-1) ?? null,
    });
  } finally {
    rmSync(copy, { force: true });
    release();
  }
}

const isSameFolder = (one: string, other: string) => realpathSync(one) === realpathSync(other);

/** Removes what the retention of backups lets go, never the newest finished one; unfinished ones always. */
function retain(
  folder: string,
  { keep, olderThan, now }: Pick<BackupRequest, 'keep' | 'olderThan' | 'now'>,
): { removed: string[]; kept: string[] } {
  const all = backupsIn(folder, 'data');
  const finished = all.filter((one) => one.finished).map(({ name }) => name);
  const newest = finished.at(-1);
  const tooMany = keep === undefined ? [] : finished.slice(0, Math.max(0, finished.length - keep));
  const tooOld =
    olderThan === undefined ? [] : finished.filter((name) => addDuration(dayOf(name), olderThan) < today(now));
  const going = [
    ...all.filter((one) => !one.finished).map(({ name }) => name),
    ...new Set([...tooMany, ...tooOld].filter((name) => name !== newest)),
  ];
  for (const name of going) removeBackup(join(folder, name));
  return { removed: going, kept: finished.filter((name) => !going.includes(name)) };
}

const today = (now: Date) => now.toISOString().slice(0, 10);

/** The day in the name of a backup. */
export function dayOf(name: string): string {
  const [, year, month, day] = /(\d{4})(\d\d)(\d\d)T/.exec(name) ?? [];
  return `${year}-${month}-${day}`;
}
