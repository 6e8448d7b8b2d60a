import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { bech32 } from '@scure/base';
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { BackupError } from './manifest.ts';

/**
 * Backups are age files (age-encryption.org/v1), which whatever reads age reads. The head (a file key for each recipient) is
 * the library's; the pieces after it are made here, as Node's own ChaCha20-Poly1305 is several times as fast: each under a
 * nonce that counts and tells the last one (STREAM), so that none can be left out, moved or put behind the end.
 */
const CIPHER = 'chacha20-poly1305';
const PIECE = 64 * 1024;
const TAG = 16;
const SALT = 16;
/** Bytes of a head at most: some thousand recipients. */
const LARGEST_HEAD = 256 * 1024;

/** An age identity (X25519) made of 32 secret bytes. */
export function identityOf(secret: Uint8Array): string {
  return bech32.encode('AGE-SECRET-KEY-', bech32.toWords(secret), false).toUpperCase();
}

/** The recipient of an identity. */
export const recipientOf = (identity: string): Promise<string> => identityToRecipient(identity);

/** Encrypts what passes, to all recipients (`age1…`). @throws BackupError when one of them is none */
export function encrypting(recipients: readonly string[]) {
  return async function* encrypt(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const { head, fileKey } = await headFor(recipients);
    const salt = randomBytes(SALT);
    yield Buffer.concat([head, salt]);
    const key = payloadKey(fileKey, salt);
    let count = 0;
    for await (const { piece, last } of inPieces(source, PIECE)) {
      const cipher = createCipheriv(CIPHER, key, nonceOf(count, last), { authTagLength: TAG });
      yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
      count += 1;
    }
  };
}

/** Decrypts what passes. @throws BackupError when no identity opens it, or a byte is another */
export function decrypting(identities: readonly string[]) {
  return async function* decrypt(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const rest = source[Symbol.asyncIterator]();
    const { fileKey, salt, behind } = await readHead(rest, identities);
    const key = payloadKey(fileKey, salt);
    let count = 0;
    for await (const { piece, last } of inPieces(from(behind, rest), PIECE + TAG)) {
      const content = openPiece(key, nonceOf(count, last), piece);
      // What ends with nothing could have been cut off there.
      if (content === undefined || (content.length === 0 && count > 0)) throw unopened();
      yield content;
      count += 1;
    }
  };
}

const unopened = () =>
  new BackupError('The file does not open under the keys there are: it was altered, or is for others.');

async function headFor(recipients: readonly string[]): Promise<{ head: Buffer; fileKey: Uint8Array }> {
  const encrypter = new Encrypter();
  for (const recipient of recipients)
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new BackupError(`${recipient} is no recipient of age: it looks like age1…, as age-keygen prints it.`);
    }
  let fileKey: Uint8Array | undefined;
  // One more that gets no line in the head: the key is needed for what comes after it.
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array());
  return { head: Buffer.from(empty.subarray(0, empty.length - SALT - TAG)), fileKey: fileKey as Uint8Array };
}

async function readHead(source: AsyncIterator<Buffer>, identities: readonly string[]) {
  let read: Buffer = Buffer.alloc(0);
  for (;;) {
    const mac = read.indexOf('\n--- ');
    const end = mac < 0 ? -1 : read.indexOf('\n', mac + 1);
    if (end >= 0 && read.length >= end + 1 + SALT) {
      const salt = read.subarray(end + 1, end + 1 + SALT);
      return {
        fileKey: await fileKeyOf(read.subarray(0, end + 1), identities),
        salt,
        behind: read.subarray(end + 1 + SALT),
      };
    }
    if (end < 0 && read.length > LARGEST_HEAD) throw unopened();
    const { value, done } = await source.next();
    if (done) throw unopened();
    read = Buffer.concat([read, value]);
  }
}

async function fileKeyOf(head: Buffer, identities: readonly string[]): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(head);
  } catch {
    throw unopened();
  }
}

const payloadKey = (fileKey: Uint8Array, salt: Uint8Array) =>
  Buffer.from(hkdfSync('sha256', fileKey, salt, 'payload', 32));

/** Eleven bytes that count, and one that tells the last. */
function nonceOf(count: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(count), 3);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function openPiece(key: Buffer, nonce: Buffer, piece: Buffer): Buffer | undefined {
  if (piece.length < TAG) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG });
  decipher.setAuthTag(piece.subarray(piece.length - TAG));
  try {
    return Buffer.concat([decipher.update(piece.subarray(0, piece.length - TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Pieces of one size, the last of them smaller or as large; of nothing one empty piece. */
async function* inPieces(
  source: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length > size) {
      yield { piece: waiting.subarray(0, size), last: false };
      waiting = waiting.subarray(size);
    }
  }
  yield { piece: waiting, last: true };
}

async function* from(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
