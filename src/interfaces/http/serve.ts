import type { IncomingMessage, RequestListener } from 'node:http';
import createRouter from 'find-my-way';
import Type from 'typebox';
import { endsWithContract, refuseWhileLeaving } from '../../foundations/access/leaving.ts';
import { isPerson } from '../../foundations/audit/reading.ts';
import type { Context, IdempotencyClaim, TenantScope } from '../../foundations/contract/context.ts';
import type { Connection, Route, RouteRequest, RouteSpec } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import type { Log } from '../../foundations/process/log.ts';
import { onBehalfOf, type Workload } from '../../foundations/store/workload.ts';
import { inUnitOfWork } from '../../foundations/vault/unit-of-work.ts';
import { bareSlashes } from './bare-slash.ts';
import { authenticator, type ClientAddressOf, connectionOf, type Gate } from './caller.ts';
import { browserMayCall, preflightHeaders, readableBy } from './cors.ts';
import { deprecationHeaders } from './deprecation.ts';
import { beginExchange, type Exchange, logWhenAnswered, send, sendJson, sendStream } from './exchange.ts';
import { bodyReader, idempotencyKeyOf, ifMatchOf, paramsChecker, readingOf, readParams, readQuery } from './input.ts';
import { answerError } from './problems.ts';

/**
 * The way of every request: a tree of addresses finds what is offered, and one line of steps answers. What does not
 * depend on the request is worked out when a route is registered, and kept.
 */

export interface ServeDeps {
  gate: Gate;
  clock: Clock;
  log: Log;
  addressOf: ClientAddressOf;
  /** Counts a call from an address; tells in `headers` how many are left. @throws Problem `too-many-requests` */
  limit: ((address: string | undefined, headers: Record<string, string>) => Promise<void>) | undefined;
  bodyLimit: number;
  /** Milliseconds within which a body must arrive. */
  bodyPatience: number;
  /** @throws Problem for a portal that the instance of another region serves. */
  checkLocation: (tenant: TenantScope) => void;
  /** Writes down a person's look at personal data. */
  recordReading(context: Context): Promise<void>;
}

type Params = Record<string, string>;
type Operation = (exchange: Exchange, params: Params) => Promise<void>;

/** An address, and what is offered there by method. */
interface Place {
  path: string;
  hasParams: boolean;
  operations: Map<string, Operation>;
  notOffered: Operation;
}

/** A request as its handler gets it, of whatever route. */
type Call = Omit<RouteRequest<RouteSpec>, 'params' | 'query' | 'body'> & {
  params: Params;
  query: object;
  body: unknown;
};

/** The answer as a handler gives it, of whatever route. */
interface AnyReply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  stream?: AsyncIterable<string | Uint8Array>;
}

/** More than the first line of a request can have: how long a parameter may be is its schema's to say. */
const ANY_LENGTH = 65_536;
const NOTHING = Type.Object({}, { additionalProperties: false });

/** Answers every request for an address of `routes`; all others go on to `otherwise`. */
export function createDispatcher(routes: Route[], deps: ServeDeps, otherwise: RequestListener): RequestListener {
  const { log } = deps;
  const underWay = new Set<string>();
  const meant = bareSlashes(routes.map(({ spec }) => spec));
  // One tree for all methods: at a known address it is also known which methods are not offered.
  const tree = createRouter({ maxParamLength: ANY_LENGTH, querystringParser: () => NOTHING });
  for (const path of new Set(routes.map(({ spec }) => spec.path))) {
    const there = routes.filter(({ spec }) => spec.path === path);
    const place = placeOf(path, there, deps, underWay);
    tree.on('GET', path.replace(/\{(\w+)\}/g, ':$1'), () => undefined, place);
  }

  async function answer(place: Place, exchange: Exchange, parts: Params): Promise<void> {
    const { path, hasParams, operations, notOffered } = place;
    const params = hasParams ? readParams(parts) : parts;
    exchange.route = path;
    await (operations.get(exchange.request.method as string) ?? notOffered)(exchange, params);
  }

  return (request, response) => {
    const exchange = beginExchange(request, response);
    const found = tree.find('GET', addressIn(request.url as string));
    const place = found?.store as Place | undefined;
    const parts = found?.params as Params;
    if (!place || (place.hasParams && Object.values(parts).includes(''))) {
      const problem = place ? undefined : meant(request.url as string);
      if (!problem) return otherwise(request, response);
      logWhenAnswered(log, exchange);
      return answerError(log, problem, exchange, deps.bodyPatience);
    }
    logWhenAnswered(log, exchange);
    answer(place, exchange, parts).catch((error: unknown) => answerError(log, error, exchange, deps.bodyPatience));
  };
}

