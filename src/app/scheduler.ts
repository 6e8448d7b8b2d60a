import { randomUUID } from 'node:crypto';
import cron from 'node-cron';
import type { Clock } from '../foundations/process/clock.ts';
import type { Log } from '../foundations/process/log.ts';
import { claimJobRun, finishJobRun, latestJobRun } from '../foundations/store/job-runs.ts';
import type { Store } from '../foundations/store/store.ts';
import { onBehalfOf } from '../foundations/store/workload.ts';
import { inUnitOfWork } from '../foundations/vault/unit-of-work.ts';
import type { Job } from './job.ts';
import type { PartCheck } from './readiness.ts';
import type { Services } from './services.ts';

export interface SchedulerOptions {
  log: Log;
  clock: Clock;
  /** Where the scheduler adds what `/readyz` tells of the jobs. */
  ready: Record<string, PartCheck>;
  jobs: readonly Job[];
}

export interface Scheduler {
  /** Runs one fire of a job, if no other instance has taken it. Answers whether it ran here. */
  fire(job: Job, at: Date): Promise<boolean>;
  /** Waits until nothing runs, as after a start. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Lets node-cron fire the jobs; of several instances one runs each fire (a row of `job_runs` decides). Jobs are driven
 * by what is due, not by the clock: what a stop or crash left is taken up at the next start.
 */
export async function startScheduler(services: Services, options: SchedulerOptions): Promise<Scheduler> {
  const { log, clock, ready, jobs } = options;
  const { store } = services;
  /** Instances of different regions each run a fire for their own portals. */
  const nameOf = ({ name }: Job) =>
    services.location.region === undefined ? name : `${name}@${services.location.region}`;
  const holder = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const working = new Set<Promise<unknown>>();
  let stopped = false;

  async function runClaimed(job: Job, runKey: string): Promise<void> {
    let failure: string | null = null;
    let elsewhere = 0;
    for (const tenantId of await services.access.tenantIds()) {
      // Not finished: the next start takes up the tenants that did not get their turn.
      if (stopped) return;
      try {
        const context = await services.access.contextFor(tenantId, {
          id: `system:${job.name}`,
          role: 'operator',
          everyTenant: true,
        });
        if (!services.location.serves(context.tenant)) {
          elsewhere += 1;
          continue;
        }
        if (job.byTheClock && (await services.retention.clockWatch.look(context)).doubt !== null) {
          log.warn(
            { job: job.name, tenant: tenantId },
            'the clock is in doubt; the job waits until an officer confirms it',
          );
          continue;
        }
        const counts = await inUnitOfWork(() => job.run({ services, context, log }));
        log.debug({ job: job.name, tenant: tenantId, ...counts }, 'job done');
      } catch (error) {
        failure = error instanceof Error ? error.name : 'unknown';
        log.error({ job: job.name, tenant: tenantId, err: error }, 'job failed; it is tried again at its next time');
      }
    }
    if (elsewhere > 0) log.debug({ job: job.name, elsewhere }, 'portals of other regions were left to their instances');
    await finishJobRun(store, runKey, clock(), failure);
  }

  const fireKey = (job: Job, runKey: string): Promise<boolean> =>
    onBehalfOf({ lane: 'batch', name: job.name }, async () => {
      if (stopped || (job.mayRun && !(await job.mayRun(services)))) return false;
      if (!(await claimJobRun(store, { job: nameOf(job), runKey, holder, at: clock() }))) return false;
      await runClaimed(job, runKey);
      return true;
    });

  function track<T>(work: Promise<T>): Promise<T> {
    const settled = work
      .catch((error: unknown) => log.error({ err: error }, 'the scheduler failed'))
      .finally(() => working.delete(settled));
    working.add(settled);
    return work;
  }

  const fire = (job: Job, at: Date) => track(fireKey(job, `${nameOf(job)}:${at.toISOString()}`));

  const tasks = jobs.map((job) =>
    cron.schedule(job.schedule, (context) => fire(job, context.date), {
      name: job.name,
      timezone: 'UTC',
      noOverlap: true,
    }),
  );

  ready['jobs'] = () => jobStates(store, services, jobs, nameOf, clock());

  // What was missed while nothing ran, and what a crash left half done, is taken up now, without holding up the start.
  void track(
    (async () => {
      for (const job of jobs) {
        const last = await latestJobRun(store, nameOf(job));
        const late = !last || clock().getTime() - last.startedAt.getTime() > job.everyHours * 3_600_000;
        const interrupted = last?.status === 'running';
        if (job.atStart || late || interrupted)
          await fireKey(job, `${nameOf(job)}:start:${clock().toISOString()}:${holder}`);
      }
    })(),
  ).catch(() => undefined);

  return {
    fire,
    idle: async () => {
      await Promise.allSettled(working);
    },
    stop: async () => {
      stopped = true;
      for (const task of tasks) await task.destroy();
      await services.retention.sweeps.stop();
      await Promise.allSettled(working);
    },
  };
}

/** A failed or late job does not take the instance out of rotation: it answers requests as before. It is told, though. */
async function jobStates(
  store: Store,
  services: Services,
  jobs: readonly Job[],
  nameOf: (job: Job) => string,
  now: Date,
) {
  const states: Record<string, unknown> = {};
  const degraded: string[] = [];
  for (const job of jobs) {
    const last = await latestJobRun(store, nameOf(job));
    const late = last !== undefined && now.getTime() - last.startedAt.getTime() > 1.5 * job.everyHours * 3_600_000;
    if (late || last?.status === 'failed') degraded.push(job.name);
    states[job.name] = { last: last?.startedAt.toISOString() ?? null, status: last?.status ?? 'never run', late };
  }
  const alarms = await services.standingAlarms();
  if (alarms.length > 0) degraded.push('retention-sweep');
  return { ok: true, degraded: [...new Set(degraded)], alarms, ...states };
}
