import https from 'node:https';
import { guardedAgents } from '../../foundations/webhooks/guarded-agents.ts';

const PATIENCE = 10_000;
/** Bytes of an answer that are read at most. */
const LIMIT = 1_000_000;

export interface ProcessorAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  bytes: Buffer;
}
/** @throws when the other side cannot be reached, or answers without end. */
export type ProcessorClient = (
  method: 'GET' | 'POST',
  url: URL,
  sent: { headers: Record<string, string>; body?: string },
) => Promise<ProcessorAnswer>;

export interface ProcessorClientOptions {
  /** Opens private and loopback targets: for tests and closed networks only. */
  privateTargets?: boolean;
  /** PEM; the public authorities when absent. */
  ca?: string;
  /** Milliseconds a call may take. */
  patience?: number;
}

/** Calls processors, over TLS only and not within our own network, as webhooks are sent (REQ-A51). */
export function createProcessorClient({
  privateTargets = false,
  ca,
  patience = PATIENCE,
}: ProcessorClientOptions = {}): ProcessorClient {
  const agent = guardedAgents(privateTargets).https;
  return (method, url, { headers, body }) =>
    new Promise((resolve, reject) => {
      const options = { method, agent, signal: AbortSignal.timeout(patience), headers, ca };
      const request = https.request(url, options, (response) => {
        const pieces: Buffer[] = [];
        let total = 0;
        response.on('data', (piece: Buffer) => {
          total += piece.length;
          if (total > LIMIT) response.destroy(new Error('The answer is too long.'));
          else pieces.push(piece);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(pieces) }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
}
