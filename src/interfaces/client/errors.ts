import type { ProblemMembers, ProblemStatuses } from './operations.ts';

/** What goes wrong with a call: everything the client throws, beside what the caller's own AbortSignal does. */
export class LetheError extends Error {
  override readonly name: string = 'LetheError';
}

/** There was no answer, or it broke off: nobody knows whether it was done. */
export class LetheConnectionError extends LetheError {
  override readonly name = 'LetheConnectionError';
}

/** Something answered that is not the service as this client knows it: a proxy, a page of a firewall. */
export class LetheAnswerError extends LetheError {
  override readonly name = 'LetheAnswerError';
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export type ProblemType = keyof ProblemStatuses;

/** One fault in what was sent: a JSON pointer into the body, `?parameter`, `{parameter}` of the path, or `Header:`. */
export interface InputFault {
  pointer: string;
  /** What would be right. */
  detail: string;
}

/** The problem document (RFC 9457) as it comes. */
export interface ProblemDocument extends ProblemMembers {
  /** The address of the page that explains it: `/problems/conflict`. */
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: InputFault[];
}

/** The service says what is wrong. `type` tells the kinds apart, and what else there is to know stands in `members`. */
class ProblemError<T extends ProblemType> extends LetheError {
  override readonly name = 'LetheProblem';
  readonly type: T;
  readonly status: ProblemStatuses[T];
  readonly title: string;
  readonly detail: string;
  /** Faults by field, where there are such; else empty. */
  readonly errors: readonly InputFault[];
  readonly members: ProblemMembers;
  /** The request as the log knows it. */
  readonly requestId: string | undefined;
  /** Seconds after which it may be tried again, where the service says so. */
  readonly retryAfter: number | undefined;
  /** What the service asks for instead (`WWW-Authenticate`), where it says so. */
  readonly challenge: string | undefined;

  constructor(type: T, document: ProblemDocument, headers: Headers) {
    super(`${document.title}: ${document.detail}`);
    const { type: _, title, status, detail, instance: __, errors = [], ...members } = document;
    this.type = type;
    this.status = status as ProblemStatuses[T];
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.members = members;
    this.requestId = headers.get('X-Request-Id') ?? undefined;
    this.retryAfter = secondsOf(headers.get('Retry-After'));
    this.challenge = headers.get('WWW-Authenticate') ?? undefined;
  }
}

/** One of all problems: narrowed by `type`. */
export type LetheProblem = { [T in ProblemType]: ProblemError<T> }[ProblemType];

/** A problem of any of these types; of any at all, where none is named. */
export function isProblem<T extends ProblemType = ProblemType>(
  error: unknown,
  ...types: T[]
): error is Extract<LetheProblem, { type: T }> {
  return error instanceof ProblemError && (types.length === 0 || types.includes(error.type as T));
}

/** The problem that an answer tells, or that it is none. Never throws. */
export async function problemIn(response: Response): Promise<LetheProblem | LetheAnswerError> {
  const { status, headers } = response;
  const stranger = new LetheAnswerError(`The answer (${status}) is not one of the service.`, status);
  if (!headers.get('Content-Type')?.startsWith('application/problem+json')) return stranger;
  const document = (await response.json().catch(() => undefined)) as ProblemDocument | undefined;
  if (typeof document?.type !== 'string') return stranger;
  const type = document.type.split('/').at(-1) as ProblemType;
  return new ProblemError(type, document, headers) as LetheProblem;
}

/** Of a `Retry-After`: seconds, or an instant (RFC 9110 §10.2.3). */
export function secondsOf(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
