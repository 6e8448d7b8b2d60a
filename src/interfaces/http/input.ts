import type { IncomingMessage } from 'node:http';
import type { TSchema } from 'typebox';
import type { Reading } from '../../foundations/contract/context.ts';
import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { parseStatedPurpose, READING_PURPOSES } from '../../law/reading-purposes.ts';

/** What a request brings, read strictly: parameters of the path, query, headers, body. */

/** Bytes of a JSON body, and of one line of an NDJSON body, at most. */
export const BODY_LIMIT = 65_536;
/** Milliseconds within which a body, or the next piece of an NDJSON stream, must arrive: as long as headers may take. */
export const BODY_PATIENCE = 20_000;
/** Bytes of a whole NDJSON stream at most. */
const STREAM_LIMIT = 268_435_456;

const JSON_TYPES = ['application/json', 'application/merge-patch+json'];
const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson'];
const NEW_LINE = 10;
const LONGEST_KEY = 255;

/** The parts of a path as they are meant. @throws Problem `malformed-request` */
export function readParams(parts: Record<string, string>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, part] of Object.entries(parts))
    try {
      params[name] = part.includes('%') ? decodeURIComponent(part) : part;
    } catch {
      throw new Problem('malformed-request', 'The address cannot be decoded.', {
        errors: [{ pointer: `{${name}}`, detail: 'must be percent-encoded UTF-8' }],
      });
    }
  return params;
}

/** Holds parameters of the path against their schema, and refuses what no database keeps. */
export function paramsChecker(schema: TSchema): (params: Record<string, string>) => void {
  const check = checker(schema, '{}');
  return (params) => {
    for (const [name, value] of Object.entries(params))
      if (value.includes('\0'))
        throw new Problem('malformed-request', 'The path holds a NUL character.', {
          errors: [{ pointer: `{${name}}`, detail: 'must be without the NUL character' }],
        });
    check(params);
  };
}

function decodeQuery(text: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Problem('malformed-request', 'The query cannot be decoded.');
  }
  if (value.includes('\0')) throw new Problem('malformed-request', 'The query holds a NUL character.');
  return value;
}

