import type { RetentionAction } from '../../foundations/holders/holder.ts';
import type { Policies } from '../../register/policies/policies.ts';

/**
 * What each kind of hold does, the one table. `keeps`: nothing it covers is destroyed. `stops`: what it covers may be
 * stored, and nothing else is done with it (GDPR Art. 4(3), 18(2)). An objection stops and does not keep: what is
 * objected to may go, only counting it or turning it into something else would be processing (Art. 21(1)).
 */
const KINDS = {
  legal: { keeps: true, stops: false },
  restriction: { keeps: true, stops: true },
  objection: { keeps: false, stops: true },
  'access-request': { keeps: true, stops: false },
  'erasure-pending': { keeps: false, stops: true },
} as const satisfies Record<string, { keeps: boolean; stops: boolean }>;

export type HoldKind = keyof typeof KINDS;
export const HOLD_KINDS = Object.keys(KINDS) as HoldKind[];

export const KEEPING: readonly HoldKind[] = HOLD_KINDS.filter((kind) => KINDS[kind].keeps);
export const STOPPING: readonly HoldKind[] = HOLD_KINDS.filter((kind) => KINDS[kind].stops);

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
const MARKETING = ['Marketing', 'DirectMarketing', 'Advertising', 'PersonalisedAdvertising', 'TargetedAdvertising'];

export function isDirectMarketing(policies: Pick<Policies, 'purpose'>, purpose: string | null): boolean {
  const dpv = purpose === null ? undefined : policies.purpose(purpose)?.dpv;
  return dpv !== undefined && MARKETING.includes(dpv);
}
