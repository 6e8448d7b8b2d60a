import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseAddress } from '../law/reduce-address.ts';
import { USER_AGENT_LIMIT } from '../law/reduce-user-agent.ts';

/** One line of an access log, as far as a visit needs it. Path and referrer are not even read. */
interface LoggedVisit {
  address: string;
  occurredAt: Date;
  userAgent: string;
}

export type ParsedLine = LoggedVisit | { malformed: string };

const MAX_LINE_BYTES = 65_536;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
/** Apache *combined* and *common*: address, identity, user, time, request, status, size, referrer, user agent. */
const LINE = new RegExp(
  `^(\\S{1,64}) \\S+ .{1,256}? \\[(\\d{2})/(\\w{3})/(\\d{4}):(\\d{2}):(\\d{2}):(\\d{2}) ([+-])(\\d{2})(\\d{2})\\] ` +
    `${QUOTED} \\d{3} (?:\\d+|-)(?: ${QUOTED} ${QUOTED})?`,
);

/** The reason of a malformed line is one of a few fixed texts and holds nothing of the line. */
export function parseAccessLogLine(line: string): ParsedLine {
  if (line.length > MAX_LINE_BYTES) return { malformed: 'the line is longer than 64 KiB' };
  if (line.includes('\0')) return { malformed: 'the line holds a NUL character' };
  const match = LINE.exec(line);
  if (!match) return { malformed: 'the line is not in the combined or common log format' };
  const address = parseAddress(match[1] as string);
  if (address === undefined) return { malformed: 'the line does not begin with an address' };
  const occurredAt = instant(match.slice(2, 11) as string[]);
  if (!occurredAt) return { malformed: 'there is no such time' };
  const userAgent = match[13] === undefined || match[13] === '-' ? '' : unescaped(match[13]);
  return { address, occurredAt, userAgent: userAgent.slice(0, USER_AGENT_LIMIT) };
}

function instant([day, monthName, year, hour, minute, second, sign, offsetHour, offsetMinute]: string[]):
  | Date
  | undefined {
  const month = MONTHS.indexOf(monthName as string);
  const at = new Date(Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)));
  // 60 is a leap second, which logs do write; everything else that overflows does not exist.
  const exists =
    month >= 0 &&
    at.getUTCDate() === Number(day) + (Number(second) === 60 && at.getUTCHours() < Number(hour) ? 1 : 0) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) <= 60 &&
    Number(offsetHour) <= 14 &&
    Number(offsetMinute) < 60;
  if (!exists) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return new Date(at.getTime() - (sign === '-' ? -offset : offset));
}

/** `\"` and `\\` as Apache writes them, `\xNN` as nginx does. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(x[0-9a-fA-F]{2}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : escaped,
  );
}

/** Some lines of a log, with the place to go on from after them. */
export interface LogChunk {
  lines: { text: string; parsed: ParsedLine }[];
  /** Bytes of the *uncompressed* log up to and including these lines. */
  endByte: number;
  /** How far the file itself has been read, for a progress bar. */
  readBytes: number;
  totalBytes: number;
}

/**
 * Streams a log (gzip is recognised by its first bytes) in chunks of whole lines, in constant memory. `fromByte` counts
 * uncompressed bytes and must be an `endByte` seen before, or 0.
 */
export async function* readAccessLog(
  path: string,
  options: { fromByte?: number; linesPerChunk?: number } = {},
): AsyncGenerator<LogChunk> {
  const { fromByte = 0, linesPerChunk = 500 } = options;
  const { size: totalBytes } = await stat(path);
  const compressed = await isGzip(path);
  const file = createReadStream(path, compressed ? {} : { start: fromByte });
  const source: Readable = compressed ? file.pipe(createGunzip()) : file;
  if (compressed) file.on('error', (error) => source.destroy(error));
  const skip = compressed ? fromByte : 0;
  const readBytes = () => file.bytesRead + (compressed ? 0 : fromByte);
  yield* chunksOf(source, { skip, position: fromByte, linesPerChunk, readBytes, totalBytes });
}

interface ChunkState {
  /** Uncompressed bytes to leave out at the beginning. */
  skip: number;
  position: number;
  linesPerChunk: number;
  readBytes: () => number;
  totalBytes: number;
}

/** Cuts a stream of bytes into chunks of whole lines, wherever its pieces begin and end. */
export async function* chunksOf(source: AsyncIterable<Uint8Array>, state: ChunkState): AsyncGenerator<LogChunk> {
  let { skip, position } = state;
  let lines: LogChunk['lines'] = [];
  let parts: Buffer[] = [];
  let length = 0;
  const take = (bytes: number): LogChunk => {
    const chunk = { lines, endByte: bytes, readBytes: state.readBytes(), totalBytes: state.totalBytes };
    lines = [];
    return chunk;
  };
  const push = (line: Buffer, tooLong: boolean): void => {
    const text = line.toString('utf8').replace(/\r$/, '');
    if (tooLong) lines.push({ text, parsed: { malformed: 'the line is longer than 64 KiB' } });
    else if (text !== '') lines.push({ text, parsed: parseAccessLogLine(text) });
  };
  /** Bytes of a line beyond the limit are counted, not kept. */
  const keep = (part: Buffer): void => {
    const kept = parts.reduce((sum, { length: size }) => sum + size, 0);
    if (kept <= MAX_LINE_BYTES) parts.push(part.subarray(0, MAX_LINE_BYTES + 1 - kept));
    length += part.length;
  };

  for await (const piece of source) {
    let buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (skip > 0) {
      const skipped = Math.min(skip, buffer.length);
      skip -= skipped;
      buffer = buffer.subarray(skipped);
    }
    for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10)) {
      keep(buffer.subarray(0, end));
      position += length + 1;
      push(Buffer.concat(parts), length > MAX_LINE_BYTES);
      parts = [];
      length = 0;
      buffer = buffer.subarray(end + 1);
      if (lines.length >= state.linesPerChunk) yield take(position);
    }
    keep(buffer);
  }
  if (length > 0) {
    position += length;
    push(Buffer.concat(parts), length > MAX_LINE_BYTES);
  }
  yield take(position);
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
