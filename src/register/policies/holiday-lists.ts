import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { isDay } from './policy-parts.ts';

/** Official lists of public holidays as they are published: iCalendar, JSON or CSV. Nothing of them is trusted. */

/** A list that cannot be used; the message says where and why, and is fit to be shown. */
export class HolidayListError extends Error {
  override name = 'HolidayListError';
}

export interface ReadList {
  /** Where the file says it itself. */
  place?: string;
  days: string[];
}

export interface ReadFile {
  lists: ReadList[];
  source?: string;
  licence?: string;
  /** Entries that are no holidays of the whole place, and were left out. */
  leftOut: number;
}

const BYTES = 1024 * 1024;
const ENTRIES = 20_000;
/** A public holiday is a day, and the longest run of them in any state is a week. */
const DAYS_OF_ONE = 14;

/** `bank-holidays.json` of GOV.UK has one list for each. */
const DIVISIONS: Record<string, string> = {
  'england-and-wales': 'GB-ENG',
  scotland: 'GB-SCT',
  'northern-ireland': 'GB-NIR',
};

/** @throws HolidayListError */
export function readHolidays(bytes: Buffer): ReadFile {
  if (bytes.length > BYTES)
    throw new HolidayListError('The file is larger than a mebibyte: this is no list of holidays.');
  let text: string;
  try {
    text = readUtf8(bytes).replace(/^\uFEFF/, '');
  } catch {
    throw new HolidayListError('The file is not UTF-8.');
  }
  const read = /^\s*BEGIN:VCALENDAR/i.test(text)
    ? readCalendar(text)
    : /^\s*[[{]/.test(text)
      ? readObject(text)
      : readTable(text);
  const lists = read.lists.map((list) => ({ ...list, days: [...new Set(list.days)].sort() }));
  if (lists.every(({ days }) => days.length === 0)) throw new HolidayListError('There is no holiday in the file.');
  return { ...read, lists };
}

function readDay(text: unknown, where: string): string {
  if (typeof text !== 'string' || !isDay(text) || !/^(19|20|21)\d{2}-\d{2}-\d{2}$/.test(text))
    throw new HolidayListError(`${where}: a day such as 2026-12-25 is needed, of the years 1900 to 2199.`);
  return text;
}

/** From the first day to before the last. */
function daysFrom(first: string, last: string, where: string): string[] {
  const days: string[] = [];
  for (let day = first; day < last; day = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)) {
    if (days.length === DAYS_OF_ONE)
      throw new HolidayListError(`${where}: no holiday is longer than ${DAYS_OF_ONE} days.`);
    days.push(day);
  }
  return days;
}

/** Folded lines are one (RFC 5545, 3.1); each with the number of its first. */
function unfolded(text: string): { line: string; number: number }[] {
  const lines: { line: string; number: number }[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const last = lines.at(-1);
    if (last && (raw.startsWith(' ') || raw.startsWith('\t'))) last.line += raw.slice(1);
    else lines.push({ line: raw, number: index + 1 });
  }
  return lines;
}

function readCalendar(text: string): ReadFile {
  const days: string[] = [];
  let event: { start?: string; end?: string; cancelled?: true; from: number } | undefined;
  let count = 0;
  for (const { line, number } of unfolded(text)) {
    const where = `Line ${number}`;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).split(';', 1)[0]?.toUpperCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'BEGIN' && value.toUpperCase() === 'VEVENT') {
      if (event) throw new HolidayListError(`${where}: an event begins within another.`);
      if (++count > ENTRIES) throw new HolidayListError(`The calendar has more than ${ENTRIES} events.`);
      event = { from: number };
    } else if (name === 'END' && value.toUpperCase() === 'VEVENT') {
      if (!event) throw new HolidayListError(`${where}: an event ends that has not begun.`);
      const at = `The event of line ${event.from}`;
      if (!event.start) throw new HolidayListError(`${at} has no day (DTSTART).`);
      if (event.end !== undefined && event.end <= event.start)
        throw new HolidayListError(`${at} ends before it begins.`);
      if (!event.cancelled) days.push(...(event.end ? daysFrom(event.start, event.end, at) : [event.start]));
      event = undefined;
    } else if (!event || colon < 0) continue;
    else if (name === 'DTSTART') event.start = calendarDay(value, where);
    else if (name === 'DTEND') event.end = calendarDay(value, where);
    else if (name === 'RRULE' || name === 'RDATE')
      throw new HolidayListError(`${where}: days that are repeated by a rule are not taken; each must be named.`);
    else if (name === 'STATUS' && value.toUpperCase() === 'CANCELLED') event.cancelled = true;
  }
  if (event) throw new HolidayListError('The calendar was cut off: its last event does not end.');
  return { lists: [{ days }], leftOut: 0 };
}

