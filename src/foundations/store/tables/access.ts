import type { Kit } from '../columns.ts';

/** Who may use the service: institutions and the credentials of their systems. */
export function defineAccessTables(kit: Kit) {
  const { table, tenantId, text, instant, json, flag, uniqueIndex, primaryKey } = kit;
  return {
    tenants: table(
      'tenants',
      {
        tenantId: tenantId(),
        name: text('name').notNull(),
        timeZone: text('time_zone').notNull(),
        jurisdiction: text('jurisdiction').notNull(),
        language: text('language').notNull(),
        /** Where the tenant's data may be: a region of the policies; null, in old rows: the home region. */
        region: text('region'),
        origins: json<string[]>('origins').notNull(),
        gpcSince: instant('gpc_since').notNull(),
        createdAt: instant('created_at').notNull(),
        /** Since when its contract ends: it takes no new data any more; null: it does not. */
        leavingSince: instant('leaving_since'),
      },
      (t) => [primaryKey({ columns: [t.tenantId] })],
    ),
    apiTokens: table(
      'api_tokens',
      {
        tenantId: tenantId(),
        tokenId: text('token_id').notNull(),
        /** True: acts in every tenant (chosen by the `Lethe-Tenant` header); `tenantId` is then its home. */
        everyTenant: flag('every_tenant').notNull(),
        role: text('role').notNull(),
        label: text('label').notNull(),
        secretHash: text('secret_hash').notNull(),
        /** Keyed hash over what the token may do: a row that was written past the service does not work. */
        seal: text('seal').notNull(),
        hint: text('hint').notNull(),
        createdAt: instant('created_at').notNull(),
        createdBy: text('created_by').notNull(),
        expiresAt: instant('expires_at'),
        revokedAt: instant('revoked_at'),
        lastUsedAt: instant('last_used_at'),
        /** When somebody was written to that it ends. */
        endToldAt: instant('end_told_at'),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.tokenId] }), uniqueIndex('api_tokens_secret').on(t.secretHash)],
    ),
  };
}
