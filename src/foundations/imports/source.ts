import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip } from 'node:zlib';
import { Problem } from '../contract/problem.ts';

/** A file to import from: its bytes as they are unpacked, the same ones at every reading while the file stands still. */
export interface Source {
  /** Bytes as the file lies on disk. */
  totalBytes: number;
  /** A packed file that ends in the middle; what is there of it can be read. */
  cut: boolean;
  /** `read` tells how many bytes of the file on disk have been read, for a progress bar. */
  bytes(read?: (bytes: number) => void): AsyncGenerator<Buffer>;
}

/**
 * Opens a file, gzip or not (known by its first bytes, several packed parts one after another too). A packed file is
 * unpacked once to nowhere: its checksums are what tells a damaged file before anything of it is believed.
 * @throws Problem `unprocessable-request` for a file that is not there, cannot be read, or is damaged.
 */
export async function openSource(path: string): Promise<Source> {
  const { totalBytes, packed } = await readable(path);
  const cut = packed && (await isCut(path));
  return { totalBytes, cut, bytes: (read) => bytesOf(path, packed, read) };
}

const REFUSED: Record<string, string> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file.',
  EACCES: 'The file may not be read by this user.',
  EPERM: 'The file may not be read by this user.',
  EISDIR: 'This is a folder, not a file.',
};

async function readable(path: string): Promise<{ totalBytes: number; packed: boolean }> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      const { size } = await handle.stat();
      return { totalBytes: size, packed: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const refused = REFUSED[(error as NodeJS.ErrnoException).code ?? ''];
    throw refused === undefined ? error : new Problem('unprocessable-request', refused);
  }
}

async function isCut(path: string): Promise<boolean> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip(), nowhere);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') return true;
    if (code?.startsWith('Z_') !== true) throw error;
    throw new Problem(
      'unprocessable-request',
      'The packed file is damaged: its checksum or its content does not fit. Nothing of it was imported. Fetch it again.',
    );
  }
}

async function* bytesOf(path: string, packed: boolean, read?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  // Whatever a packed file that was cut still holds comes out, and comes out the same each time.
  const unpacked = packed ? createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }) : new PassThrough();
  const done = pipeline(file, unpacked);
  done.catch(() => undefined);
  try {
    for await (const piece of unpacked) {
      read?.(file.bytesRead);
      yield piece as Buffer;
    }
    read?.(file.bytesRead);
    await done;
  } finally {
    // A consumer that stops early ends the unpacking, but not the file behind it.
    file.destroy();
    unpacked.destroy();
  }
}
