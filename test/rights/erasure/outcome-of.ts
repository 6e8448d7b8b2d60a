import type { Erasure } from '../../../src/rights/erasure/model.ts';

/** `category: result removed/reduced/retained`, of what was there. */
export function outcomeOf(erasure: Erasure): Record<string, string> {
  return Object.fromEntries(
    erasure.holders.flatMap(({ categories }) =>
      categories
        .filter(({ result }) => result !== 'nothing-held')
        .map((c) => [c.category, `${c.result} ${c.removed}/${c.reduced}/${c.retained}`]),
    ),
  );
}
