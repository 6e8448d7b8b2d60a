import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Log } from '../../foundations/process/log.ts';
import { API_HEADERS } from './headers.ts';

/** What is known of one request while it is answered, beside what Express knows. */
export interface Exchange {
  requestId: string;
  startedAt: number;
  /** Pattern of the route, never the path: paths hold ids of people. */
  route: string;
  tenant: string | undefined;
  /** Headers for whatever the answer will be (CORS, rate limits). */
  headers: Record<string, string>;
}

/** A UUID or a trace id: the id stands in the log file and in the public audit log, where no caller may put words. */
const REQUEST_ID = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i;

export function beginExchange(request: Request, response: Response): Exchange {
  const given = request.headers['x-request-id'];
  const exchange: Exchange = {
    requestId: typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID(),
    startedAt: performance.now(),
    route: '-',
    tenant: undefined,
    headers: {},
  };
  response.locals['exchange'] = exchange;
  return exchange;
}

export function exchangeOf(response: Response): Exchange {
  return response.locals['exchange'] as Exchange;
}

/** The headers of an answer: static ones, those collected on the way, its own. */
export function headersOf(exchange: Exchange, own: Record<string, string>): Record<string, string> {
  return { ...API_HEADERS, 'X-Request-Id': exchange.requestId, ...exchange.headers, ...own };
}

/** Answers at once, without Express's own content negotiation. */
export function send(response: Response, status: number, own: Record<string, string>, text?: string): void {
  const headers = headersOf(exchangeOf(response), own);
  if (text !== undefined) headers['Content-Length'] = String(Buffer.byteLength(text));
  response.writeHead(status, headers);
  response.end(text);
}

export function sendJson(response: Response, status: number, own: Record<string, string>, body: unknown): void {
  send(response, status, { 'Content-Type': 'application/json; charset=utf-8', ...own }, JSON.stringify(body));
}

/** One line per answer: no path, no query, no address, nothing a person sent. */
export function logExchange(log: Log, request: Request, response: Response): void {
  if (!log.isLevelEnabled('info')) return;
  const { requestId, startedAt, route, tenant } = exchangeOf(response);
  const ms = Math.round((performance.now() - startedAt) * 10) / 10;
  const whole = response.writableFinished;
  const status = response.headersSent ? response.statusCode : undefined;
  log.info({ method: request.method, route, status, ms, requestId, tenant }, whole ? 'answered' : 'cut off');
}
