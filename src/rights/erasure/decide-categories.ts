import { invalidField } from '../../foundations/contract/problem.ts';
import type { ErasureDecision, ItemOrder } from '../../foundations/holders/holder.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import { endOfPeriod } from '../../law/duration.ts';
import { ERASURE_EXCEPTIONS, nearest } from '../../law/vocabulary.ts';
import { unknownId } from '../../register/policies/known.ts';
import type { PolicySet } from '../../register/policies/model.ts';
import { lawTerms } from '../../register/view/law-terms.ts';
import type { ErasureOrder } from './model.ts';

/**
 * What the policies decide for each category when a person asks to be forgotten (GDPR Art. 17), after the holds were
 * asked: what is held is not touched at all.
 */
export function decideErasure(
  policies: PolicySet,
  held: ReadonlyMap<string, string>,
  at: Date,
  timeZone: string,
  ordered: ErasureOrder['categories'] = {},
  items: ItemOrder[] = [],
): Record<string, ErasureDecision> {
  const decisions: Record<string, ErasureDecision> = {};
  for (const rule of policies.erasureRequests) {
    const { category } = rule;
    const { action, ground, reviewAfter } = ordered[category] ?? rule;
    const whole: ErasureDecision = {
      category,
      action,
      ground,
      reviewAt: reviewAfter ? endOfPeriod(at, reviewAfter, timeZone) : undefined,
    };
    const own = items.filter((item) => item.category === category);
    decisions[category] = own.length > 0 ? withItems(whole, own) : whole;
  }
  return underHolds(decisions, held);
}

/**
 * Decisions as they stand under these holds: what one protects is not touched, and what was decided on it waits for its
 * end. Decisions that waited already and are protected no more are again what they were.
 */
export function underHolds(
  decisions: Record<string, ErasureDecision>,
  held: ReadonlyMap<string, string>,
): Record<string, ErasureDecision> {
  return Object.fromEntries(
    Object.entries(decisions).map(([category, decision]): [string, ErasureDecision] => {
      const hold = held.get(category) ?? held.get('*');
      const decided = decision.onRelease ?? decision;
      return [
        category,
        hold === undefined ? decided : { category, action: 'held', ground: hold, onRelease: onlyIfDecided(decided) },
      ];
    }),
  );
}

/** What an older version held without writing down what was decided on it: nobody can go on with that by itself. */
const onlyIfDecided = (decision: ErasureDecision) => (decision.action === 'held' ? undefined : decision);

/**
 * Where single items of an erased category stay, the category is reduced, on the ground of the first of them; what
 * nobody decided on goes all the same.
 */
function withItems(decision: ErasureDecision, items: ItemOrder[]): ErasureDecision {
  const stays = items.find(({ decision: one }) => one !== 'remove');
  if (decision.action !== 'erase' || !stays) return { ...decision, items };
  return {
    ...decision,
    action: 'reduce',
    others: 'erase',
    items,
    ground: stays.ground,
    reviewAt: stays.reviewAt === undefined ? undefined : new Date(stays.reviewAt),
  };
}

/**
 * What no schema can tell of an officer's decisions (REQ-A30): whatever is kept names its exception and a day to look at
 * it again.
 * @throws Problem naming the field, with the terms that come nearest.
 */
export function checkOrder(policies: PolicySet, ordered: NonNullable<ErasureOrder['categories']>): void {
  const categories = policies.erasureRequests.map(({ category }) => category);
  for (const [category, { action, ground, reviewAfter }] of Object.entries(ordered)) {
    const at = `/categories/${category}`;
    if (!categories.includes(category)) throw unknownId(at, 'category', category, categories);
    if (action === 'erase') {
      if (ground !== undefined || reviewAfter !== undefined)
        throw invalidField(at, 'must have neither ground nor reviewAfter: nothing of it is kept');
      continue;
    }
    if (ground === undefined || !(ERASURE_EXCEPTIONS as readonly string[]).includes(ground)) {
      const like = ground === undefined ? [] : nearest(ground, ERASURE_EXCEPTIONS);
      const wanted = like.length > 0 ? like : ERASURE_EXCEPTIONS;
      throw invalidField(`${at}/ground`, `must be an exception of GDPR Art. 17(3), such as ${wanted.join(', ')}`);
    }
    if (reviewAfter === undefined) throw invalidField(`${at}/reviewAfter`, 'is required for what is kept');
  }
}

/** Whether something that stays needs the person's own key: then the key stays too, and the answer says so. */
export function keyStillNeeded(
  sealedPerSubject: readonly string[],
  decisions: Record<string, ErasureDecision>,
  counts: Record<string, number>,
): boolean {
  return sealedPerSubject.some((category) => {
    const action = decisions[category]?.action;
    return (action === 'held' || action === 'retain') && (counts[category] ?? 0) > 0;
  });
}

/** For the answers of the interface, which are English; whoever tells a person says it in their language by its code. */
export function groundInWords(ground: string | undefined): string | null {
  if (ground === undefined) return null;
  return lawTerms({ jurisdiction: 'EU' }, textsIn('en')).stays(ground);
}
