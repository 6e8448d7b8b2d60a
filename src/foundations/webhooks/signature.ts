import { createHmac, timingSafeEqual } from 'node:crypto';

/** A webhook secret as it is handed over: `whsec_` and the key in base64 (Standard Webhooks). */
export const secretText = (secret: Buffer): string => `whsec_${secret.toString('base64')}`;

const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;

/** The key of a secret as it is handed over (24 to 64 bytes, Standard Webhooks 1.0); undefined where it is none. */
function secretFrom(text: string): Buffer | undefined {
  const [, base64] = SECRET.exec(text) ?? [];
  const key = base64 === undefined ? undefined : Buffer.from(base64, 'base64');
  return key && key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** Secrets that are good side by side while one takes another's place, at most this many. */
const MOST_SECRETS = 4;

/** The keys of one secret or, during a rotation, of several with a space between them; undefined where one is none. */
export function secretsFrom(text: string): Buffer[] | undefined {
  const keys = text
    .trim()
    .split(/\s+/, MOST_SECRETS + 1)
    .map(secretFrom);
  if (keys.length > MOST_SECRETS) return undefined;
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/**
 * The headers that prove who sent a webhook, and when: HMAC-SHA-256 over `id.timestamp.body` (Standard Webhooks 1.0,
 * "Signature scheme"). `at` in whole seconds, so that the receiver can refuse what is old. With several secrets there are as
 * many signatures: whoever knows one of them can check it.
 */
export function signedHeaders(
  secrets: Buffer | readonly Buffer[],
  messageId: string,
  at: Date,
  body: string,
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const signatures = listed(secrets).map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${messageId}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

const listed = (secrets: Buffer | readonly Buffer[]): readonly Buffer[] =>
  Buffer.isBuffer(secrets) ? [secrets] : secrets;

/** Seconds a signature is good for, either way (Standard Webhooks: five minutes). */
const TOLERANCE = 300;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Whether these bytes were signed with a secret, not long ago. Of several signatures one must fit one of the secrets; the
 * bytes are not read before.
 */
export function signedBy(secrets: Buffer | readonly Buffer[], headers: Headers, body: Buffer, now: Date): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof at !== 'string' || typeof signatures !== 'string') return false;
  if (!/^\d{1,12}$/.test(at) || Math.abs(now.getTime() / 1000 - Number(at)) > TOLERANCE) return false;
  const given = signatures
    .split(' ', 10)
    .map((signature) => (signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0)));
  return listed(secrets).some((secret) => {
    const wanted = createHmac('sha256', secret).update(`${id}.${at}.`).update(body).digest();
    return given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
  });
}