/** The query of a URL by name; a name given twice has a list of values. @throws Problem `malformed-request` */
export function readQuery(url: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  const mark = url.indexOf('?');
  if (mark < 0) return query;
  for (const part of url.slice(mark + 1).split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decodeQuery(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decodeQuery(part.slice(equals + 1));
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else query[name] = [before, value];
  }
  return query;
}

/**
 * The key out of an `Idempotency-Key` header: a structured-field string (RFC 8941 §3.3.3), in quotes, without
 * parameters. @throws Problem `malformed-request`
 */
export function parseIdempotencyKey(header: string): string {
  const match = /^ *"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)" *$/.exec(header);
  const key = match?.[1]?.replace(/\\(["\\])/g, '$1');
  if (key === undefined || key.length === 0 || key.length > LONGEST_KEY)
    throw new Problem('malformed-request', 'The Idempotency-Key header cannot be read.', {
      errors: [
        { pointer: 'Idempotency-Key:', detail: `must be 1 to ${LONGEST_KEY} characters of ASCII in double quotes` },
      ],
    });
  return key;
}

/** The key of a request that creates, or undefined when it has none and needs none. @throws Problem */
export function idempotencyKeyOf(role: string, header: string | undefined): string | undefined {
  if (header !== undefined) return parseIdempotencyKey(header);
  // Browsers of visitors send what the banner sends; a second event is harmless there.
  if (role === 'portal') return undefined;
  throw new Problem('idempotency-key-required', 'Send a new key, such as a UUID, in an Idempotency-Key header.', {
    errors: [{ pointer: 'Idempotency-Key:', detail: 'is required' }],
  });
}

/** What a person says of their look. @throws Problem `purpose-required` */
export function readingOf(spec: RouteSpec, header: string | string[] | undefined): Reading {
  const stated = typeof header === 'string' ? parseStatedPurpose(header) : undefined;
  if (stated) return { ...stated, what: spec.operationId, subjects: new Set() };
  const codes = Object.keys(READING_PURPOSES).join(', ');
  throw new Problem('purpose-required', 'Say why you look at personal data; the person concerned can learn of it.', {
    errors: [
      {
        pointer: 'Lethe-Purpose:',
        detail: `must be one of ${codes}; optionally with "; reference=" and a case number`,
      },
    ],
  });
}

/** The entity tags a request names, of an operation that looks at them. @throws Problem `precondition-required` */
export function ifMatchOf(spec: RouteSpec, header: string | undefined): string | undefined {
  if (spec.ifMatch === 'required' && header === undefined)
    throw new Problem('precondition-required', 'Send the ETag you have read in an If-Match header.', {
      errors: [{ pointer: 'If-Match:', detail: 'is required' }],
    });
  return header;
}

function tooLarge(what: string, limit: number): Problem {
  return new Problem('payload-too-large', `${what} may have ${limit} bytes at most.`);
}

const tooSlow = () => new Problem('malformed-request', 'The request did not arrive in time.');
const cutOff = () => new Problem('malformed-request', 'The body ended too early.');

function checkHeaders({ headers }: IncomingMessage, accepted: string[]): void {
  const type = headers['content-type'] ?? '';
  // By far the usual case.
  if (type !== accepted[0]) {
    const [mediaType, ...parameters] = type
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const charset = parameters
      .find((parameter) => parameter.startsWith('charset='))
      ?.slice(8)
      .replaceAll('"', '');
    if (!accepted.includes(mediaType ?? '') || (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8'))
      throw new Problem('unsupported-media-type', `Send the body as ${accepted[0]} in UTF-8.`, {
        errors: [{ pointer: 'Content-Type:', detail: `must be ${accepted[0]}` }],
      });
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new Problem('unsupported-media-type', 'Send the body without content encoding.', {
      errors: [{ pointer: 'Content-Encoding:', detail: 'must be absent' }],
    });
}

/** @throws Problem `malformed-request` for a body where none belongs. */
function refuseBody({ headers }: IncomingMessage): void {
  const length = headers['content-length'];
  if ((length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined)
    throw new Problem('malformed-request', 'This operation takes no body.');
}

/** How much may come, and how long it may take. */
interface Bounds {
  limit: number;
  /** Milliseconds. */
  patience: number;
}

/** @throws Problem `malformed-request` when it takes longer than `patience`. */
async function inTime<T>(work: Promise<T>, patience: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readBytes(request: IncomingMessage, { limit, patience }: Bounds): Promise<Buffer> {
  const arrived = new Promise<Buffer>((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) return reject(tooLarge('The body', limit));
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        // The rest is read and thrown away, so that the caller gets to see the answer.
        chunks.length = 0;
        reject(tooLarge('The body', limit));
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', () => reject(cutOff()));
    request.on('close', () => {
      if (!request.complete) reject(cutOff());
    });
  });
  return inTime(arrived, patience);
}

/** The lines of an NDJSON body as they arrive, with backpressure; empty lines are left out. */
async function* readLines(request: IncomingMessage, patience: number): AsyncGenerator<string> {
  checkHeaders(request, NDJSON_TYPES);
  const pieces: Buffer[] = [];
  let pending = 0;
  let total = 0;

  const line = (last: Buffer): string => {
    const bytes = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
    pieces.length = 0;
    pending = 0;
    if (bytes.length > BODY_LIMIT) throw tooLarge('A line', BODY_LIMIT);
    return readUtf8(bytes).trim();
  };

  try {
    // Left before its end, the request must not be destroyed: the caller is still to be answered.
    const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    for (;;) {
      const { done, value: chunk } = await inTime(chunks.next(), patience);
      if (done) break;
      total += chunk.length;
      if (total > STREAM_LIMIT) throw tooLarge('The stream', STREAM_LIMIT);
      let from = 0;
      for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, from)) {
        const text = line(chunk.subarray(from, end));
        if (text !== '') yield text;
        from = end + 1;
      }
      if (from < chunk.length) {
        pieces.push(chunk.subarray(from));
        pending += chunk.length - from;
        if (pending > BODY_LIMIT) throw tooLarge('A line', BODY_LIMIT);
      }
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw cutOff();
  }
  if (!request.complete) throw cutOff();
  const last = line(Buffer.alloc(0));
  if (last !== '') yield last;
}

/** The pieces of an NDJSON body as they arrive, with backpressure: for who keeps them first and reads them then. */
async function* readPieces(request: IncomingMessage, { limit, patience }: Bounds): AsyncGenerator<Buffer> {
  checkHeaders(request, NDJSON_TYPES);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge('The body', limit);
  let total = 0;
  try {
    const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    for (;;) {
      const { done, value: chunk } = await inTime(chunks.next(), patience);
      if (done) break;
      total += chunk.length;
      if (total > limit) throw tooLarge('The body', limit);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw cutOff();
  }
  if (!request.complete) throw cutOff();
}

/** A body in the form its operation reads it in; empty in the others. */
export interface Body {
  value: unknown;
  /** Of a JSON body, to be fingerprinted. */
  text: string;
  bytes: Buffer;
  lines: AsyncIterable<string>;
  pieces: AsyncIterable<Buffer>;
}

const NO_BODY: Body = {
  value: undefined,
  text: '',
  bytes: Buffer.alloc(0),
  lines: (async function* () {})(),
  pieces: (async function* () {})(),
};

/**
 * How an operation reads its bodies, worked out once for all of them. JSON is read faster than `express.json` does, and
 * stricter; `signed` bytes are left unread; `ndjson` is read while the handler asks for lines.
 */
export function bodyReader(spec: RouteSpec, usual: Bounds): (request: IncomingMessage) => Body | Promise<Body> {
  const { patience } = usual;
  const bounds = { limit: spec.bodyLimit ?? usual.limit, patience };
  if (spec.bodyFormat === 'ndjson') {
    const whole = { limit: spec.bodyLimit ?? STREAM_LIMIT, patience };
    return (request) => ({
      ...NO_BODY,
      lines: readLines(request, patience),
      pieces: readPieces(request, whole),
    });
  }
  if (spec.bodyFormat === 'signed')
    return async (request) => {
      checkHeaders(request, spec.bodyType ? [spec.bodyType] : JSON_TYPES);
      return { ...NO_BODY, bytes: await readBytes(request, bounds) };
    };
  if (!spec.body)
    return (request) => {
      refuseBody(request);
      return NO_BODY;
    };
  const check = checker(spec.body, '');
  return async (request) => {
    checkHeaders(request, JSON_TYPES);
    const text = readUtf8(await readBytes(request, bounds));
    const value = readJson(text);
    check(value);
    return { ...NO_BODY, text, value };
  };
}
