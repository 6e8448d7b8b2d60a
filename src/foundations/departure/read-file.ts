import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { decrypting } from '../backup/age.ts';
import { BackupError } from '../backup/manifest.ts';
import { readJson, readUtf8 } from '../contract/json.ts';
import { Problem } from '../contract/problem.ts';
import { type KeySet, verifyDocument } from '../signing/signer.ts';
import { DepartureError } from './departure-error.ts';
import { checkManifest, MANIFEST_FILE, type Manifest, manifestDigest, SIGNATURE_FILE } from './manifest.ts';
import type { Line } from './rows.ts';
import { tarEntries } from './tar.ts';

const AGE = Buffer.from('age-encryption.org/');

/** The file's own bytes, decrypted where it is an age file; each call reads it from the beginning. */
export async function* bytesOfFile(path: string, identities: readonly string[] = []): AsyncGenerator<Buffer> {
  const raw = createReadStream(path, { highWaterMark: 256 * 1024 });
  const pieces = raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await pieces.next();
  const begun = (async function* () {
    if (!first.done) yield first.value;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  })();
  try {
    if (first.done || !first.value.subarray(0, AGE.length).equals(AGE)) yield* begun;
    else if (identities.length === 0)
      throw new DepartureError('The file is encrypted: give the identity that opens it (--identity).');
    else yield* decrypting(identities)(begun);
  } catch (error) {
    throw error instanceof BackupError ? new DepartureError(error.message) : error;
  } finally {
    raw.destroy();
  }
}

export interface Checked {
  manifest: Manifest;
  digest: string;
  /** Thumbprint of the key that signed it (RFC 7638). */
  signedBy: string;
}

/**
 * Reads a whole file once, and believes nothing of it before: every part is there as it was signed, and nothing else.
 * `trusted`: keys of who made it; without them whoever asks compares `signedBy` with what that instance publishes.
 * @throws DepartureError
 */
export async function checkDeparture(source: AsyncIterable<Buffer>, trusted?: KeySet): Promise<Checked> {
  const found = new Map<string, { bytes: number; sha256: string }>();
  let manifestText: Buffer | undefined;
  let signature: Buffer | undefined;
  for await (const { name, content } of tarEntries(source)) {
    if (signature) throw new DepartureError('The file goes on behind its signature: it was altered.');
    if (name === MANIFEST_FILE) manifestText = content;
    else if (name === SIGNATURE_FILE) signature = content;
    else if (manifestText || found.has(name))
      throw new DepartureError(`The file holds ${safe(name)} where it must not.`);
    else found.set(name, { bytes: content.length, sha256: sha256(content) });
  }
  if (!manifestText || !signature) throw new DepartureError('The file has no signed manifest: it is not whole.');
  const manifest = readManifest(manifestText);
  const keySet = trusted ?? (manifest.keySet as unknown as KeySet);
  const verified = await verifyDocument(keySet, signature.toString('utf8').trim(), 'departure-manifest+jws');
  if (!verified.ok) throw new DepartureError(`The signature on the manifest does not hold: ${verified.fault}.`);
  const digest = manifestDigest(manifest);
  if (manifestDigest(verified.document as Manifest) !== digest)
    throw new DepartureError('The manifest is not what was signed.');
  for (const { name, bytes, sha256: hash } of manifest.files) {
    const there = found.get(name);
    if (there?.bytes !== bytes || there.sha256 !== hash)
      throw new DepartureError(`${safe(name)} is not as the manifest says: it was altered, or is missing.`);
    found.delete(name);
  }
  const [more] = found.keys();
  if (more !== undefined) throw new DepartureError(`The manifest does not name ${safe(more)}: it was put in.`);
  return { manifest, digest, signedBy: verified.keyId };
}

const safe = (name: string) => (/^[\w./-]{1,100}$/.test(name) ? name : 'a part');
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

function readManifest(text: Buffer): Manifest {
  try {
    const value = readJson(readUtf8(text));
    checkManifest(value);
    return value as Manifest;
  } catch (error) {
    if (error instanceof Problem) throw new DepartureError(`The manifest cannot be read: ${error.message}`);
    throw error;
  }
}

/** The parts of a checked file, each held against the manifest once more before it is used. @throws DepartureError */
export async function* partsOf(
  source: AsyncIterable<Buffer>,
  { files }: Manifest,
): AsyncGenerator<{ folder: string; content: Buffer }> {
  const hashes = new Map(files.map(({ name, sha256: hash }) => [name, hash]));
  for await (const { name, content } of tarEntries(source)) {
    if (name === MANIFEST_FILE) return;
    if (hashes.get(name) !== sha256(content)) throw new DepartureError('The file has changed since it was checked.');
    yield { folder: /^(.*)\/[^/]+$/.exec(name)?.[1] ?? '', content };
  }
}

/** @throws DepartureError for what is no line of JSON */
export function linesIn(content: Buffer): Line[] {
  try {
    return content
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  } catch {
    throw new DepartureError('A part of the file is no NDJSON.');
  }
}
