import { Temporal } from 'temporal-polyfill';
import { localDay } from '../../law/duration.ts';
import type { File } from './case-file.ts';
import type { EventData, ReminderKind } from './events.ts';
import { TOLD } from './states.ts';

/** Days before the last one at which a reminder is given besides. */
const SOON = 3;

/** The reminders that are due at `now` and were not given yet: each once for each day it is about (REQ-B06). */
export function remindersDue({ life, timing }: Pick<File, 'life' | 'timing'>, now: Date): EventData['reminded'][] {
  const today = localDay(now, life.received.terms.timeZone);
  const due: [which: ReminderKind, day: string][] = [];
  const add = (which: ReminderKind, day: string, from = day) => {
    const given = life.reminders.some((one) => one.which === which && one.day === day);
    if (today >= from && !given) due.push([which, day]);
  };
  const last = timing.dueOn;
  if (last !== null && timing.complaint) add('acknowledge', last, minus(last, SOON));
  else if (last !== null) {
    if (timing.targetOn !== null) add('target', timing.targetOn);
    add('soon', last, minus(last, SOON));
    add('due', last);
  }
  if (timing.overdue && last !== null) add('overdue', last);
  if (TOLD.includes(life.state)) for (const { reviewOn } of life.restrictions) add('review', reviewOn);
  return due.map(([which, day]) => ({ which, day, daysLeft: daysFrom(today, last ?? day) }));
}

const minus = (day: string, days: number) => Temporal.PlainDate.from(day).subtract({ days }).toString();
const daysFrom = (from: string, to: string) =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;
