import type { ChangedRule } from './transitions.ts';

const WHAT = {
  deleted: 'is deleted',
  moved: 'is about another category, or kept elsewhere',
  shortened: 'ends rows sooner',
  lengthened: 'ends rows later',
  changed: 'does something else, or counts from another instant',
} as const;

/** What becomes of a rule, in a sentence. */
export const inWordsOf = ({ change, was, now }: ChangedRule): string =>
  `The rule ${was.id} (${was.action} after ${was.after}) ${WHAT[change]}${now && change !== 'moved' ? ` (${now.action} after ${now.after})` : ''}`;
