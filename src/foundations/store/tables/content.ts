import type { Kit } from '../columns.ts';
import { obtainedColumns } from './obtained.ts';

/** Who made which item. */
export function defineContentTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, bytes, pseudonym, index, uniqueIndex, primaryKey } = kit;
  return {
    associations: table(
      'associations',
      {
        tenantId: tenantId(),
        associationId: text('association_id').notNull(),
        /** Null once reduced to the minimum that may stay after erasure (REQ-A31). */
        subjectId: pseudonym('subject_id', 'associations'),
        doi: text('doi').notNull(),
        role: text('role').notNull(),
        itemVersion: text('item_version').notNull(),
        visibility: text('visibility').notNull(),
        titleSealed: bytes('title_sealed'),
        nameSealed: bytes('name_sealed').notNull(),
        orcidSealed: bytes('orcid_sealed'),
        /** Of a title that tells of a special category: the id under which two persons see it. */
        titleSpecialId: text('title_special_id'),
        publishedOn: text('published_on'),
        ground: text('ground'),
        reviewAt: instant('review_at'),
        version: integer('version').notNull(),
        createdAt: instant('created_at').notNull(),
        updatedAt: instant('updated_at').notNull(),
        minimisedAt: instant('minimised_at'),
        policyHash: text('policy_hash').notNull(),
        ...obtainedColumns(kit),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.associationId] }),
        uniqueIndex('associations_subject').on(t.tenantId, t.subjectId, t.doi),
        index('associations_item').on(t.tenantId, t.doi),
        index('associations_updated').on(t.tenantId, t.visibility, t.updatedAt),
        index('associations_special').on(t.tenantId, t.titleSpecialId),
        index('associations_inform').on(t.tenantId, t.informState, t.informBy, t.associationId),
      ],
    ),
  };
}
