import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandFailure, EXIT } from './outcome.ts';

/** Writes a file whole or not at all, readable only by its owner: a half-written report must not lie about. */
export async function writeWhole(
  file: string,
  content: AsyncIterable<Uint8Array> | ((sink: WritableStream<Uint8Array>) => Promise<unknown>),
): Promise<void> {
  const temporary = join(dirname(file), `.lethe-${randomBytes(6).toString('hex')}.part`);
  try {
    const out = createWriteStream(temporary, { mode: 0o600, flags: 'wx' });
    if (typeof content === 'function') await content(Writable.toWeb(out) as WritableStream<Uint8Array>);
    else await pipeline(content, out);
    const handle = await open(temporary, 'r+');
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR' || code === 'ENOTDIR')
      throw new CommandFailure(
        EXIT.failed,
        `${file} cannot be written (${code}): name a file in a folder that exists.`,
      );
    throw error;
  }
}

/** So that the name is there after a power failure too: what was handed over is kept nowhere else. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  // A folder that may be written to and not be read.
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync();
  await handle?.close();
}
