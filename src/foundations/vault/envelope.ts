import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import { joined } from './derivation.ts';

/**
 * A sealed value: `format (1) = 2 | key number (2, big-endian) | nonce (12) | ciphertext | tag (16)`, AES-256-GCM
 * (NIST SP 800-38D). The number tells which key of its scope it is (1, and one more with every rotation), so that equal
 * heads say nothing: an id of the key would be the same for all values of a person, in every table. The associated data
 * binds the value to its place and its head: moved to another row or column it does not open.
 */
const FORMAT = 2;
const NUMBER = 2;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + NUMBER + NONCE;
/** Rotations a scope can have. */
export const MOST_NUMBERS = 0xffff;

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

function associatedData(number: number, place: Place): Buffer {
  return Buffer.from(joined([String(number), place.tenant, place.table, place.column, place.row]), 'utf8');
}

export function sealWith(key: KeyObject, number: number, place: Place, plain: Buffer): Buffer {
  const iv = nonce();
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(associatedData(number, place));
  const head = Buffer.allocUnsafe(1 + NUMBER);
  head[0] = FORMAT;
  head.writeUInt16BE(number, 1);
  return Buffer.concat([head, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Which key of its scope a value is sealed with; undefined when it is not a sealed value this version can read. */
export function keyNumberOf(sealed: Buffer): number | undefined {
  if (sealed.length < HEAD + TAG || sealed[0] !== FORMAT) return undefined;
  return sealed.readUInt16BE(1);
}

/** Undefined when the value was altered, moved or sealed under another key. */
export function openWith(key: KeyObject, number: number, place: Place, sealed: Buffer): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1 + NUMBER, HEAD));
    decipher.setAAD(associatedData(number, place));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
    return Buffer.concat([decipher.update(sealed.subarray(HEAD, sealed.length - TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}
