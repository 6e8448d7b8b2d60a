import { createHash, randomBytes } from 'node:crypto';
import { canonical } from '../../contract/canonical-json.ts';
import type { AuditRow } from '../table.ts';

/** What stands before the digest in a leaf, and before the salt where entry and salt travel together. */
export const LEAF_VERSION = 1;
/** Bytes of a leaf: its version, and a SHA-256. */
export const LEAF_BYTES = 33;
export const SALT_BYTES = 32;
const VERSION = Buffer.from([LEAF_VERSION]);

/** An entry as it is hashed, with what opens its leaf. */
export interface OpenedLeaf {
  index: number;
  /** 32 bytes. */
  salt: Buffer;
  /** Canonical JSON (RFC 8785). */
  entry: string;
}

/** Makes a leaf of a salt and an entry; one for each version there ever was (docs/log-format.md). */
export type LeafFormats = ReadonlyMap<number, (salt: Uint8Array, entry: Uint8Array | string) => Buffer>;

/** What the log shows to anybody: a commitment that nobody opens without the salt. */
function commitmentLeaf(salt: Uint8Array, entry: Uint8Array | string): Buffer {
  return Buffer.concat([VERSION, createHash('sha256').update(salt).update(entry).digest()]);
}

export const LEAF_FORMATS: LeafFormats = new Map([[LEAF_VERSION, commitmentLeaf]]);

/** The leaf of an entry. @throws RangeError for a version this program does not know */
export function leafOf(
  salt: Uint8Array,
  entry: Uint8Array | string,
  version = LEAF_VERSION,
  formats = LEAF_FORMATS,
): Buffer {
  const encode = formats.get(version);
  if (!encode) throw new RangeError(`A leaf of version ${version} is not known to this program.`);
  return encode(salt, entry);
}

/** Whether these bytes are a leaf of a version this program knows. */
export const isLeaf = (bytes: Uint8Array): boolean => bytes.length === LEAF_BYTES && bytes[0] === LEAF_VERSION;

/** Salts for so many leaves, one after the other: one call for all of them. */
export const salts = (count: number): Buffer => randomBytes(count * SALT_BYTES);

/**
 * An entry as it is hashed: canonical JSON (RFC 8785) of exactly these members, `subject` only where there is one.
 * Never changed for entries that exist: what is hashed is made anew from the stored entry, so that an entry altered
 * in the database no longer fits the log.
 */
export function entryText(row: AuditRow): string {
  return canonical({
    version: 2,
    tenant: row.tenantId,
    id: row.entryId,
    at: row.recordedAt.toISOString(),
    actor: row.actor,
    role: row.role,
    action: row.action,
    subject: row.subject ?? undefined,
    policyHash: row.policyHash,
    requestId: row.requestId,
    detail: row.detail,
  });
}

/** Entry and salt as a `.tlog-proof` carries them in its extra data: version, salt, entry. */
export function encodeOpening({ salt, entry }: Pick<OpenedLeaf, 'salt' | 'entry'>, version = LEAF_VERSION): Buffer {
  return Buffer.concat([Buffer.from([version]), salt, Buffer.from(entry)]);
}

/** Reads what `encodeOpening` writes; undefined when it is something else. */
export function decodeOpening(extra: Buffer): (Pick<OpenedLeaf, 'salt' | 'entry'> & { version: number }) | undefined {
  const version = extra[0] as number;
  if (extra.length <= 1 + SALT_BYTES || !LEAF_FORMATS.has(version)) return undefined;
  const entry = extra.subarray(1 + SALT_BYTES);
  const text = entry.toString('utf8');
  // Bytes that are no text would be hashed as others.
  if (!Buffer.from(text).equals(entry)) return undefined;
  return { version, salt: extra.subarray(1, 1 + SALT_BYTES), entry: text };
}
