import { createHmac, timingSafeEqual } from 'node:crypto';

/** A webhook secret as it is handed over: `whsec_` and the key in base64 (Standard Webhooks). */
export const secretText = (secret: Buffer): string => `whsec_${secret.toString('base64')}`;

const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;

/** The key of a secret as it is handed over (24 to 64 bytes, Standard Webhooks 1.0); undefined where it is none. */
export function secretFrom(text: string): Buffer | undefined {
  const [, base64] = SECRET.exec(text) ?? [];
  const key = base64 === undefined ? undefined : Buffer.from(base64, 'base64');
  return key && key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The headers that prove who sent a webhook, and when: HMAC-SHA-256 over `id.timestamp.body` (Standard Webhooks 1.0,
 * "Signature scheme"). `at` in whole seconds, so that the receiver can refuse what is old.
 */
export function signedHeaders(secret: Buffer, messageId: string, at: Date, body: string): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const signature = createHmac('sha256', secret).update(`${messageId}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}

/** Seconds a signature is good for, either way (Standard Webhooks: five minutes). */
const TOLERANCE = 300;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Whether these bytes were signed with the secret, not long ago. Of several signatures one must fit; the bytes are not
 * read before.
 */
export function signedBy(secret: Buffer, headers: Headers, body: Buffer, now: Date): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof at !== 'string' || typeof signatures !== 'string') return false;
  if (!/^\d{1,12}$/.test(at) || Math.abs(now.getTime() / 1000 - Number(at)) > TOLERANCE) return false;
  const wanted = createHmac('sha256', secret).update(`${id}.${at}.`).update(body).digest();
  return signatures
    .split(' ')
    .slice(0, 10)
    .some((signature) => {
      const given = signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    });
}
