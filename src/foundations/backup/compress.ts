import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupError } from './manifest.ts';

/** Counts and hashes what passes. */
export class Meter {
  bytes = 0;
  readonly #hash = createHash('sha256');
  readonly #tell: (bytes: number) => void;
  constructor(tell: (bytes: number) => void = () => undefined) {
    this.#tell = tell;
  }
  pass = (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => this.#pass(source);
  async *#pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.bytes += chunk.length;
      this.#hash.update(chunk);
      this.#tell(this.bytes);
      yield chunk;
    }
  }
  result(): { bytes: number; sha256: string } {
    return { bytes: this.bytes, sha256: this.#hash.digest('hex') };
  }
}

interface Measured {
  content: { bytes: number; sha256: string };
  compressed: { bytes: number; sha256: string };
}

/** Fast: most of the data is sealed, and noise does not compress at any level. */
const LEVEL = 2;
const CHUNK = 256 * 1024;

/** Streams a source into a new gzip file that only its owner can read; on the disk once resolved. */
export async function compress(
  source: AsyncIterable<Buffer>,
  file: string,
  tell?: (bytes: number) => void,
): Promise<Measured> {
  const content = new Meter(tell);
  const compressed = new Meter();
  await pipeline(
    source,
    content.pass,
    createGzip({ level: LEVEL, chunkSize: CHUNK }),
    compressed.pass,
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
  );
  return { content: content.result(), compressed: compressed.result() };
}

/**
 * Streams what a gzip file holds through `consume`, measuring both sides.
 * @throws BackupError when it is not whole gzip
 */
export async function decompress(
  file: string,
  consume: (content: AsyncIterable<Buffer>) => Promise<void>,
  tell?: (bytes: number) => void,
): Promise<Measured> {
  const content = new Meter();
  const compressed = new Meter(tell);
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: CHUNK }),
      compressed.pass,
      createGunzip({ chunkSize: CHUNK }),
      content.pass,
      consume,
    );
  } catch (error) {
    const { code } = error as { code?: string };
    if (code?.startsWith('Z_') || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END')
      throw new BackupError('The file does not uncompress: it was altered or cut off.');
    throw error;
  }
  return { content: content.result(), compressed: compressed.result() };
}
