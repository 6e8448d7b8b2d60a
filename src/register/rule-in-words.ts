import type { RetentionRule } from './model.ts';

const ACTION_IN_WORDS: Record<RetentionRule['action'], string> = {
  erase: 'erased',
  reduce: 'reduced to what is not identifying by itself',
  anonymise: 'turned into daily counts that belong to nobody',
  aggregate: 'summed up',
  pseudonymise: 'pseudonymised',
};

const CLOCK_IN_WORDS: Record<RetentionRule['from'], string> = {
  occurred: 'it occurred',
  recorded: 'it was recorded',
  ended: 'it ended',
  'last-activity': 'the account was last used',
  updated: 'it was last changed',
  linked: 'it was linked',
};

/** `P6M` after `occurred`: "erased 6 months after it occurred". */
export function ruleInWords({ action, after, from }: RetentionRule): string {
  const units: Record<string, string> = { Y: 'year', M: 'month', W: 'week', D: 'day' };
  const period = [...after.matchAll(/(\d+)([YMWD])/g)]
    .map(([, n, unit]) => `${n} ${units[unit as string]}${n === '1' ? '' : 's'}`)
    .join(' and ');
  return `${ACTION_IN_WORDS[action]} ${period} after ${CLOCK_IN_WORDS[from]}`;
}
