import type { Kit } from '../columns.ts';

/** How people stand to the platform: what the conditions of retention rules look at. */
export function defineRelationsTables(kit: Kit) {
  const { table, tenantId, text, instant, bytes, pseudonym, index, uniqueIndex, primaryKey } = kit;
  return {
    /** One relation to one thing, one role, or one attribute with its value. */
    standings: table(
      'standings',
      {
        tenantId: tenantId(),
        standingId: text('standing_id').notNull(),
        subjectId: pseudonym('subject_id', 'relations').notNull(),
        /** `relation`, `role` or `attribute`. */
        kind: text('kind').notNull(),
        /** Which one, as policies/relations.yaml declares it. */
        name: text('name').notNull(),
        /** Of an attribute. */
        value: text('value'),
        /** Of a relation: what it is to, as the platform calls it; sealed under the person's key, and hashed under it. */
        referenceSealed: bytes('reference_sealed'),
        referenceIndex: text('reference_index').notNull(),
        /** The account as the platform calls it, for holders outside; sealed under the person's key. */
        accountSealed: bytes('account_sealed').notNull(),
        /** Null: always. */
        since: instant('since_at'),
        /** Null: open. */
        until: instant('until_at'),
        recordedAt: instant('recorded_at').notNull(),
        updatedAt: instant('updated_at').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.standingId] }),
        uniqueIndex('standings_subject').on(t.tenantId, t.subjectId, t.kind, t.name, t.referenceIndex),
        index('standings_name').on(t.tenantId, t.kind, t.name, t.until),
        index('standings_ended').on(t.tenantId, t.until),
      ],
    ),
  };
}
