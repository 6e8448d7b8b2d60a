import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import Type from 'typebox';
import { isPerson } from '../../foundations/audit/reading.ts';
import type { Context, IdempotencyClaim, Reading, TenantScope } from '../../foundations/contract/context.ts';
import type { Connection, Route, RouteRequest, RouteSpec } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import { globalPrivacyControl } from '../../law/gpc.ts';
import { parseStatedPurpose, READING_PURPOSES } from '../../law/reading-purposes.ts';
import { authenticate, type Gate } from './authenticate.ts';
import { readJsonBody, readLines, readSignedBody, refuseBody } from './body.ts';
import type { ClientAddressOf } from './client-address.ts';
import { browserMayCall, readableBy } from './cors.ts';
import { exchangeOf, headersOf, send, sendJson } from './exchange.ts';
import { type createFlights, idempotencyKeyOf } from './idempotency.ts';
import { readQuery } from './query.ts';

/** Characters of a user agent that are looked at; real ones have some two hundred. */
const USER_AGENT_LENGTH = 1024;

export interface ServeDeps {
  gate: Gate;
  clock: Clock;
  addressOf: ClientAddressOf;
  flights: ReturnType<typeof createFlights>;
  limited: ((request: Request, response: Response) => Promise<void>) | undefined;
  bodyLimit: number;
  /** @throws Problem for a portal that the instance of another region serves. */
  checkLocation: (tenant: TenantScope) => void;
  /** Writes down a person's look at personal data. */
  recordReading(context: Context): Promise<void>;
  /** Holds every answer against its schema: for tests. */
  checkResponses: boolean;
}

const NO_BYTES = Buffer.alloc(0);
const nothing = Type.Object({}, { additionalProperties: false });

/** The answer as a handler gives it, its type erased. */
interface AnyReply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  stream?: AsyncIterable<string | Uint8Array>;
}

function connectionOf(request: Request, addressOf: ClientAddressOf): Connection {
  const userAgent = request.headers['user-agent'];
  return {
    address: addressOf(request.socket.remoteAddress, request.headers['x-forwarded-for'] as string | undefined),
    userAgent: userAgent?.slice(0, USER_AGENT_LENGTH),
    globalPrivacyControl: request.headers['sec-gpc'] !== undefined && globalPrivacyControl(request.rawHeaders),
  };
}

/**
 * The way of one request through one route: who, how often, what, once. Everything that does not depend on the request
 * is worked out here, once per route.
 */
