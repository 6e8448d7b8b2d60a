import { Temporal } from 'temporal-polyfill';

/** A calendar duration: whole years, months, weeks and days. Times of day have no place in retention. */
export interface CalendarDuration {
  years: number;
  months: number;
  weeks: number;
  days: number;
}

/** ISO 8601 as JSON Schema's `duration` format has it (weeks stand alone), without times, not zero. */
export const DURATION_PATTERN = '^P(?=\\d)(?=.*[1-9])(\\d{1,3}W|(\\d{1,3}Y)?(\\d{1,3}M)?(\\d{1,4}D)?)$';

/** ISO 8601 of one hour up to less than a day: `PT12H`, `PT1H30M`. A day is `P1D`, which the calendar counts. */
export const SHORT_PERIOD_PATTERN = '^PT(?:[1-9]|1\\d|2[0-3])H(?:[1-5]?\\dM)?$';

const SHORT_PERIOD = new RegExp(SHORT_PERIOD_PATTERN);

/** Whether a period is under a day: it counts from the instant itself, not from its day. */
export const isShortPeriod = (text: string): boolean => SHORT_PERIOD.test(text);

/** Milliseconds of a period under a day. @throws RangeError for any other. */
function shortPeriodMs(text: string): number {
  if (!isShortPeriod(text)) throw new RangeError('A period under a day looks like PT12H or PT1H30M.');
  const [, hours, minutes = '0'] = /^PT(\d+)H(?:(\d+)M)?$/.exec(text) as RegExpExecArray;
  return (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** @throws RangeError when the text is not a duration of whole days or more. */
export function parseDuration(text: string): CalendarDuration {
  const match = /^P(?=\d)(?:(\d{1,3})W|(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,4})D)?)$/.exec(text);
  if (!match) throw new RangeError('A duration looks like P6M, P1Y6M, P2W or P90D.');
  const [weeks, years, months, days] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  if (weeks + years + months + days === 0) throw new RangeError('A duration must be longer than nothing.');
  return { years, months, weeks, days };
}

/** From when a period is counted, where not from the day itself: from the end of its year (BGB § 199(1)). */
export const COUNTED = ['end-of-year'] as const;
export type Counted = (typeof COUNTED)[number];

/** The day from which a period runs; that it ends with the last day of a year, not on the first of the next, is § 188. */
const runningFrom = (date: Temporal.PlainDate, counted?: Counted): Temporal.PlainDate =>
  counted === 'end-of-year' ? Temporal.PlainDate.from({ year: date.year + 1, month: 1, day: 1 }) : date;

/**
 * Date + duration: years and months first, clamped to the last day of the month, then weeks and days
 * (Reg. 1182/71 Art. 3(2)(c); REQ-B08).
 */
function addTo(date: Temporal.PlainDate, duration: CalendarDuration): Temporal.PlainDate {
  return date.add(duration, { overflow: 'constrain' });
}

/** `addDuration('2026-08-31', 'P6M')` is `'2027-02-28'`. */
export function addDuration(date: string, duration: string): string {
  return addTo(Temporal.PlainDate.from(date), parseDuration(duration)).toString();
}

/** The instant at which a day begins in a time zone. */
export const startOfDay = (date: Temporal.PlainDate, timeZone: string): Date =>
  new Date(date.toZonedDateTime(timeZone).epochMilliseconds);

/** The same of a day as files name it: `2026-12-01`. */
export const startOfDayNamed = (day: string, timeZone: string): Date =>
  startOfDay(Temporal.PlainDate.from(day), timeZone);

/** The local calendar day of an instant, as `YYYY-MM-DD`. */
export function localDay(at: Date, timeZone: string): string {
  return localDate(at, timeZone).toString();
}

/** The instant at which the local day of `at` began. */
export function startOfLocalDay(at: Date, timeZone: string): Date {
  return startOfDay(localDate(at, timeZone), timeZone);
}

/** The hour from which a clock set back may have led back over midnight (the longest such step known is 3 hours). */
const LATE = 20;

/**
 * The local day that began last. Where clocks were set back over midnight (Newfoundland until 2011) the evening before
 * came twice: a day that has begun goes on, so that days never run backwards and one bound can divide them.
 */
function localDate(at: Date, timeZone: string): Temporal.PlainDate {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const date = local.toPlainDate();
  if (local.hour < LATE) return date;
  const next = date.add({ days: 1 });
  return startOfDay(next, timeZone) <= at ? next : date;
}

