import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../process/files.ts';
import type { Source } from './source.ts';

const PIECE = 65_536;

export interface Spool {
  source: Source;
  bytes: number;
  /** SHA-256 (hex) of everything. */
  digest: string;
  close(): Promise<void>;
}

/**
 * Takes a stream to the disk, to be read from there more than once. What lies there is encrypted under a key that only
 * this process has, in memory: with the process, or with `close`, it is noise, whatever became of the file and its blocks.
 * Where the system allows it the file has no name either.
 */
export async function spooled(folder: string, pieces: AsyncIterable<Buffer>): Promise<Spool> {
  makeFolder(folder, 0o700);
  const path = join(folder, `${crypto.randomUUID()}.spool`);
  const handle = await open(path, 'wx+', 0o600);
  const unnamed = process.platform !== 'win32';
  if (unnamed) await rm(path);
  const key = randomBytes(32);
  const close = async () => {
    key.fill(0);
    await handle.close();
    if (!unnamed) await rm(path, { force: true });
  };
  try {
    // One file, one key: a counter that begins at nothing is used once.
    const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of pieces) {
      hash.update(piece);
      await handle.write(cipher.update(piece), 0, piece.length, bytes);
      bytes += piece.length;
    }
    return { source: sourceOf(handle, key, bytes), bytes, digest: hash.digest('hex'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function sourceOf(handle: FileHandle, key: Buffer, totalBytes: number): Source {
  return {
    totalBytes,
    cut: false,
    async *bytes(read) {
      const decipher = createDecipheriv('aes-256-ctr', key, Buffer.alloc(16));
      for (let at = 0; at < totalBytes; ) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(PIECE), 0, PIECE, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        read?.(at);
        yield decipher.update(buffer.subarray(0, bytesRead));
      }
    },
  };
}
