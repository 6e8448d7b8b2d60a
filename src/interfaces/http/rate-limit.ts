import { createHash } from 'node:crypto';
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import { Problem } from '../../foundations/contract/problem.ts';

const WINDOW_SECONDS = 60;
/** Bits of an IPv6 address that one subscriber has. */
const IPV6_SUBNET = 56;
const NAME = '"per-address"';

/** Whose count it is, without telling whose (draft-ietf-httpapi-ratelimit-headers-08, `pk`). */
function partitionOf(key: string): string {
  return Buffer.from(createHash('sha256').update(key).digest('hex').slice(0, 12)).toString('base64');
}

/**
 * Counts requests per client address, per instance: a shared store would put addresses into the database. Requests whose
 * address cannot be told share one count. Counting adds how much is left to `headers`, which every answer carries.
 * Express's middleware is not used: it asks Express who the client is, and here that is worked out by our own rule.
 */
export function createRateLimit(perMinute: number) {
  const counts = new MemoryStore();
  counts.init({ windowMs: WINDOW_SECONDS * 1000 } as Options);

  /** @throws Problem `too-many-requests` */
  return async (address: string | undefined, headers: Record<string, string>): Promise<void> => {
    const key = address === undefined ? 'unknown' : ipKeyGenerator(address, IPV6_SUBNET);
    const { totalHits, resetTime } = await counts.increment(key);
    const seconds = Math.max(0, Math.ceil(((resetTime as Date).getTime() - Date.now()) / 1000));
    headers['RateLimit'] = `${NAME}; r=${Math.max(0, perMinute - totalHits)}; t=${seconds}`;
    headers['RateLimit-Policy'] = `${NAME}; q=${perMinute}; w=${WINDOW_SECONDS}; pk=:${partitionOf(key)}:`;
    if (totalHits > perMinute)
      throw new Problem('too-many-requests', `At most ${perMinute} requests a minute from one address.`, {
        headers: { 'Retry-After': String(seconds) },
      });
  };
}
