import { Temporal } from 'temporal-polyfill';

/**
 * RFC 3339 §5.6, of the years 0001 to 9999. Without leap seconds: nothing that is kept or compared here can say 23:59:60,
 * and a reader that moves it to another second makes two instants of one.
 */
const RFC_3339 =
  /^(?!0000)\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** By far the usual form, and what imports have millions of: the engine reads it twenty times faster. */
const UTC_MILLISECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;
/** Length up to the second: a day that never was comes back as another. */
const SECOND = 19;

/** The instant an RFC 3339 text means, to the millisecond; undefined for a text that is none, a day that never was,
 * or a year of UTC that four digits do not tell. */
export function parseInstant(text: string): Date | undefined {
  if (!RFC_3339.test(text)) return undefined;
  if (UTC_MILLISECONDS.test(text)) {
    const at = new Date(text);
    if (Number.isNaN(at.getTime())) return undefined;
    return at.toISOString().startsWith(text.slice(0, SECOND)) ? at : undefined;
  }
  try {
    const at = new Date(Temporal.Instant.from(text).epochMilliseconds);
    const year = at.getUTCFullYear();
    return year >= 1 && year <= 9999 ? at : undefined;
  } catch {
    return undefined;
  }
}
