import { type JobRun, latestJobRun } from '../foundations/store/job-runs.ts';
import type { Store } from '../foundations/store/store.ts';
import type { Job } from './job.ts';
import { lastDue } from './job-times.ts';

/** A job as it is due: once for all portals or, where it has a time of the day, once for those of each time zone. */
export interface Turn {
  job: Job;
  /** By which its runs are known: instances of different regions each run it for their own portals. */
  id: string;
  timeZone: string | undefined;
}

/** A time of a job that had passed without a run, and when it was made up. */
interface MadeUp {
  due: string;
  at: string;
}

/** Milliseconds after its time within which a job begins by itself. */
const GRACE = 90_000;
/** Milliseconds after which a run that goes on has missed its next time, too. */
const PATIENCE = 3_600_000;
/** Milliseconds for which `/readyz` tells that something was made up. */
const TOLD = 86_400_000;

interface JobState {
  last: string | null;
  status: JobRun['status'] | 'never run';
  late: boolean;
  madeUp?: MadeUp;
}

/** Holds the last run of each job against its schedule: node-cron fires, and forgets what it could not fire. */
export function createJobWatch(store: Store, isBusy: (turn: Turn) => boolean, owner: string) {
  /** When the last run known here began, by turn: nothing is asked while that is recent enough. */
  const begun = new Map<string, number>();
  /** A portal's time zone that is new here waits for its first time. */
  const firstSeen = new Map<string, number>();
  const madeUp = new Map<string, MadeUp>();

  const dueBy = ({ job, timeZone }: Turn, now: Date, grace: number) =>
    lastDue(job.schedule, new Date(now.getTime() - grace), timeZone).getTime();

  async function latest(turn: Turn, now: Date): Promise<JobRun | undefined> {
    const run = await latestJobRun(store, turn.id, now);
    if (run) begun.set(turn.id, run.startedAt.getTime());
    return run;
  }

  return {
    /** A run has begun here. */
    noteRun: (turn: Turn, at: Date) => void begun.set(turn.id, at.getTime()),

    /** A run has broken off, maybe before it could be written down: the database is asked again. */
    noteBroken: (turn: Turn) => void begun.delete(turn.id),

    noteMadeUp: (turn: Turn, due: Date, at: Date) =>
      void madeUp.set(turn.id, { due: due.toISOString(), at: at.toISOString() }),

    /** The last time of a turn, where it has passed without a run, also of another instance; not while it runs here. */
    async missed(turn: Turn, now: Date): Promise<Date | undefined> {
      const since = firstSeen.get(turn.id) ?? now.getTime();
      firstSeen.set(turn.id, since);
      if (isBusy(turn)) return undefined;
      const due = dueBy(turn, now, GRACE);
      const known = begun.get(turn.id);
      if (known !== undefined && known >= due && known <= now.getTime() + GRACE) return undefined;
      const last = await latest(turn, now);
      // What this process began and does not run any more broke off: not even its end could be written.
      const brokeOff = last?.status === 'running' && last.owner === owner && !isBusy(turn);
      if (brokeOff) begun.delete(turn.id);
      else if ((last?.startedAt.getTime() ?? since) >= due) return undefined;
      return lastDue(turn.job.schedule, now, turn.timeZone);
    },

    /** At a start: the time since which it has not run, `interrupted` where a crash left it half done. */
    async owed(turn: Turn, now: Date): Promise<Date | 'interrupted' | undefined> {
      firstSeen.set(turn.id, now.getTime());
      const last = await latest(turn, now);
      const due = lastDue(turn.job.schedule, now, turn.timeZone);
      if (last?.status === 'running') return 'interrupted';
      return !last || last.startedAt < due ? due : undefined;
    },

    /** What `/readyz` tells of one job: of all its turns the worst. */
    async stateOf(turns: Turn[], now: Date): Promise<JobState> {
      const state: JobState = { last: null, status: 'never run', late: false };
      const rank = { failed: 3, running: 2, done: 1, 'never run': 0 };
      for (const turn of turns) {
        const last = await latest(turn, now);
        const start = last?.startedAt.toISOString() ?? null;
        if (state.last === null || (start !== null && start > state.last)) state.last = start;
        if (last && rank[last.status] > rank[state.status]) state.status = last.status;
        const since = last?.startedAt.getTime() ?? firstSeen.get(turn.id) ?? now.getTime();
        if (since < dueBy(turn, now, isBusy(turn) ? PATIENCE : GRACE)) state.late = true;
        const made = madeUp.get(turn.id);
        if (made && now.getTime() - Date.parse(made.at) < TOLD && made.at > (state.madeUp?.at ?? ''))
          state.madeUp = made;
      }
      return state;
    },
  };
}
