import { createReadStream, createWriteStream, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { migrationsOf } from '../store/migrate.ts';
import { factsInSqlite } from '../vault/keyring-facts.ts';
import { Meter, unpack } from './compress.ts';
import { tablesOf } from './dump.ts';
import { type RowSink, readDump } from './dump-reader.ts';
import { backupsIn, manifestOf, takeFolder, unfinished } from './folder.ts';
import { checkSignature, type OpeningKeys } from './keys.ts';
import { sameCounts } from './load.ts';
import { BackupError, type Manifest, parseManifest, type SignedManifest } from './manifest.ts';
import { integrityFault, sqliteFacts } from './sqlite.ts';

type TellBytes = (done: number, total: number) => void;

/** Bytes of a manifest at most: every tenant has two lines in it. */
const LARGEST_MANIFEST = 16 * 1024 * 1024;

/** The manifest beside a backup; whose it is has not been looked at yet. @throws BackupError */
export function readManifest(file: string): SignedManifest {
  if (!existsSync(file)) throw new BackupError('There is no such file.');
  const beside = manifestOf(file);
  if (!existsSync(beside))
    throw new BackupError('It has no manifest beside it: the backup is unfinished, or the manifest was lost.');
  if (statSync(beside).size > LARGEST_MANIFEST)
    throw new BackupError('The manifest is larger than any: it was altered.');
  const bytes = readFileSync(beside);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw new BackupError('The manifest is not text: it was altered.');
  const signed = parseManifest(text);
  if (signed.manifest.file !== basename(file)) throw new BackupError('The manifest is that of another backup.');
  return signed;
}

/** The same, signed by one of those whose signature counts. @throws BackupError */
export async function signedManifest(file: string, { signers }: OpeningKeys): Promise<Manifest> {
  const { manifest, signature } = readManifest(file);
  await checkSignature(manifest, signature, signers);
  return manifest;
}

interface VerifyOptions {
  /** Where the database (SQLite) is put meanwhile to be looked at: beside the data. Absent: its bytes are checked alone. */
  scratch?: string;
  tell?: TellBytes;
  /** Gets the path of the database, checked and durable, which it may move elsewhere. */
  whole?: (copy: string, manifest: Manifest) => Promise<void> | void;
  /** Gets the rows of one table of a dump as they pass. */
  rows?: { table: string; take(piece: Buffer, columns: string): void };
}

/**
 * Checks whose a backup is and every byte of it. Nothing that it holds is written anywhere but into `scratch`.
 * @throws BackupError naming what is wrong
 */
export async function verifyBackup(file: string, keys: OpeningKeys, options: VerifyOptions = {}): Promise<Manifest> {
  const manifest = await signedManifest(file, keys);
  const { tell = () => undefined } = options;
  const { size } = statSync(file);
  if (size !== manifest.stored.bytes)
    throw new BackupError(
      `The file has ${size} bytes and should have ${manifest.stored.bytes}: it was altered or cut off.`,
    );
  const meter = new Meter(undefined, size);
  await pipeline(createReadStream(file), meter.pass, async (bytes) => {
    for await (const _ of bytes);
  });
  if (meter.result().sha256 !== manifest.stored.sha256)
    throw new BackupError('The file does not have the checksum in its manifest: it was altered.');
  if (!migrationIsKnown(manifest))
    throw new BackupError('It was written by a newer Lethe than this one. Restore it with that version.');
  const opened = (consume: (content: AsyncIterable<Buffer>) => Promise<void>) =>
    unpack(file, manifest, keys.identities, consume, (bytes) => tell(bytes, size));

  if (manifest.engine === 'postgres') {
    let counts: Record<string, number> = {};
    const sinkOf = async (table: string, columns: string): Promise<RowSink> => {
      if (!tablesOf(manifest.kind).includes(table)) throw new BackupError(`This Lethe has no table ${table}.`);
      const wanted = options.rows?.table === table ? options.rows : undefined;
      return { rows: async (piece) => wanted?.take(piece, columns), end: async () => undefined };
    };
    const measured = await opened(async (content) => {
      counts = await readDump(content, sinkOf, manifest.rows);
    });
    fits(measured.content, manifest);
    fitRows(counts, manifest);
    return manifest;
  }

  if (options.scratch === undefined) {
    const measured = await opened(async (content) => {
      for await (const _ of content);
    });
    fits(measured.content, manifest);
    return manifest;
  }
  const release = takeFolder(options.scratch);
  try {
    const copy = unfinished(options.scratch, 'whole');
    const measured = await opened((content) =>
      pipeline(content, createWriteStream(copy, { flags: 'wx', mode: 0o600, flush: true })),
    );
    fits(measured.content, manifest);
    const fault = integrityFault(copy);
    if (fault) throw new BackupError(fault);
    const { rows, migrations } = sqliteFacts(copy);
    fitRows(rows, manifest);
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

function fits(content: Manifest['content'], manifest: Manifest): void {
  if (content.sha256 !== manifest.content.sha256 || content.bytes !== manifest.content.bytes)
    throw new BackupError('What it holds does not have the checksum in its manifest: it was altered.');
}

function fitRows(rows: Record<string, number>, manifest: Manifest): void {
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

/** Checks backups one after another; a fault of one does not end it. `keysOf` is asked once for each kind. */
export async function verifyAll(
  files: string[],
  keysOf: (kind: Manifest['kind']) => Promise<OpeningKeys>,
  scratch: string | undefined,
  tell: (file: string, done: number, total: number) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const keys: Partial<Record<Manifest['kind'], OpeningKeys>> = {};
  for (const file of files)
    try {
      const { kind } = readManifest(file).manifest;
      keys[kind] ??= await keysOf(kind);
      const manifest = await verifyBackup(file, keys[kind], {
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
