import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../process/files.ts';
import { isOpenToOthers } from '../process/own-files.ts';
import { derived } from './derivation.ts';
import { pooledRandom } from './pooled-random.ts';

export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

/** Reads a master key as written by `newMasterKey`: 32 bytes, base64 or hex. */
export function parseMasterKey(text: string): KeyObject {
  const trimmed = text.trim();
  const bytes = /^[0-9a-fA-F]{64}$/.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (bytes.length !== 32)
    throw new MasterKeyError(
      'The master key must be 32 bytes in base64 or hex; make one with `openssl rand -base64 32`.',
    );
  return createSecretKey(bytes);
}

export function newMasterKey(): string {
  return randomBytes(32).toString('base64');
}

/** Writes a key file only its owner can read, whole or not at all. */
export function writeMasterKeyFile(file: string, text: string): void {
  const temporary = writtenBeside(file, text);
  renameSync(temporary, file);
  syncFolder(file);
}

/** A complete copy beside the file, under a name of this process. */
function writtenBeside(file: string, text: string): string {
  makeFolder(dirname(file), 0o700);
  const temporary = `${file}.${process.pid}.new`;
  // What a crash left behind may have another mode.
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  writeSync(handle, `${text}\n`);
  fsyncSync(handle);
  closeSync(handle);
  return temporary;
}

function syncFolder(file: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dirname(file), 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** False when another process was first: its key stands. */
function makeMasterKeyFile(file: string): boolean {
  const temporary = writtenBeside(file, newMasterKey());
  try {
    linkSync(temporary, file);
    syncFolder(file);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The master key from its file, made on first start. Refuses a file that others can read. */
export function masterKeyFromFile(file: string): { key: KeyObject; created: boolean } {
  const created = !existsSync(file) && makeMasterKeyFile(file);
  if (!created && isOpenToOthers(statSync(file)))
    throw new MasterKeyError('The master key file can be read by others; set its mode to 0600.');
  return { key: parseMasterKey(readFileSync(file, 'utf8')), created };
}

/** Tells a right master key from a wrong one without giving it away. */
export function checkValue(master: KeyObject): string {
  return derived(master, 'check').toString('hex');
}

const wrapping = new WeakMap<KeyObject, KeyObject>();

/** What wraps: a key of its own, derived once, so that the master key itself is used for nothing but deriving. */
function wrappingKey(master: KeyObject): KeyObject {
  const known = wrapping.get(master) ?? createSecretKey(derived(master, 'wrap'));
  wrapping.set(master, known);
  return known;
}

/** Wraps a data key (AES-256-GCM); the associated data binds it to tenant, scope and key id. */
export function wrap(master: KeyObject, binding: string, dataKey: Buffer): Buffer {
  const iv = pooledRandom(12);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey(master), iv);
  cipher.setAAD(Buffer.from(binding));
  return Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
}

export function unwrap(master: KeyObject, binding: string, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey(master), wrapped.subarray(0, 12));
  decipher.setAAD(Buffer.from(binding));
  decipher.setAuthTag(wrapped.subarray(wrapped.length - 16));
  return Buffer.concat([decipher.update(wrapped.subarray(12, wrapped.length - 16)), decipher.final()]);
}
