import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BackupError, type Manifest, renderManifest, type SignedManifest } from './manifest.ts';

/** Begins the name of everything that is not finished; the next run removes it. */
const UNFINISHED = '.lethe-unfinished-';
const MANIFEST = '.manifest.json';
const LOCK = '.lethe-backup-lock';

export const manifestOf = (file: string): string => `${file}${MANIFEST}`;

/** A path in the folder for something that is not finished yet. */
export function unfinished(folder: string, what: string): string {
  return join(folder, `${UNFINISHED}${crypto.randomUUID()}-${what}`);
}

/** Name of a backup: sorts by time. */
export function backupName(kind: Manifest['kind'], engine: Manifest['engine'], at: Date): string {
  const stamp = at.toISOString().replace(/[-:.]/g, '');
  return `lethe-${kind === 'keyring' ? 'keyring-' : ''}${stamp}.${engine === 'sqlite' ? 'sqlite' : 'sql'}.gz.age`;
}

/** Whether a name is that of a backup of this kind, finished or not. */
function isBackup(kind: Manifest['kind'], name: string): boolean {
  return new RegExp(`^lethe-${kind === 'keyring' ? 'keyring-' : ''}\\d{8}T\\d{9}Z\\.(sqlite|sql)\\.gz(\\.age)?$`).test(
    name,
  );
}

/** Makes a rename or removal in the folder last. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/**
 * Keeps other backups away from the folder until the answer is called. The lock ends with the process, however that
 * ends; what an earlier one left unfinished is removed.
 * @throws BackupError when another is at work
 */
export function takeFolder(folder: string): () => void {
  const lock = new Database(join(folder, LOCK), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new BackupError(`Another backup, check or restore is at work in ${folder}. Wait until it has ended.`);
  }
  removeUnfinished(folder);
  return () => {
    removeUnfinished(folder);
    rmSync(join(folder, LOCK), { force: true });
    lock.close();
  };
}

function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) if (name.startsWith(UNFINISHED)) rmSync(join(folder, name), { force: true });
}

/** Removes what a killed backup, check or restore left behind; of one that is at work nothing. */
export function clearUnfinished(folder: string): void {
  if (!readdirSync(folder).some((name) => name.startsWith(UNFINISHED))) return;
  try {
    takeFolder(folder)();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
  }
}

/** Gives a complete file its name, then the manifest beside it: only with that is the backup finished. */
export function finish(folder: string, temporary: string, signed: SignedManifest): string {
  const file = join(folder, signed.manifest.file);
  const beside = unfinished(folder, 'manifest');
  writeFileSync(beside, renderManifest(signed), { flag: 'wx', mode: 0o600, flush: true });
  renameSync(temporary, file);
  syncFolder(folder);
  renameSync(beside, manifestOf(file));
  syncFolder(folder);
  return file;
}

/** Removes a backup: its manifest first, so that half of it never looks whole. */
export function removeBackup(file: string): void {
  rmSync(manifestOf(file), { force: true });
  rmSync(file, { force: true });
}

/** Backups of a kind in a folder, oldest first, by name; those without a manifest are unfinished. */
export function backupsIn(folder: string, kind: Manifest['kind']): { name: string; finished: boolean }[] {
  const names = readdirSync(folder);
  const files = names.map((name) => (name.endsWith(MANIFEST) ? name.slice(0, -MANIFEST.length) : name));
  return [...new Set(files)]
    .filter((name) => isBackup(kind, name))
    .sort()
    .map((name) => ({ name, finished: names.includes(manifestOf(name)) }));
}
