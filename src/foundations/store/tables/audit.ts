import type { Kit } from '../columns.ts';

/** Evidence of what was done, and the log over it: a Merkle tree, its signed heads and their witnesses. */
export function defineAuditTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, bytes, index, uniqueIndex, primaryKey } = kit;
  return {
    auditEntries: table(
      'audit_entries',
      {
        tenantId: tenantId(),
        /** UUIDv7. */
        entryId: text('entry_id').notNull(),
        recordedAt: instant('recorded_at').notNull(),
        actor: text('actor').notNull(),
        role: text('role').notNull(),
        action: text('action').notNull(),
        /** Keyed commitment to the subject, another one in each entry; nobody can open it once the key is shredded. */
        subject: text('subject'),
        /** Finds the entries of one domain about one subject; in no leaf. Null where there is none, or it is forgotten. */
        subjectIndex: text('subject_index'),
        policyHash: text('policy_hash').notNull(),
        requestId: text('request_id').notNull(),
        detail: json<Record<string, unknown>>('detail').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.entryId] }),
        index('audit_entries_subject').on(t.tenantId, t.subjectIndex),
        index('audit_entries_action').on(t.tenantId, t.action, t.entryId),
      ],
    ),
    /** Entries that are committed and have no place in the log yet. */
    auditPending: table('audit_pending', { tenantId: tenantId(), entryId: text('entry_id').notNull() }, (t) => [
      primaryKey({ columns: [t.tenantId, t.entryId] }),
    ]),
    /** Which entry stands at which place of the log, and what hides it there. */
    logLeaves: table(
      'log_leaves',
      {
        tenantId: tenantId(),
        leafIndex: integer('leaf_index').notNull(),
        entryId: text('entry_id').notNull(),
        /** Version of the leaf's encoding (see audit/log/leaf.ts). */
        version: integer('version').notNull(),
        /** 32 random bytes: without them the leaf tells nothing, not even to who guesses the entry. */
        salt: bytes('salt').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.leafIndex] }),
        uniqueIndex('log_leaves_entry').on(t.tenantId, t.entryId),
      ],
    ),
    /** Hashes of the tree, 256 to a tile (C2SP tlog-tiles); a tile only ever grows. */
    logTiles: table(
      'log_tiles',
      {
        tenantId: tenantId(),
        level: integer('level').notNull(),
        tileIndex: integer('tile_index').notNull(),
        hashes: bytes('hashes').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.level, t.tileIndex] })],
    ),
    /** Where each log stands, and its newest signed checkpoint. */
    logHeads: table(
      'log_heads',
      {
        tenantId: tenantId(),
        /** 1, and one more whenever the log had to go on under a new name (see audit/log). */
        generation: integer('generation').notNull(),
        origin: text('origin').notNull(),
        /** Version of the encoding of the leaves that are added. */
        leafVersion: integer('leaf_version').notNull(),
        size: integer('size').notNull(),
        /** The newest signed note, as served; null before the first. */
        checkpoint: text('checkpoint'),
        checkpointSize: integer('checkpoint_size').notNull(),
        signedAt: instant('signed_at'),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId] })],
    ),
    /** Checkpoints that witnesses have cosigned, with all signatures. */
    logWitnessed: table(
      'log_witnessed',
      {
        tenantId: tenantId(),
        generation: integer('generation').notNull(),
        size: integer('size').notNull(),
        checkpoint: text('checkpoint').notNull(),
        witnessedAt: instant('witnessed_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.generation, t.size] })],
    ),
    /** A row here, inside a transaction, opens the evidence triggers for that transaction (see store/evidence.ts). */
    evidenceUnlocks: table(
      'evidence_unlocks',
      { tenantId: tenantId(), unlockId: text('unlock_id').notNull(), reason: text('reason').notNull() },
      (t) => [primaryKey({ columns: [t.tenantId, t.unlockId] })],
    ),
  };
}
