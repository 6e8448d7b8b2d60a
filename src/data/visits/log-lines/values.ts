import { parseInstant } from '../../../law/instant.ts';
import { parseAddress } from '../../../law/reduce-address.ts';
import { USER_AGENT_LIMIT } from '../../../law/reduce-user-agent.ts';

/** One line of an access log, as far as a visit needs it. Path and referrer are not even read. */
interface LoggedVisit {
  address: string;
  occurredAt: Date;
  /** Empty where none was logged. */
  userAgent: string;
}

/** The reason is one of a few fixed texts and holds nothing of the line. */
export type ParsedLine = LoggedVisit | { malformed: string };

export const MALFORMED = {
  format: { malformed: 'the line is not in the format' },
  address: { malformed: 'the line has no address where the format has one' },
  otherAddress: { malformed: 'the line holds another address than the format has: whose each is cannot be told' },
  moreFields: { malformed: 'the line has other fields than the format' },
  time: { malformed: 'there is no such time' },
  nul: { malformed: 'the line holds a NUL character' },
  tooLong: { malformed: 'the line is longer than 64 KiB' },
} as const satisfies Record<string, { malformed: string }>;

/** A visit of what a line says, or why it is none. */
export function visitOf(address: string, occurredAt: Date | undefined, userAgent: string): ParsedLine {
  const canonical = parseAddress(address);
  if (canonical === undefined) return MALFORMED.address;
  if (!occurredAt) return MALFORMED.time;
  return { address: canonical, occurredAt, userAgent: userAgent.slice(0, USER_AGENT_LIMIT) };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLF_TIME = /^(\d{2})\/(\w{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;

/** The time of a common log format, `02/Mar/2026:08:09:10 +0000`; undefined when there is none such. */
export function clfTime(text: string): Date | undefined {
  const [, day, monthName, year, hour, minute, second, sign, offsetHour, offsetMinute] = CLF_TIME.exec(text) ?? [];
  const month = MONTHS.indexOf(monthName ?? '');
  const clock = [Number(hour), Number(minute), Number(second)] as const;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  const exists =
    month >= 0 &&
    Number(year) >= 1970 &&
    Number(day) >= 1 &&
    Number(day) <= new Date(Date.UTC(Number(year), month + 1, 0)).getUTCDate() &&
    clock[0] < 24 &&
    clock[1] < 60 &&
    clock[2] <= 60 &&
    Number(offsetMinute) < 60 &&
    offset >= -12 * 60 &&
    offset <= 14 * 60;
  if (!exists) return undefined;
  const at = new Date(Date.UTC(Number(year), month, Number(day), ...clock) - offset * 60_000);
  // Logs do write leap seconds. They come before midnight UTC only; the instant is the one after.
  return clock[2] === 60 && at.getTime() % 86_400_000 !== 0 ? undefined : at;
}

/** RFC 3339, and its offset without a colon, as Caddy writes it. */
export const isoTime = (text: string) => parseInstant(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));

/** `1772438950.123`: a number of units since 1970, as text; undefined when it is none, or lies before 1970. */
export function epochTime(text: string, unitsPerSecond: number): Date | undefined {
  if (!/^\d{1,20}(?:\.\d{1,9})?$/.test(text)) return undefined;
  const at = new Date(Math.floor((Number(text) / unitsPerSecond) * 1000));
  return at.getTime() <= 253_402_300_799_999 ? at : undefined;
}

const ESCAPES: Record<string, string> = { b: '\b', n: '\n', r: '\r', t: '\t', v: '\v' };

/** `\xNN` is a byte, and several are UTF-8 together; the rest is as in C. Apache and nginx both write this. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/((?:\\x[0-9a-fA-F]{2})+)|\\([\s\S])/g, (_, bytes: string | undefined, letter: string) =>
    bytes === undefined
      ? (ESCAPES[letter] ?? letter)
      : Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'),
  );
}
