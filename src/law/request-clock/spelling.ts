import { Temporal } from 'temporal-polyfill';

/** `00:30`: what a clock on the wall in that time zone showed at an instant. */
export function wallTime(at: string, timeZone: string): string {
  return Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
}
