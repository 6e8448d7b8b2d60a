import type { KeptApart } from './kept-apart.ts';

/** One wrapped data key, as the keyring keeps it. Scopes are pseudonymous names, never a person's. */
export interface WrappedKey {
  tenantId: string;
  scope: string;
  /** Which key of its scope it is: 1, and one more with every rotation. */
  number: number;
  keyId: string;
  wrapped: Buffer;
  /** The rotation it was made in or after; 0 before the first. */
  epoch: number;
  /** Announced by a rotation: it opens, and does not seal yet. */
  pending: boolean;
}

/** A key that is to be its scope's first. */
export type NewKey = Omit<WrappedKey, 'epoch' | 'pending' | 'number'>;

/** A scope that a rotation has still to deal with, by its newest key. */
export type RotatedScope = Pick<WrappedKey, 'tenantId' | 'scope'>;

/** Where a rotation of data keys stands: `announce` new keys, let them seal, `reseal` what old ones sealed, `retire` those. */
export type RotationPhase = 'announce' | 'announced' | 'reseal' | 'retire' | 'finished';

/** One rotation of data keys, over all scopes or some. Its epoch is its number; new keys bear it. */
export interface Rotation {
  epoch: number;
  /** Null: of all tenants. */
  tenantId: string | null;
  /** Null: all scopes. */
  scope: string | null;
  phase: RotationPhase;
}

/** What a rotation of data keys needs of a keyring. */
export interface KeyringRotations {
  /** The one that is not finished, if there is one. */
  underWay(): Promise<Rotation | undefined>;
  /** Begins one; answers the one under way where there is one. */
  begin(rotation: Pick<Rotation, 'tenantId' | 'scope'>): Promise<Rotation>;
  moveTo(epoch: number, phase: RotationPhase): Promise<void>;
  /** Scopes of it whose newest key is older than it, after `after`, in order. */
  due(rotation: Rotation, after: RotatedScope | undefined, limit: number): Promise<RotatedScope[]>;
  /** Adds a pending key where `previous` still stands as its scope's newest, and `check` is the master key's. */
  announce(next: WrappedKey, previous: WrappedKey, check: string): Promise<boolean>;
  /** From now on its keys seal. */
  promote(epoch: number): Promise<void>;
  /** Scopes of it that still have an older key, after `after`, in order. */
  unretired(rotation: Rotation, after: RotatedScope | undefined, limit: number): Promise<RotatedScope[]>;
  /** Removes the keys of these scopes that are older than their newest one that seals; physically after `scrub`. */
  retire(tenantId: string, scopes: string[]): Promise<number>;
}

/**
 * Where wrapped data keys live: apart from the data, so that destroying a key destroys every copy of what it sealed.
 * Two engines implement it (keyring.sqlite.ts, keyring.postgres.ts).
 */
export interface Keyring {
  /** The keys of a scope in order of their numbers; none when it has none. */
  find(tenantId: string, scope: string): Promise<WrappedKey[]>;
  /**
   * Durable once resolved. Answers the keys that stand, which are another's if somebody was first; none when
   * `check` is no longer the master key's: a key wrapped by an old one must not get in.
   */
  create(key: NewKey, check: string): Promise<WrappedKey[]>;
  /** The keys of many scopes, in no order of scopes. */
  findEach(tenantId: string, scopes: readonly string[]): Promise<WrappedKey[]>;
  /** The same as `create` for each of many scopes of one tenant, together: what stands of each, in their order. */
  createEach(keys: readonly NewKey[], check: string): Promise<WrappedKey[][]>;
  /**
   * Removes the keys of these scopes; answers how many scopes there were. Physically once `scrub` has resolved.
   */
  destroy(tenantId: string, scopes: string[]): Promise<number>;
  /**
   * Makes sure that no byte of a removed key is left. @throws StoreError `busy` (`wal-checkpoint`) while somebody reads
   * what was before
   */
  scrub(): Promise<void>;
  /** Scrubs if that could not be done when it was wanted, or a crash came between; whether nothing is left to do. */
  scrubLate(): Promise<boolean>;
  /** Scopes of a tenant in order of name, after `after`. */
  list(tenantId: string, prefix: string, after: string, limit: number): Promise<string[]>;
  /**
   * The check value of the master key that wraps everything here. A new keyring takes `check` as its own; of two
   * processes that start on it together, one is first.
   */
  claim(check: string): Promise<string>;
  /** Wraps every key anew and sets the new check value, all in one transaction, scrubbed by `scrub`. Answers the number of keys. */
  rewrap(check: string, rewrapOne: (key: WrappedKey) => Buffer): Promise<number>;
  /** Writes as `create` does, durably, and leaves nothing behind: whether it can be done at all. */
  tryWrite(): Promise<void>;
  readonly rotations: KeyringRotations;
  /** What else must outlive a restored database. */
  readonly keptApart: KeptApart;
  close(): Promise<void>;
}

/** What of a keyring a rotation does not touch: signing keys are rotated by number, and the private part of an old one is what signed. */
export const SIGNING_PREFIX = 'signing/';
