import { parseInstant } from '../../law/instant.ts';
import { invalidField } from './problem.ts';

/** Milliseconds a caller's clock may be ahead of ours. */
const CLOCK_AHEAD = 5 * 60_000;

/** @throws Problem naming the field whose text is no instant. */
export function instantOf(pointer: string, text: string): Date {
  const at = parseInstant(text);
  if (!at) throw invalidField(pointer, 'must be an instant that exists, in RFC 3339 with an offset');
  return at;
}

/**
 * An instant that has passed. @throws Problem when the text is no instant since 1970, or lies ahead of our clock by more
 * than callers' clocks may.
 */
export function pastInstant(pointer: string, text: string, now: Date): Date {
  const instant = instantOf(pointer, text);
  if (!(instant.getTime() >= 0)) throw invalidField(pointer, 'must be an instant since 1970.');
  if (instant > latestPast(now)) throw invalidField(pointer, 'must not lie in the future.');
  return instant > now ? now : instant;
}

/** The last instant that may have passed on the clock of a caller. */
export function latestPast(now: Date): Date {
  return new Date(now.getTime() + CLOCK_AHEAD);
}
