import type { Kit } from '../columns.ts';

/** Whom not to take in again. */
export function defineSuppressionTables(kit: Kit) {
  const { table, tenantId, text, instant, index, primaryKey } = kit;
  return {
    /** Whom not to take in again unasked: keyed hashes of what an erased person was known by. */
    suppressions: table(
      'suppressions',
      {
        tenantId: tenantId(),
        token: text('token').notNull(),
        /** What was hashed: `account`, `email` or `visitor`. */
        kind: text('kind').notNull(),
        /** The erasure that made it: all tokens of one person go together. */
        erasureId: text('erasure_id').notNull(),
        createdAt: instant('created_at').notNull(),
        expiresAt: instant('expires_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.token] }),
        index('suppressions_erasure').on(t.tenantId, t.erasureId),
        index('suppressions_expiry').on(t.tenantId, t.expiresAt),
      ],
    ),
  };
}
