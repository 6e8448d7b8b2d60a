import { Temporal } from 'temporal-polyfill';
import type { Awaited, RequestRules, SuspensionPolicy } from '../rule-sets.ts';
import type { Pause } from './model.ts';

/** What awaiting something does to the clock under a policy. */
export function effectUnder(policy: SuspensionPolicy, awaiting: Awaited, rules: RequestRules): Pause['effect'] {
  const effect = rules.awaiting[awaiting];
  return effect === 'policy' ? policy : effect;
}

/** Whole days from one day to another; below 0 when the other is earlier. */
export const daysAfter = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;

export const later = (one: string, other: string): string => (one > other ? one : other);

/** The day from which the period runs: of receipt, or of the last answer that makes it start again. */
export function runsFrom(received: string, pauses: readonly Pause[]): string {
  return pauses.reduce(
    (start, { effect, answered }) => (effect === 'restart' && answered !== null ? later(start, answered) : start),
    received,
  );
}

/**
 * The days that do not count. Kept days (`resume`): those after the asking, up to the answer; of the UK statute
 * (`uncounted`): from the day of asking to that of the answer, both included. A day that two pauses share is one day, and
 * the day from which the period runs is not counted in any case.
 */
export function uncountedDays(pauses: readonly Pause[], start: string): Set<string> {
  const days = new Set<string>();
  for (const { effect, asked, answered } of pauses) {
    if (answered === null || effect === 'restart' || effect === 'none') continue;
    const first = Temporal.PlainDate.from(asked).add({ days: effect === 'resume' ? 1 : 0 });
    for (let day = first; day.toString() <= answered; day = day.add({ days: 1 }))
      if (day.toString() > start) days.add(day.toString());
  }
  return days;
}

/**
 * How many days are left once everything has been answered; null where the period will then start again. `end` is the
 * end of the period that runs from `start`, without days that do not count.
 */
export function daysLeftOf(pauses: readonly Pause[], start: string, end: string): number | null {
  const open = pauses.filter(({ answered }) => answered === null);
  if (open.some(({ effect }) => effect === 'restart')) return null;
  // The last day that counts before the clock stopped.
  const stopped = open
    .map(({ effect, asked }) =>
      effect === 'resume' ? asked : Temporal.PlainDate.from(asked).subtract({ days: 1 }).toString(),
    )
    .reduce((first, next) => (next < first ? next : first));
  const before = [...uncountedDays(pauses, start)].filter((day) => day <= stopped).length;
  return daysAfter(later(start, stopped), end) + before;
}
