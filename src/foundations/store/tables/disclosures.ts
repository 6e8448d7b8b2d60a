import type { Kit } from '../columns.ts';

/** Looking at personal data. */
export function defineDisclosuresTables(kit: Kit) {
  const { table, tenantId, text, instant, json, index, primaryKey } = kit;
  return {
    /** What only two persons together may see: asked for by one, approved by another, seen once. */
    disclosures: table(
      'disclosures',
      {
        tenantId: tenantId(),
        disclosureId: text('disclosure_id').notNull(),
        /** `address` or `export`. */
        kind: text('kind').notNull(),
        purpose: text('purpose').notNull(),
        reference: text('reference'),
        /** What is to be seen: ids of rows, filters; never values. */
        target: json<Record<string, unknown>>('target').notNull(),
        /** The party of the register an export goes to; null: it stays in the house. */
        recipient: text('recipient'),
        status: text('status').notNull(),
        requestedBy: text('requested_by').notNull(),
        requestedAt: instant('requested_at').notNull(),
        decidedBy: text('decided_by'),
        decidedAt: instant('decided_at'),
        expiresAt: instant('expires_at').notNull(),
        usedAt: instant('used_at'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.disclosureId] }),
        index('disclosures_requested').on(t.tenantId, t.requestedAt),
      ],
    ),
  };
}
