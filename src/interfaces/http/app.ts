import type { IncomingMessage, RequestListener } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { type PartCheck, readinessOf } from '../../app/readiness.ts';
import type { Context, TenantScope } from '../../foundations/contract/context.ts';
import type { Route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import type { Log } from '../../foundations/process/log.ts';
import { StoreError } from '../../foundations/store/errors.ts';
import { onBehalfOf } from '../../foundations/store/workload.ts';
import { authenticator, clientAddressOf, type Gate } from './caller.ts';
import { docsRouter } from './docs/pages.ts';
import { exchangeOf, logWhenAnswered, sendJson } from './exchange.ts';
import { BODY_LIMIT, BODY_PATIENCE } from './input.ts';
import { openApiDocument } from './openapi.ts';
import { answerError } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';
import { createDispatcher, type ServeDeps } from './serve.ts';

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
    bodyPatience?: number;
  };
  /** What `/readyz` asks, by name; parts may be added while the service runs. */
  ready: Record<string, PartCheck>;
  /** @throws Problem for a portal that the instance of another region serves. */
  checkLocation?: (tenant: TenantScope) => void;
  /** Writes down who looked at personal data, and why (audit/reading.ts). */
  recordReading?: (context: Context) => Promise<void>;
}

/**
 * The HTTP side of the service. Knows routes by their specifications and nothing of what they are about. Beside them
 * Express serves what is no operation: the state of the service, the pages of the API, and that nothing is there.
 */
export function createApp(options: AppOptions): RequestListener {
  const { routes, access: gate, log, clock, config, ready } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', false);

  app.get('/healthz', (_request, response) => sendJson(exchangeOf(response), 200, {}, { status: 'ok' }));
  const addressOf = clientAddressOf(config.trustedProxies);
  const whoAsks = authenticator({ permission: 'service.state' }, { ...gate, ...gate.asLastSeen }, clock, addressOf);

  /** Whether the reasons may be told: to credentials that may read them, and to nobody while none can be checked. */
  async function mayRead(request: IncomingMessage, requestId: string): Promise<boolean> {
    if (request.headers.authorization === undefined) return false;
    try {
      return Boolean(await whoAsks(request, requestId));
    } catch (error) {
      if (error instanceof StoreError) return false;
      throw error;
    }
  }

  app.get('/readyz', (request, response) =>
    onBehalfOf({ lane: 'reserved', name: 'readyz' }, async () => {
      const exchange = exchangeOf(response);
      const reasons = await mayRead(request, exchange.requestId);
      const { ready: isReady, parts } = await readinessOf(ready);
      const status = isReady ? 'ready' : 'not-ready';
      sendJson(exchange, isReady ? 200 : 503, {}, reasons ? { status, parts } : { status });
    }),
  );
  app.use((_request, response, next) => {
    logWhenAnswered(log, exchangeOf(response));
    next();
  });
  app.use(docsRouter(() => openApiDocument(routes.map(({ spec }) => spec))));
  app.use(() => {
    throw new Problem('not-found', 'There is nothing at this address; see /docs.');
  });
  app.use(((error, _request, response, _next) =>
    answerError(log, error, exchangeOf(response), BODY_PATIENCE)) as ErrorRequestHandler);

  const deps: ServeDeps = {
    gate,
    clock,
    log,
    addressOf,
    limit: config.rateLimit > 0 ? createRateLimit(config.rateLimit) : undefined,
    bodyLimit: config.bodyLimit ?? BODY_LIMIT,
    bodyPatience: config.bodyPatience ?? BODY_PATIENCE,
    checkLocation: options.checkLocation ?? (() => undefined),
    recordReading: options.recordReading ?? (async () => undefined),
  };
  return createDispatcher(routes, deps, app);
}
