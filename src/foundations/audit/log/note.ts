import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** C2SP signed-note v1.0.0 with Ed25519, and the cosignatures of tlog-cosignature v1. */

const ED25519 = 0x01;
const COSIGNATURE = 0x04;
/** What stands before the 32 bytes of an Ed25519 public key in SPKI (RFC 8410 §4). */
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');
/** More signatures than any reader must accept; beyond it a note is an attack. */
const MOST_SIGNATURES = 64;

export interface Verifier {
  name: string;
  /** Four bytes, hex. */
  keyId: string;
  kind: 'log' | 'cosigner';
  publicKey: KeyObject;
}

export interface NoteSignature {
  name: string;
  keyId: string;
  /** The base64 part, as it stands in the note. */
  encoded: string;
  signature: Buffer;
}

export interface OpenedNote {
  /** With its last line end. */
  text: string;
  /** Signatures by keys that were given, all checked. */
  verified: { verifier: Verifier; signature: NoteSignature; cosignedAt?: Date }[];
  signatures: NoteSignature[];
}

export class NoteError extends Error {
  override readonly name = 'NoteError';
}

function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_ED25519.length);
}

const NAME = /^[^\s+\p{Cc}]{1,200}$/u;

function keyIdOf(name: string, type: number, publicKey: Buffer): string {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([type]))
    .update(publicKey)
    .digest('hex')
    .slice(0, 8);
}

/** The verifier key of a log: `name+hash+base64(type ‖ key)`. `key` may be the private one. */
export function verifierKey(name: string, key: KeyObject, type: 'log' | 'cosigner' = 'log'): string {
  if (!NAME.test(name)) throw new NoteError('a key name has no spaces, no plus sign and no control characters');
  const raw = rawPublicKey(key);
  const byte = type === 'log' ? ED25519 : COSIGNATURE;
  return `${name}+${keyIdOf(name, byte, raw)}+${Buffer.concat([Buffer.from([byte]), raw]).toString('base64')}`;
}

/** Reads a verifier key. @throws NoteError */
export function parseVerifierKey(text: string): Verifier {
  const [, name, keyId, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined || !NAME.test(name))
    throw new NoteError('this is not a verifier key (name+hash+key)');
  const bytes = Buffer.from(encoded, 'base64');
  const [type] = bytes;
  if (bytes.length !== 33 || (type !== ED25519 && type !== COSIGNATURE))
    throw new NoteError('this verifier key is not an Ed25519 key');
  const raw = bytes.subarray(1);
  if (keyIdOf(name, type, raw) !== keyId) throw new NoteError('this verifier key does not fit its own hash');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_ED25519, raw]), format: 'der', type: 'spki' });
  return { name, keyId, kind: type === ED25519 ? 'log' : 'cosigner', publicKey };
}

function signatureLine(name: string, keyId: string, signature: Buffer): string {
  return `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}\n`;
}

/** A note with one signature. `text` ends with a line end. */
export function signNote(text: string, name: string, key: KeyObject): string {
  const keyId = keyIdOf(name, ED25519, rawPublicKey(key));
  return `${text}\n${signatureLine(name, keyId, sign(null, Buffer.from(text), key))}`;
}

/** The same note with one more signature, by another key over the same text. @throws NoteError when it is no note */
export function addSignature(note: string, name: string, key: KeyObject): string {
  const { text } = splitNote(note);
  return note + signatureLine(name, keyIdOf(name, ED25519, rawPublicKey(key)), sign(null, Buffer.from(text), key));
}

function cosignedMessage(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** The line a witness adds to a checkpoint (tlog-cosignature v1). */
export function cosign(text: string, name: string, key: KeyObject, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const keyId = keyIdOf(name, COSIGNATURE, rawPublicKey(key));
  return signatureLine(name, keyId, Buffer.concat([time, sign(null, cosignedMessage(text, seconds), key)]));
}

const LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/;

/** Reads one signature line, without its line end. @throws NoteError */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !NAME.test(name)) throw new NoteError('malformed signature line');
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < 5 || bytes.toString('base64') !== encoded) throw new NoteError('malformed signature');
  return { name, keyId: bytes.toString('hex', 0, 4), encoded, signature: bytes.subarray(4) };
}

/** When a witness cosigned; undefined when the signature does not fit. */
export function verifyCosignature(text: string, { signature }: NoteSignature, verifier: Verifier): Date | undefined {
  if (signature.length !== 72) return undefined;
  const seconds = Number(signature.readBigUInt64BE(0));
  if (!Number.isSafeInteger(seconds)) return undefined;
  if (!verify(null, cosignedMessage(text, seconds), verifier.publicKey, signature.subarray(8))) return undefined;
  return new Date(seconds * 1000);
}

/** Takes a note apart. @throws NoteError */
export function splitNote(note: string): { text: string; signatures: NoteSignature[] } {
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) throw new NoteError('a note has a text, an empty line and signatures');
  if (/[\0-\x09\x0b-\x1f\x7f\ufffd]/.test(note)) throw new NoteError('a note holds no control characters');
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new NoteError('the note has too many signatures');
  return { text: note.slice(0, at + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * Opens a note: signatures of unknown keys are passed over, one of a known key that does not fit refuses the note, and
 * so does a note none of the given keys has signed.
 * @throws NoteError
 */
export function openNote(note: string, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = splitNote(note);
  const verified: OpenedNote['verified'] = [];
  for (const signature of signatures) {
    const verifier = verifiers.find(({ name, keyId }) => name === signature.name && keyId === signature.keyId);
    if (!verifier || verified.some((other) => other.verifier === verifier)) continue;
    if (verifier.kind === 'log') {
      if (!verify(null, Buffer.from(text), verifier.publicKey, signature.signature))
        throw new NoteError(`the signature by ${verifier.name} does not fit the text`);
      verified.push({ verifier, signature });
    } else {
      const cosignedAt = verifyCosignature(text, signature, verifier);
      if (!cosignedAt) throw new NoteError(`the cosignature by ${verifier.name} does not fit the text`);
      verified.push({ verifier, signature, cosignedAt });
    }
  }
  if (verified.length === 0) throw new NoteError('no signature is by a known key');
  return { text, verified, signatures };
}
