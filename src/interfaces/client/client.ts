import { isProblem, LetheAnswerError, LetheConnectionError, problemIn, secondsOf } from './errors.ts';
import { OPERATIONS, type Operations, type PagedOperation, type StatedPurpose } from './operations.ts';
import { type Sendable, sendable } from './request-body.ts';

/**
 * The client of the service, for Node from 20 on and for browsers: one method for each operation, with its types. It
 * depends on `fetch` alone.
 */

export type OperationId = keyof Operations;

export interface ClientOptions {
  /** Where the service is; absent: where the page came from. */
  baseUrl?: string;
  /** A token, or what gives one for each call; absent: none is sent. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** The tenant to act in, where not one's own. */
  tenant?: string;
  /** Instead of the one there is. */
  fetch?: typeof globalThis.fetch;
  retry?: Partial<RetryOptions>;
}

export interface RetryOptions {
  /** How often a call is tried again at most. */
  times: number;
  /** Seconds to wait at most before one; where the service asks for more, its problem is thrown at once. */
  longestWait: number;
  /** Waits; for tests. */
  wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/** What goes with any call. */
export interface CallOptions {
  signal?: AbortSignal;
  tenant?: string;
  /** Of an operation that makes something; absent: a new one for this call, kept when it is tried again. */
  idempotencyKey?: string;
  /** The media type wanted, where an operation has several. */
  accept?: string;
}

/** An answer with what its headers tell. */
export interface Answer<T> {
  body: T;
  status: number;
  /** Of what can be edited; give it back as `ifMatch`. */
  etag: string | undefined;
  /** The request as the log knows it. */
  requestId: string | undefined;
  /** It is the answer to an earlier request with the same key. */
  replayed: boolean;
  /** When the operation will be gone (`Sunset`), where that is so. */
  sunset: string | undefined;
}

export type ArgumentsOf<N extends OperationId> = Operations[N]['args'] & CallOptions;
export type AnswerOf<N extends OperationId> = Operations[N]['answer'];
export type ItemOf<N extends PagedOperation> = AnswerOf<N> extends { items: (infer T)[] } ? T : never;

/** Nothing has to be given where nothing is required. */
export type Given<N extends OperationId> = object extends Operations[N]['args']
  ? [args?: ArgumentsOf<N>]
  : [args: ArgumentsOf<N>];

type Methods = { [N in OperationId]: (...given: Given<N>) => Promise<AnswerOf<N>> };

export interface Client extends Methods {
  /** The same with status, `etag` and the like. */
  answer<N extends OperationId>(operation: N, ...given: Given<N>): Promise<Answer<AnswerOf<N>>>;
  /** Page after page of a list, from `cursor` on or from the start. */
  pages<N extends PagedOperation>(operation: N, ...given: Given<N>): AsyncGenerator<AnswerOf<N>, void, undefined>;
  /** What stands in the list, one after the other; pages are fetched as they are needed. */
  items<N extends PagedOperation>(operation: N, ...given: Given<N>): AsyncGenerator<ItemOf<N>, void, undefined>;
}

/** What the runtime sees of any call. */
interface Loose extends CallOptions {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: string;
  secret?: string;
  purpose?: string | StatedPurpose;
}

const RETRY: RetryOptions = { times: 3, longestWait: 30, wait };

/** Of these, whoever answers may not have let it through. */
const PASSING = [429, 502, 503, 504];

export function createClient(options: ClientOptions = {}): Client {
  const { baseUrl = '', token, fetch = globalThis.fetch.bind(globalThis) } = options;
  const base = baseUrl.replace(/\/+$/, '');
  const retry = { ...RETRY, ...options.retry };

  async function answer(operation: OperationId, args: Loose = {}): Promise<Answer<unknown>> {
    const [method, path, ...words] = OPERATIONS[operation].split(' ') as [string, string, ...string[]];
    const address = `${base}${filled(path, args.params)}${queryOf(args.query)}`;
    const { content, type, once } = sendable(args.body, words);
    const headers = headersOf(args, words, type);
    const tenant = args.tenant ?? options.tenant;
    if (tenant !== undefined) headers.set('Lethe-Tenant', tenant);
    const harmless = !once && (method === 'GET' || headers.has('Idempotency-Key'));
    for (let tried = 0; ; tried += 1) {
      const secret = typeof token === 'function' ? await token() : token;
      if (secret !== undefined) headers.set('Authorization', `Bearer ${secret}`);
      const response = await attempt(address, method, headers, content, args.signal).catch((error: unknown) => error);
      const mayRepeat = tried < retry.times && !args.signal?.aborted;
      const delay = mayRepeat ? await delayAfter(response, harmless, once, tried) : undefined;
      if (delay === undefined || delay > retry.longestWait) return answered(operation, response, words, args.signal);
      await retry.wait(delay * 1000, args.signal);
    }
  }

  async function attempt(
    address: string,
    method: string,
    headers: Headers,
    body: Sendable | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    signal?.throwIfAborted();
    const duplex = body instanceof ReadableStream ? ({ duplex: 'half' } as const) : {};
    return fetch(address, { method, headers, body, signal, redirect: 'manual', credentials: 'same-origin', ...duplex });
  }

  async function* pages(operation: PagedOperation, args: Loose = {}): AsyncGenerator<Page, void, undefined> {
    const place = OPERATIONS[operation].endsWith(' pagedInBody') ? 'body' : 'query';
    let given = args;
    for (;;) {
      const page = (await answer(operation, given)).body as Page;
      yield page;
      if (page.next === null) return;
      // Another page is another request.
      given = { ...args, [place]: { ...(args[place] as object | undefined), cursor: page.next } };
    }
  }

  async function* items(operation: PagedOperation, args?: Loose): AsyncGenerator<unknown, void, undefined> {
    for await (const page of pages(operation, args)) yield* page.items;
  }

  const methods = Object.fromEntries(
    (Object.keys(OPERATIONS) as OperationId[]).map((operation) => [
      operation,
      async (args?: Loose) => (await answer(operation, args)).body,
    ]),
  );
  return { ...methods, answer, pages, items } as unknown as Client;
}

interface Page {
  items: unknown[];
  next: string | null;
}

/** @throws RangeError for a part that no address can have: it would become another address. */
function filled(path: string, params: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
      throw new RangeError(`params.${name} must be a text that is neither empty nor "." nor "..".`);
    return encodeURIComponent(value);
  });
}

