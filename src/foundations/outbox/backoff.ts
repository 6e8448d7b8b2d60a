/** Seconds until the next attempt after the first, second, … failure (the schedule Standard Webhooks recommends). */
const WAITS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
const JITTER = 0.2;
/** Nobody makes us wait longer than this, whatever they answer. */
const LONGEST_WAIT = 86_400;

/**
 * When to try again after so many failures: undefined when it is enough (some three days). `random` in [0, 1) spreads
 * the attempts, so that a receiver that comes back is not met by everything at once.
 */
export function nextAttempt(failures: number, now: Date, random: number, atLeastSeconds = 0): Date | undefined {
  const wait = WAITS[failures - 1];
  if (wait === undefined) return undefined;
  const spread = wait * (1 - JITTER + 2 * JITTER * random);
  const seconds = Math.max(spread, Math.min(atLeastSeconds, LONGEST_WAIT));
  return new Date(now.getTime() + Math.round(seconds * 1000));
}
