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

/**
 * What a person is told of their erasure, by titles: what is gone, what stays on which grounds, what is held for now.
 * Grounds are codes of the law or of holds, which each language says; words of an officer as they are.
 */
export function tellOutcome(title: (category: string) => string, erasure: Pick<Erasure, 'holders'>) {
  const { erased } = outcomeOfErasure(erasure);
  const stays = erasure.holders
    .flatMap(({ categories }) => categories)
    .filter(({ result }) => ['retained', 'reduced', 'held'].includes(result));
  const explained = (results: readonly ErasedCategory['result'][]) =>
    stays
      .filter(({ result }) => results.includes(result))
      .map(({ category, ground, groundInWords }) => ({
        category: title(category),
        grounds: ground === null ? [groundInWords ?? 'policy'] : ground.split(', '),
      }));
  return {
    // What is gone in part is told as what stays, with its ground.
    done: erased.filter((category) => !stays.some((one) => one.category === category)).map(title),
    kept: explained(['retained', 'reduced']),
    held: explained(['held']),
  };
}

/** Categories in which something of a person is held; where a holder does not answer, it may be. */
export function categoriesHeld({ categories }: Pick<ErasurePreview, 'categories'>): string[] {
  return categories.filter(({ rows }) => rows !== 0).map(({ category }) => category);
}
