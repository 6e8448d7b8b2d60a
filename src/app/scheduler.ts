import { randomUUID } from 'node:crypto';
import cron, { type Logger as CronLog } from 'node-cron';
import type { Clock } from '../foundations/process/clock.ts';
import type { Log } from '../foundations/process/log.ts';
import { claimJobRun, finishJobRun } from '../foundations/store/job-runs.ts';
import { onBehalfOf } from '../foundations/store/workload.ts';
import { inUnitOfWork } from '../foundations/vault/unit-of-work.ts';
import type { Job } from './job.ts';
import { lastDue } from './job-times.ts';
import { createJobWatch, type Turn } from './job-watch.ts';
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
  /** Compares the last run of each job with its schedule, and begins what was missed; answers the names of those jobs. */
  watch(): Promise<string[]>;
  /** Waits until nothing runs, as after a start. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds between two looks at what was missed: by a timer that reads no calendar, so that nothing stops both. */
const WATCH_EVERY = 10_000;
/** Milliseconds by which node-cron may fire late: what comes later is made up. */
const TOLERANCE = 60_000;
const EVERY_MINUTE = '* * * * *';

/**
 * Lets node-cron fire the jobs; of several instances one runs each fire (a row of `job_runs` decides). Jobs are driven
 * by what is due, not by the clock: what a stop or crash left is taken up at the next start, what was missed while the
 * process stood still is made up by the watch.
 */
