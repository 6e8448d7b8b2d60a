import type { Kit } from '../columns.ts';

/** Proof of what was destroyed. */
export function defineCertificatesTables(kit: Kit) {
  const { table, tenantId, text, instant, json, primaryKey } = kit;
  return {
    certificates: table(
      'certificates',
      {
        tenantId: tenantId(),
        certificateId: text('certificate_id').notNull(),
        kind: text('kind').notNull(),
        issuedAt: instant('issued_at').notNull(),
        body: json<unknown>('body').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.certificateId] })],
    ),
  };
}
