import { and, desc, eq, gte, lt, lte } from 'drizzle-orm';
import type { Store } from './store.ts';

/** Jobs belong to the installation, not to a tenant. */
const EVERYBODY = '*';

export interface JobRun {
  job: string;
  /** The scheduler that runs it, or ran it. */
  owner: string;
  status: 'running' | 'done' | 'failed';
  startedAt: Date;
  finishedAt: Date | null;
  failure: string | null;
}

/** Milliseconds within which beginnings are told apart, and by which another instance's clock may be ahead. */
const CLOSE = 1000;

/**
 * Claims one fire of a job: of all instances exactly one gets true. The row is also the history of runs; of two runs
 * that begin at once the later one begins a millisecond later, so that there is always one latest.
 */
export async function claimJobRun(
  store: Store,
  run: { job: string; runKey: string; owner: string; at: Date },
): Promise<boolean> {
  return store.write(async (tx) => {
    const { jobRuns: t } = tx.tables;
    const [before] = await tx
      .select({ startedAt: t.startedAt })
      .from(t)
      .where(
        and(
          eq(t.tenantId, EVERYBODY),
          eq(t.job, run.job),
          gte(t.startedAt, run.at),
          lt(t.startedAt, new Date(run.at.getTime() + CLOSE)),
        ),
      )
      .orderBy(desc(t.startedAt))
      .limit(1);
    const mine = await tx
      .insert(t)
      .values({
        tenantId: EVERYBODY,
        runKey: run.runKey,
        job: run.job,
        owner: run.owner,
        status: 'running',
        startedAt: before ? new Date(before.startedAt.getTime() + 1) : run.at,
        finishedAt: null,
        failure: null,
      })
      .onConflictDoNothing()
      .returning({ runKey: t.runKey });
    return mine.length > 0;
  });
}

export async function finishJobRun(store: Store, runKey: string, at: Date, failure: string | null): Promise<void> {
  await store.write(async (tx) => {
    const { jobRuns: t } = tx.tables;
    await tx
      .update(t)
      .set({ status: failure === null ? 'done' : 'failed', finishedAt: at, failure })
      .where(and(eq(t.tenantId, EVERYBODY), eq(t.runKey, runKey)));
  });
}

/** The run that began last, of those before `now`: one that a wrong clock has put into the future tells nothing. */
export async function latestJobRun(store: Store, job: string, now: Date): Promise<JobRun | undefined> {
  const [row] = await store.read((q) => {
    const { jobRuns: t } = q.tables;
    return q
      .select()
      .from(t)
      .where(and(eq(t.tenantId, EVERYBODY), eq(t.job, job), lte(t.startedAt, new Date(now.getTime() + CLOSE))))
      .orderBy(desc(t.startedAt), desc(t.runKey))
      .limit(1);
  });
  return row && { ...row, status: row.status as JobRun['status'] };
}

/** Days for which the history of runs is kept. */
const HISTORY_DAYS = 30;

export async function forgetJobRuns(store: Store, now: Date): Promise<number> {
  const before = new Date(now.getTime() - HISTORY_DAYS * 86_400_000);
  return store.write(async (tx) => {
    const { jobRuns: t } = tx.tables;
    const gone = await tx
      .delete(t)
      .where(and(eq(t.tenantId, EVERYBODY), lt(t.startedAt, before)))
      .returning({ runKey: t.runKey });
    return gone.length;
  });
}
