/** Hours after which a tenant without a finished sweep is late: a night, and half a day to mend it. */
export const LATE_AFTER_HOURS = 36;

/** Hours by which the end of a period under a day may be past before it is late: two turns of the hourly sweep, and one more. */
export const SHORT_LATE_AFTER_HOURS = 3;

/** What stands still, in words that name nobody: they are public. */
export const WAITING = 'a sweep waits for approval';
const CLOCK_IN_DOUBT = 'the clock is in doubt: nothing is destroyed until an officer confirms it';

/** How a tenant's sweeps stand. */
export interface SweepState {
  waitingForApproval: boolean;
  /** Why the clock is in doubt; null or absent: it is not. */
  clock?: string | null;
  failure: string | null;
  lastFinishedAt: Date | null;
  verdict: string | null;
  /** Rules whose period is under a day, and of which rows were due hours ago that nobody need approve. */
  shortOverdue?: string[];
  /** Categories at holders outside that no sweep treats, because of holds on people nobody can name there. */
  standingStill?: { holder: string; category: string }[];
}

export interface SweepAlarm {
  kind: 'clock' | 'waiting' | 'failed' | 'incomplete' | 'late' | 'stands-still';
  text: string;
}

/** What needs a person's attention in a tenant's sweeps; pure. */
export function sweepAlarms(state: SweepState, now: Date, lateAfterHours: number): SweepAlarm[] {
  const alarms: SweepAlarm[] = [];
  if (state.clock) alarms.push({ kind: 'clock', text: CLOCK_IN_DOUBT });
  if (state.waitingForApproval) alarms.push({ kind: 'waiting', text: WAITING });
  if (state.failure !== null) alarms.push({ kind: 'failed', text: 'the last sweep failed' });
  if (state.verdict === 'incomplete') alarms.push({ kind: 'incomplete', text: 'the last sweep was incomplete' });
  if (state.lastFinishedAt && now.getTime() - state.lastFinishedAt.getTime() > lateAfterHours * 3_600_000)
    alarms.push({ kind: 'late', text: `no sweep has finished for ${lateAfterHours} hours` });
  for (const rule of state.shortOverdue ?? [])
    alarms.push({
      kind: 'late',
      text: `rows under the rule ${rule}, of a period under a day, have been due for more than ${SHORT_LATE_AFTER_HOURS} hours`,
    });
  for (const { holder, category } of state.standingStill ?? [])
    alarms.push({
      kind: 'stands-still',
      text: `nothing of ${category} is destroyed at ${holder}: a hold is on somebody whom nobody can name there`,
    });
  return alarms;
}
