/**
 * What must be remembered when the database comes back from a backup: kept with the keyring, apart from the data, and
 * never put back from an old copy. No personal data, no names.
 */

/** The newest checkpoint a log has signed: what it may never contradict. */
export interface PublishedCheckpoint {
  tenantId: string;
  generation: number;
  size: number;
  /** Root hash of the tree of that size, base64. */
  root: string;
}

/** One erasure on request, as it must be done again if the database comes back from before it. */
export interface LedgerEntry {
  tenantId: string;
  /** 1, 2, 3 … in order of writing, over all tenants. */
  seq: number;
  erasureId: string;
  /** Salted commitments to the pseudonyms of the erased person: keyed hashes that name nobody (`vault.ledgerName`). */
  subjects: string[];
  recordedAt: Date;
  /** What was decided per category: `{ category, action, ground? }`. */
  decisions: unknown;
}

/** The end of a tenant: everything of it was erased here, and its name is not given again unasked. */
export interface TenantEnd {
  tenantId: string;
  departureId: string;
  recordedAt: Date;
  /** When somebody let a tenant of this name in again; null: nobody has. */
  readmittedAt: Date | null;
}

export interface KeptApart {
  published(tenantId: string): Promise<PublishedCheckpoint | undefined>;
  /**
   * Remembers a checkpoint before it is given to anybody; durable once resolved. Answers the one that stands: it is
   * another if that one is larger or of a later generation.
   */
  publish(checkpoint: PublishedCheckpoint): Promise<PublishedCheckpoint>;
  /** Appends to the ledger of erasures; durable once resolved. An entry that says the same of the same erasure again is not repeated. */
  recordErasure(entry: Omit<LedgerEntry, 'seq'>): Promise<void>;
  /** Remembers that a token was ended, before its row says so; durable once resolved. */
  recordTokenEnd(tenantId: string, tokenId: string): Promise<void>;
  /** Whether it was: also where the database has come back from before that. */
  tokenEnded(tenantId: string, tokenId: string): Promise<boolean>;
  /** Remembers that a tenant ends, before the first row of it goes; durable once resolved, and repeatable. */
  recordTenantEnd(end: Omit<TenantEnd, 'readmittedAt'>): Promise<void>;
  /** Every end there was. */
  tenantEnds(): Promise<TenantEnd[]>;
  /** A tenant of this name may be let in again: an act of its own. */
  readmitTenant(tenantId: string, at: Date): Promise<void>;
  /** The ledger in order, after `seq`. Of several entries of one erasure the last counts. */
  erasures(after: number, limit: number): Promise<LedgerEntry[]>;
}
