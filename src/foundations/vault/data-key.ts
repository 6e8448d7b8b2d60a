import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { derived, joined, type Label } from './derivation.ts';
import { keyNumberOf, openWith, type Place, sealWith } from './envelope.ts';
import type { Standing, UsedKey } from './unit-of-work.ts';

/** An unwrapped data key, ready to seal and open. Hold it for one operation, never longer. */
export interface ScopeKey {
  readonly scope: string;
  seal(place: Place, value: string): Buffer;
  /** Undefined when the value was altered, moved, or sealed under another (shredded) key. */
  open(place: Place, sealed: Buffer): string | undefined;
  /** The same for bytes that are no text. */
  sealBytes(place: Place, bytes: Buffer): Buffer;
  openBytes(place: Place, sealed: Buffer): Buffer | undefined;
  /** Keyed hash of a value under this scope (hex, 128 bits): dies with the scope. */
  index(purpose: string, value: string): string;
  /** 32 bytes that only this scope's key gives, for a key of another kind (HKDF, RFC 5869). */
  derive(label: Label, ...parts: string[]): Buffer;
}

/**
 * A data key is two roots: one seals, and is another after a rotation; from the other comes what must stay comparable
 * (blind indexes, openings), and it stays the same for the life of the scope.
 */
const ROOT_BYTES = 32;
export const DATA_KEY_BYTES = 2 * ROOT_BYTES;

/** The key that comes after another of its scope. */
export const successorOf = (dataKey: Buffer): Buffer =>
  Buffer.concat([randomBytes(ROOT_BYTES), dataKey.subarray(ROOT_BYTES)]);

/** A new key for a scope that comes from another vault: it seals by itself, and compares as it did there. */
export const adoptedFrom = (comparable: Buffer): Buffer => Buffer.concat([randomBytes(ROOT_BYTES), comparable]);

/** HMAC-SHA-256 (RFC 2104), 128 bits in hex. */
export function hash128(key: KeyObject | Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

/** One of the keys of a scope, unwrapped. */
interface NumberedKey {
  number: number;
  keyId: string;
  /** Announced, so that everybody can open what it will seal; nobody seals with it yet. */
  pending: boolean;
  dataKey: Buffer;
}

/** All keys of a scope as one: the newest seals, each opens what it has sealed. */
export class UnwrappedKey implements ScopeKey, UsedKey {
  readonly scope: string;
  readonly keyId: string;
  /** Which of the scope's keys seals. */
  readonly number: number;
  readonly loadedAt: number;
  standing: Standing | undefined;
  generation: number | undefined;
  readonly #stable: KeyObject;
  readonly #roots: Map<number, KeyObject>;
  readonly #seals = new Map<number, KeyObject>();
  #indexKey: KeyObject | undefined;
  #opening: Buffer | undefined;
  #openingKey: KeyObject | undefined;

  /** `keys` are not empty, in order of their numbers. */
  constructor(scope: string, keys: readonly NumberedKey[]) {
    const newest = (keys.findLast(({ pending }) => !pending) ?? keys[0]) as NumberedKey;
    this.scope = scope;
    this.keyId = newest.keyId;
    this.number = newest.number;
    this.loadedAt = performance.now();
    this.#stable = createSecretKey(newest.dataKey.subarray(ROOT_BYTES));
    this.#roots = new Map(
      keys.map(({ number, dataKey }) => [number, createSecretKey(dataKey.subarray(0, ROOT_BYTES))]),
    );
  }

  /** Derived once, when it is first needed. */
  #sealKey(number: number): KeyObject | undefined {
    const known = this.#seals.get(number);
    if (known) return known;
    const root = this.#roots.get(number);
    if (!root) return undefined;
    const key = createSecretKey(derived(root, 'seal'));
    this.#seals.set(number, key);
    return key;
  }

  seal(place: Place, value: string): Buffer {
    return this.sealBytes(place, Buffer.from(value, 'utf8'));
  }
  open(place: Place, sealed: Buffer): string | undefined {
    return this.openBytes(place, sealed)?.toString('utf8');
  }
  sealBytes(place: Place, bytes: Buffer): Buffer {
    return sealWith(this.#sealKey(this.number) as KeyObject, this.number, place, bytes);
  }
  openBytes(place: Place, sealed: Buffer): Buffer | undefined {
    const number = keyNumberOf(sealed);
    const key = number === undefined ? undefined : this.#sealKey(number);
    return key && openWith(key, number as number, place, sealed);
  }
  /** Whether a value names a key that the scope has. */
  names(sealed: Buffer): boolean {
    const number = keyNumberOf(sealed);
    return number !== undefined && this.#roots.has(number);
  }
  index(purpose: string, value: string): string {
    this.#indexKey ??= createSecretKey(this.derive('index'));
    return hash128(this.#indexKey, joined([purpose, value]));
  }
  derive(label: Label, ...parts: string[]): Buffer {
    return derived(this.#stable, label, ...parts);
  }
  /**
   * What must stay comparable when the scope moves to another vault: indexes, openings, what is derived. It opens nothing
   * that was sealed.
   */
  comparable(): Buffer {
    return this.#stable.export();
  }
  /** What opens the commitments of this scope's subject, and nothing else: derived once, as it is needed often. */
  get opening(): Buffer {
    this.#opening ??= this.derive('opening');
    return this.#opening;
  }
  /** What the entry of this id calls the scope's subject. The key is made once: of bytes it would be for every hash. */
  subjectOf(entryId: string): string {
    this.#openingKey ??= createSecretKey(this.opening);
    return hash128(this.#openingKey, entryId);
  }
  /** What finds the entries of one domain about the scope's subject. */
  indexFor(domain: string): string {
    return this.index('audit-index', domain);
  }
}
