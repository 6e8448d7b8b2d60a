import type { PolicySet } from '../../register/policies/model.ts';
import type { ErasedCategory, Erasure, ErasurePreview } from './model.ts';

/** Results of categories of which something stays. */
const STAYS: readonly ErasedCategory['result'][] = ['retained', 'reduced', 'held'];

/** What a person is told of their erasure, by titles: what is gone, and what stays on which ground (Art. 12(4), 17(3)). */
export function tellOutcome({ categories }: Pick<PolicySet, 'categories'>, { holders }: Pick<Erasure, 'holders'>) {
  const titles = new Map(categories.map(({ id, title }) => [id, title]));
  const titleOf = ({ category }: ErasedCategory) => titles.get(category) ?? category;
  const found = holders.flatMap((holder) => holder.categories);
  return {
    done: found.filter(({ result }) => result === 'removed').map(titleOf),
    kept: found
      .filter(({ result }) => STAYS.includes(result))
      .map((one) => ({ category: titleOf(one), ground: one.groundInWords ?? one.ground ?? 'policy' })),
  };
}

/** Categories in which something of a person is held; where a holder does not answer, it may be. */
export function categoriesHeld({ categories }: Pick<ErasurePreview, 'categories'>): string[] {
  return categories.filter(({ rows }) => rows !== 0).map(({ category }) => category);
}
