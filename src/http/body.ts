import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem.ts';

/** Bytes of a JSON body, and of one line of an NDJSON body, at most. */
export const BODY_LIMIT = 65_536;
/** Bytes of a whole NDJSON stream at most. */
export const STREAM_LIMIT = 268_435_456;
const MAX_DEPTH = 32;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

const malformed = (detail: string, pointer?: string) =>
  new Problem('malformed-request', detail, pointer === undefined ? {} : { errors: [{ pointer, detail }] });
const tooLarge = (limit: number) => new Problem('payload-too-large', `The body may have ${limit} bytes at most.`);

function checkHeaders(request: IncomingMessage, expected: string): void {
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  const [mediaType, ...parameters] = type.split(';').map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (mediaType !== expected || (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8'))
    throw new Problem('unsupported-media-type', `Send the body as ${expected} in UTF-8.`, {
      errors: [{ pointer: 'Content-Type:', detail: `must be ${expected}` }],
    });
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new Problem('unsupported-media-type', 'Send the body without content encoding.', {
      errors: [{ pointer: 'Content-Encoding:', detail: 'must be absent' }],
    });
}

/** Reads a JSON body whole. Faster than `express.json`, stricter, and with our own errors. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  checkHeaders(request, 'application/json');
  const bytes = await readBytes(request);
  return parseJson(bytes);
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return reject(tooLarge(BODY_LIMIT));
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > BODY_LIMIT) {
        request.pause();
        reject(tooLarge(BODY_LIMIT));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(malformed('The body ended too early.')));
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Problem `malformed-request` for anything that is not one unambiguous JSON value. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
  if (text.trim() === '') throw malformed('The body is empty; a JSON value is expected.', '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('The body is not valid JSON.', '');
  }
  checkKeys(text);
  // Raw NUL and half characters cannot get here; escaped ones can.
  if (text.includes('\\u')) checkStrings(value, '');
  return value;
}

const pointerTo = (path: (string | number)[]) =>
  path.map((part) => `/${String(part).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Walks valid JSON text once for what `JSON.parse` forgives: repeated keys, prototype keys, great depth. */
function checkKeys(text: string): void {
  const seen: (Set<string> | null)[] = [];
  const path: (string | number)[] = [];
  let expectKey = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const start = i + 1;
      let escaped = false;
      for (i = start; text.charCodeAt(i) !== 0x22; i += 1)
        if (text.charCodeAt(i) === 0x5c) {
          escaped = true;
          i += 1;
        }
      if (expectKey) {
        const raw = text.slice(start, i);
        const key = escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
        const keys = seen[seen.length - 1] as Set<string>;
        path[path.length - 1] = key;
        if (FORBIDDEN_KEYS.has(key)) throw malformed('This key is not allowed.', pointerTo(path));
        if (keys.has(key)) throw malformed('The same key stands twice.', pointerTo(path));
        keys.add(key);
        expectKey = false;
      }
    } else if (code === 0x7b || code === 0x5b) {
      if (seen.length === MAX_DEPTH)
        throw malformed(`The body nests deeper than ${MAX_DEPTH} levels.`, pointerTo(path));
      seen.push(code === 0x7b ? new Set() : null);
      path.push(code === 0x7b ? '' : 0);
      expectKey = code === 0x7b;
    } else if (code === 0x7d || code === 0x5d) {
      seen.pop();
      path.pop();
      expectKey = false;
    } else if (code === 0x2c) {
      const last = path.length - 1;
      if (seen[last] === null) path[last] = (path[last] as number) + 1;
      else expectKey = true;
    }
  }
}

function checkStrings(value: unknown, pointer: string): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw malformed('The text holds a NUL character.', pointer);
    if (!value.isWellFormed()) throw malformed('The text holds half a character (a lone surrogate).', pointer);
  } else if (Array.isArray(value)) value.forEach((member, index) => checkStrings(member, `${pointer}/${index}`));
  else if (value !== null && typeof value === 'object')
    for (const [key, member] of Object.entries(value)) {
      checkStrings(key, pointer);
      checkStrings(member, pointer + pointerTo([key]));
    }
}

/** The lines of an NDJSON body as they arrive, with backpressure; empty lines are left out. */
export async function* readLines(request: IncomingMessage): AsyncGenerator<string> {
  checkHeaders(request, 'application/x-ndjson');
  let rest: Buffer = Buffer.alloc(0);
  let total = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    total += piece.length;
    if (total > STREAM_LIMIT) throw tooLarge(STREAM_LIMIT);
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let from = 0;
    for (let end = rest.indexOf(10, from); end >= 0; end = rest.indexOf(10, from)) {
      if (end - from > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
      const line = rest.toString('utf8', from, end).trim();
      if (line !== '') yield line;
      from = end + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  }
  if (!request.complete) throw malformed('The body ended too early.');
  const last = rest.toString('utf8').trim();
  if (last !== '') yield last;
}
