import assert from 'node:assert/strict';
import fc from 'fast-check';
import { brakes, waitOf } from '../../../src/data/retention/approval.ts';
import { type Reach, reachesMore } from '../../../src/data/retention/reach.ts';

const shipped = { brakeShare: 0.2, brakeRows: 10_000 };
const reach: Reach = {
  category: 'visits.full',
  action: 'reduce',
  after: 'P7D',
  from: 'occurred',
  minimumCell: undefined,
  where: null,
};

describe('The brake', () => {
  for (const [due, total, reason] of [
    [0, 0, undefined],
    [0, 4, undefined],
    [4, 4, 'The brake stops it: due are more than 20 % of its 4 rows and some of fewer than 20 rows.'],
    [1, 19, 'The brake stops it: due are some of fewer than 20 rows.'],
    [1, 20, undefined],
    [4, 20, undefined],
    [5, 20, 'The brake stops it: due are more than 20 % of its 20 rows.'],
    [2_000, 10_000, undefined],
    [2_001, 10_000, 'The brake stops it: due are more than 20 % of its 10000 rows.'],
    [10_000, 1_000_000, undefined],
    [10_001, 1_000_000, 'The brake stops it: due are more than 10000 rows.'],
  ] as const)
    it(`${reason ? 'stops' : 'lets through'} ${due} of ${total} rows`, () => {
      assert.equal(brakes({ due, total }, shipped), reason);
    });

  it('stops whatever is more than the share, more than the number, or of a few (REQ-E05)', () => {
    fc.assert(
      fc.property(fc.nat(30_000), fc.nat(100_000), (due, more) => {
        const total = due + more;
        const over = due > 0 && (due > total * 0.2 || due > 10_000 || total < 20);
        assert.equal(brakes({ due, total }, shipped) !== undefined, over);
      }),
    );
  });
});

describe('What a run of a rule waits for', () => {
  const few = { due: 1, total: 1000 };
  const much = { due: 500, total: 1000 };
  const agreed = { seen: reach, reach };
  const never = { seen: undefined, reach };
  for (const [what, approval, standing, amount, waits] of [
    ['every run, where the policies say always', 'always', agreed, few, 'always'],
    ['the first run', 'first', never, few, 'first'],
    ['the first run, where the policies say nothing', undefined, never, few, 'first'],
    ['nothing more, once it was agreed to', 'first', agreed, few, undefined],
    ['the brake all the same', 'first', agreed, much, 'brake'],
    ['no first run under approval: brake', 'brake', never, few, undefined],
    ['the brake under approval: brake', 'brake', never, much, 'brake'],
    ['what has come to reach more', 'first', { seen: reach, reach: { ...reach, after: 'P1D' } }, few, 'reaches-more'],
    ['nothing, where it reaches less', 'first', { seen: reach, reach: { ...reach, after: 'P9D' } }, few, undefined],
  ] as const)
    it(what, () => {
      assert.equal(waitOf({ approval }, standing, amount, shipped)?.for, waits);
    });
});

describe('A rule reaches more', () => {
  for (const [how, is, words] of [
    ['when it comes sooner', { after: 'P6D' }, 'reduce after P6D instead of P7D'],
    ['when it counts from something else', { from: 'recorded' }, 'reduce counts from "recorded" instead of "occurred"'],
    ['when it does something else', { action: 'erase' }, 'erase instead of reduce'],
    [
      'when it is about something else',
      { category: 'visits.reduced' },
      'it is about visits.reduced instead of visits.full',
    ],
    ['when cells must be larger', { minimumCell: 20 }, 'larger minimum cell: more counts are suppressed'],
    [
      'when its holder outside is declared anew',
      { where: 'f'.repeat(64) },
      'where its holder keeps the data, or what it does there, is declared anew',
    ],
  ] as [string, Partial<Reach>, string][])
    it(how, () => {
      assert.equal(reachesMore(reach, { ...reach, ...is }), words);
    });
  it('not when it comes later, or is the same', () => {
    assert.equal(reachesMore(reach, { ...reach, after: 'P8D' }), undefined);
    assert.equal(reachesMore(reach, reach), undefined);
  });
});
