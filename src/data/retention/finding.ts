import type { RetentionRule } from '../../register/policies/model.ts';
import type { Word } from '../../register/policies/whose-word.ts';
import type { Draft } from '../certificates/service.ts';
import type { StepRow } from './table.ts';

export interface SecondLook {
  /** Due and protected, asked again after the act. */
  held: number;
  /** Still due after the act: 0 unless something was missed. */
  remaining: number;
  /** Kinds of the holds in force, and when the last of them ends. */
  grounds: { kinds: string[]; until: Date | null };
}

/**
 * What a certificate says of one rule of a sweep. Where the second look still finds rows, the holder's own count of what
 * it treated is not believed beyond what can have gone.
 */
export function findingOf(
  rule: RetentionRule,
  before: Date,
  step: Pick<StepRow, 'due' | 'treated' | 'suppressed'>,
  { held, remaining, grounds }: SecondLook,
  whose: { word?: Word } = {},
): Draft['findings'][number] {
  const treated = remaining > 0 ? Math.min(step.treated, Math.max(0, step.due - remaining)) : step.treated;
  const suppressed = Math.min(step.suppressed, treated);
  const counts = { removed: 0, reduced: 0, anonymised: 0 };
  if (rule.action === 'erase') counts.removed = treated;
  else if (rule.action === 'reduce' || rule.action === 'pseudonymise') counts.reduced = treated;
  else {
    counts.anonymised = treated - suppressed;
    counts.removed = suppressed;
  }
  const isHeld = held > 0;
  return {
    category: rule.category,
    rule: rule.id,
    action: rule.action,
    before: before.toISOString(),
    ...whose,
    ...counts,
    retained: held,
    failed: remaining,
    suppressed: counts.removed === suppressed && rule.action !== 'erase' ? suppressed : 0,
    ground: isHeld ? grounds.kinds.join(', ') || 'hold' : null,
    groundInWords: isHeld ? grounds.kinds.map((kind) => `${kind} hold`).join(', ') || 'a hold' : null,
    until: isHeld ? (grounds.until?.toISOString() ?? null) : null,
  };
}
