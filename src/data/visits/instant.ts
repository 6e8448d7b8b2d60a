import { invalidField } from '../../foundations/contract/problem.ts';

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
/** Nobody visited a web page before this. */
const FIRST_YEAR = 1991;

/** An RFC 3339 instant that exists in the calendar (milliseconds kept), or undefined. */
function parseInstant(text: string): Date | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  const exists =
    year >= FIRST_YEAR &&
    local.getUTCMonth() === month - 1 &&
    local.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    offsetHour < 24 &&
    offsetMinute < 60;
  if (!exists) return undefined;
  const offset = (offsetHour * 60 + offsetMinute) * 60_000;
  return new Date(local.getTime() - (match[8] === '-' ? -offset : offset));
}

/** @throws Problem naming the field whose text is no instant. */
export function instantOf(pointer: string, text: string): Date {
  const at = parseInstant(text);
  if (!at) throw invalidField(pointer, 'must be an instant that exists, in RFC 3339 with an offset');
  return at;
}
