import { createHmac, type KeyObject } from 'node:crypto';

/**
 * Everything for which something is derived from a data key or the master key, in one place: two uses can never meet under one label.
 * What comes after the label (a party, a name) is written in such a way that no two lists of parts give the same bytes.
 */
const LABELS = {
  /** From the master key: AES-256-GCM over data keys. */
  wrap: 'wrap',
  /** From the master key: what tells a right one from a wrong one. */
  check: 'check',
  /** AES-256-GCM over values. */
  seal: 'seal',
  /** HMAC-SHA-256 for blind indexes. */
  index: 'index',
  /** What opens the commitments of a person in the log. */
  opening: 'opening',
  /** Seed of an Ed25519 key, by its name. */
  signing: 'signing',
  /** The permutation of a domain's pseudonyms, by the domain. */
  pseudonyms: 'pseudonyms',
  /** Secret of a party's webhooks, by its number. */
  webhook: 'webhook',
  /** The cookie with which somebody follows their request. */
  follow: 'follow',
  /** The link by which a stranger confirms a request, by its id. */
  confirmation: 'confirmation',
  /** Token of an agent of the Data Rights Protocol, by its id and key. */
  agentToken: 'agent-token',
  /** The age identity (X25519) that opens backups. */
  backupAge: 'backup-age',
  /** Seed of the Ed25519 key that signs backups. */
  backupSigning: 'backup-signing',
  /** From the master key: the same two for backups of the keyring. */
  keyringBackupAge: 'keyring-backup-age',
  keyringBackupSigning: 'keyring-backup-signing',
  /** Salt of a sweep's commitment to its ids, by its instant. */
  due: 'due',
  /** What stands in place of values at a holder outside, by what it is for. */
  treatment: 'treatment',
} as const;

export type Label = keyof typeof LABELS;

/**
 * Parts as one text from which they can be told again, whatever is in them: each as its length in bytes of UTF-8, a
 * colon and itself (netstrings).
 */
export function joined(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`;
  return text;
}

/** What HKDF is told (`info`, RFC 5869 §3.2): version, label, parts. */
export const infoOf = (label: Label, parts: readonly string[]): Buffer =>
  Buffer.from(joined(['lethe 2', LABELS[label], ...parts]), 'utf8');

/** The counter of the first block of what is expanded, which is all that 32 bytes take. */
const FIRST_BLOCK = Buffer.from([1]);
const infos = new Map<Label, Buffer>();

/** Labels without parts are told as they are again and again: each new person's key has three of them. */
function rememberedInfo(label: Label): Buffer {
  const known = infos.get(label) ?? infoOf(label, []);
  infos.set(label, known);
  return known;
}

/**
 * 32 bytes by HKDF-Expand with SHA-256 (RFC 5869 §2.3). Nothing is extracted first (§3.3): the root is 32 random bytes
 * and never used for anything else.
 */
export function derived(root: KeyObject, label: Label, ...parts: readonly string[]): Buffer {
  const info = parts.length === 0 ? rememberedInfo(label) : infoOf(label, parts);
  return createHmac('sha256', root).update(info).update(FIRST_BLOCK).digest();
}
