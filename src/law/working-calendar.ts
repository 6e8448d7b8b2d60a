import { Temporal } from 'temporal-polyfill';
import { PUBLISHED_HOLIDAYS } from './holidays/eu.ts';

/** Why a period does not end on a day (Reg. 1182/71 Art. 2(2), 3(4)). */
export type DayOff = 'saturday' | 'sunday' | 'public-holiday';

/** The days on which a period may end in one place. Days are `YYYY-MM-DD`. */
export interface WorkingCalendar {
  place: string;
  /** Whether there is any list of this place, or none is wanted. */
  isListed: boolean;
  /** null on a working day. */
  dayOff(day: string): DayOff | null;
  /** Whether the holidays of that day's year are known; where they are not, only Saturdays and Sundays are days off. */
  knows(day: string): boolean;
  /** Whether it is on the published list, but counts as a working day because the list is doubted. */
  doubts(day: string): boolean;
}

/** Of a place, by year: whether each day is a holiday beyond doubt. */
type Published = Map<string, Map<string, 'certain' | 'doubted'>>;
const PUBLISHED: ReadonlyMap<string, Published> = readLists(PUBLISHED_HOLIDAYS);

function readLists(text: string): Map<string, Published> {
  const lists = new Map<string, Published>();
  for (const line of text.trim().split('\n')) {
    const [place, year, ...days] = line.split(' ') as [string, string, ...string[]];
    const years: Published = lists.get(place) ?? new Map();
    const known = years.get(year) ?? new Map();
    for (const day of days) known.set(`${year}-${day.slice(0, 5)}`, day.endsWith('?') ? 'doubted' : 'certain');
    lists.set(place, years.set(year, known));
  }
  return lists;
}

/** A place as clocks are told it: `DE`, `DE-BY`, `EC`, `GB-ENG`; `none` where only Saturdays and Sundays are to count. */
const CALENDAR_PLACE = '^(none|[A-Z]{2}(-[A-Z0-9]{1,3})?)$';
const PLACE = new RegExp(CALENDAR_PLACE);

/**
 * The calendar of the Member State or institution where action is to be taken (Reg. 1182/71 Art. 2(1)). A region has the
 * list of its state; what only the region keeps is an earlier, and therefore safe, end unless its days are given in
 * `added`: by year, days off besides those published. A year that is named there counts as known.
 *
 * @throws RangeError when the place or an added day does not look like one.
 */
export function workingCalendar(
  place: string,
  added: Readonly<Record<string, readonly string[]>> = {},
): WorkingCalendar {
  if (!PLACE.test(place))
    throw new RangeError('A calendar is that of a place such as DE, DE-BY, EC or GB-ENG, or none.');
  const state = place.slice(0, 2);
  const published = PUBLISHED.get(state === 'GR' ? 'EL' : state);
  const own = new Map(
    Object.entries(added).map(([year, days]) => [year, new Set(days.map((day) => ofYear(day, year)))]),
  );
  const listed = (day: string) => published?.get(day.slice(0, 4))?.get(day);
  const isOwn = (day: string) => own.get(day.slice(0, 4))?.has(day) === true;
  const dayOff = (day: string): DayOff | null => {
    if (listed(day) === 'certain' || isOwn(day)) return 'public-holiday';
    const weekday = Temporal.PlainDate.from(day).dayOfWeek;
    return weekday === 6 ? 'saturday' : weekday === 7 ? 'sunday' : null;
  };
  return {
    place,
    isListed: place === 'none' || published !== undefined || own.size > 0,
    dayOff,
    knows: (day) => place === 'none' || own.has(day.slice(0, 4)) || published?.has(day.slice(0, 4)) === true,
    doubts: (day) => listed(day) === 'doubted' && dayOff(day) === null,
  };
}

function ofYear(day: string, year: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !day.startsWith(`${year}-`))
    throw new RangeError('A holiday is a day such as 2026-05-01, listed under its own year.');
  return Temporal.PlainDate.from(day).toString();
}

export interface WorkingDay {
  day: string;
  /** The days that were passed over, in order. */
  skipped: { day: string; why: DayOff }[];
}

/** That day, or the next on which a period may end (Reg. 1182/71 Art. 3(4)). */
export function nextWorkingDay(from: string, calendar: WorkingCalendar): WorkingDay {
  const skipped: WorkingDay['skipped'] = [];
  let day = Temporal.PlainDate.from(from);
  for (let why = calendar.dayOff(from); why !== null; why = calendar.dayOff(day.toString())) {
    skipped.push({ day: day.toString(), why });
    day = day.add({ days: 1 });
  }
  return { day: day.toString(), skipped };
}

/** The working day that lies `count` working days before `day`. */
export function workingDaysBefore(day: string, count: number, calendar: WorkingCalendar): string {
  let found = Temporal.PlainDate.from(day);
  for (let left = count; left > 0; ) {
    found = found.subtract({ days: 1 });
    if (calendar.dayOff(found.toString()) === null) left--;
  }
  return found.toString();
}
