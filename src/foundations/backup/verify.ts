import { createReadStream, createWriteStream, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { migrationsOf } from '../store/migrate.ts';
import { factsInSqlite } from '../vault/keyring-facts.ts';
import { decompress, Meter } from './compress.ts';
import { tablesOf } from './dump.ts';
import { readDump } from './dump-reader.ts';
import { backupsIn, manifestOf, takeFolder, unfinished } from './folder.ts';
import { sameCounts } from './load.ts';
import { BackupError, type Manifest, parseManifest } from './manifest.ts';
import { integrityFault, sqliteFacts } from './sqlite.ts';

type TellBytes = (done: number, total: number) => void;

/** The manifest beside a backup. @throws BackupError */
export function readManifest(file: string): Manifest {
  if (!existsSync(file)) throw new BackupError('There is no such file.');
  if (!existsSync(manifestOf(file)))
    throw new BackupError('It has no manifest beside it: the backup is unfinished, or the manifest was lost.');
  const bytes = readFileSync(manifestOf(file));
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw new BackupError('The manifest is not text: it was altered.');
  const manifest = parseManifest(text);
  if (manifest.file !== basename(file)) throw new BackupError('The manifest is that of another backup.');
  return manifest;
}

/**
 * Checks every byte of a backup. `whole` gets the path of the uncompressed database (SQLite), checked and durable, which
 * it may move elsewhere; it is removed afterwards.
 * @throws BackupError naming what is wrong
 */
export async function verifyBackup(
  file: string,
  options: {
    /** Where the uncompressed copy is put meanwhile; beside the backup when absent. */
    scratch?: string;
    tell?: TellBytes;
    whole?: (copy: string, manifest: Manifest) => Promise<void> | void;
  } = {},
): Promise<Manifest> {
  const manifest = readManifest(file);
  const { tell = () => undefined } = options;
  const { size } = statSync(file);
  if (size !== manifest.compressed.bytes)
    throw new BackupError(
      `The file has ${size} bytes and should have ${manifest.compressed.bytes}: it was altered or cut off.`,
    );
  const meter = new Meter();
  await pipeline(createReadStream(file), meter.pass, async (bytes) => {
    for await (const _ of bytes);
  });
  if (meter.result().sha256 !== manifest.compressed.sha256)
    throw new BackupError('The file does not have the checksum in its manifest: it was altered.');
  if (!migrationIsKnown(manifest))
    throw new BackupError('It was written by a newer Lethe than this one. Restore it with that version.');

  if (manifest.engine === 'postgres') {
    let counts: Record<string, number> = {};
    const measured = await decompress(
      file,
      async (content) => {
        counts = await readDump(content, async (table) => {
          if (!tablesOf(manifest.kind).includes(table)) throw new BackupError(`This Lethe has no table ${table}.`);
          return { rows: async () => undefined, end: async () => undefined };
        });
      },
      (bytes) => tell(bytes, size),
    );
    fits(measured.content, counts, manifest);
    return manifest;
  }

  const folder = options.scratch ?? dirname(file);
  const release = takeFolder(folder);
  try {
    const copy = unfinished(folder, 'whole');
    const measured = await decompress(
      file,
      (content) => pipeline(content, createWriteStream(copy, { flags: 'wx', mode: 0o600, flush: true })),
      (bytes) => tell(bytes, size),
    );
    const fault = integrityFault(copy);
    if (fault) throw new BackupError(fault);
    const { rows, migrations } = sqliteFacts(copy);
    fits(measured.content, rows, manifest);
    if ((migrations.at(-1)?.hash ?? null) !== (manifest.lastMigration?.hash ?? null))
      throw new BackupError('The migrations in it are not those of its manifest.');
    if (manifest.kind === 'keyring' && factsInSqlite(copy)?.ledger !== manifest.ledger)
      throw new BackupError('The ledger of erasures in it does not reach the position in its manifest.');
    await options.whole?.(copy, manifest);
    rmSync(copy, { force: true });
    return manifest;
  } finally {
    release();
  }
}

function fits(content: Manifest['content'], rows: Record<string, number>, manifest: Manifest): void {
  if (content.sha256 !== manifest.content.sha256 || content.bytes !== manifest.content.bytes)
    throw new BackupError('What it holds does not have the checksum in its manifest: it was altered.');
  if (!sameCounts(rows, manifest.rows)) throw new BackupError('It does not hold the rows its manifest counts.');
}

function migrationIsKnown({ engine, lastMigration }: Manifest): boolean {
  return (
    lastMigration === null ||
    migrationsOf(engine).some(
      ({ folderMillis, hash }) => folderMillis === lastMigration.at && hash === lastMigration.hash,
    )
  );
}

export interface Verdict {
  file: string;
  /** Undefined when nothing is wrong. */
  fault: string | undefined;
  manifest: Manifest | undefined;
}

/** Backups at a path: the file, or everything in the folder, finished or not. */
export function backupsAt(path: string): string[] {
  if (!existsSync(path)) throw new BackupError(`There is nothing at ${path}.`);
  if (!statSync(path).isDirectory()) return [path];
  return (['data', 'keyring'] as const).flatMap((kind) => backupsIn(path, kind).map(({ name }) => join(path, name)));
}

/** Checks backups one after another; a fault of one does not end it. */
export async function verifyAll(
  files: string[],
  scratch: string | undefined,
  tell: (file: string, done: number, total: number) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const file of files)
    try {
      const manifest = await verifyBackup(file, {
        scratch,
        tell: (done, total) => tell(file, done, total),
      });
      verdicts.push({ file, fault: undefined, manifest });
    } catch (error) {
      if (!(error instanceof BackupError)) throw error;
      verdicts.push({ file, fault: error.message, manifest: undefined });
    }
  return verdicts;
}
