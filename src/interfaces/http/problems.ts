import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { PROBLEM_TYPES, Problem, type ProblemExtras, type ProblemType } from '../../foundations/contract/problem.ts';
import type { Log } from '../../foundations/process/log.ts';
import { StoreError, type StoreFault } from '../../foundations/store/errors.ts';
import { MasterKeyError } from '../../foundations/vault/master-key.ts';
import { type Exchange, send } from './exchange.ts';

const RETRY: ProblemExtras = { headers: { 'Retry-After': '5' } };

type ErrorRow = [fits: (error: unknown) => boolean, type: ProblemType, detail: string, extras?: ProblemExtras];

const ofStore =
  (...faults: StoreFault[]) =>
  (error: unknown) =>
    error instanceof StoreError && faults.includes(error.fault);
/** Whatever else a database answers. `misuse` is a fault of ours. */
const ofDatabase = (error: unknown) =>
  (error instanceof StoreError && error.fault !== 'misuse') || error instanceof MasterKeyError;
const withMember = (name: 'status' | 'code', value: unknown) => (error: unknown) =>
  ((error ?? {}) as Record<string, unknown>)[name] === value;

/**
 * Whatever is thrown, beside problems themselves, and what of it is a caller's business: the first row that fits.
 * Express marks what it refuses by `status`, Node what never becomes a request by `code`.
 */
const ERRORS: ErrorRow[] = [
  [ofStore('unique'), 'conflict', 'Another request was doing the same at the same time; try again.'],
  [ofStore('serialization'), 'unavailable', 'Too many requests were changing the same at once; try again.', RETRY],
  [ofStore('stale-key'), 'unavailable', 'A key was destroyed meanwhile; nothing was written. Send it again.', RETRY],
  [ofStore('full'), 'unavailable', 'There is no room left to write to; nothing was changed.', RETRY],
  [ofDatabase, 'unavailable', 'The database or the keyring cannot answer now; try again.', RETRY],
  [withMember('status', 400), 'malformed-request', 'The address or the request cannot be decoded.'],
  [withMember('status', 413), 'payload-too-large', 'The request body is too large.'],
  [() => true, 'internal-error', 'This is our fault; it was written to the log.'],
];

/** The same for connections whose request never became one. */
const CONNECTION_ERRORS: ErrorRow[] = [
  [withMember('code', 'HPE_HEADER_OVERFLOW'), 'headers-too-large', 'The headers of the request are too large.'],
  [withMember('code', 'ERR_HTTP_REQUEST_TIMEOUT'), 'malformed-request', 'The request did not arrive in time.'],
  [() => true, 'malformed-request', 'This is not an HTTP request.'],
];

function problemOf(error: unknown, table: ErrorRow[]): Problem {
  if (error instanceof Problem) return error;
  const [, type, detail, extras] = table.find(([fits]) => fits(error)) as ErrorRow;
  return new Problem(type, detail, extras);
}

/** The problem document (RFC 9457). `instance` names the request, as the log does; `type` is a page that explains it. */
function problemDocument(problem: Problem, requestId: string): string {
  const { errors, members } = problem.extras;
  return JSON.stringify({
    ...members,
    type: `/problems/${problem.type}`,
    title: PROBLEM_TYPES[problem.type].title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:lethe:request:${requestId}`,
    errors,
  });
}

/** What a stream says of an answer that nobody takes any more. */
const GONE = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE'];

/** The caller has hung up, and that is all: their business, and no fault. The line of the request says `cut off`. */
function isHangUp(error: unknown, { response }: Exchange): boolean {
  return response.destroyed && GONE.some((code) => withMember('code', code)(error));
}

/**
 * The last stop of every error: a problem for the caller and, where it is our fault, a line for the operator. `patience`
 * is how long, in milliseconds, the rest of a body may go on to arrive.
 */
export function answerError(log: Log, error: unknown, exchange: Exchange, patience: number): void {
  const { request, response, requestId, route, tenant } = exchange;
  if (isHangUp(error, exchange)) return;
  const problem = problemOf(error, ERRORS);
  if (problem.status >= 500) log.error({ err: error, method: request.method, route, requestId, tenant }, problem.type);
  // An answer that has begun cannot become a problem: cut it off, so that nobody takes it for whole.
  if (response.headersSent) response.destroy();
  else {
    const headers = { 'Content-Type': 'application/problem+json', ...problem.extras.headers };
    send(exchange, problem.status, headers, problemDocument(problem, requestId));
  }
  // A body that nobody reads any more would hold up the connection, and the caller would never see the answer.
  if (!request.complete) throwAwayRest(request, patience);
}

function throwAwayRest(request: IncomingMessage, patience: number): void {
  setImmediate(() => request.resume());
  const timer = setTimeout(() => request.destroy(), patience);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

/** A whole answer for a connection whose request never became one (malformed HTTP, headers too large). */
export function rawProblem(error: Error, requestId: string): string {
  const problem = problemOf(error, CONNECTION_ERRORS);
  const body = problemDocument(problem, requestId);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
