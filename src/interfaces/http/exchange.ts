import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '../../foundations/process/log.ts';
import { API_HEADERS } from './headers.ts';

/** One request and its answer, from its first line to the line in the log. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
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

/** Where Express lets an application keep what belongs to a response. */
type WithLocals = ServerResponse & { locals: { exchange: Exchange } };

export function beginExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const given = request.headers['x-request-id'];
  const exchange: Exchange = {
    request,
    response,
    requestId: typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID(),
    startedAt: performance.now(),
    route: '-',
    tenant: undefined,
    headers: {},
  };
  (response as WithLocals).locals = { exchange };
  return exchange;
}

export function exchangeOf(response: ServerResponse): Exchange {
  return (response as WithLocals).locals.exchange;
}

/** The headers of an answer: static ones, those collected on the way, its own. */
function headersOf(exchange: Exchange, own: Record<string, string>): Record<string, string> {
  return { ...API_HEADERS, 'X-Request-Id': exchange.requestId, ...exchange.headers, ...own };
}

/** Answers at once, without Express's own content negotiation. */
export function send(exchange: Exchange, status: number, own: Record<string, string>, text?: string): void {
  const headers = headersOf(exchange, own);
  if (text !== undefined) headers['Content-Length'] = String(Buffer.byteLength(text));
  exchange.response.writeHead(status, headers);
  exchange.response.end(text);
}

export function sendJson(exchange: Exchange, status: number, own: Record<string, string>, body: unknown): void {
  send(exchange, status, { 'Content-Type': 'application/json; charset=utf-8', ...own }, JSON.stringify(body));
}

/** Sends a stream with backpressure. Its first piece is awaited first: what fails at once still becomes a problem. */
export async function sendStream(
  exchange: Exchange,
  status: number,
  own: Record<string, string>,
  stream: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const { request, response } = exchange;
  const pieces = stream[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.writeHead(status, headersOf(exchange, own));
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

/** One line per answer, once it is out: no path, no query, no address, nothing a person sent. */
export function logWhenAnswered(log: Log, exchange: Exchange): void {
  const { request, response, requestId, startedAt } = exchange;
  response.once('close', () => {
    if (!log.isLevelEnabled('info')) return;
    const { route, tenant } = exchange;
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    const status = response.headersSent ? response.statusCode : undefined;
    const told = response.writableFinished ? 'answered' : 'cut off';
    log.info({ method: request.method, route, status, ms, requestId, tenant }, told);
  });
}
