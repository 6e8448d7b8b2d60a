import type { Static, TObject, TSchema } from 'typebox';
import type { Context } from './context.ts';
import type { Permission } from './permissions.ts';
import type { ProblemType } from './problem.ts';

/**
 * The shape of one HTTP operation. From these specifications come validation, handler types, authorisation, the OpenAPI
 * document and the contract tests; no route exists outside of them.
 */
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface RouteSpec {
  operationId: string;
  method: Method;
  /** OpenAPI form: `/v1/consents/{eventId}`. */
  path: string;
  tag: string;
  summary: string;
  /** What it is for, beyond the summary: for the engineer who looks for the operation to call. */
  description?: string;
  /** A row of permissions.ts, or `public` for what needs no credentials. */
  permission: Permission | 'public';
  /** `installation`: only for credentials that act in every tenant, whatever their role. */
  scope?: 'installation';
  params?: TObject;
  query?: TObject;
  /** JSON body; its absence means that a body is refused. */
  body?: TSchema;
  /** Such a body, as somebody would send it. */
  example?: unknown;
  /**
   * `ndjson`: the body is a stream, read by the handler line by line from `request.lines`. `signed`: the handler gets the
   * bytes as they came (`request.bytes`), checks their signature first, and reads them against `body` itself.
   */
  bodyFormat?: 'json' | 'ndjson' | 'signed';
  /** Of a `signed` body that is no JSON as it comes: its media type; `body` is what is signed in it. */
  bodyType?: 'text/plain';
  /** Bytes of the body at most, where it is larger than usual. */
  bodyLimit?: number;
  /** `required`: a creating POST of a server-side caller (every role but `portal`) must send an Idempotency-Key. */
  idempotency?: 'required';
  /** `required`: an `If-Match` header must be present; the handler reads it from `request.ifMatch`. */
  ifMatch?: 'required' | 'optional';
  /** The holder's secret comes in the header `Lethe-Request-Secret`, never in an address; read it from `request.secret`. */
  secret?: 'required';
  /** The answer holds personal data: a person (not a machine) must state why, and the look is recorded. */
  reads?: 'personal-data';
  /** Success status. */
  status: 200 | 201 | 202 | 204;
  /** Schema of the JSON answer; or the media type of a streamed one. */
  response?: TSchema | string;
  /** Further answers that are no problems, by status: their schema, or the media types of streamed ones. */
  others?: Readonly<Record<number, TSchema | readonly string[]>>;
  /** Problems that the rest of the specification does not tell of (`problemTypesOf` in openapi.ts). */
  problems?: readonly ProblemType[];
  /** What the answer is, in words, where its schema does not tell. */
  answers?: string;
  /** How it asks the database (store/workload.ts), where that is not as a request: over many rows, or without waiting. */
  lane?: 'batch' | 'reserved';
  /** Public and browser routes are limited per client address. */
  rateLimited?: boolean;
  /** That it will go: told with every answer, and in the OpenAPI document. */
  deprecated?: Deprecation;
}

/** Words of routes that one table makes. */
export type ActWords = Required<Pick<RouteSpec, 'description' | 'example'>>;

/** Days (`2027-01-31`, UTC) of an operation that should no longer be used. */
export interface Deprecation {
  since: string;
  /** From when on it is not there any more. */
  sunset: string;
  /** The operation to use instead. */
  instead?: string;
}

/** What is known of the wire a request came over. */
export interface Connection {
  /** Client address from the socket or the declared proxies; undefined when it cannot be told (fail closed). */
  address: string | undefined;
  userAgent: string | undefined;
  /** True only for `Sec-GPC: 1` (REQ-C08). */
  globalPrivacyControl: boolean;
}

type Of<T, Otherwise> = T extends TSchema ? Static<T> : Otherwise;

export interface RouteRequest<S extends RouteSpec> {
  context: Context;
  params: Of<S['params'], Record<never, never>>;
  query: Of<S['query'], Record<never, never>>;
  body: S['body'] extends TSchema ? Static<S['body']> : undefined;
  /** Lines of an `ndjson` body, as they arrive; a line over the limit ends the stream with a problem. */
  lines: AsyncIterable<string>;
  /** The same body as bytes, as they arrive, up to `bodyLimit`; whoever reads these does not read the lines. */
  pieces: AsyncIterable<Buffer>;
  /** The bytes of a `signed` body; empty otherwise. */
  bytes: Buffer;
  /** Headers of the request, by lower-case name; for operations whose protocol signs or names things in them. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  connection: Connection;
  /** The entity tags of `If-Match`, or undefined. */
  ifMatch: string | undefined;
  /** Of routes that ask for one; the empty text where none came. */
  secret: string;
}

export type Reply<S extends RouteSpec> = {
  status?: number;
  headers?: Record<string, string>;
} & (S['response'] extends string
  ? { stream: AsyncIterable<string | Uint8Array> }
  : S['response'] extends TSchema
    ? { body: Static<S['response']> }
    : { body?: undefined });

export interface Route<S extends RouteSpec = RouteSpec> {
  spec: S;
  handle(request: RouteRequest<S>): Promise<Reply<S>>;
}

/** Ties a handler to its specification, with the handler's types taken from the schemas. */
export function route<const S extends RouteSpec>(
  spec: S,
  handle: (request: RouteRequest<S>) => Promise<Reply<S>>,
): Route {
  return { spec, handle } as unknown as Route;
}

/** A streamed answer of one piece. */
export async function* once<T extends string | Uint8Array>(content: T): AsyncGenerator<T> {
  yield content;
}