export function serve(route: Route, deps: ServeDeps): (request: Request, response: Response) => Promise<void> {
  const { spec } = route;
  const { gate, clock, addressOf, flights, limited } = deps;
  const checkParams = checker(spec.params ?? nothing, '?');
  const checkQuery = checker(spec.query ?? nothing, '?');
  const readsItself = spec.bodyFormat === 'ndjson' || spec.bodyFormat === 'signed';
  const checkBody = spec.body && !readsItself ? checker(spec.body, '') : undefined;
  const takesBody = checkBody !== undefined || readsItself;
  const checkAnswer = deps.checkResponses && typeof spec.response === 'object' ? checker(spec.response, '') : undefined;
  const forBrowsers = browserMayCall(spec);

  async function claimOf(context: Context, request: Request, key: string, text: string): Promise<IdempotencyClaim> {
    const told = `${request.method}\n${request.url.split('?', 1)[0]}\n${text}`;
    return { key, operation: spec.operationId, fingerprint: await gate.fingerprint(context.tenant.id, told) };
  }

  return async (request, response) => {
    const exchange = exchangeOf(response);
    exchange.route = spec.path;
    const { headers } = request;

    if (forBrowsers) {
      exchange.headers['Vary'] = 'Origin';
      if (headers.origin !== undefined && (await gate.originKnown(headers.origin)))
        Object.assign(exchange.headers, readableBy(headers.origin));
    }

    const context = await authenticate(gate, clock, spec, request, exchange.requestId);
    exchange.tenant = context.tenant.id;
    // What is the installation's own is answered by every instance.
    if (spec.permission !== 'public' && spec.scope !== 'installation') deps.checkLocation(context.tenant);
    // Servers are known by their token; only what anyone may call is counted.
    if (limited && spec.rateLimited && context.principal.role === 'portal') await limited(request, response);

    const reading =
      spec.reads && isPerson(context.principal.role) ? readingOf(spec, headers['lethe-purpose']) : undefined;
    const key = idempotencyKeyOf(spec, context.principal.role, headers['idempotency-key'] as string | undefined);
    const ifMatch = spec.ifMatch === undefined ? undefined : headers['if-match'];
    if (spec.ifMatch === 'required' && ifMatch === undefined)
      throw new Problem('precondition-required', 'Send the ETag you have read in an If-Match header.', {
        errors: [{ pointer: 'If-Match:', detail: 'is required' }],
      });

    const params = { ...request.params };
    if (spec.params) {
      for (const value of Object.values(params))
        if (value.includes('\0')) throw new Problem('malformed-request', 'The path holds a NUL character.');
      checkParams(params);
    }
    if (spec.permission === 'public' && typeof params['tenant'] === 'string') {
      const named = await gate.tenant(params['tenant']);
      if (named) deps.checkLocation(named.scope);
    }
    const query = readQuery(request.url);
    checkQuery(query);

    let text = '';
    let body: unknown;
    let bytes: Buffer = NO_BYTES;
    if (spec.bodyFormat === 'signed') bytes = await readSignedBody(request, spec.bodyLimit ?? deps.bodyLimit);
    else if (checkBody) {
      ({ text, value: body } = await readJsonBody(request, spec.bodyLimit ?? deps.bodyLimit));
      checkBody(body);
    } else if (!takesBody) refuseBody(request);

    const call = {
      context: reading ? { ...context, reading } : context,
      params,
      query,
      body,
      lines: spec.bodyFormat === 'ndjson' ? readLines(request) : noLines(),
      bytes,
      headers,
      connection: connectionOf(request, addressOf),
      ifMatch,
      secret: spec.secret === undefined ? '' : String(headers['lethe-request-secret'] ?? ''),
    } as unknown as RouteRequest<RouteSpec>;

    let reply: AnyReply;
    if (key === undefined) reply = (await route.handle(call)) as AnyReply;
    else {
      const claim = await claimOf(context, request, key, text);
      call.context = { ...call.context, idempotency: claim };
      reply = (await flights.oneAtATime(context, claim, () => route.handle(call))) as AnyReply;
      if (claim.replayed) exchange.headers['Idempotency-Replayed'] = 'true';
    }

    // Nothing leaves before it is written down who looked.
    if (reading) await deps.recordReading(call.context);

    const status = reply.status ?? spec.status;
    if (reply.stream) await sendStream(request, response, status, spec.response as string, reply);
    else if (reply.body === undefined) send(response, status, reply.headers ?? {});
    else {
      checkAnswer?.(reply.body);
      sendJson(response, status, reply.headers ?? {}, reply.body);
    }
  };
}

/** What a person says of their look. @throws Problem `purpose-required` */
function readingOf(spec: RouteSpec, header: string | string[] | undefined): Reading {
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

async function* noLines(): AsyncGenerator<string> {
  yield* [];
}

/** Sends a stream with backpressure. Its first piece is awaited first: what fails at once still becomes a problem. */
async function sendStream(
  request: Request,
  response: Response,
  status: number,
  mediaType: string,
  reply: AnyReply,
): Promise<void> {
  const pieces = (reply.stream as AsyncIterable<string | Uint8Array>)[Symbol.asyncIterator]();
  const first = await pieces.next();
  const exchange = exchangeOf(response);
  response.writeHead(status, headersOf(exchange, { 'Content-Type': mediaType, ...reply.headers }));
  if (request.method === 'HEAD') {
    await pieces.return?.();
    response.end();
    return;
  }
  await pipeline(
    Readable.from(
      (async function* () {
        if (first.done) return;
        yield first.value;
        yield* { [Symbol.asyncIterator]: () => pieces };
      })(),
    ),
    response,
  );
}
