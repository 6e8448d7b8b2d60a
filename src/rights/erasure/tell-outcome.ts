import type { PolicySet } from '../../register/policies/model.ts';
import type { ErasedCategory, Erasure, ErasurePreview } from './model.ts';

/** What came of an erasure, by category: what letters, messages and the request say of it is made of this alone. */
export interface ErasureOutcome {
  /** Of which something is gone. */
  erased: string[];
  /** Of which something stays for good, or until a day of review; with why. */
  kept: { category: string; ground: string }[];
  /** Of which a hold keeps something back for now; with its kind. */
  held: { category: string; ground: string }[];
}

/** Read from the answer of the API, which the certificate is made of too. */
export function outcomeOfErasure({ holders }: Pick<Erasure, 'holders'>): ErasureOutcome {
  const found = holders.flatMap(({ categories }) => categories);
  const explained = (results: readonly ErasedCategory['result'][]) =>
    found
      .filter(({ result }) => results.includes(result))
      .map((one) => ({ category: one.category, ground: one.groundInWords ?? one.ground ?? 'policy' }));
  return {
    erased: found.filter(({ result, removed }) => result !== 'failed' && removed > 0).map(({ category }) => category),
    kept: explained(['retained', 'reduced']),
    held: explained(['held']),
  };
}

/** What a person is told of their erasure, by titles: what is gone, what stays on which ground, what is held for now. */
export function tellOutcome({ categories }: Pick<PolicySet, 'categories'>, erasure: Pick<Erasure, 'holders'>) {
  const titles = new Map(categories.map(({ id, title }) => [id, title]));
  const titleOf = (category: string) => titles.get(category) ?? category;
  const titled = (one: { category: string; ground: string }) => ({ ...one, category: titleOf(one.category) });
  const { erased, kept, held } = outcomeOfErasure(erasure);
  const stays = [...kept, ...held].map(({ category }) => category);
  return {
    // What is gone in part is told as what stays, with its ground.
    done: erased.filter((category) => !stays.includes(category)).map(titleOf),
    kept: kept.map(titled),
    held: held.map(titled),
  };
}

/** Categories in which something of a person is held; where a holder does not answer, it may be. */
export function categoriesHeld({ categories }: Pick<ErasurePreview, 'categories'>): string[] {
  return categories.filter(({ rows }) => rows !== 0).map(({ category }) => category);
}
