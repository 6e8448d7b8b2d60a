import type { Kit } from '../columns.ts';

/** How far imports of files are, and by what a file is known again. */
export function defineImportsTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, uniqueIndex, primaryKey } = kit;
  return {
    imports: table(
      'imports',
      {
        tenantId: tenantId(),
        importId: text('import_id').notNull(),
        kind: text('kind').notNull(),
        /** Keyed hash of the first line of the source and of which it is of those that begin so; never its name. */
        sourceIndex: text('source_index').notNull(),
        /** Bytes of the unpacked source that were read. */
        position: integer('position').notNull(),
        accepted: integer('accepted').notNull(),
        rejected: integer('rejected').notNull(),
        /** Bytes of the reject file that belong to lines read up to `position`. */
        rejectedBytes: integer('rejected_bytes').notNull(),
        startedAt: instant('started_at').notNull(),
        /** When the source was last read to its end; null while there is more. */
        finishedAt: instant('finished_at'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.importId] }),
        uniqueIndex('imports_source').on(t.tenantId, t.kind, t.sourceIndex),
      ],
    ),
    importMarks: table(
      'import_marks',
      {
        tenantId: tenantId(),
        importId: text('import_id').notNull(),
        position: integer('position').notNull(),
        /** Keyed hash of everything before the position. */
        prefixIndex: text('prefix_index').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.importId, t.position] })],
    ),
  };
}
