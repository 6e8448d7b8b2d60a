import { Temporal } from 'temporal-polyfill';
import { addDuration } from '../duration.ts';
import type { RequestRules, SuspensionPolicy } from '../rule-sets.ts';
import { nextWorkingDay, type WorkingCalendar } from '../working-calendar.ts';
import type { Pause, Reading } from './model.ts';
import { effectUnder, runsFrom, uncountedDays } from './pauses.ts';

/** What the law and the controller say, once for a whole clock. */
export interface Frame {
  rules: RequestRules;
  calendar: WorkingCalendar;
  timeZone: string;
  policy: SuspensionPolicy;
  promptDays: number | null;
  targetWorkingDays: number;
  /** The local day of receipt. */
  received: string;
}

export const plusDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** The last day of a period: its nominal end, or the next working day (Reg. 1182/71 Art. 3(4)). */
export const lastDay = (nominal: string, { calendar }: Frame): string => nextWorkingDay(nominal, calendar).day;

/** Month one (GDPR Art. 12(3)), with the days that do not count, before weekends and holidays. */
export function firstMonth(pauses: readonly Pause[], { rules, received }: Frame): string {
  const start = runsFrom(received, pauses);
  return plusDays(addDuration(start, rules.reply), uncountedDays(pauses, start).size);
}

/** The ends of "two further months" in both readings, counted from the day the period runs. */
export function extendedEnds(start: string, rules: RequestRules): { fromReceipt: string; fromFirstMonth: string } {
  return {
    fromReceipt: addDuration(start, rules.extended),
    fromFirstMonth: addDuration(addDuration(start, rules.reply), rules.extension),
  };
}

/** Months can be added to the receipt or to the end of the first; of days both come to the same. */
export const isReadTwoWays = ({ extended }: RequestRules): boolean => extended.endsWith('M');

/**
 * The ends that one policy leads to: one, or after an extension both readings of "two further months" (REQ-B04). They
 * differ where the first month was cut short: from 31 January to 30 April, or from 28 February to 28 April. Days that do
 * not count are added last; weekends and holidays move the final day only.
 */
export function readingsUnder(
  policy: SuspensionPolicy,
  paused: readonly Pause[],
  extended: boolean,
  frame: Frame,
): Reading[] {
  const { rules, received } = frame;
  const pauses = paused.map((pause) => ({ ...pause, effect: effectUnder(policy, pause.awaiting, rules) }));
  const start = runsFrom(received, pauses);
  const uncounted = uncountedDays(pauses, start).size;
  const suspension = paused.some(({ awaiting }) => rules.awaiting[awaiting] === 'policy') ? policy : null;
  const reading = (extension: Reading['extension'], end: string): Reading => {
    const nominal = plusDays(end, uncounted);
    return { extension, suspension, nominal, due: lastDay(nominal, frame) };
  };
  if (!extended) return [reading(null, addDuration(start, rules.reply))];
  const { fromReceipt, fromFirstMonth } = extendedEnds(start, rules);
  if (!isReadTwoWays(rules)) return [reading(null, fromReceipt)];
  return [reading('from-receipt', fromReceipt), reading('from-end-of-first-month', fromFirstMonth)];
}

/** Of several readings the one that ends first. */
export const earliest = (readings: readonly Reading[]): Reading =>
  readings.reduce((first, next) => (next.nominal < first.nominal ? next : first));
