import type { Context, IdempotencyClaim } from '../../foundations/contract/context.ts';
import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';

const LONGEST_KEY = 255;

/**
 * The key out of an `Idempotency-Key` header: a structured-field string (RFC 8941 §3.3.3), in quotes, without
 * parameters. @throws Problem `malformed-request`
 */
export function parseIdempotencyKey(header: string): string {
  const match = /^ *"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)" *$/.exec(header);
  const key = match?.[1]?.replace(/\\(["\\])/g, '$1');
  if (key === undefined || key.length === 0 || key.length > LONGEST_KEY)
    throw new Problem('malformed-request', 'The Idempotency-Key header cannot be read.', {
      errors: [
        { pointer: 'Idempotency-Key:', detail: `must be 1 to ${LONGEST_KEY} characters of ASCII in double quotes` },
      ],
    });
  return key;
}

/** The request's key, or undefined when it has none and needs none. @throws Problem */
export function idempotencyKeyOf(spec: RouteSpec, role: string, header: string | undefined): string | undefined {
  if (spec.idempotency !== 'required') return undefined;
  if (header !== undefined) return parseIdempotencyKey(header);
  // Browsers of visitors send what the banner sends; a second event is harmless there.
  if (role === 'portal') return undefined;
  throw new Problem('idempotency-key-required', 'Send a new key, such as a UUID, in an Idempotency-Key header.', {
    errors: [{ pointer: 'Idempotency-Key:', detail: 'is required' }],
  });
}

/** Requests under way in this process, by tenant, caller and key. */
export function createFlights() {
  const flights = new Set<string>();
  return {
    /** Runs `work` as the only one with this claim. @throws Problem `idempotency-key-in-flight` */
    async oneAtATime<T>(context: Context, claim: IdempotencyClaim, work: () => Promise<T>): Promise<T> {
      const flight = `${context.tenant.id}\0${context.principal.id}\0${claim.key}`;
      if (flights.has(flight))
        throw new Problem('idempotency-key-in-flight', 'Wait for the first request with this key to end, then repeat.');
      flights.add(flight);
      try {
        return await work();
      } finally {
        flights.delete(flight);
      }
    },
  };
}
