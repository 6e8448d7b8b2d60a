import { Temporal } from 'temporal-polyfill';

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const TOKENS = /yyyy|MM|dd|HH|mm|ss/g;
const PARTS = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour', mm: 'minute', ss: 'second' } as const;

export interface DateFormat {
  format: string;
  timeZone: string;
  day?: boolean | undefined;
}

/**
 * A date as another system writes it, as an instant in UTC or, where only the day is wanted, as that. A local time that
 * occurred twice is the first of the two. Undefined where it is none: another format, a day or an hour that never was.
 */
export function readDate(text: string, { format, timeZone, day }: DateFormat): string | undefined {
  try {
    if (format === 'epoch-seconds' || format === 'epoch-milliseconds') {
      if (!/^-?\d{1,16}(\.\d+)?$/.test(text)) return undefined;
      const at = new Date(Math.trunc(Number(text) * (format === 'epoch-seconds' ? 1000 : 1)));
      const iso = at.toISOString();
      return day ? localDayOf(iso, timeZone) : iso;
    }
    const read = format === 'iso' ? isoParts(text) : patternParts(text, format);
    if (!read) return undefined;
    const { offset, ...fields } = read;
    const local = Temporal.PlainDateTime.from(fields, { overflow: 'reject' });
    if (day && offset === undefined) return local.toPlainDate().toString();
    const iso = instantIn(local, offset, timeZone);
    return iso && day ? localDayOf(iso, timeZone) : iso;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function instantIn(local: Temporal.PlainDateTime, offset: string | undefined, timeZone: string): string | undefined {
  const zone = offset === undefined ? timeZone : /^z$/i.test(offset) ? 'UTC' : withColon(offset);
  const zoned = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  // In spring an hour is left out: nothing happened in it.
  if (!zoned.toPlainDateTime().equals(local)) return undefined;
  return new Date(zoned.epochMilliseconds).toISOString();
}

const withColon = (offset: string): string =>
  offset.length === 3 ? `${offset}:00` : offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`;
const localDayOf = (iso: string, timeZone: string): string =>
  Temporal.Instant.from(iso).toZonedDateTimeISO(timeZone).toPlainDate().toString();

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  offset?: string | undefined;
}

function isoParts(text: string): Parts | undefined {
  const found = ISO.exec(text.trim());
  if (!found) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const millisecond = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3) || 0);
  return {
    year: year as number,
    month: month as number,
    day: day as number,
    hour,
    minute,
    second,
    millisecond,
    offset: found[8],
  };
}

function patternParts(text: string, format: string): Parts | undefined {
  const names = format.match(TOKENS) ?? [];
  const pattern = format
    .split(TOKENS)
    .map((between) => between.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .flatMap((between, n) => [between, names[n] === undefined ? '' : names[n] === 'yyyy' ? '(\\d{4})' : '(\\d{1,2})'])
    .join('');
  const found = new RegExp(`^${pattern}$`).exec(text.trim());
  if (!found) return undefined;
  const parts: Parts = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
  for (const [n, name] of names.entries()) parts[PARTS[name as keyof typeof PARTS]] = Number(found[n + 1]);
  return parts;
}