/**
 * When a period that began at `start` has ended: the beginning of the local day that is start's local date plus the
 * duration. A maximum on the controller, so no shift for weekends or holidays (REQ-B08). A period under a day knows no
 * calendar: it ends at the very instant, also over a change of the clocks (Reg. 1182/71 Art. 3(1): hours run from the event).
 */
export function endOfPeriod(start: Date, duration: string, timeZone: string, counted?: Counted): Date {
  if (isShortPeriod(duration)) return new Date(start.getTime() + shortPeriodMs(duration));
  return startOfDay(addTo(runningFrom(localDate(start, timeZone), counted), parseDuration(duration)), timeZone);
}

/**
 * The exclusive bound below which everything is due at `asOf`: for every instant t,
 * `t < dueBefore(asOf)` exactly when `endOfPeriod(t) <= asOf`. Clamping makes several start days share an end day, so
 * the last of them is searched, not computed by subtraction.
 */
export function dueBefore(asOf: Date, duration: string, timeZone: string, counted?: Counted): Date {
  // What ends at this very millisecond has ended; the bound is exclusive.
  if (isShortPeriod(duration)) return new Date(asOf.getTime() - shortPeriodMs(duration) + 1);
  const parsed = parseDuration(duration);
  const today = localDate(asOf, timeZone);
  const due = (start: Temporal.PlainDate) => Temporal.PlainDate.compare(addTo(start, parsed), today) <= 0;
  if (counted === 'end-of-year') {
    // What began in one year ends together: the last year of which the end is past, and the next has begun.
    let year = today.subtract(parsed, { overflow: 'constrain' }).year + 1;
    while (!due(Temporal.PlainDate.from({ year, month: 1, day: 1 }))) year -= 1;
    return startOfDay(Temporal.PlainDate.from({ year, month: 1, day: 1 }), timeZone);
  }
  let last = today.subtract(parsed, { overflow: 'constrain' });
  while (!due(last)) last = last.subtract({ days: 1 });
  for (let next = last.add({ days: 1 }); due(next); next = next.add({ days: 1 })) last = next;
  return startOfDay(last.add({ days: 1 }), timeZone);
}

/** Days where calendar arithmetic differs: of each month of a leap cycle the first, and those that may be clamped. */
const STARTS = [2024, 2025, 2026, 2027].flatMap((year) =>
  Array.from({ length: 12 }, (_, month) =>
    [1, 28, 29, 30, 31]
      .filter((day) => day <= Temporal.PlainYearMonth.from({ year, month: month + 1 }).daysInMonth)
      .map((day) => Temporal.PlainDate.from({ year, month: month + 1, day })),
  ).flat(),
);

/** Periods whose ends are remembered at most: a set of policies has a dozen, and compares each with many. */
const REMEMBERED = 200;
const endsKnown = new Map<string, string[]>();

/** The days (`2028-01-31`, which sort as text) on which a period ends that runs from each of `STARTS`. */
function endsOf(duration: string, counted: Counted | undefined): string[] {
  const name = `${duration} ${counted ?? ''}`;
  let ends = endsKnown.get(name);
  if (!ends) {
    const parsed = parseDuration(duration);
    ends = STARTS.map((start) => addTo(runningFrom(start, counted), parsed).toString());
    if (endsKnown.size >= REMEMBERED) endsKnown.clear();
    endsKnown.set(name, ends);
  }
  return ends;
}

/**
 * Whether there is a day from which `one` ends before `other`: `P30D` may end sooner than `P1M` (from 1 January), and
 * `P1M` sooner than `P30D` (from 1 February). A period under a day may end before any of days; of those only `P1D` may end before it: it ends with its day, however
 * late on it it began.
 *
 * @throws RangeError when one of them is not a duration.
 */
export function mayEndSooner(one: string, other: string, counted: { one?: Counted; other?: Counted } = {}): boolean {
  if (isShortPeriod(one) && isShortPeriod(other)) return shortPeriodMs(one) < shortPeriodMs(other);
  if (isShortPeriod(one)) return true;
  if (isShortPeriod(other)) return counted.one === undefined && addDuration('2026-01-01', one) === '2026-01-02';
  const [ends, others] = [endsOf(one, counted.one), endsOf(other, counted.other)];
  return ends.some((end, index) => end < (others[index] as string));
}
