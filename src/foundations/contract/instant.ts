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

/** The last instant that may have passed on the clock of a caller. */
export function latestPast(now: Date): Date {
  return new Date(now.getTime() + CLOCK_AHEAD);
}
