import { existsSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../process/files.ts';
import type { Verifier } from '../log/note.ts';
import { parseTilePath, TILE_WIDTH } from '../log/tile.ts';
import { HistoryFault, LogFault } from './bundle.ts';
import { type OpeningSource, openingsPath } from './openings.ts';
import { directorySource, type LogSource } from './source.ts';
import { LARGEST_CHECKPOINT, readCheckpointOf, type VerifiedState, verifyLog } from './verify-log.ts';

/** Where a mirror, or a check, says how far it came. */
const STATE_FILE = 'verified.json';

/** Writes a file so that it is there whole or not at all, also after a power cut. */
export async function writeWhole(file: string, bytes: string | Uint8Array): Promise<void> {
  makeFolder(dirname(file));
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}

/** Partial tiles that have grown since: nothing refers to the narrower ones any more. */
async function removeNarrower(files: Iterable<string>): Promise<void> {
  for (const file of files) {
    const partial = dirname(file).endsWith('.p') ? dirname(file) : undefined;
    if (!partial) await rm(`${file}.p`, { recursive: true, force: true });
    else
      for (const name of await readdir(partial))
        if (name !== basename(file)) await rm(join(partial, name), { force: true });
  }
}

/** What an earlier check left behind; undefined when there was none. @throws LogFault when it cannot be read. */
export async function readState(file: string): Promise<VerifiedState | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const state = JSON.parse(text) as VerifiedState;
    const { origin, size, root, checkpoint, edges } = state;
    const whole = Number.isSafeInteger(size) && size >= 0 && Array.isArray(edges);
    if (whole && [origin, root, checkpoint, ...edges].every((text) => typeof text === 'string'))
      return { origin, size, root, checkpoint, edges };
  } catch {
    // Said below.
  }
  throw new LogFault(`${file}: is not what a check leaves behind; remove it to begin anew`);
}

export async function writeState(
  file: string,
  { origin, size, root, checkpoint, edges }: VerifiedState,
): Promise<void> {
  await writeWhole(file, `${JSON.stringify({ origin, size, root, checkpoint, edges })}\n`);
}

export interface FollowOptions {
  source: LogSource;
  directory: string;
  verifier: Verifier;
  /** Gives entries and salts, which are kept in the mirror beside what is public. */
  openings?: OpeningSource | undefined;
  progress?: (done: number, all: number) => void;
}

/**
 * Brings a mirror up to date: nothing is kept that the signed root does not cover, what was kept is never replaced by
 * something else, and the checkpoint comes last. Full tiles that are there already are not fetched again, but verified
 * like the others. When the log no longer is a continuation of the mirror, the mirror stays as it is and the other
 * checkpoint is kept beside its own as evidence.
 * @throws LogFault, SourceError
 */
export async function followLog({ source, directory, verifier, openings, progress }: FollowOptions) {
  const stateFile = join(directory, STATE_FILE);
  const own = directorySource(directory);
  const state = (await readState(stateFile)) ?? (await stateOfCopy(own, verifier));
  // A kill between the two writes below leaves the older checkpoint.
  if (state) await writeIfOther(join(directory, 'checkpoint'), state.checkpoint);
  const current = new Set<string>();
  // A mirror that was begun without a token lacks what came before.
  const fromStart = openings !== undefined && !existsSync(join(directory, openingsPath(0)));

  const both: LogSource = {
    name: source.name,
    read: async (path, limit) =>
      (isFullTile(path) ? await own.read(path, limit) : undefined) ?? source.read(path, limit),
  };

  async function keep(path: string, bytes: Buffer): Promise<void> {
    const file = join(directory, path);
    const kept = await readFile(file).catch(() => undefined);
    if (!kept?.equals(bytes) && path.startsWith('openings/')) return writeWhole(file, bytes);
    if (!kept) await writeWhole(file, bytes);
    else if (!kept.equals(bytes))
      throw new LogFault(`${path}: the mirror has other bytes than the log; the mirror was altered`);
    current.add(file);
  }

  try {
    const verified = await verifyLog({ source: both, verifier, state, openings, fromStart, keep, progress });
    await writeState(stateFile, verified);
    await writeIfOther(join(directory, 'checkpoint'), verified.checkpoint);
    await removeNarrower(current);
    return { ...verified, added: verified.size - (state?.size ?? 0) };
  } catch (error) {
    if (error instanceof HistoryFault) {
      const other = await readCheckpointOf(source, verifier).catch(() => undefined);
      if (other) await writeWhole(join(directory, `conflicting-checkpoint-${other.checkpoint.size}`), other.note);
    }
    throw error;
  }
}

const isFullTile = (path: string) => parseTilePath(path)?.width === TILE_WIDTH;

/** What a copy of a log without a state of its own holds, once it is verified; undefined when there is none. */
async function stateOfCopy(own: LogSource, verifier: Verifier): Promise<VerifiedState | undefined> {
  return (await own.read('checkpoint', LARGEST_CHECKPOINT)) ? verifyLog({ source: own, verifier }) : undefined;
}

async function writeIfOther(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) await writeWhole(file, text);
}