/**
 * The path as the tree takes it. Parts are decoded once they are found, not before: `%2F` is no slash, and an address
 * has one spelling. So every `%` stands for itself here.
 */
function addressIn(url: string): string {
  const address = url.startsWith('/') ? url : url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  return address.includes('%') ? address.replaceAll('%', '%25') : address;
}

function placeOf(path: string, routes: Route[], deps: ServeDeps, underWay: Set<string>): Place {
  const operations = new Map<string, Operation>();
  for (const route of routes) {
    const operation = operationOf(route, deps, underWay);
    const method = route.spec.method.toUpperCase();
    if (operations.has(method)) throw new RangeError(`${method} ${path} is declared twice.`);
    operations.set(method, operation);
    if (route.spec.method === 'get') operations.set('HEAD', operation);
  }
  operations.set('OPTIONS', preflight);
  const Allow = [...operations.keys()].join(', ');
  const callable = routes.map(({ spec }) => spec).filter(browserMayCall);

  async function preflight(exchange: Exchange): Promise<void> {
    const { origin } = exchange.request.headers;
    const known = origin !== undefined && callable.length > 0 && (await deps.gate.originKnown(origin));
    send(exchange, 204, { Allow, Vary: 'Origin', ...(known ? preflightHeaders(origin, callable) : {}) });
  }

  async function notOffered(): Promise<void> {
    throw new Problem('method-not-allowed', `Offered here: ${Allow}.`, { headers: { Allow } });
  }

  return { path, hasParams: path.includes('{'), operations, notOffered };
}

