import { Temporal } from 'temporal-polyfill';

/** Weekday (Monday is 1), day, month and year of `YYYY-MM-DD`. */
export function partsOf(day: string): { weekday: number; day: number; month: number; year: number } {
  const date = Temporal.PlainDate.from(day);
  return { weekday: date.dayOfWeek, day: date.day, month: date.month, year: date.year };
}

/** `00:30`: what a clock on the wall in that time zone showed at an instant. */
export function wallTime(at: string, timeZone: string): string {
  return Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
}
