import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { rawProblem } from './problems.ts';

/** Milliseconds. Headers and bodies must arrive within these; idle connections outlive those of usual proxies. */
const HEADERS_TIMEOUT = 20_000;
const REQUEST_TIMEOUT = 300_000;
const KEEP_ALIVE_TIMEOUT = 75_000;
const IDLE_SWEEP = 50;

/** A server around the app; what never becomes a request is answered with a problem too. */
export function createHttpServer(app: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      // Node would refuse a missing Host without a problem document; nothing here depends on it.
      requireHostHeader: false,
      noDelay: true,
    },
    app,
  );
  const latest = new WeakMap<Socket, ServerResponse>();
  server.prependListener('request', (request, response) => void latest.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Whose request still arrives though it has been answered would take a second answer for that of their next one.
    const response = latest.get(socket);
    const isAnswered = response?.headersSent && !response.req.complete;
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswered) {
      socket.destroy();
      return;
    }
    socket.end(rawProblem(error, randomUUID()));
  });
  return server;
}

/** Listens; answers the address to call. @throws the fault of listening (`EADDRINUSE`, `EACCES`) */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port: actual, family } = server.address() as AddressInfo;
  const any = address === '::' || address === '0.0.0.0';
  const name = any ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${name}:${actual}`;
}

/** Accepts nothing new, finishes what was accepted, ends idle connections. Resolves when the last answer is out. */
export async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection becomes idle when its last answer is out; nobody else would end it before its keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
}
