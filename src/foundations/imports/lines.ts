import { isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';

/** Bytes of a line at most, as of a body over HTTP. */
export const MAX_LINE_BYTES = 65_536;
/** A chunk ends after so many bytes even if it has few lines: long ones must not add up. */
const MAX_CHUNK_BYTES = 8_388_608;

export interface Line {
  /** Without its end; of a line that is too long, its beginning. */
  text: string;
  /** Longer than 64 KiB. */
  tooLong: boolean;
  /** Its bytes are no UTF-8; `text` has replacement characters for them. */
  notUtf8: boolean;
  /** From 1, empty lines counted. */
  number: number;
}

/** A place at the end of a line, and the SHA-256 (hex) of everything before it. */
interface Mark {
  position: number;
  digest: string;
}

/** Some whole lines, with the place to go on from after them. */
export interface LineChunk {
  /** Empty lines are left out. */
  lines: Line[];
  /** Bytes of the unpacked source up to the first line and up to and including the last. */
  from: number;
  position: number;
  /** SHA-256 (hex) of everything before `from`. */
  before: string;
  /** Ends of lines among these, the last at `position`; close together where a reading begins. */
  marks: Mark[];
  /** The source ends in a line without end, which is not among these: it may still be being written. */
  openLine: boolean;
}

/**
 * Cuts bytes into chunks of whole lines from a place on, wherever its pieces begin and end, in constant memory. What
 * stands before the place is read and hashed too: a mark says what a source is known by.
 * Always ends with a chunk, which may have no lines.
 */
export async function* linesOf(
  bytes: AsyncIterable<Buffer>,
  { from = 0, linesPerChunk }: { from?: number; linesPerChunk: number },
): AsyncGenerator<LineChunk> {
  const prefix = new PrefixHash();
  const line = new LineInParts();
  let skip = from;
  let number = 0;
  let chunk = emptyChunk(0, prefix.digest());
  let first = true;

  for await (const piece of bytes) {
    let at = Math.min(skip, piece.length);
    skip -= at;
    if (at > 0) {
      prefix.update(piece.subarray(0, at));
      for (let end = piece.indexOf(10); end >= 0 && end < at; end = piece.indexOf(10, end + 1)) number += 1;
      chunk = emptyChunk(chunk.position + at, '');
      if (skip === 0) {
        prefix.endLine();
        chunk.before = prefix.digest();
      }
    }
    let hashed = at;
    for (let end = piece.indexOf(10, at); end >= 0; end = piece.indexOf(10, at)) {
      line.add(piece.subarray(at, end));
      chunk.position += line.length + 1;
      at = end + 1;
      number += 1;
      const whole = line.take(number);
      if (whole) chunk.lines.push(whole);
      const full = chunk.lines.length >= linesPerChunk || chunk.position - chunk.from >= MAX_CHUNK_BYTES;
      if (!full && !(whole && first && isPowerOfTwo(chunk.lines.length))) continue;
      prefix.update(piece.subarray(hashed, at));
      prefix.endLine();
      hashed = at;
      chunk.marks.push({ position: chunk.position, digest: prefix.digest() });
      if (!full) continue;
      yield chunk;
      chunk = emptyChunk(chunk.position, prefix.digest());
      first = false;
    }
    const lastEnd = piece.lastIndexOf(10) + 1;
    if (lastEnd > hashed) {
      prefix.update(piece.subarray(hashed, lastEnd));
      prefix.endLine();
      hashed = lastEnd;
    }
    prefix.update(piece.subarray(hashed));
    line.add(piece.subarray(at));
  }
  if (chunk.position > (chunk.marks.at(-1)?.position ?? chunk.from))
    chunk.marks.push({ position: chunk.position, digest: prefix.digest() });
  yield { ...chunk, openLine: line.length > 0 };
}

function emptyChunk(from: number, before: string): LineChunk {
  return { lines: [], from, position: from, before, marks: [], openLine: false };
}

const isPowerOfTwo = (count: number) => (count & (count - 1)) === 0;

/** A running hash that can tell what it was at the last end of a line. */
class PrefixHash {
  readonly #all: Hash = createHash('sha256');
  #atLineEnd: Hash = createHash('sha256');

  update(bytes: Buffer): void {
    this.#all.update(bytes);
  }
  endLine(): void {
    this.#atLineEnd = this.#all.copy();
  }
  digest(): string {
    return this.#atLineEnd.copy().digest('hex');
  }
}

/** A line as its pieces come in; bytes beyond the limit are counted, not kept. */
class LineInParts {
  #parts: Buffer[] = [];
  length = 0;

  add(part: Buffer): void {
    if (part.length > 0 && this.length <= MAX_LINE_BYTES)
      this.#parts.push(part.subarray(0, MAX_LINE_BYTES + 1 - this.length));
    this.length += part.length;
  }
  /** The line, unless it is empty; begins the next. */
  take(number: number): Line | undefined {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const text = bytes.toString('utf8').replace(/\r$/, '');
    const tooLong = this.length > MAX_LINE_BYTES;
    // Where a long one was cut, a character may have been.
    const notUtf8 = !tooLong && !isUtf8(bytes);
    this.#parts = [];
    this.length = 0;
    return text === '' ? undefined : { text, tooLong, notUtf8, number };
  }
}
