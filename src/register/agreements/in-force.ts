import type { Agreement } from './model.ts';

/** Whether an agreement is in force at an instant. */
export function inForce(
  { status, validFrom, validUntil }: Pick<Agreement, 'status' | 'validFrom' | 'validUntil'>,
  at: Date,
): boolean {
  return status === 'active' && new Date(validFrom) <= at && (validUntil === null || at < new Date(validUntil));
}

/** Whether it is over: ended, or run out. */
export const hasRunOut = ({ status, validUntil }: Pick<Agreement, 'status' | 'validUntil'>, at: Date): boolean =>
  status === 'ended' || (status === 'active' && validUntil !== null && new Date(validUntil) <= at);