function calendarDay(value: string, where: string): string {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(value) ?? [];
  if (year === undefined)
    throw new HolidayListError(`${where}: a whole day such as 20261225 is needed, without a time.`);
  return readDay(`${year}-${month}-${day}`, where);
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const lineOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 300 && !/\p{Cc}/u.test(value) ? value : undefined;

function readObject(text: string): ReadFile {
  let value: unknown;
  try {
    value = readJson(text);
  } catch {
    throw new HolidayListError('The file is not JSON; it may have been cut off.');
  }
  if (Array.isArray(value)) return { ...entriesOf(value, ''), leftOut: leftOutOf(value) };
  if (!isObject(value)) throw new HolidayListError('An object or a list of days is needed.');
  const divisions = Object.entries(DIVISIONS).filter(([name]) => Object.hasOwn(value as Json, name));
  if (divisions.length > 0)
    return {
      lists: divisions.map(([name, place]) => {
        const events = isObject((value as Json)[name]) ? ((value as Json)[name] as Json)['events'] : undefined;
        if (!Array.isArray(events)) throw new HolidayListError(`${name}: has no list of events.`);
        return { place, ...(entriesOf(events, `${name}, `).lists[0] as ReadList) };
      }),
      source: 'GOV.UK bank holidays (https://www.gov.uk/bank-holidays.json)',
      licence: 'Open Government Licence v3.0',
      leftOut: 0,
    };
  const { place, source, licence, days, holidays, events } = value;
  const entries = [days, holidays, events].find(Array.isArray) as unknown[] | undefined;
  if (!entries) throw new HolidayListError('A member "days", "holidays" or "events" with a list is needed.');
  const [list] = entriesOf(entries, '').lists as [ReadList];
  return {
    lists: [{ ...list, ...(typeof place === 'string' ? { place } : {}) }],
    source: lineOf(source),
    licence: lineOf(licence),
    leftOut: leftOutOf(entries),
  };
}

/** Nager.Date and OpenHolidays say whether a day is one of the whole state. */
const isRegional = (entry: unknown): boolean =>
  isObject(entry) && (entry['global'] === false || entry['nationwide'] === false);
const leftOutOf = (entries: unknown[]): number => entries.filter(isRegional).length;

function entriesOf(entries: unknown[], prefix: string): Pick<ReadFile, 'lists'> {
  if (entries.length > ENTRIES) throw new HolidayListError(`The list has more than ${ENTRIES} entries.`);
  const days = entries.flatMap((entry, index) => {
    const where = `${prefix}entry ${index + 1}`;
    if (isRegional(entry)) return [];
    if (!isObject(entry)) return [readDay(entry, where)];
    const first = readDay(entry['date'] ?? entry['startDate'], where);
    if (entry['endDate'] === undefined) return [first];
    const last = readDay(entry['endDate'], where);
    if (last < first) throw new HolidayListError(`${where}: ends before it begins.`);
    return [...daysFrom(first, last, where), last];
  });
  return { lists: [{ days }] };
}

/** A column of days, named `date` where there is a head. */
function readTable(text: string): ReadFile {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  if (rows.length > ENTRIES) throw new HolidayListError(`The list has more than ${ENTRIES} lines.`);
  const [head = []] = rows;
  const named = head.findIndex((cell) => /^(date|day|datum|tag)$/i.test(cell));
  const days = rows.flatMap((row, index) => {
    if ((named >= 0 && index === 0) || row.every((cell) => cell === '')) return [];
    return [readDay(row[Math.max(named, 0)], `Line ${index + 1}`)];
  });
  return { lists: [{ days }], leftOut: 0 };
}
