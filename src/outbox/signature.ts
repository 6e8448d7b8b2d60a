import { createHmac } from 'node:crypto';

/** A webhook secret as it is handed over: `whsec_` and the key in base64 (Standard Webhooks). */
export const secretText = (secret: Buffer): string => `whsec_${secret.toString('base64')}`;

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
