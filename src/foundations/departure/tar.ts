import { DepartureError } from './departure-error.ts';

/**
 * A tar archive (POSIX ustar) of small files: it is written and read from beginning to end, encrypted or not, with one
 * file in memory, and whatever reads tar reads it. A ZIP cannot be read so: its directory stands at its end.
 */
const BLOCK = 512;
/** Bytes of one file at most: larger things are cut into several. */
const LARGEST_FILE = 64 * 1024 * 1024;

const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;

export function tarEntry(name: string, content: Buffer, at: Date): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError('A name in a tar has 100 bytes at most.');
  const head = Buffer.alloc(BLOCK);
  head.write(name, 0);
  head.write(octal(0o600, 8), 100);
  head.write(octal(0, 8), 108);
  head.write(octal(0, 8), 116);
  head.write(octal(content.length, 12), 124);
  head.write(octal(Math.floor(at.getTime() / 1000), 12), 136);
  head.write(' '.repeat(8), 148);
  head.write('0', 156);
  head.write('ustar\x0000', 257);
  head.write(
    octal(
      head.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  return Buffer.concat([head, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK);

/** The files of a tar in order. @throws DepartureError when it is none, or breaks off */
export async function* tarEntries(source: AsyncIterable<Buffer>): AsyncGenerator<{ name: string; content: Buffer }> {
  const pieces = source[Symbol.asyncIterator]();
  let waiting: Buffer = Buffer.alloc(0);
  async function take(bytes: number): Promise<Buffer> {
    const parts = [waiting];
    let there = waiting.length;
    while (there < bytes) {
      const { value, done } = await pieces.next();
      if (done) throw new DepartureError('The file breaks off before its end.');
      parts.push(value);
      there += value.length;
    }
    const all = parts.length === 1 ? waiting : Buffer.concat(parts);
    waiting = all.subarray(bytes);
    return all.subarray(0, bytes);
  }
  for (;;) {
    const head = await take(BLOCK);
    if (head.every((byte) => byte === 0)) return;
    if (head.toString('latin1', 257, 262) !== 'ustar') throw new DepartureError('This is no file of a departure.');
    const name = head.toString('utf8', 0, 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(head.toString('latin1', 124, 135), 8);
    if (!Number.isSafeInteger(size) || size > LARGEST_FILE)
      throw new DepartureError('The file holds a part that no departure has.');
    const content = await take(size);
    yield { name, content: Buffer.from(content) };
    await take((BLOCK - (size % BLOCK)) % BLOCK);
  }
}
