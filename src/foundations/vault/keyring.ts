import type { KeptApart } from './kept-apart.ts';

/** One wrapped data key, as the keyring keeps it. Scopes are pseudonymous names, never a person's. */
export interface WrappedKey {
  tenantId: string;
  scope: string;
  keyId: string;
  wrapped: Buffer;
}

/**
 * Where wrapped data keys live: apart from the data, so that destroying a key destroys every copy of what it sealed.
 * Two engines implement it (keyring.sqlite.ts, keyring.postgres.ts).
 */
export interface Keyring {
  find(tenantId: string, scope: string): Promise<WrappedKey | undefined>;
  /**
   * Durable once resolved. Answers the key that stands, which is another's if somebody was first; undefined when
   * `check` is no longer the master key's: a key wrapped by an old one must not get in.
   */
  create(key: WrappedKey, check: string): Promise<WrappedKey | undefined>;
  /** Removes the keys of these scopes physically; answers how many there were. */
  destroy(tenantId: string, scopes: string[]): Promise<number>;
  /** Scopes of a tenant in order of name, after `after`. */
  list(tenantId: string, prefix: string, after: string, limit: number): Promise<string[]>;
  /**
   * The check value of the master key that wraps everything here. A new keyring takes `check` as its own; of two
   * processes that start on it together, one is first.
   */
  claim(check: string): Promise<string>;
  /** Wraps every key anew and sets the new check value, all in one transaction. Answers the number of keys. */
  rewrap(check: string, rewrapOne: (key: WrappedKey) => Buffer): Promise<number>;
  /** Writes as `create` does, durably, and leaves nothing behind: whether it can be done at all. */
  tryWrite(): Promise<void>;
  /** What else must outlive a restored database. */
  readonly keptApart: KeptApart;
  close(): Promise<void>;
}
