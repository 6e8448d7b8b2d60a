import { visitMonthScope } from '../../foundations/vault/vault.ts';

/** Months that one look by address reaches: each has a key of its own. */
export const MONTHS_PER_SEARCH = 36;

/** The scopes of the months of a time, at most one more than may be asked for. */
export function monthsOf(from: Date, until: Date): string[] {
  const months: string[] = [];
  for (
    let month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth()));
    month < until && months.length <= MONTHS_PER_SEARCH;
    month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1))
  )
    months.push(visitMonthScope(month));
  return months;
}
