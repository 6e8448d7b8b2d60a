import type { Kit } from '../columns.ts';

/** The register of breaches (Art. 33(5)). */
export function defineBreachesTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, bytes, index, primaryKey } = kit;
  return {
    /** The register of breaches (Art. 33(5)): what was found, decided and told, in order. */
    breachEvents: table(
      'breach_events',
      {
        tenantId: tenantId(),
        breachId: text('breach_id').notNull(),
        seq: integer('seq').notNull(),
        kind: text('kind').notNull(),
        occurredAt: instant('occurred_at').notNull(),
        recordedAt: instant('recorded_at').notNull(),
        recordedBy: text('recorded_by').notNull(),
        /** Codes and numbers. */
        facts: json<Record<string, unknown>>('facts').notNull(),
        /** What was written in words, sealed under a key of the tenant. */
        textSealed: bytes('text_sealed'),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.breachId, t.seq] }),
        index('breach_events_recorded').on(t.tenantId, t.recordedAt),
      ],
    ),
  };
}
