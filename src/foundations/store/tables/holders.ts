import type { Kit } from '../columns.ts';

/** What is remembered of holders outside. */
export function defineHolderTables(kit: Kit) {
  const { table, tenantId, text, instant, index, primaryKey } = kit;
  return {
    /** Rows of tables without a time of their own: when each was seen first. */
    firstSights: table(
      'first_sights',
      {
        tenantId: tenantId(),
        holder: text('holder').notNull(),
        /** The table, as the declaration of the holder names it. */
        entry: text('entry').notNull(),
        /** Keyed hash of the row's key. */
        rowMark: text('row_mark').notNull(),
        firstSeen: instant('first_seen').notNull(),
        lastSeen: instant('last_seen').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.holder, t.entry, t.rowMark] }),
        index('first_sights_last').on(t.tenantId, t.holder, t.entry, t.lastSeen),
      ],
    ),
  };
}
