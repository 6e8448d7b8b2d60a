import type { RetentionAction } from '../../foundations/holders/holder.ts';
import { isMarketing } from '../../law/rights.ts';
import type { Policies } from '../../register/policies/policies.ts';

/**
 * What each kind of hold does, the one table. `keeps`: nothing it covers is destroyed. `stops`: what it covers may be
 * stored, and nothing else is done with it (GDPR Art. 4(3), 18(2)). An objection stops and does not keep: what is
 * objected to may go, only counting it or turning it into something else would be processing (Art. 21(1)). `freezes`:
 * values stay as they are, whoever would change them: what a claim rests on must not be overwritten. What a person has
 * asked for a copy of may go on changing in the ordinary course, as long as it is not taken away.
 */
const KINDS = {
  legal: { keeps: true, stops: false, freezes: true },
  restriction: { keeps: true, stops: true, freezes: false },
  objection: { keeps: false, stops: true, freezes: false },
  'access-request': { keeps: true, stops: false, freezes: false },
  'erasure-pending': { keeps: false, stops: true, freezes: false },
} as const satisfies Record<string, { keeps: boolean; stops: boolean; freezes: boolean }>;

export type HoldKind = keyof typeof KINDS;
export const HOLD_KINDS = Object.keys(KINDS) as HoldKind[];

export const KEEPING: readonly HoldKind[] = HOLD_KINDS.filter((kind) => KINDS[kind].keeps);
export const STOPPING: readonly HoldKind[] = HOLD_KINDS.filter((kind) => KINDS[kind].stops);

const FREEZING: readonly HoldKind[] = HOLD_KINDS.filter((kind) => KINDS[kind].freezes);

/**
 * What is to be done with values that are there: `change` is the platform's ordinary writing, `correct` what puts them
 * right (Art. 16), `remove` takes the row away.
 */
export type Change = 'change' | 'correct' | 'remove';

/** The kinds of holds that each waits for, besides those that stop processing where it is that. */
export const IN_THE_WAY: Record<Change, readonly HoldKind[]> = {
  change: FREEZING,
  correct: FREEZING,
  remove: KEEPING,
};

/** What a rule asks of the holds. */
export function questionOf(
  policies: Pick<Policies, 'current'>,
  { category, action }: { category: string; action: RetentionAction },
) {
  return { category, purposes: purposesOf(policies, category), kinds: deferring(action) };
}

/** What a retention action waits for: to destroy needs no `keeps`, to make something new of it no `stops` either. */
export function deferring(action: RetentionAction | undefined): readonly HoldKind[] {
  return action === 'anonymise' || action === 'aggregate' ? HOLD_KINDS : KEEPING;
}

/** The purposes that data of a category serves, by the activities that use it. */
export function purposesOf(policies: Pick<Policies, 'current'>, category: string): string[] {
  const { activities } = policies.current();
  return [...new Set(activities.filter(({ categories }) => categories.includes(category)).map((one) => one.purpose))];
}

/** Purposes to which an objection is absolute and for good (GDPR Art. 21(2), 21(3)). */
export function isDirectMarketing(policies: Pick<Policies, 'purpose'>, purpose: string | null): boolean {
  const declared = purpose === null ? undefined : policies.purpose(purpose);
  return declared !== undefined && isMarketing(declared);
}
