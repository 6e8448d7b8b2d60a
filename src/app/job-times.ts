import cron from 'node-cron';
import { Temporal } from 'temporal-polyfill';
import type { Job } from './job.ts';

const DAY = 86_400_000;
/** Days looked back for a time of a cron expression: more than lie between two 29 February. */
const MOST_DAYS = 366 * 9;

/**
 * The last time a job was due at or before `now`, to the minute. Cron expressions are read in UTC; a daily time is the
 * wall clock's in `timeZone`.
 *
 * @throws Error for an expression that names no time
 */
export function lastDue(schedule: Job['schedule'], now: Date, timeZone = 'UTC'): Date {
  return typeof schedule === 'string' ? lastOfCron(schedule, now) : lastOfDay(schedule.daily, now, timeZone);
}

/**
 * Once each day, also where clocks change: a time that is skipped comes as much later as the clocks are put forward, one
 * that comes twice is meant the first time.
 */
function lastOfDay(time: string, now: Date, timeZone: string): Date {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  // Tomorrow's too: where clocks are set back over midnight, it has come before today's calendar day has ended.
  for (const date of [today.add({ days: 1 }), today]) {
    const due = dueOn(date, time, timeZone);
    if (due <= now.getTime()) return new Date(due);
  }
  return new Date(dueOn(today.subtract({ days: 1 }), time, timeZone));
}

function dueOn(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const local = date.toPlainDateTime(Temporal.PlainTime.from(time));
  return local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** Newest first, as node-cron goes forward: day, hour and minute must all fit. */
function lastOfCron(expression: string, now: Date): Date {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = cron.parse(expression);
  const hours = descending(hour);
  const minutes = descending(minute);
  const midnight = Math.floor(now.getTime() / DAY) * DAY;
  for (let back = 0; back < MOST_DAYS; back += 1) {
    const day = new Date(midnight - back * DAY);
    const fits =
      month.includes(day.getUTCMonth() + 1) &&
      dayOfMonth.includes(day.getUTCDate()) &&
      dayOfWeek.includes(day.getUTCDay());
    if (!fits) continue;
    for (const h of hours)
      for (const m of minutes) {
        const due = day.getTime() + (h * 60 + m) * 60_000;
        if (due <= now.getTime()) return new Date(due);
      }
  }
  throw new RangeError(`${expression} names no time.`);
}

const descending = (values: readonly (number | string)[]): number[] => values.map(Number).sort((a, b) => b - a);
