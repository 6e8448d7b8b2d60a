import http from 'node:http';
import https from 'node:https';
import { allowedTarget, guardedAgents, refusedByGuard } from '../webhooks/guarded-agents.ts';
import { signedHeaders } from '../webhooks/signature.ts';
import type { Attempt, Sendable } from './model.ts';

/** Milliseconds an attempt may take, from the lookup of the name to the answer. */
const PATIENCE = 10_000;

interface WebhookDeps {
  /** Opens private and loopback targets and plain HTTP: for tests and closed networks only. */
  privateTargets: boolean;
}

/**
 * Sends webhooks. A target whose name resolves to a private, loopback, link-local or reserved address is refused at the
 * moment of connecting, so that no second lookup can answer otherwise; redirects are not followed (REQ-A51).
 */
export function createWebhookTransport({ privateTargets }: WebhookDeps) {
  const agents = guardedAgents(privateTargets);

  /** Never throws for what the other side does. */
  return (url: string, message: Sendable, secrets: Buffer | readonly Buffer[], at: Date): Promise<Attempt> => {
    const target = allowedTarget(url, privateTargets);
    const secure = target?.protocol === 'https:';
    if (!target) return Promise.resolve({ delivered: false, failure: 'target-refused', final: true });
    const body =
      message.exact?.body ??
      JSON.stringify({
        type: message.topic,
        timestamp: message.createdAt.toISOString(),
        data: message.data,
      });
    return new Promise((resolve) => {
      const request = (secure ? https : http).request(
        target,
        {
          method: 'POST',
          agent: secure ? agents.https : agents.http,
          signal: AbortSignal.timeout(PATIENCE),
          headers: {
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(body),
            'User-Agent': 'Lethe',
            ...message.exact?.headers,
            ...signedHeaders(secrets, message.messageId, at, body),
          },
        },
        (response) => {
          resolve(outcomeOf(response.statusCode ?? 0, response.headers['retry-after']));
          // What is answered beyond the status is of no interest, however long it is.
          response.destroy();
        },
      );
      request.on('error', (error) => resolve({ delivered: false, ...failureOf(error) }));
      request.end(body);
    });
  };
}

function failureOf(error: Error): Pick<Extract<Attempt, { delivered: false }>, 'failure'> {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return { failure: 'timed-out' };
  // Tried again: a name may point elsewhere tomorrow.
  if (refusedByGuard(error)) return { failure: 'target-refused' };
  return { failure: 'unreachable' };
}

function outcomeOf(status: number, retryAfter: string | undefined): Attempt {
  if (status >= 200 && status < 300) return { delivered: true };
  if (status >= 300 && status < 400) return { delivered: false, failure: 'redirected' };
  if (status === 410) return { delivered: false, failure: 'gone', final: true };
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? { retryAfterSeconds: Number(retryAfter) } : {};
  return { delivered: false, failure: status >= 500 ? 'answered-5xx' : 'answered-4xx', ...seconds };
}

export type WebhookTransport = ReturnType<typeof createWebhookTransport>;
