import type { RetentionRule } from '../../register/policies/model.ts';
import type { Word } from '../../register/policies/whose-word.ts';
import { CONDITION } from '../../register/view/law-terms.ts';
import type { Draft } from '../certificates/service.ts';
import type { StepRow } from './table.ts';

export interface SecondLook {
  /** Due and protected, asked again after the act. */
  held: number;
  /** Due, not held, and kept by a condition, likewise. */
  kept?: { id: string; rows: number }[];
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
  { held, kept = [], remaining, grounds }: SecondLook,
  whose: { word?: Word } = {},
): Draft['findings'][number] {
  const treated = remaining > 0 ? Math.min(step.treated, Math.max(0, step.due - remaining)) : step.treated;
  const suppressed = Math.min(step.suppressed, treated);
  const counts = { removed: 0, reduced: 0, anonymised: 0 };
  if (rule.action === 'erase') counts.removed = treated;
  else if (rule.action === 'reduce' || rule.action === 'pseudonymise') counts.reduced = treated;
  else if (rule.action !== 'review') {
    counts.anonymised = treated - suppressed;
    counts.removed = suppressed;
  }
  // Of a review everything is still there.
  const put = rule.action === 'review' ? treated : 0;
  const isHeld = held > 0;
  const keeping = kept.filter(({ rows }) => rows > 0);
  const grounded = [
    ...(isHeld ? [grounds.kinds.join(', ') || 'hold'] : []),
    ...keeping.map(({ id }) => `${CONDITION}${id}`),
  ];
  const inWords = [
    ...(put > 0 ? ['put before a person, who decides; nothing is destroyed'] : []),
    ...(isHeld ? [grounds.kinds.map((kind) => `${kind} hold`).join(', ') || 'a hold'] : []),
    ...keeping.map(({ id, rows }) => `${rows} kept by the condition ${id} of the rule`),
  ];
  return {
    category: rule.category,
    rule: rule.id,
    action: rule.action,
    before: before.toISOString(),
    ...whose,
    ...counts,
    retained: put + held + keeping.reduce((sum, { rows }) => sum + rows, 0),
    failed: remaining,
    suppressed: counts.removed === suppressed && rule.action !== 'erase' ? suppressed : 0,
    ground: grounded.join(', ').slice(0, 200) || null,
    groundInWords: inWords.join(', ').slice(0, 300) || null,
    until: isHeld && keeping.length === 0 ? (grounds.until?.toISOString() ?? null) : null,
  };
}
