import type { Kit } from '../columns.ts';

/** Which instance does what, and when it was done. */
export function defineJobsTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, index, primaryKey } = kit;
  return {
    leases: table(
      'leases',
      {
        tenantId: tenantId(),
        name: text('name').notNull(),
        owner: text('holder').notNull(),
        /** Fencing token: grows with every new owner. */
        fence: integer('fence').notNull(),
        expiresAt: instant('expires_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.name] })],
    ),
    /** How far what a release rewrites has come (app/data-steps.ts). */
    dataSteps: table(
      'data_steps',
      {
        tenantId: tenantId(),
        name: text('name').notNull(),
        /** Where the next batch begins; null before the first. */
        cursor: text('cursor'),
        rows: integer('row_count').notNull(),
        startedAt: instant('started_at').notNull(),
        finishedAt: instant('finished_at'),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.name] })],
    ),
    jobRuns: table(
      'job_runs',
      {
        tenantId: tenantId(),
        /** `<job>:<fire time>`: one instance inserts it, the others find it there. */
        runKey: text('run_key').notNull(),
        job: text('job').notNull(),
        owner: text('holder').notNull(),
        status: text('status').notNull(),
        startedAt: instant('started_at').notNull(),
        finishedAt: instant('finished_at'),
        failure: text('failure'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.runKey] }),
        index('job_runs_job').on(t.tenantId, t.job, t.startedAt),
      ],
    ),
  };
}
