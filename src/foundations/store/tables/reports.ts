import type { Kit } from '../columns.ts';

/** Packages for the person (Art. 15, 20). */
export function defineReportsTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, bytes, pseudonym, index, primaryKey } = kit;
  return {
    packages: table(
      'packages',
      {
        tenantId: tenantId(),
        packageId: text('package_id').notNull(),
        requestId: text('request_id'),
        /** `access` or `portability`. */
        kind: text('kind').notNull(),
        status: text('status').notNull(),
        subjectId: pseudonym('subject_id', 'packages'),
        /** The instant whose data it holds. */
        snapshotAt: instant('snapshot_at').notNull(),
        /** What goes in, and how: language, redactions; no values. */
        order: json<Record<string, unknown>>('package_order').notNull(),
        /** Files with sizes, counts and SHA-256; null until it is made. */
        manifest: json<unknown>('manifest'),
        bytes: integer('bytes'),
        sha256: text('sha256'),
        preparedBy: text('prepared_by').notNull(),
        approvedBy: text('approved_by'),
        approvedAt: instant('approved_at'),
        /** `link` or `passphrase`. */
        release: text('release'),
        /** SHA-256 of the one-time link's secret. */
        linkHash: text('link_hash'),
        linkExpiresAt: instant('link_expires_at'),
        releasedAt: instant('released_at'),
        deliveredAt: instant('delivered_at'),
        destroyAfter: instant('destroy_after'),
        destroyedAt: instant('destroyed_at'),
        failure: text('failure'),
        createdAt: instant('created_at').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.packageId] }),
        index('packages_request').on(t.tenantId, t.requestId),
        index('packages_status').on(t.tenantId, t.status, t.destroyAfter),
        index('packages_subject').on(t.tenantId, t.subjectId),
      ],
    ),
    /** The bytes of a package, piece by piece, sealed under a key of the package. */
    packageChunks: table(
      'package_chunks',
      {
        tenantId: tenantId(),
        packageId: text('package_id').notNull(),
        position: integer('position').notNull(),
        contentSealed: bytes('content_sealed').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.packageId, t.position] })],
    ),
  };
}
