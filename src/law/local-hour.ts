import { Temporal } from 'temporal-polyfill';

const HOUR = 3_600_000;
/** Offsets change on the half hour at the finest. */
const SPAN = HOUR / 2;
const REMEMBERED = 4096;
const remembered = new Map<string, number>();

/**
 * How many milliseconds of a local hour are over when an hour of UTC begins: none in most zones, half an hour in India,
 * three quarters in Nepal. Hours that begin by it never cross a local midnight.
 */
export function pastTheHour(at: Date, timeZone: string): number {
  const key = `${timeZone}\0${Math.floor(at.getTime() / SPAN)}`;
  let past = remembered.get(key);
  if (past === undefined) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
    const offset = zoned.offsetNanoseconds / 1e6;
    past = ((offset % HOUR) + HOUR) % HOUR;
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, past);
  }
  return past;
}

/** The instant at which the local hour of `at` began. */
export function startOfLocalHour(at: Date, timeZone: string): Date {
  const past = pastTheHour(at, timeZone);
  const since = (((at.getTime() + past) % HOUR) + HOUR) % HOUR;
  return new Date(at.getTime() - since);
}