export async function startScheduler(services: Services, options: SchedulerOptions): Promise<Scheduler> {
  const { log, clock, ready, jobs } = options;
  const { store, access, location } = services;
  const owner = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const working = new Set<Promise<unknown>>();
  const busy = new Set<string>();
  const jobWatch = createJobWatch(store, ({ id }) => busy.has(id), owner);
  let stopped = false;

  /** In each time zone of a portal there is a time of the day; everything else is due everywhere at once. */
  async function turnsOf(job: Job): Promise<Turn[]> {
    const name = location.region === undefined ? job.name : `${job.name}@${location.region}`;
    if (typeof job.schedule === 'string') return [{ job, id: name, timeZone: undefined }];
    return (await access.timeZones()).map((timeZone) => ({ job, id: `${name} ${timeZone}`, timeZone }));
  }

  async function runClaimed({ job, timeZone }: Turn, runKey: string): Promise<void> {
    let failure: string | null = null;
    let elsewhere = 0;
    for (const tenantId of await access.tenantIds()) {
      // Not finished: the next start takes up the tenants that did not get their turn.
      if (stopped) return;
      try {
        const context = await access.contextFor(tenantId, {
          id: `system:${job.name}`,
          role: 'operator',
          everyTenant: true,
        });
        if (timeZone !== undefined && context.tenant.timeZone !== timeZone) continue;
        // What was returned of a tenant that leaves is what there is: nothing works on it any more but its end.
        if (context.tenant.leaving && job.name !== 'departures' && (await services.leaving.standsStill(tenantId)))
          continue;
        if (!location.serves(context.tenant)) {
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

  const fireTurn = (turn: Turn, key: string): Promise<boolean> =>
    onBehalfOf({ lane: 'batch', name: turn.job.name }, () => claimAndRun(turn, key));

  /** An instance that must not run a job leaves it to another. */
  const isLeft = async ({ job }: Turn): Promise<boolean> => job.mayRun !== undefined && !(await job.mayRun(services));

  async function claimAndRun(turn: Turn, key: string): Promise<boolean> {
    const { id } = turn;
    const runKey = `${id}:${key}`;
    if (stopped || busy.has(id)) return false;
    busy.add(id);
    try {
      if (await isLeft(turn)) return false;
      const at = clock();
      if (!(await claimJobRun(store, { job: id, runKey, owner, at }))) return false;
      jobWatch.noteRun(turn, at);
      await runClaimed(turn, runKey);
      return true;
    } catch (error) {
      jobWatch.noteBroken(turn);
      throw error;
    } finally {
      busy.delete(id);
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    const settled = work
      .catch((error: unknown) => log.error({ err: error }, 'the scheduler failed'))
      .finally(() => working.delete(settled));
    working.add(settled);
    return work;
  }

  async function fireTurns(job: Job, keyOf: (turn: Turn) => string): Promise<boolean> {
    const ran: boolean[] = [];
    for (const turn of await turnsOf(job)) ran.push(await fireTurn(turn, keyOf(turn)));
    return ran.includes(true);
  }

  const fire = (job: Job, at: Date) => track(fireTurns(job, () => at.toISOString()));

  /** Every minute, of a job with a time of the day: whether this is it, somewhere. */
  async function fireDaily(job: Job, minute: Date): Promise<void> {
    for (const turn of await turnsOf(job)) {
      const due = lastDue(job.schedule, minute, turn.timeZone);
      if (due.getTime() === minute.getTime()) await fireTurn(turn, due.toISOString());
    }
  }

  async function makeUp(turn: Turn, due: Date): Promise<void> {
    // The time's own key, as node-cron would have it: of several instances one makes it up.
    const key = due.toISOString();
    const again = `${clock().toISOString()}:again:${owner}`;
    log.warn({ job: turn.job.name, due: key }, 'a job did not run at its time; it is made up now');
    jobWatch.noteMadeUp(turn, due, clock());
    if (!(await fireTurn(turn, key)) && (await jobWatch.missed(turn, clock()))) await fireTurn(turn, again);
  }

  async function watch(): Promise<string[]> {
    const late: string[] = [];
    for (const job of jobs)
      for (const turn of await turnsOf(job)) {
        const due = await jobWatch.missed(turn, clock());
        if (!due || stopped || (await isLeft(turn))) continue;
        late.push(job.name);
        track(makeUp(turn, due)).catch(() => undefined);
      }
    return late;
  }

  const tasks = jobs.map((job) => {
    const { schedule } = job;
    const isCron = typeof schedule === 'string';
    // Not waited for: what still runs is known here (`busy`), and to the watch.
    const run = ({ date }: { date: Date }) =>
      void (isCron ? fire(job, date) : track(fireDaily(job, date))).catch(() => undefined);
    return cron.schedule(isCron ? schedule : EVERY_MINUTE, run, {
      name: job.name,
      timezone: 'UTC',
      missedExecutionTolerance: TOLERANCE,
      suppressMissedWarning: true,
      logger: cronLog(log, job),
    });
  });

  ready['jobs'] = async () => {
    const now = clock();
    const states: Record<string, unknown> = {};
    const degraded = new Set<string>();
    for (const job of jobs) {
      const state = await jobWatch.stateOf(await turnsOf(job), now);
      // It does not take the instance out of rotation: it answers requests as before. It is told, though.
      if (state.late || state.status === 'failed') degraded.add(job.name);
      states[job.name] = state;
    }
    const alarms = await services.standingAlarms();
    if (alarms.length > 0) degraded.add('retention-sweep');
    return { ok: true, degraded: [...degraded], alarms, ...states };
  };

  // What was missed while nothing ran, and what a crash left half done, is taken up now, without holding up the start.
  void track(
    (async () => {
      for (const job of jobs)
        for (const turn of await turnsOf(job)) {
          const owed = await jobWatch.owed(turn, clock());
          if (owed === undefined && !job.atStart) continue;
          // What was missed has its own key: of several instances that start at once, one makes it up.
          const isMissed = owed instanceof Date && !job.atStart;
          await fireTurn(turn, isMissed ? owed.toISOString() : `${clock().toISOString()}:start:${owner}`);
        }
    })(),
  ).catch(() => undefined);

  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    await track(watch()).catch(() => undefined);
    isLooking = false;
  };
  const timer = setInterval(() => void look(), WATCH_EVERY);
  timer.unref();

  return {
    fire,
    watch: () => track(watch()),
    idle: async () => {
      while (working.size > 0) await Promise.allSettled(working);
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      for (const task of tasks) await task.destroy();
      await services.retention.sweeps.stop();
      await services.visitErasures.stop();
      await Promise.allSettled(working);
    },
  };
}

/** What node-cron says goes into the log, as a class and a place where it is an error. What it missed is the watch's. */
function cronLog(log: Log, { name: job }: Job): CronLog {
  const say = (level: 'error' | 'debug') => (told: string | Error, error?: Error) => {
    const isError = told instanceof Error;
    log[level]({ job, err: isError ? told : error }, isError ? 'node-cron' : told);
  };
  return {
    info: (told) => log.info({ job }, told),
    warn: (told) => log.warn({ job }, told),
    error: say('error'),
    debug: say('debug'),
  };
}
