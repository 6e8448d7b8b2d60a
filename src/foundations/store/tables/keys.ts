import type { Kit } from '../columns.ts';

/** What the database knows of the keys, which lie apart from it: when some of them were destroyed, never which. */
export function defineKeysTables(kit: Kit) {
  const { table, tenantId, integer, primaryKey } = kit;
  return {
    /** Scopes of a tenant in a few buckets by hash; see ../key-generations.ts. */
    keyGenerations: table(
      'key_generations',
      {
        tenantId: tenantId(),
        bucket: integer('bucket').notNull(),
        /** Grows with every destruction of keys of this bucket. */
        generation: integer('generation').notNull(),
        /** Destructions that have begun and not ended. */
        underWay: integer('under_way').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.bucket] })],
    ),
  };
}
