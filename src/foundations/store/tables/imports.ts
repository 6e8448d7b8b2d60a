import type { Kit } from '../columns.ts';

/** How far imports of files are, and by what a file is known again. */
export function defineImportsTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, flag, json, bytes, index, uniqueIndex, primaryKey } = kit;
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
        /** Of records: how many lines of each kind were taken, known already, or wrong. */
        counts: json<Record<string, { taken: number; known: number; faulty: number }>>('counts'),
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
    /** What was imported once, for good: the same row again is none, also after it has expired here. */
    importedRecords: table(
      'imported_records',
      {
        tenantId: tenantId(),
        kind: text('kind').notNull(),
        /** Keyed hash of what makes a record the same; nothing leads from it to whom it is about. */
        identityIndex: text('identity_index').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.kind, t.identityIndex] })],
    ),
    /** Imports that came over HTTP: one for each content, dry and in earnest. */
    importRuns: table(
      'import_runs',
      {
        tenantId: tenantId(),
        runId: text('run_id').notNull(),
        /** Keyed hash of all that was sent. */
        contentIndex: text('content_index').notNull(),
        dryRun: flag('dry_run').notNull(),
        /** `running`, `imported`, `failed`; `running` that has not moved for minutes was interrupted. */
        state: text('state').notNull(),
        /** Why it failed: a problem type and its words, which hold no value. */
        failure: json<{ type: string; detail: string }>('failure'),
        importId: text('import_id'),
        bytes: integer('bytes').notNull(),
        readBytes: integer('read_bytes').notNull(),
        counts: json<Record<string, { taken: number; known: number; faulty: number }>>('counts').notNull(),
        startedAt: instant('started_at').notNull(),
        movedAt: instant('moved_at').notNull(),
        finishedAt: instant('finished_at'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.runId] }),
        uniqueIndex('import_runs_content').on(t.tenantId, t.contentIndex, t.dryRun),
        index('import_runs_started').on(t.tenantId, t.startedAt),
      ],
    ),
    /** Lines of such an import that were not taken: fetched once, or forgotten after some days. */
    importFaults: table(
      'import_faults',
      {
        tenantId: tenantId(),
        runId: text('run_id').notNull(),
        line: integer('line').notNull(),
        pointer: text('pointer').notNull(),
        detail: text('detail').notNull(),
        /** The line as it was, sealed under a key of the run; null once it was fetched. */
        textSealed: bytes('text_sealed'),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.runId, t.line] })],
    ),
  };
}
