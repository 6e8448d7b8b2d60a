import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Problem } from '../../foundations/contract/problem.ts';

const WINDOW = 60_000;
/** Bits of an IPv6 address that one subscriber has. */
const IPV6_SUBNET = 56;

/**
 * Counts requests per client address, per instance: a shared store would put addresses into the database. Requests whose
 * address cannot be told share one count. The answer of `limited` rejects with `too-many-requests`.
 */
export function createRateLimit(perMinute: number, addressOf: (request: Request) => string | undefined) {
  const limiter = rateLimit({
    windowMs: WINDOW,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'per-address',
    // Its checks ask Express who the client is; here the address is worked out by our own rule.
    validate: false,
    keyGenerator: (request) => {
      const address = addressOf(request as Request);
      return address === undefined ? 'unknown' : ipKeyGenerator(address, IPV6_SUBNET);
    },
    handler: (_request, _response, next) => {
      next(new Problem('too-many-requests', `At most ${perMinute} requests a minute from one address.`));
    },
  });
  return (request: Request, response: Response): Promise<void> =>
    new Promise((resolve, reject) => {
      // A request that was dispatched without Express has Node's plain response.
      response.append ??= (name, value) => response.appendHeader(name, value as string) as Response;
      void limiter(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
}
