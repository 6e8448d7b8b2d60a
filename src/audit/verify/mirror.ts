import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Verifier } from '../log/note.ts';
import { LogFault } from './bundle.ts';
import type { LogSource } from './source.ts';
import { readCheckpointOf, type VerifiedState, verifyLog } from './verify-log.ts';

/** Where a mirror, or a check, says how far it came. */
const STATE_FILE = 'verified.json';

/** Writes a file so that it is there whole or not at all, also after a power cut. */
export async function writeWhole(file: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
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
    const { origin, size, root, bundles, edges } = state;
    const whole = [size, bundles].every((n) => Number.isSafeInteger(n) && n >= 0);
    const texts = typeof origin === 'string' && typeof root === 'string' && Array.isArray(edges);
    if (whole && texts && edges.every((edge) => typeof edge === 'string'))
      return { origin, size, root, bundles, edges };
  } catch {
    // Said below.
  }
  throw new LogFault(`${file}: is not what a check leaves behind; remove it to begin anew`);
}

export async function writeState(file: string, { origin, size, root, bundles, edges }: VerifiedState): Promise<void> {
  await writeWhole(file, `${JSON.stringify({ origin, size, root, bundles, edges })}\n`);
}

export interface FollowOptions {
  source: LogSource;
  directory: string;
  verifier: Verifier;
  progress?: (done: number, all: number) => void;
}

/**
 * Brings a mirror up to date: every new file is verified before it is kept, what was kept is never replaced by something
 * else, and the checkpoint comes last. When the log no longer is a continuation of the mirror, the mirror stays as it is
 * and the other checkpoint is kept beside it as evidence.
 * @throws LogFault, SourceError
 */
export async function followLog({ source, directory, verifier, progress }: FollowOptions) {
  const stateFile = join(directory, STATE_FILE);
  const state = await readState(stateFile);
  const current = new Set<string>();

  async function keep(path: string, bytes: Buffer): Promise<void> {
    const file = join(directory, path);
    const kept = await readFile(file).catch(() => undefined);
    if (kept?.equals(bytes)) return;
    // Named by its content's place and width: it can have one content only. A kept file that fails was damaged here.
    if (kept && path !== 'checkpoint')
      throw new LogFault(`${path}: the mirror has other bytes than the log; one of them was altered`);
    await writeWhole(file, bytes);
    current.add(file);
  }

  try {
    const verified = await verifyLog({ source, verifier, state, keep, ...(progress ? { progress } : {}) });
    await writeWhole(join(directory, 'checkpoint'), verified.checkpoint);
    await writeState(stateFile, verified);
    await removeNarrower(current);
    return { ...verified, added: verified.size - (state?.size ?? 0) };
  } catch (error) {
    if (error instanceof LogFault && state) {
      const other = await readCheckpointOf(source, verifier).catch(() => undefined);
      if (other && other.checkpoint.root.toString('base64') !== state.root)
        await writeWhole(join(directory, `conflicting-checkpoint-${other.checkpoint.size}`), other.note);
    }
    throw error;
  }
}
