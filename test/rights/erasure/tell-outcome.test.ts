import assert from 'node:assert/strict';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { titlesIn } from '../../../src/register/view/titles.ts';
import type { ErasedCategory, ErasurePreview } from '../../../src/rights/erasure/model.ts';
import { categoriesHeld, tellOutcome } from '../../../src/rights/erasure/tell-outcome.ts';

describe('What a person is told of their erasure', () => {
  const policies = openPolicies(join(packageRoot, 'policies')).current();
  const [first, second] = policies.categories;
  const title = titlesIn(policies, 'en').category;
  const one = (category: string, result: ErasedCategory['result'], over: Partial<ErasedCategory> = {}) => ({
    category,
    result,
    removed: 0,
    reduced: 0,
    retained: 0,
    remaining: 0,
    ground: null,
    groundInWords: null,
    reviewAt: null,
    ...over,
  });
  const told = (...categories: ErasedCategory[]) => tellOutcome(title, { holders: [{ holder: 'any', categories }] });

  it('names what is gone by its title, of whatever holder', () => {
    const holders = [
      { holder: 'inside', categories: [one(first?.id ?? '', 'removed', { removed: 1 })] },
      { holder: 'outside', categories: [one(second?.id ?? '', 'removed', { removed: 2 })] },
    ];
    assert.deepEqual(tellOutcome(title, { holders }), {
      done: [first?.title, second?.title],
      kept: [],
      held: [],
    });
  });

  it('names what stays with its grounds, as codes, in an officer’s words, or as the policies’ own', () => {
    assert.deepEqual(
      told(
        one('a', 'retained', { ground: 'JustificationA17LegalClaims', groundInWords: 'legal claims' }),
        one('b', 'held', { ground: 'legal, restriction' }),
        one('c', 'reduced'),
      ),
      {
        done: [],
        kept: [
          { category: 'a', grounds: ['JustificationA17LegalClaims'] },
          { category: 'c', grounds: ['policy'] },
        ],
        held: [{ category: 'b', grounds: ['legal', 'restriction'] }],
      },
    );
  });

  it('says nothing of what was never held, and calls nothing done that failed', () => {
    assert.deepEqual(told(one('a', 'nothing-held'), one('b', 'failed', { removed: 1 })), {
      done: [],
      kept: [],
      held: [],
    });
  });

  it('holds what has not been counted to be there', () => {
    const found = (category: string, rows: number | null): ErasurePreview['categories'][number] => ({
      category,
      rows,
      action: 'erase',
      ground: null,
      groundInWords: null,
      reviewAt: null,
    });
    assert.deepEqual(categoriesHeld({ categories: [found('a', 2), found('b', 0), found('c', null)] }), ['a', 'c']);
  });
});