function queryOf(query: Record<string, unknown> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined)
      .map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function headersOf(args: Loose, words: string[], type: string | undefined): Headers {
  const headers = new Headers();
  const set = (name: string, value: string | undefined) => value !== undefined && headers.set(name, value);
  set('Accept', args.accept);
  set('Content-Type', type);
  set('If-Match', args.ifMatch);
  set('Lethe-Request-Secret', args.secret);
  set('Lethe-Purpose', args.purpose === undefined ? undefined : purposeText(args.purpose));
  if (words.includes('key'))
    headers.set('Idempotency-Key', `"${(args.idempotencyKey ?? newKey()).replace(/["\\]/g, '\\$&')}"`);
  return headers;
}

function purposeText(given: string | StatedPurpose): string {
  if (typeof given === 'string') return given;
  return given.reference === undefined ? given.purpose : `${given.purpose}; reference=${given.reference}`;
}

/** Where a page came over plain http, `randomUUID` is not there. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Seconds until it may be tried again; undefined: not at all. What may have been carried out is only repeated where a
 * repetition does nothing; what the service asks to repeat was not carried out.
 */
async function delayAfter(
  response: unknown,
  harmless: boolean,
  once: boolean,
  tried: number,
): Promise<number | undefined> {
  const backoff = 0.25 * 2 ** tried * (1 + Math.random());
  if (!(response instanceof Response)) return harmless ? backoff : undefined;
  const { status, headers } = response;
  const asked = status === 429 || status === 503 ? secondsOf(headers.get('Retry-After')) : undefined;
  if (asked !== undefined) return once ? undefined : asked;
  if (!harmless) return undefined;
  if (PASSING.includes(status)) return backoff;
  // The first attempt has got through after all, and is still being worked on.
  if (status !== 409 || tried === 0) return undefined;
  return isProblem(await problemIn(response.clone()), 'idempotency-key-in-flight') ? backoff : undefined;
}

async function answered(
  operation: OperationId,
  response: unknown,
  words: string[],
  signal: AbortSignal | undefined,
): Promise<Answer<unknown>> {
  if (!(response instanceof Response)) throw unanswered(operation, response, signal);
  if (!response.ok) throw await problemIn(response);
  const { status, headers } = response;
  const header = (name: string) => headers.get(name) ?? undefined;
  return {
    body: await bodyOf(operation, response, words, signal),
    status,
    etag: header('ETag'),
    requestId: header('X-Request-Id'),
    replayed: headers.has('Idempotency-Replayed'),
    sunset: header('Sunset'),
  };
}

function unanswered(operation: OperationId, error: unknown, signal: AbortSignal | undefined): unknown {
  // Whoever gave up gets their own reason.
  if (signal?.aborted) return signal.reason;
  return new LetheConnectionError(`${operation}: there was no whole answer.`, { cause: error });
}

async function bodyOf(
  operation: OperationId,
  response: Response,
  words: string[],
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (response.status === 204) return undefined;
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json');
  if (words.includes('stream') || !isJson) return response;
  const text = await response.text().catch((error: unknown) => {
    throw unanswered(operation, error, signal);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LetheAnswerError(`${operation}: the answer is not JSON.`, response.status, { cause: error });
  }
}

/** @throws what the signal was aborted with. */
function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
