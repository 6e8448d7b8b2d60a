import autocannon from 'autocannon';
import { ConsentInput } from '../src/data/consent/model.ts';
import { adminCall } from '../test/support/service-process.ts';

export const CONNECTIONS = 50;

export function routeBodySchema() {
  return ConsentInput;
}

/** A token of the platform's server. */
export async function platformToken(url: string): Promise<string> {
  return (await adminCall<{ secret: string }>(url, 'POST', '/v1/tokens', { role: 'platform', label: 'bench' })).secret;
}

let visitors = 0;

/** One decision, of a visitor never seen before or of one of a thousand who come back. */
export function decision(who: 'new' | 'returning'): string {
  visitors += 1;
  return JSON.stringify({
    subject: { kind: 'visitor', id: who === 'new' ? `v-${process.pid}-${visitors}` : `v-${visitors % 1000}` },
    purpose: 'usage-statistics',
    status: visitors % 3 === 0 ? 'refused' : 'given',
    notice: { id: 'consent-banner', version: '1.1', language: 'en' },
    act: 'clicked-accept',
    method: 'banner-3.1',
    evidence: {
      address: `203.0.113.${visitors % 255}`,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    },
  });
}

export interface Load {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  failures: number;
}

/** Decisions over fifty connections for some seconds, each with its own Idempotency-Key. */
export async function load(
  url: string,
  token: string,
  seconds: number,
  who: 'new' | 'returning' = 'new',
): Promise<Load> {
  const result = await autocannon({
    url: `${url}/v1/consents`,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          request.headers = {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': `"${crypto.randomUUID()}"`,
          };
          request.body = decision(who);
          return request;
        },
      },
    ],
  });
  return {
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failures: result.non2xx + result.errors,
  };
}
