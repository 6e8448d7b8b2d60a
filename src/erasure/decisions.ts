import type { ErasureDecision, Holder } from '../holders/holder.ts';
import { endOfPeriod } from '../law/duration.ts';
import { type ErasureException, EXCEPTION_IN_WORDS } from '../law/vocabulary.ts';
import type { Register } from '../register/register.ts';

/**
 * What the policies decide for each category when a person asks to be forgotten (GDPR Art. 17), after the holds were
 * asked: what is held is not touched at all.
 */
export function decideErasure(
  register: Register,
  held: ReadonlyMap<string, string>,
  at: Date,
  timeZone: string,
): Record<string, ErasureDecision> {
  const decisions: Record<string, ErasureDecision> = {};
  for (const { category, action, ground, reviewAfter } of register.policies().erasureRequests) {
    const hold = held.get(category) ?? held.get('*');
    decisions[category] = hold
      ? { category, action: 'held', ground: hold }
      : {
          category,
          action,
          ...(ground ? { ground } : {}),
          ...(reviewAfter ? { reviewAt: endOfPeriod(at, reviewAfter, timeZone) } : {}),
        };
  }
  return decisions;
}

/** Whether something that stays needs the person's own key: then the key stays too, and the answer says so. */
export function keyStillNeeded(
  holders: Holder[],
  decisions: Record<string, ErasureDecision>,
  counts: Record<string, number>,
): boolean {
  return holders
    .flatMap((holder) => holder.describe().sealedPerSubject)
    .some((category) => {
      const action = decisions[category]?.action;
      return (action === 'held' || action === 'retain') && (counts[category] ?? 0) > 0;
    });
}

export function groundInWords(ground: string | undefined): string | null {
  if (ground === undefined) return null;
  return EXCEPTION_IN_WORDS[ground as ErasureException] ?? `${ground} hold`;
}
