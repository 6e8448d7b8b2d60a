import { hash, timingSafeEqual } from 'node:crypto';

/** What is kept of the secret of a request: there are 256 bits to guess. */
export const secretHash = (secret: string): string => hash('sha256', secret, 'hex');

/** Takes as long for any secret, and for a request that is not there. */
export function fits(secret: string, kept: string | null | undefined): boolean {
  const expected = Buffer.from(kept ?? secretHash('there is none'), 'hex');
  return timingSafeEqual(Buffer.from(secretHash(secret), 'hex'), expected) && kept != null;
}
