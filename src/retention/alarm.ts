/** What needs a person's attention in a tenant's sweeps; pure. */
export function sweepAlarms(
  state: { waitingForApproval: boolean; failure: string | null; lastFinishedAt: Date | null; verdict: string | null },
  now: Date,
  lateAfterHours: number,
): string[] {
  const alarms: string[] = [];
  if (state.waitingForApproval) alarms.push('a sweep waits for approval');
  if (state.failure !== null) alarms.push('the last sweep failed');
  if (state.verdict === 'incomplete') alarms.push('the last sweep was incomplete');
  if (state.lastFinishedAt && now.getTime() - state.lastFinishedAt.getTime() > lateAfterHours * 3_600_000)
    alarms.push(`no sweep has finished for ${lateAfterHours} hours`);
  return alarms;
}