/** The way of one request through one route: who, how often, what, once. */
function operationOf(route: Route, deps: ServeDeps, underWay: Set<string>): Operation {
  const { spec } = route;
  const { gate, addressOf, checkLocation } = deps;
  const workload: Workload = { lane: spec.lane ?? 'request', name: spec.operationId };
  const isPublic = spec.permission === 'public';
  const forBrowsers = browserMayCall(spec);
  const authenticate = authenticator(spec, gate, deps.clock, addressOf);
  // What is the installation's own is answered by every instance.
  const isLocated = !isPublic && spec.scope !== 'installation';
  const limit = spec.rateLimited ? deps.limit : undefined;
  const endsWith = endsWithContract(spec) && spec.scope !== 'installation';
  const deprecation = spec.deprecated && deprecationHeaders(spec.deprecated);
  const checkParams = spec.params && paramsChecker(spec.params);
  const checkQuery = checker(spec.query ?? NOTHING, '?');
  const readBody = bodyReader(spec, { limit: deps.bodyLimit, patience: deps.bodyPatience });
  const handle = route.handle as unknown as (call: Call) => Promise<AnyReply>;

  return (exchange, params) => onBehalfOf(workload, () => answer(exchange, params));

  async function answer(exchange: Exchange, params: Params): Promise<void> {
    if (deprecation) Object.assign(exchange.headers, deprecation);
    if (forBrowsers) await letPageRead(exchange);
    const context = await authenticate(exchange.request, exchange.requestId);
    exchange.tenant = context.tenant.id;
    if (isLocated) checkLocation(context.tenant);
    const connection = connectionOf(exchange.request, addressOf);
    // Servers are known by their token; only what anyone may call is counted.
    if (limit && context.principal.role === 'portal') await limit(connection.address, exchange.headers);
    const call = await read(exchange.request, context, connection, params);
    const reply = await inUnitOfWork(() => carryOut(call), { once: spec.bodyFormat === 'ndjson' });
    await tell(exchange, call, reply);
  }

  async function letPageRead({ request, headers }: Exchange): Promise<void> {
    const { origin } = request.headers;
    headers['Vary'] = 'Origin';
    if (origin !== undefined && (await gate.originKnown(origin))) Object.assign(headers, readableBy(origin));
  }

  async function read(
    request: IncomingMessage,
    context: Context,
    connection: Connection,
    params: Params,
  ): Promise<Call> {
    const { headers, method, url = '' } = request;
    const { role } = context.principal;
    const reading = spec.reads && isPerson(role) ? readingOf(spec, headers['lethe-purpose']) : undefined;
    const key = spec.idempotency && idempotencyKeyOf(role, headers['idempotency-key'] as string | undefined);
    const ifMatch = spec.ifMatch && ifMatchOf(spec, headers['if-match']);
    checkParams?.(params);
    if (isPublic && typeof params['tenant'] === 'string') {
      const named = await gate.tenant(params['tenant']);
      if (named) checkLocation(named.scope);
    }
    const query = readQuery(url);
    checkQuery(query);
    const { value: body, text, bytes, lines, pieces } = await readBody(request);
    if (endsWith) refuseWhileLeaving(context.tenant, spec.permission, body);
    let idempotency: IdempotencyClaim | undefined;
    if (key !== undefined) {
      const told = `${method}\n${url.split('?', 1)[0]}\n${text}`;
      const fingerprint = await gate.fingerprint(context.tenant.id, told);
      idempotency = { key, operation: spec.operationId, fingerprint };
    }
    return {
      context: reading || idempotency ? { ...context, reading, idempotency } : context,
      params,
      query,
      body,
      lines,
      pieces,
      bytes,
      headers,
      connection,
      ifMatch,
      secret: spec.secret === undefined ? '' : String(headers['lethe-request-secret'] ?? ''),
    };
  }

  async function carryOut(call: Call): Promise<AnyReply> {
    const { context } = call;
    const answering = context.idempotency ? once(call, context.idempotency) : handle(call);
    // Nothing leaves before it is written down who looked; who looked for somebody and was refused has looked, too.
    const reply = await answering.catch(async (error: unknown) => {
      if (context.reading?.lookups) await deps.recordReading(context);
      throw error;
    });
    if (context.reading) await deps.recordReading(context);
    return reply;
  }

  /** One of all requests in this process with the same key at a time; a later one finds the first one's answer kept. */
  async function once(call: Call, { key }: IdempotencyClaim): Promise<AnyReply> {
    const claimed = `${call.context.tenant.id}\0${call.context.principal.id}\0${key}`;
    if (underWay.has(claimed))
      throw new Problem('idempotency-key-in-flight', 'Wait for the first request with this key to end, then repeat.');
    underWay.add(claimed);
    try {
      return await handle(call);
    } finally {
      underWay.delete(claimed);
    }
  }

  async function tell(exchange: Exchange, call: Call, reply: AnyReply): Promise<void> {
    const { status = spec.status, headers = {}, body, stream } = reply;
    if (call.context.idempotency?.replayed) exchange.headers['Idempotency-Replayed'] = 'true';
    if (stream) {
      await sendStream(exchange, status, { 'Content-Type': spec.response as string, ...headers }, stream);
      return;
    }
    if (body === undefined) {
      send(exchange, status, headers);
      return;
    }
    sendJson(exchange, status, headers, body);
  }
}
