import type { RequestListener } from 'node:http';
import express, { type Request, type Response } from 'express';
import { type PartCheck, readinessOf } from '../../app/readiness.ts';
import type { Context, TenantScope } from '../../foundations/contract/context.ts';
import type { Route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import type { Log } from '../../foundations/process/log.ts';
import type { Gate } from './authenticate.ts';
import { BODY_LIMIT } from './body.ts';
import { clientAddressOf } from './client-address.ts';
import { browserMayCall, preflightHeaders } from './cors.ts';
import { docsRouter } from './docs/pages.ts';
import { beginExchange, exchangeOf, logExchange, send, sendJson } from './exchange.ts';
import { createFlights } from './idempotency.ts';
import { openApiDocument } from './openapi.ts';
import { answerError, errorHandler } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';
import { type ServeDeps, serve } from './serve.ts';

export interface AppOptions {
  routes: Route[];
  access: Gate;
  log: Log;
  clock: Clock;
  config: {
    trustedProxies: string[];
    /** Requests a minute from one address on routes that anyone may call; 0: no limit. */
    rateLimit: number;
    bodyLimit?: number;
  };
  /** What `/readyz` asks, by name; parts may be added while the service runs. */
  ready: Record<string, PartCheck>;
  /** @throws Problem for a portal that the instance of another region serves. */
  checkLocation?: (tenant: TenantScope) => void;
  /** Writes down who looked at personal data, and why (audit/reading.ts). */
  recordReading?: (context: Context) => Promise<void>;
  /** Holds every answer against its schema, which costs time: for tests. */
  checkResponses?: boolean;
}

/** OpenAPI's `/v1/subjects/{id}` as Express writes it: `/v1/subjects/:id`. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Routes by path; fixed paths before those with parameters, so that `/v1/subjects/search` is no subject's id. */
function byPath(routes: Route[]): [path: string, there: Route[]][] {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const there = groups.get(route.spec.path);
    if (there) there.push(route);
    else groups.set(route.spec.path, [route]);
  }
  const parameters = (path: string) => path.split('{').length;
  return [...groups].sort(([a], [b]) => parameters(a) - parameters(b));
}

/** The HTTP side of the service. Knows routes by their specifications and nothing of what they are about. */
export function createApp(options: AppOptions): RequestListener {
  const { routes, access: gate, log, clock, config, ready } = options;
  const addressOf = clientAddressOf(config.trustedProxies);
  const clientOf = (request: Request) =>
    addressOf(request.socket.remoteAddress, request.headers['x-forwarded-for'] as string | undefined);
  const deps: ServeDeps = {
    gate,
    clock,
    addressOf,
    flights: createFlights(),
    limited: config.rateLimit > 0 ? createRateLimit(config.rateLimit, clientOf) : undefined,
    bodyLimit: config.bodyLimit ?? BODY_LIMIT,
    checkLocation: options.checkLocation ?? (() => undefined),
    recordReading: options.recordReading ?? (async () => undefined),
    checkResponses: options.checkResponses ?? false,
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', false);

  app.use((request, response, next) => {
    beginExchange(request, response);
    next();
  });

  app.get('/healthz', (_request, response) => sendJson(response, 200, {}, { status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const state = await readinessOf(ready);
    sendJson(response, state.ready ? 200 : 503, {}, state);
  });

  app.use((request, response, next) => {
    response.once('close', () => logExchange(log, request, response));
    next();
  });

  const exact = new Map<string, ReturnType<typeof serve>>();
  for (const [path, there] of byPath(routes)) {
    const entry = app.route(expressPath(path));
    for (const route of there) {
      const run = serve(route, deps);
      if (!path.includes('{')) exact.set(`${route.spec.method.toUpperCase()} ${path}`, run);
      entry[route.spec.method]((request: Request, response: Response) =>
        run(request, response).catch((error: unknown) => answerError(log, error, request, response)),
      );
    }
    const specs = there.map(({ spec }) => spec);
    const allow = specs
      .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
      .concat('OPTIONS')
      .join(', ');
    entry.all(async (request: Request, response: Response) => {
      exchangeOf(response).route = path;
      if (request.method !== 'OPTIONS')
        throw new Problem('method-not-allowed', `Offered here: ${allow}.`, { headers: { Allow: allow } });
      const { origin } = request.headers;
      const callable = specs.filter(browserMayCall);
      const answers = origin !== undefined && callable.length > 0 && (await gate.originKnown(origin));
      const cors = answers ? preflightHeaders(origin, callable) : {};
      send(response, 204, { Allow: allow, Vary: 'Origin', ...cors });
    });
  }

  app.use(docsRouter(openApiDocument(routes.map(({ spec }) => spec))));
  app.use(() => {
    throw new Problem('not-found', 'There is nothing at this address; see /docs.');
  });
  app.use(errorHandler(log));
  // A route without parameters is the same for every request: it is looked up, before Express walks through its stack,
  // which costs as much as all the rest of a busy request. What happens on the way is the same.
  return (raw, answer) => {
    const run = exact.get(`${raw.method} ${raw.url}`);
    if (!run) {
      app(raw, answer);
      return;
    }
    const [request, response] = [raw as Request, answer as Response];
    response.locals = {};
    beginExchange(request, response);
    response.once('close', () => logExchange(log, request, response));
    run(request, response).catch((error: unknown) => answerError(log, error, request, response));
  };
}
