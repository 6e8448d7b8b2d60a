/**
 * The one error shape (RFC 9457). Anything a caller may see as an error is a `Problem`; everything else becomes
 * `internal-error` at the HTTP edge. Neither `detail` nor a pointer ever carries a value from the input.
 */
export const PROBLEM_TYPES = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'invalid-request': { status: 400, title: 'The request does not fit its schema' },
  'idempotency-key-required': { status: 400, title: 'An Idempotency-Key header is required' },
  'purpose-required': { status: 400, title: 'A purpose must be stated' },
  unauthenticated: { status: 401, title: 'Credentials are missing or not valid' },
  'token-expired': { status: 401, title: 'The token has ended' },
  'signature-refused': { status: 401, title: 'The signature is not accepted' },
  forbidden: { status: 403, title: 'The credentials do not allow this' },
  'not-found': { status: 404, title: 'There is no such thing here' },
  'method-not-allowed': { status: 405, title: 'The method is not offered here' },
  'not-acceptable': { status: 406, title: 'No representation fits the Accept header' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  'idempotency-key-in-flight': { status: 409, title: 'A request with this Idempotency-Key is still running' },
  'erased-subject': { status: 409, title: 'This person was erased on request' },
  held: { status: 409, title: 'A hold wants this data as it is' },
  'processing-stopped': { status: 409, title: 'The data of this person may only be stored' },
  'outside-instructions': { status: 409, title: 'This lies outside the documented instructions' },
  'policies-superseded': { status: 409, title: 'Other policies are in force than those of this instance' },
  'clock-in-doubt': { status: 409, title: 'The clock is in doubt' },
  'plan-changed': { status: 409, title: 'What is due is no longer what the plan said' },
  'tenant-leaving': { status: 409, title: 'The contract with this institution ends' },
  'lease-held': { status: 409, title: 'Another run is already working on this' },
  'precondition-failed': { status: 412, title: 'The resource has changed since it was read' },
  'misdirected-request': { status: 421, title: 'Another instance serves this portal' },
  'payload-too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'unprocessable-request': { status: 422, title: 'The request is well formed but cannot be carried out' },
  'undeclared-category': { status: 422, title: 'No policy declares this category of data' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key was used for another request' },
  'precondition-required': { status: 428, title: 'An If-Match header is required' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The request headers are too large' },
  'internal-error': { status: 500, title: 'Something failed on our side' },
  unavailable: { status: 503, title: 'The service cannot answer now' },
} as const;

export type ProblemType = keyof typeof PROBLEM_TYPES;

/** One fault in the input: a JSON pointer into the body, or a parameter as `?name`, one of the path as `{name}`, a header as `Name:`. */
export interface InputFault {
  pointer: string;
  detail: string;
}

export interface ProblemExtras {
  errors?: InputFault[];
  headers?: Record<string, string>;
  /** Further members of the problem document; never personal data. */
  members?: Partial<Record<keyof typeof PROBLEM_MEMBERS, unknown>>;
}

/** What a problem document may tell beside what every one tells, as JSON Schema: clients can act on it. */
export const PROBLEM_MEMBERS = {
  state: { type: 'string', description: 'The state of what the request was about.' },
  event: { type: 'string', description: 'What cannot happen in this state.' },
  legal: { type: 'array', items: { type: 'string' }, description: 'What can happen in this state.' },
  calls: { type: 'array', items: { type: 'string' }, description: 'The calls that are possible now.' },
  missing: { type: 'array', items: { type: 'string' }, description: 'What is missing for this one.' },
  why: { type: 'string', description: 'The reason, by its name, where there is a list of them.' },
  right: { type: 'string', description: 'The right against which something was to be held.' },
  ground: { type: 'string', description: 'The ground that the law does not give for that.' },
  possible: { type: 'array', items: { type: 'string' }, description: 'The grounds that are possible.' },
  rules: { type: 'array', items: { type: 'string' }, description: 'The retention rules concerned.' },
  inTheWay: { type: 'array', items: { type: 'string' }, description: 'What must be done or waited for first.' },
  earliestActivation: { type: 'string', format: 'date-time', description: 'When nothing is in the way any more.' },
  region: { type: 'string', description: 'The region of the portal.' },
  address: { type: 'string', description: 'Of the instance that serves the portal.' },
} as const;

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: ProblemType;
  readonly status: number;
  readonly extras: ProblemExtras;

  constructor(type: ProblemType, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.type = type;
    this.status = PROBLEM_TYPES[type].status;
    this.extras = extras;
  }
}

/** What cannot be done as things stand, and the calls that lead on from here. */
export function notAsItStands(detail: string, calls: readonly string[], missing?: readonly string[]): Problem {
  return new Problem('conflict', detail, { members: { calls, missing } });
}

/** A fault at one field of the body that the schema alone cannot tell. */
export function invalidField(pointer: string, detail: string, type: ProblemType = 'unprocessable-request'): Problem {
  return new Problem(type, `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
}

/** The same problem of a body that stands inside another one, at `pointer`. */
export function within(problem: Problem, pointer: string): Problem {
  const errors = problem.extras.errors?.map((error) => ({ ...error, pointer: pointer + error.pointer }));
  return new Problem(problem.type, problem.message, { ...problem.extras, errors });
}
