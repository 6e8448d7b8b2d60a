import { hash, randomBytes } from 'node:crypto';
import type { Role } from '../contract/context.ts';

/** A new token secret: 256 random bits behind a prefix that secret scanners and people recognise. */
export function newSecret(role: Role): string {
  return `lethe_${role}_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a secret. A plain hash is enough: there are 256 bits to guess, not a password. */
export function secretHash(secret: string): string {
  return hash('sha256', secret, 'hex');
}

export function secretHint(secret: string): string {
  return secret.slice(-4);
}
