import { createHash } from 'node:crypto';
import { ReadableStream, WritableStream } from 'node:stream/web';
import { configure, ZipWriter } from '@zip.js/zip.js';

configure({ useWebWorkers: false });

/** Characters of text that are handed to the compressor at once. */
const STEP = 32 * 1024;

/** A file of a ZIP, as its manifest names it. */
export interface ZippedFile {
  name: string;
  bytes: number;
  sha256: string;
  records?: number;
}

export type Sink = (bytes: Uint8Array) => Promise<void>;
type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
type Target = Sink | globalThis.WritableStream<Uint8Array>;

const streamOf = (target: Target) =>
  typeof target === 'function'
    ? (new WritableStream({ write: target }) as globalThis.WritableStream<Uint8Array>)
    : target;

/**
 * A ZIP written from beginning to end, its files one after another and none of them in memory whole. The same files at
 * the same instant are the same bytes.
 */
export function createZip(at: Date, target: Target) {
  const zip = new ZipWriter(streamOf(target), {
    lastModDate: at,
    rawLastModDate: dosTime(at),
    extendedTimestamp: false,
    level: 6,
  });
  return {
    /** Answers what the manifest says of the file. */
    async add(name: string, whole: Pieces | string | Uint8Array, records?: number): Promise<ZippedFile> {
      const pieces = typeof whole === 'string' || whole instanceof Uint8Array ? [whole] : whole;
      const hash = createHash('sha256');
      let bytes = 0;
      const content = (async function* () {
        for await (const piece of gathered(pieces)) {
          hash.update(piece);
          bytes += piece.length;
          yield piece;
        }
      })();
      await zip.add(name, ReadableStream.from(content) as unknown as globalThis.ReadableStream<Uint8Array>);
      return { name, bytes, sha256: hash.digest('hex'), records };
    },
    close: async (): Promise<void> => void (await zip.close()),
  };
}

/** Small texts put together: the compressor's price is per piece. */
async function* gathered(pieces: Pieces): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      if (text.length < STEP) continue;
    }
    if (text !== '') yield Buffer.from(text);
    text = '';
    if (typeof piece !== 'string') yield piece;
  }
  if (text !== '') yield Buffer.from(text);
}

/** One file in a ZIP of its own, encrypted with AES-256 under a key made of the passphrase (WinZip AE-2). */
export async function writeEncrypted(
  { name, at, passphrase }: { name: string; at: Date; passphrase: string },
  pieces: Pieces,
  sink: Sink,
): Promise<void> {
  const zip = new ZipWriter(streamOf(sink), {
    lastModDate: at,
    rawLastModDate: dosTime(at),
    extendedTimestamp: false,
    // It is compressed already.
    level: 0,
    password: passphrase,
    encryptionStrength: 3 as const,
  });
  await zip.add(name, ReadableStream.from(gathered(pieces)) as unknown as globalThis.ReadableStream<Uint8Array>);
  await zip.close();
}

/** A ZIP's own form of an instant, to two seconds. Its readers take it for local time; here it is UTC, the same everywhere. */
function dosTime(at: Date): number {
  const day = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
