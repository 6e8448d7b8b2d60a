import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { PROBLEM_TYPES, Problem, type ProblemType } from '../../foundations/contract/problem.ts';
import type { Log } from '../../foundations/process/log.ts';
import { StoreError } from '../../foundations/store/errors.ts';
import { exchangeOf, send } from './exchange.ts';

const SECONDS_UNTIL_RETRY = '5';

/** What a fault of the store means to a caller. */
function problemOfStore(error: StoreError): Problem | undefined {
  switch (error.fault) {
    case 'busy':
    case 'full':
    case 'unavailable':
      return new Problem('unavailable', 'The database cannot answer now; try again.', {
        headers: { 'Retry-After': SECONDS_UNTIL_RETRY },
      });
    case 'unique':
    case 'serialization':
      return new Problem('conflict', 'Another request was doing the same at the same time; try again.');
    default:
      return undefined;
  }
}

/** Express and Node mark what they refuse by status (a path that does not decode, a body that was cut off). */
function problemOfStatus(error: unknown): Problem | undefined {
  const { status } = (error ?? {}) as { status?: unknown };
  if (status === 400) return new Problem('malformed-request', 'The address or the request cannot be decoded.');
  if (status === 413) return new Problem('payload-too-large', 'The request body is too large.');
  return undefined;
}

/** Any error as a caller may see it; undefined for what is nobody's business but ours. */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof StoreError) return problemOfStore(error);
  return problemOfStatus(error);
}

/** The problem document (RFC 9457). `instance` names the request, as the log does. */
function problemDocument(problem: Problem, requestId: string): Record<string, unknown> {
  const { errors, members } = problem.extras;
  return {
    ...members,
    type: problemUri(problem.type),
    title: PROBLEM_TYPES[problem.type].title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:lethe:request:${requestId}`,
    errors,
  };
}

/** Stable, and served: the page says what the type means and what to do. */
function problemUri(type: ProblemType): string {
  return `/problems/${type}`;
}

function sendProblem(response: Response, problem: Problem): void {
  const document = problemDocument(problem, exchangeOf(response).requestId);
  const headers = { 'Content-Type': 'application/problem+json', ...problem.extras.headers };
  send(response, problem.status, headers, JSON.stringify(document));
}

/** The last stop of every error: a problem for the caller and, where it is our fault, a line for the operator. */
export function answerError(log: Log, error: unknown, request: Request, response: Response): void {
  const problem = problemOf(error) ?? new Problem('internal-error', 'This is our fault; it was written to the log.');
  if (problem.status >= 500) {
    const { requestId, route, tenant } = exchangeOf(response);
    log.error({ err: error, method: request.method, route, requestId, tenant }, problem.type);
  }
  // An answer that has begun cannot become a problem: cut it off, so that nobody takes it for whole.
  if (response.headersSent) response.destroy();
  else sendProblem(response, problem);
  // A body that nobody reads any more would hold up the connection, and the caller would never see the answer.
  if (!request.complete) setImmediate(() => request.resume());
}

export function errorHandler(log: Log): ErrorRequestHandler {
  return (error, request, response, _next) => answerError(log, error, request, response);
}

/** A problem for a connection whose request never became one (malformed HTTP, headers too large). */
export function rawProblem(type: ProblemType, detail: string, requestId: string): string {
  const problem = new Problem(type, detail);
  const body = JSON.stringify(problemDocument(problem, requestId));
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
