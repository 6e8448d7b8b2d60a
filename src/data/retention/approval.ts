import type { Installation, RetentionRule } from '../../register/policies/model.ts';
import { type Reach, reachesMore } from './reach.ts';

/** Why a run of a rule waits for an officer. */
export const WAITS_FOR = ['always', 'first', 'reaches-more', 'brake'] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

/** What a wait is decided on. */
export interface Amount {
  due: number;
  total: number;
}

type Brake = Pick<Installation['retention'], 'brakeShare' | 'brakeRows' | 'brakeBelow'>;

/** Of fewer rows than this any that is due brakes: there a share says nothing. */
const BRAKE_BELOW = 20;

/**
 * The brake (REQ-E05), in words: more than a share of a rule's rows, more than a number of rows, or any of a few. What
 * is over it waits for a person; undefined: it is not.
 */
export function brakes(
  { due, total }: Amount,
  { brakeShare, brakeRows, brakeBelow = BRAKE_BELOW }: Brake,
): string | undefined {
  const reasons = [
    due > brakeShare * total && `more than ${Math.round(brakeShare * 1000) / 10} % of its ${total} rows`,
    due > brakeRows && `more than ${brakeRows} rows`,
    total < brakeBelow && `some of fewer than ${brakeBelow} rows`,
  ].filter((reason) => reason !== false);
  if (due === 0 || reasons.length === 0) return undefined;
  return `The brake stops it: due are ${reasons.join(' and ')}.`;
}

/** What a rule waits for, and why in words; null: it may run. Where nothing is due, what it would wait for. */
export function waitOf(
  rule: Pick<RetentionRule, 'approval'> & Partial<Pick<RetentionRule, 'action'>>,
  { seen, reach }: { seen: Reach | undefined; reach: Reach },
  amount: Amount,
  brake: Brake,
): { for: WaitsFor; why: string } | null {
  const { approval = 'first' } = rule;
  // It destroys nothing: whoever looks decides.
  if (rule.action === 'review') return null;
  if (approval === 'always') return { for: 'always', why: 'Every run of this rule waits for an officer.' };
  if (approval === 'first') {
    if (!seen) return { for: 'first', why: 'This rule has never run here, and nobody has agreed to it.' };
    const more = reachesMore(seen, reach);
    if (more) return { for: 'reaches-more', why: `This rule has come to reach more: ${more}.` };
  }
  const over = brakes(amount, brake);
  return over ? { for: 'brake', why: over } : null;
}
