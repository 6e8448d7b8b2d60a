import type { Context } from '../foundations/contract/context.ts';
import type { Log } from '../foundations/process/log.ts';
import type { Services } from './services.ts';

/** One scheduled job: a file in `jobs/`. Every job may be run again at any time and picks up what is left. */
export interface Job {
  name: string;
  /**
   * Cron expression to the minute, in UTC; or the time of the day (`02:17`), in each portal's own time zone. A time that
   * was missed is made up.
   */
  schedule: string | { daily: string };
  /** Runs at every start, missed or not. */
  atStart?: boolean;
  /** Asked before a fire is claimed: an instance that must not run it leaves it to another. */
  mayRun?(services: Services): Promise<boolean>;
  /** What it does is final and rests on what time it is: it does not run while the clock is in doubt. */
  byTheClock?: boolean;
  /** Runs for one tenant; answers counts for the log. */
  run(work: { services: Services; context: Context; log: Log }): Promise<Record<string, number>>;
}
