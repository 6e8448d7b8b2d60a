import { basisPoint } from '../../law/vocabulary.ts';
import type { Mistake, PolicySet, Purpose } from './model.ts';

/** The purposes for which each category is processed. */
function purposesByCategory({ activities }: PolicySet): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { purpose, categories } of activities)
    for (const category of categories) found.set(category, (found.get(category) ?? new Set()).add(purpose));
  return found;
}

/** Consent, and laws, make a further purpose lawful by themselves (Art. 6(4)). */
const restsOnItself = ({ basis }: Purpose): boolean => ['a', 'c', 'e'].includes(basisPoint(basis));

/**
 * Data that was collected for one purpose and would now be processed for another: that takes an assessment of the five
 * factors, consent, or a law (GDPR Art. 5(1)(b), 6(4); REQ-A07). Each purpose and category that has none is one mistake.
 */
export function furtherPurposes(before: PolicySet, next: PolicySet): Mistake[] {
  const earlier = purposesByCategory(before);
  return [...purposesByCategory(next)].flatMap(([category, purposes]) => {
    const collectedFor = earlier.get(category);
    if (!collectedFor) return [];
    return [...purposes]
      .filter((id) => !collectedFor.has(id))
      .flatMap((id) => {
        const purpose = next.purposes.find((one) => one.id === id);
        const assessed = purpose?.furtherTo && collectedFor.has(purpose.furtherTo.purpose);
        if (!purpose || assessed || restsOnItself(purpose)) return [];
        const known = [...collectedFor].sort();
        return [
          {
            file: 'purposes.yaml',
            line: 1,
            column: 1,
            pointer: '',
            message: `The purpose "${id}" is new for ${category}, which was collected for ${known.join(', ')} (Art. 6(4)).`,
            remedy: `Add furtherTo with the five factors and purpose: ${known[0]} (keep that purpose while its data is kept), ask for consent, or name a law.`,
          },
        ];
      });
  });
}
