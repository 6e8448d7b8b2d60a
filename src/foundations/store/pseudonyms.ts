import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { AnyColumn } from 'drizzle-orm';
import { StoreError } from './errors.ts';

/**
 * What keeps its people under pseudonyms of its own. A person is another one in each of them, so that rows of two
 * domains cannot be joined by whoever has the file and not the key.
 */
export const PSEUDONYM_DOMAINS = [
  'associations',
  'consents',
  'erasures',
  'holds',
  'keyring',
  'links.account',
  'links.visitor',
  'packages',
  'profiles',
  'recipients',
  'relations',
  'requests',
  'visits',
] as const;
export type PseudonymDomain = (typeof PSEUDONYM_DOMAINS)[number];

/**
 * Between the root pseudonym of a person, which is in memory only, and what stands on disk. A root has 128 bits: one
 * block of AES-256 (FIPS 197) is a permutation of them, so what is stored can be read back, and tells nothing without
 * the domain's key.
 */
export interface Pseudonyms {
  /** What a domain keeps instead of the root; the empty text, which is before all others, is itself. */
  encode(domain: PseudonymDomain, root: string): string;
  decode(domain: PseudonymDomain, stored: string): string;
}

/** Instead of a person who was forgotten, where a pseudonym must stand. */
export const NOBODY = '0'.repeat(32);

const ROOT = /^[0-9a-f]{32}$/;
/** Pseudonyms of a domain that are remembered at most: those of a chunk of an import. */
const RECENT = 2_000;

/** Keys of 32 bytes, one a domain; each cipher is made when it is first needed and lives as long as the store. */
export function createPseudonyms(keyOf: (domain: PseudonymDomain) => Buffer): Pseudonyms {
  const made = new Map<PseudonymDomain, Record<'encode' | 'decode', (block: Buffer) => Buffer>>();
  const ciphersOf = (domain: PseudonymDomain) => {
    const known = made.get(domain);
    if (known) return known;
    // Without padding a block of 16 bytes comes back at once, and the next one does not depend on it.
    const there = createCipheriv('aes-256-ecb', keyOf(domain), null).setAutoPadding(false);
    const back = createDecipheriv('aes-256-ecb', keyOf(domain), null).setAutoPadding(false);
    const ciphers = { encode: (block: Buffer) => there.update(block), decode: (block: Buffer) => back.update(block) };
    made.set(domain, ciphers);
    return ciphers;
  };
  const mapped = (way: 'encode' | 'decode') => {
    const recent = new Map<PseudonymDomain, Map<string, string>>();
    return (domain: PseudonymDomain, text: string) => {
      if (text === '') return text;
      let known = recent.get(domain);
      const remembered = known?.get(text);
      if (remembered !== undefined) return remembered;
      if (!ROOT.test(text)) throw new StoreError('misuse', 'pseudonym', 'A pseudonym is 128 bits in hex.');
      const mapped = ciphersOf(domain)[way](Buffer.from(text, 'hex')).toString('hex');
      // One request, and one chunk of an import, asks for the same person's several times.
      if (!known || known.size >= RECENT) {
        known = new Map();
        recent.set(domain, known);
      }
      known.set(text, mapped);
      return mapped;
    };
  };
  return { encode: mapped('encode'), decode: mapped('decode') };
}

/** Of a store that was opened without its vault: whose rows are whose stays closed to it. */
export const withoutKeys = createPseudonyms(() => {
  throw new StoreError('misuse', 'pseudonyms', 'Pseudonyms are read and written with the keys of the vault only.');
});

/** The domain of a column of pseudonyms; undefined of every other column. */
export function domainOf(column: AnyColumn): PseudonymDomain | undefined {
  const { config } = column as unknown as { config: { fieldConfig?: { domain?: PseudonymDomain } } };
  return config.fieldConfig?.domain;
}
