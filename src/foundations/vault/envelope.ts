import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

/**
 * A sealed value: `version (1) | key id (16) | nonce (12) | ciphertext | tag (16)`, AES-256-GCM (NIST SP 800-38D).
 * The associated data binds it to its place, so that a value moved to another row or column does not open.
 */
const VERSION = 1;
const KEY_ID = 16;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + KEY_ID + NONCE;

/** Where a sealed value belongs. */
export interface Place {
  tenant: string;
  table: string;
  column: string;
  row: string;
}

// Nonces are drawn in bulk: one call to the random source per 512 of them.
const pool = Buffer.alloc(NONCE * 512);
let drawn = pool.length;

function nonce(): Buffer {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += NONCE;
  return Buffer.from(pool.subarray(drawn - NONCE, drawn));
}

function associatedData(place: Place): Buffer {
  return Buffer.from(`${place.tenant}\0${place.table}\0${place.column}\0${place.row}`, 'utf8');
}

export function sealWith(key: KeyObject, keyId: Buffer, place: Place, plain: Buffer): Buffer {
  const iv = nonce();
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(associatedData(place));
  const head = Buffer.allocUnsafe(1 + KEY_ID);
  head[0] = VERSION;
  keyId.copy(head, 1);
  return Buffer.concat([head, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The key a sealed value names, as hex; undefined when it is not a sealed value this version can read. */
export function keyIdOf(sealed: Buffer): string | undefined {
  if (sealed.length < HEAD + TAG || sealed[0] !== VERSION) return undefined;
  return sealed.subarray(1, 1 + KEY_ID).toString('hex');
}

/** Undefined when the value was altered, moved or sealed under another key. */
export function openWith(key: KeyObject, place: Place, sealed: Buffer): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1 + KEY_ID, HEAD));
    decipher.setAAD(associatedData(place));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
    return Buffer.concat([decipher.update(sealed.subarray(HEAD, sealed.length - TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}
