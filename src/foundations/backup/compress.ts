import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { decrypting, encrypting } from './age.ts';
import { BackupError, type Manifest } from './manifest.ts';

/** Counts and hashes what passes; of more than there may be nothing goes on. */
export class Meter {
  bytes = 0;
  readonly #hash = createHash('sha256');
  readonly #tell: (bytes: number) => void;
  readonly #most: number;
  constructor(tell: (bytes: number) => void = () => undefined, most = Number.MAX_SAFE_INTEGER) {
    this.#tell = tell;
    this.#most = most;
  }
  pass = (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => this.#pass(source);
  async *#pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.bytes += chunk.length;
      if (this.bytes > this.#most) throw new BackupError('It holds more than its manifest says: it was altered.');
      this.#hash.update(chunk);
      this.#tell(this.bytes);
      yield chunk;
    }
  }
  result(): { bytes: number; sha256: string } {
    return { bytes: this.bytes, sha256: this.#hash.digest('hex') };
  }
}

type Measured = Pick<Manifest, 'content' | 'stored'>;

/** Fast: most of the data is sealed, and noise does not compress at any level. */
const LEVEL = 2;
const CHUNK = 256 * 1024;

/** Streams a source, compressed and encrypted, into a new file that only its owner can read; on the disk once resolved. */
export async function pack(
  source: AsyncIterable<Buffer>,
  file: string,
  recipients: readonly string[],
  tell?: (bytes: number) => void,
): Promise<Measured> {
  const content = new Meter(tell);
  const stored = new Meter();
  await pipeline(
    source,
    content.pass,
    createGzip({ level: LEVEL, chunkSize: CHUNK }),
    encrypting(recipients),
    stored.pass,
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
  );
  return { content: content.result(), stored: stored.result() };
}

/**
 * Streams what a file holds through `consume`, measuring both sides, and never more than the manifest says.
 * @throws BackupError when it does not open, is not whole, or holds more
 */
export async function unpack(
  file: string,
  manifest: Manifest,
  identities: readonly string[],
  consume: (content: AsyncIterable<Buffer>) => Promise<void>,
  tell?: (bytes: number) => void,
): Promise<Measured> {
  const content = new Meter(undefined, manifest.content.bytes);
  const stored = new Meter(tell, manifest.stored.bytes);
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: CHUNK }),
      stored.pass,
      decrypting(identities),
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
  return { content: content.result(), stored: stored.result() };
}
