import { Temporal } from 'temporal-polyfill';
import { COMPUTED_HOLIDAYS } from './holidays/computed.ts';
import { PUBLISHED_HOLIDAYS } from './holidays/eu.ts';

/** Why a period does not end on a day (Reg. 1182/71 Art. 2(2), 3(4)). */
type DayOff = 'saturday' | 'sunday' | 'public-holiday';

/** Days an installation or an institution says itself, over those Lethe brings. Days are `YYYY-MM-DD`. */
export interface OwnDays {
  /** By year: days off besides those of the list. A year that is named here counts as known. */
  added?: Readonly<Record<string, readonly string[]>>;
  /** Days of the list that are working days here. */
  removed?: readonly string[];
  /** An official list, by year: it takes the place of what Lethe brings for that year. */
  official?: Readonly<Record<string, readonly string[]>>;
}

/** The days on which a period may end in one place. Days are `YYYY-MM-DD`. */
export interface WorkingCalendar {
  place: string;
  /** Whether there is any list of this place, or none is wanted. */
  isListed: boolean;
  /** null on a working day. */
  dayOff(day: string): DayOff | null;
  /** Whether the holidays of that day's year are known; where they are not, only Saturdays and Sundays are days off. */
  knows(day: string): boolean;
  /** Whether it is a day off by a list that was computed, not published. */
  isComputed(day: string): boolean;
  /** Whether it is on the published list, but counts as a working day because the list is doubted. */
  doubts(day: string): boolean;
}

/** Of a place, by year: whether each day is a holiday beyond doubt. */
type Listed = Map<string, Map<string, 'certain' | 'doubted'>>;
const PUBLISHED: ReadonlyMap<string, Listed> = readLists(PUBLISHED_HOLIDAYS);
/** Read when a place is first asked for that has no published list of a year. */
let computed: ReadonlyMap<string, Listed> | undefined;

function readLists(text: string): Map<string, Listed> {
  const lists = new Map<string, Listed>();
  for (const line of text.trim().split('\n')) {
    const [place, year, ...days] = line.split(' ') as [string, string, ...string[]];
    const years: Listed = lists.get(place) ?? new Map();
    const known = years.get(year) ?? new Map();
    for (const day of days) known.set(`${year}-${day.slice(0, 5)}`, day.endsWith('?') ? 'doubted' : 'certain');
    lists.set(place, years.set(year, known));
  }
  return lists;
}

const PARTS_OF_THE_UK = ['GB-ENG', 'GB-SCT', 'GB-NIR'];

/** Of the whole United Kingdom, whose parts keep days of their own: the days that all of them keep, a safe end. */
function computedOf(place: string): Listed | undefined {
  computed ??= readLists(COMPUTED_HOLIDAYS);
  const lists = computed;
  if (place === 'GB-WLS' || place === 'GB-EAW') return lists.get('GB-ENG');
  if (place === 'EL') return lists.get('GR');
  if (place !== 'GB') return lists.get(place) ?? lists.get(place.slice(0, 2));
  const parts = PARTS_OF_THE_UK.map((part) => lists.get(part) as Listed);
  const [first, ...others] = parts as [Listed, ...Listed[]];
  return new Map(
    [...first].map(([year, days]) => [
      year,
      new Map([...days].filter(([day]) => others.every((other) => other.get(year)?.has(day)))),
    ]),
  );
}

/** A place as clocks are told it: `DE`, `DE-BY`, `EC`, `GB-ENG`; `none` where only Saturdays and Sundays are to count. */
const CALENDAR_PLACE = '^(none|[A-Z]{2}(-[A-Z0-9]{1,3})?)$';
const PLACE = new RegExp(CALENDAR_PLACE);

/**
 * The calendar of the Member State or institution where action is to be taken (Reg. 1182/71 Art. 2(1)). Of each year the
 * best list there is counts: the installation's own official one, the published one that Lethe brings, the computed one.
 * A region has the list of its state; what only the region keeps is an earlier, and therefore safe, end unless it is
 * added.
 *
 * @throws RangeError when the place or a day does not look like one.
 */
export function workingCalendar(place: string, own: OwnDays = {}): WorkingCalendar {
  if (!PLACE.test(place))
    throw new RangeError('A calendar is that of a place such as DE, DE-BY, EC or GB-ENG, or none.');
  const bare = place === 'none';
  const state = place.slice(0, 2);
  const published = bare ? undefined : PUBLISHED.get(state === 'GR' ? 'EL' : state);
  const reckoned = bare ? undefined : computedOf(place);
  const official = yearsOf(own.official);
  const added = yearsOf(own.added);
  const removed = new Set(own.removed?.map((day) => ofYear(day, day.slice(0, 4))));
  const has = (day: string): { certain: boolean; from: 'published' | 'computed' } | undefined => {
    const year = day.slice(0, 4);
    const said = official.get(year);
    if (said) return said.has(day) ? { certain: true, from: 'published' } : undefined;
    const list = published?.get(year) ?? reckoned?.get(year);
    const found = list?.get(day);
    if (!found) return undefined;
    return { certain: found === 'certain', from: published?.has(year) ? 'published' : 'computed' };
  };
  const isAdded = (day: string) => added.get(day.slice(0, 4))?.has(day) === true;
  const dayOff = (day: string): DayOff | null => {
    if (isAdded(day) || (has(day)?.certain && !removed.has(day))) return 'public-holiday';
    const weekday = Temporal.PlainDate.from(day).dayOfWeek;
    return weekday === 6 ? 'saturday' : weekday === 7 ? 'sunday' : null;
  };
  return {
    place,
    isListed: bare || published !== undefined || reckoned !== undefined || added.size > 0 || official.size > 0,
    dayOff,
    knows: (day) => bare || [official, added, published, reckoned].some((list) => list?.has(day.slice(0, 4))),
    isComputed: (day) => !isAdded(day) && dayOff(day) === 'public-holiday' && has(day)?.from === 'computed',
    doubts: (day) => has(day)?.certain === false && dayOff(day) === null && !removed.has(day),
  };
}

const yearsOf = (lists: OwnDays['added']): Map<string, Set<string>> =>
  new Map(Object.entries(lists ?? {}).map(([year, days]) => [year, new Set(days.map((day) => ofYear(day, year)))]));

function ofYear(day: string, year: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !day.startsWith(`${year}-`))
    throw new RangeError('A holiday is a day such as 2026-05-01, listed under its own year.');
  return Temporal.PlainDate.from(day).toString();
}

export interface WorkingDay {
  day: string;
  /** The days that were passed over, in order. */
  skipped: Skipped[];
}

export interface Skipped {
  day: string;
  why: DayOff;
  /** Present where a list says so that was computed, not published. */
  computed?: true;
}

/** That day, or the next on which a period may end (Reg. 1182/71 Art. 3(4)). */
export function nextWorkingDay(from: string, calendar: WorkingCalendar): WorkingDay {
  const skipped: WorkingDay['skipped'] = [];
  let day = Temporal.PlainDate.from(from);
  for (let why = calendar.dayOff(from); why !== null; why = calendar.dayOff(day.toString())) {
    const skippedDay = day.toString();
    skipped.push({ day: skippedDay, why, ...(calendar.isComputed(skippedDay) ? { computed: true } : {}) });
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
