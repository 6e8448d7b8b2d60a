import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

/**
 * The one file of a ZIP encrypted as AE-2 with AES-256, read by nothing but the specification ("AES Encryption
 * Information", WinZip): PBKDF2-HMAC-SHA1 with 1000 rounds, AES-CTR that counts upwards from one, little endian, and the
 * first ten bytes of HMAC-SHA1 over the ciphertext. Undefined for another passphrase. @throws Error for what was altered
 */
export function openWinZipAes(zip: Buffer, passphrase: string): Buffer | undefined {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const central = zip.readUInt32LE(end + 16);
  const size = zip.readUInt32LE(central + 20);
  const local = zip.readUInt32LE(central + 42);
  const extra = extraField(zip.subarray(central + 46 + zip.readUInt16LE(central + 28)), 0x9901);
  if (extra.readUInt16LE(0) !== 2 || extra[4] !== 3) throw new Error('no AE-2 with AES-256');
  const method = extra.readUInt16LE(5);
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = zip.subarray(from, from + size);
  const keys = pbkdf2Sync(passphrase, data.subarray(0, 16), 1000, 66, 'sha1');
  if (!keys.subarray(64).equals(data.subarray(16, 18))) return undefined;
  const sealed = data.subarray(18, -10);
  const mac = createHmac('sha1', keys.subarray(32, 64)).update(sealed).digest().subarray(0, 10);
  if (!mac.equals(data.subarray(-10))) throw new Error('altered');
  const plain = Buffer.alloc(sealed.length);
  const cipher = createCipheriv('aes-256-ecb', keys.subarray(0, 32), null).setAutoPadding(false);
  const counter = Buffer.alloc(16);
  for (let at = 0, n = 1; at < sealed.length; at += 16, n += 1) {
    counter.writeUInt32LE(n, 0);
    const stream = cipher.update(counter);
    for (let i = 0; i < 16 && at + i < sealed.length; i += 1)
      plain[at + i] = (sealed[at + i] as number) ^ (stream[i] as number);
  }
  return method === 8 ? inflateRawSync(plain) : plain;
}

function extraField(fields: Buffer, id: number): Buffer {
  for (let at = 0; at + 4 <= fields.length; ) {
    const length = fields.readUInt16LE(at + 2);
    if (fields.readUInt16LE(at) === id) return fields.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  throw new Error('no such field');
}
