import { invalidField } from '../contract/problem.ts';

const DAY = 86_400_000;
/** Days a token works where nothing else is said, and at most where the operator says nothing else. */
export const TOKEN_DAYS = 365;
/** Days before its end at which it is told that a token ends. */
export const WARNED_DAYS = 30;

/** When tokens end, in days from their issue. */
export interface TokenEnds {
  usual: number;
  longest: number;
}

/** As the operator has it: no token works longer than that. */
export const tokenEnds = (longest = TOKEN_DAYS): TokenEnds => ({ usual: Math.min(TOKEN_DAYS, longest), longest });

const after = (now: Date, days: number) => new Date(now.getTime() + days * DAY);

/** When a token issued now ends. @throws Problem naming what of `wanted` (RFC 3339) cannot be */
export function endOf(now: Date, wanted: string | undefined, { usual, longest }: TokenEnds): Date {
  if (wanted === undefined) return after(now, usual);
  const end = new Date(wanted);
  if (!(end > now)) throw invalidField('/expiresAt', 'must lie in the future');
  if (end > after(now, longest))
    throw invalidField(
      '/expiresAt',
      `must lie within ${longest} days: no token works longer here (LETHE_TOKEN_MAX_DAYS)`,
    );
  return end;
}

/** Until when a token must work for nothing to be said about its end. */
export const warnedUntil = (now: Date): Date => after(now, WARNED_DAYS);
