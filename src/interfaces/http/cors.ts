import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { permits } from '../../foundations/contract/permissions.ts';

const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-Id';
const EXPOSED_HEADERS = 'ETag, Idempotency-Replayed, RateLimit, Retry-After, X-Request-Id';
/** Seconds a browser may remember a preflight. */
const PREFLIGHT_LIFE = '600';

/** Routes that a portal's pages may call from a browser. */
export function browserMayCall(spec: RouteSpec): boolean {
  return spec.permission !== 'public' && permits('portal', spec.permission);
}

/** Lets the page at `origin` read the answer. Never `*`, never cookies. */
export function readableBy(origin: string): Record<string, string> {
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED_HEADERS };
}

export function preflightHeaders(origin: string, specs: RouteSpec[]): Record<string, string> {
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': specs.map((spec) => spec.method.toUpperCase()).join(', '),
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': PREFLIGHT_LIFE,
  };
}
