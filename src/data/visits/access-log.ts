import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseAddress } from '../../law/reduce-address.ts';
import { USER_AGENT_LIMIT } from '../../law/reduce-user-agent.ts';

/** One line of an access log, as far as a visit needs it. Path and referrer are not even read. */
interface LoggedVisit {
  address: string;
  occurredAt: Date;
  userAgent: string;
}

export type ParsedLine = LoggedVisit | { malformed: string };

const MAX_LINE_BYTES = 65_536;
/** A chunk ends after so many bytes even if it has few lines: long ones must not add up. */
const MAX_CHUNK_BYTES = 8_388_608;
const TOO_LONG: ParsedLine = { malformed: 'the line is longer than 64 KiB' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const QUOTED = '"((?:[^"\\\\]|\\\\[\\s\\S])*)"';
/**
 * Apache *common*: address, identity, user, time, request, status, size; *combined* adds referrer and user agent, and
 * servers are often configured to write more fields behind those.
 */
const LINE = new RegExp(
  `^(\\S{1,64}) \\S+ .{1,256}? \\[(\\d{2})/(\\w{3})/(\\d{4}):(\\d{2}):(\\d{2}):(\\d{2}) ([+-])(\\d{2})(\\d{2})\\] ` +
    `${QUOTED} (?:\\d{3}|-) (?:\\d+|-)(?:$| ${QUOTED} ${QUOTED}(?:$| ))`,
);

/**
 * Reads one line, without its end. Never throws. The reason of a malformed line is one of a few fixed texts and holds
 * nothing of the line. A user agent that was not logged is empty.
 */
export function parseAccessLogLine(line: string): ParsedLine {
  if (line.length * 3 > MAX_LINE_BYTES && Buffer.byteLength(line) > MAX_LINE_BYTES) return TOO_LONG;
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
  const clock = [Number(hour), Number(minute), Number(second)] as const;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  const exists =
    month >= 0 &&
    Number(year) >= 1970 &&
    Number(day) >= 1 &&
    Number(day) <= new Date(Date.UTC(Number(year), month + 1, 0)).getUTCDate() &&
    clock[0] < 24 &&
    clock[1] < 60 &&
    clock[2] <= 60 &&
    Number(offsetMinute) < 60 &&
    offset >= -12 * 60 &&
    offset <= 14 * 60;
  if (!exists) return undefined;
  const at = new Date(Date.UTC(Number(year), month, Number(day), ...clock) - offset * 60_000);
  // Logs do write leap seconds. They come before midnight UTC only; the instant is the one after.
  return clock[2] === 60 && at.getTime() % 86_400_000 !== 0 ? undefined : at;
}

const ESCAPES: Record<string, string> = { b: '\b', n: '\n', r: '\r', t: '\t', v: '\v' };

/** `\xNN` is a byte, and several are UTF-8 together; the rest is as in C. Apache and nginx both write this. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/((?:\\x[0-9a-fA-F]{2})+)|\\([\s\S])/g, (_, bytes: string | undefined, letter: string) =>
    bytes === undefined
      ? (ESCAPES[letter] ?? letter)
      : Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'),
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
 * uncompressed bytes and must be an `endByte` seen before, or 0. Empty lines are left out.
 * @throws the file system's error, or zlib's when a gzip file is damaged; what came before it has been yielded up to
 *   the last full chunk.
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
  const readBytes = () => Math.min(totalBytes, file.bytesRead + (compressed ? 0 : fromByte));
  try {
    yield* chunksOf(source, { skip, position: fromByte, linesPerChunk, readBytes, totalBytes });
  } finally {
    // A consumer that stops early ends the unpacking, but not the file behind it.
    file.destroy();
  }
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
  let begin = position;
  let lines: LogChunk['lines'] = [];
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): LogChunk => {
    const chunk = { lines, endByte: position, readBytes: state.readBytes(), totalBytes: state.totalBytes };
    begin = position;
    lines = [];
    return chunk;
  };
  /** Bytes of a line beyond the limit are counted, not kept. */
  const add = (part: Buffer): void => {
    if (part.length > 0 && length <= MAX_LINE_BYTES) parts.push(part.subarray(0, MAX_LINE_BYTES + 1 - length));
    length += part.length;
  };
  const endLine = (): void => {
    const text = Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    if (length > MAX_LINE_BYTES) lines.push({ text, parsed: TOO_LONG });
    else if (text !== '') lines.push({ text, parsed: parseAccessLogLine(text) });
    position += length;
    parts = [];
    length = 0;
  };

  for await (const piece of source) {
    let buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (skip > 0) {
      const skipped = Math.min(skip, buffer.length);
      skip -= skipped;
      buffer = buffer.subarray(skipped);
    }
    for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10)) {
      add(buffer.subarray(0, end));
      endLine();
      position += 1;
      buffer = buffer.subarray(end + 1);
      if (lines.length >= state.linesPerChunk || position - begin >= MAX_CHUNK_BYTES) yield take();
    }
    add(buffer);
  }
  endLine();
  yield take();
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
