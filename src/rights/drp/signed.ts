import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** Bytes of an Ed25519 signature (RFC 8032). */
const SIGNATURE = 64;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The key that an agent's messages are held against, out of its 32 bytes in base64. */
export const verifyKeyOf = (base64: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(base64, 'base64').toString('base64url') },
    format: 'jwk',
  });

/** The bytes of a message as it is sent; undefined where it is no base64. */
export function readBase64(text: string): Buffer | undefined {
  const trimmed = text.trim();
  return BASE64.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined;
}

/** What a message in combined mode (signature, then what is signed) says; undefined where the key has not signed it. */
export function openCombined(key: KeyObject, message: Buffer): Buffer | undefined {
  if (message.length < SIGNATURE) return undefined;
  const said = message.subarray(SIGNATURE);
  return verify(null, said, key, message.subarray(0, SIGNATURE)) ? said : undefined;
}
