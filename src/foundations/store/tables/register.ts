import type { Kit } from '../columns.ts';

/** The register of processing: the policies, and what people record about it. */
export function defineRegisterTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, index, primaryKey } = kit;
  return {
    /** Every set of policies this installation ever worked under, whole: what an old hash means. */
    policySets: table(
      'policy_sets',
      {
        tenantId: tenantId(),
        hash: text('hash').notNull(),
        content: json<unknown>('content').notNull(),
        firstLoadedAt: instant('first_loaded_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.hash] })],
    ),
    /**
     * What people did to the register (signed, corrected, announced, objected …). Only ever added to; the latest thing
     * recorded about an instant stands.
     */
    registerFacts: table(
      'register_facts',
      {
        tenantId: tenantId(),
        kind: text('kind').notNull(),
        entityId: text('entity_id').notNull(),
        /** 1, 2, 3 … per entity: of two who change the same at once, one comes too late. */
        version: integer('version').notNull(),
        /** Null: there is no such thing in that time. */
        value: json<unknown>('value'),
        validFrom: instant('valid_from').notNull(),
        /** Exclusive; null: until something later is recorded. */
        validUntil: instant('valid_until'),
        recordedAt: instant('recorded_at').notNull(),
        recordedBy: text('recorded_by').notNull(),
        /** Why the past was corrected; null where nothing past was touched. */
        reason: text('reason'),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.kind, t.entityId, t.version] }),
        index('register_facts_recorded').on(t.tenantId, t.recordedAt),
      ],
    ),
    /** What an institution's officers propose to decide for their portal, and what became of it. */
    policyProposals: table(
      'policy_proposals',
      {
        tenantId: tenantId(),
        proposalId: text('proposal_id').notNull(),
        status: text('status').notNull(),
        /** The first day it is to be in force, in the portal's time zone. */
        inForceFrom: text('in_force_from').notNull(),
        reason: text('reason').notNull(),
        /** Hash of the effective set it was written over. */
        base: text('base').notNull(),
        overlay: text('overlay').notNull(),
        policyHash: text('policy_hash').notNull(),
        /** The very files, as text by path. */
        files: json<unknown>('files').notNull(),
        difference: json<unknown>('difference').notNull(),
        numbers: json<unknown>('numbers').notNull(),
        digest: text('digest').notNull(),
        proposedAt: instant('proposed_at').notNull(),
        proposedBy: text('proposed_by').notNull(),
        decidedAt: instant('decided_at'),
        decidedBy: text('decided_by'),
        because: text('because'),
        /** Version of the register fact that says it is in force; null before it is accepted. */
        factVersion: integer('fact_version'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.proposalId] }),
        index('policy_proposals_status').on(t.tenantId, t.status),
      ],
    ),
  };
}
