import { FIRST_SECOND } from './engine.ts';

const TEXT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?[ ]?(?:([Zz]|UTC|GMT)|([+-])(\d{2})(?::?(\d{2}))?(?: [A-Z]{3,5}| [+-]\d{4})?)?(?: m=[+-][\d.]+)?)?$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** An instant in milliseconds, a day without a time, nothing at all, or something that cannot be read without doubt. */
export type ReadInstant = { at: number } | { day: string } | 'missing' | 'unreadable';

/**
 * An instant as programs write it into a column of text or numbers: ISO 8601 with a space or a T, with or without
 * fractions; Go's `2019-02-17 05:20:54.5 +0000 UTC` with whatever it says after the offset; numbers only where the
 * declaration says what they count. Without a zone it is UTC; a zone known by its name alone is in doubt. Zeros and what
 * lies before 2 January 1970 stand for "never".
 */
export function readInstant(value: unknown, format: string | undefined): ReadInstant {
  if (value === null || value === undefined || value === '') return 'missing';
  if (format?.startsWith('epoch')) return readEpoch(value, format === 'epoch-seconds' ? 1000 : 1);
  if (typeof value !== 'string') return 'unreadable';
  const match = TEXT.exec(value.trim());
  if (!match) return 'unreadable';
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // Zeros instead of a date, as some systems write them.
  if (year < 1970) return 'missing';
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 && !leap ? 28 : (DAYS[month - 1] ?? 0);
  if (day < 1 || day > last || hour > 23 || minute > 59 || second > 60) return 'unreadable';
  if (match[4] === undefined) return year === 1970 && month === 1 && day === 1 ? 'missing' : { day: match[0] };
  const [fraction = '0', , sign, offsetHours = '0', offsetMinutes = '0'] = match.slice(7);
  if (Number(offsetHours) > 15 || Number(offsetMinutes) > 59) return 'unreadable';
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1000);
  return placed(Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds - offset);
}

function readEpoch(value: unknown, factor: number): ReadInstant {
  const number = typeof value === 'string' && !/^-?\d{1,18}(\.\d+)?$/.test(value) ? Number.NaN : Number(value);
  return Number.isFinite(number) ? placed(Math.floor(number * factor)) : 'unreadable';
}

const placed = (at: number): ReadInstant => (at < FIRST_SECOND * 1000 ? 'missing' : { at });
