import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { articleOf, RIGHTS, rightsUnder, rightsUnderAny } from '../../src/law/rights.ts';
import { LAWFUL_BASES, type LawfulBasis, UK_BASIS } from '../../src/law/vocabulary.ts';

/** Basis by basis: 15 16 18 19 77, then 17, 20, 21, 7(3). */
const TABLE: Record<
  string,
  [always: string, erasure: string, portability: string, objection: string, consent: string]
> = {
  a: ['yes', 'yes', 'yes', 'no', 'yes'],
  b: ['yes', 'yes', 'yes', 'no', 'no'],
  c: ['yes', 'limited', 'no', 'no', 'no'],
  d: ['yes', 'yes', 'no', 'no', 'no'],
  e: ['yes', 'limited', 'no', 'yes', 'no'],
  // UK GDPR Art. 21(1) as amended: (e), (ea) and (f).
  ea: ['yes', 'yes', 'no', 'yes', 'no'],
  f: ['yes', 'yes', 'no', 'yes', 'no'],
};

describe('Rights', () => {
  for (const basis of [...LAWFUL_BASES, UK_BASIS] as LawfulBasis[])
    it(`under ${basis} are those of the law, with a reason for every other (REQ-A08)`, () => {
      const [always, a17, a20, a21, a73] = TABLE[basis.split('-')[2] as string] as (typeof TABLE)[string];
      const expected: Record<string, string> = { A17: a17, A20: a20, A21: a21, 'A7-3': a73 };
      for (const { right, exists, reason } of rightsUnder(basis)) {
        assert.equal(exists, expected[right] ?? always, right);
        if (exists === 'yes') assert.equal(reason, null);
        else assert.ok(reason !== null, right);
      }
    });

  // DPV leaves 17 out for (c) and (e), which goes further than Art. 17(3)(b) does.
  it('are never fewer than DPV lists, and more only where the text of the law is against DPV', () => {
    const published = readFileSync(
      join(packageRoot, 'test/vectors/dpv/2.3_legal_eu_gdpr_legal_basis_rights_mapping.csv'),
      'utf8',
    );
    const listed = new Map<string, string[]>();
    for (const [, basis, right] of published.matchAll(/#(A6-[^"]+)","[^"]*#([^"]+)"/g))
      listed.set(basis as string, [...(listed.get(basis as string) ?? []), right as string]);
    let held = 0;
    for (const basis of LAWFUL_BASES) {
      const theirs = listed.get(basis);
      if (!theirs) continue;
      held += 1;
      const ours = rightsUnder(basis).flatMap(({ right, exists }) => (exists === 'no' ? [] : [right as string]));
      const known = theirs.filter((right) => (RIGHTS as readonly string[]).includes(right));
      assert.deepEqual(
        known.filter((right) => !ours.includes(right)),
        [],
        basis,
      );
      // Art. 19 follows from 16 to 18 and is not in DPV's list.
      assert.deepEqual(
        ours.filter((right) => !known.includes(right) && right !== 'A19'),
        /^A6-1-[ce]/.test(basis) ? ['A17'] : [],
        basis,
      );
    }
    assert.ok(held > 5, String(held));
  });

  it('against several processings are those against any of them', () => {
    const of = (...bases: LawfulBasis[]) =>
      Object.fromEntries(rightsUnderAny(bases).map(({ right, exists }) => [right, exists]));
    assert.deepEqual(
      [of('A6-1-c')['A17'], of('A6-1-c', 'A6-1-b')['A17'], of('A6-1-c', 'A6-1-b')['A21']],
      ['limited', 'yes', 'no'],
    );
    assert.equal(of('A6-1-a', 'A6-1-f')['A21'], 'yes');
    assert.ok(rightsUnderAny([]).every(({ exists }) => exists === 'yes'));
  });

  it('have words and an article', () => {
    assert.deepEqual(RIGHTS.map(articleOf), ['15', '16', '17', '18', '19', '20', '21', '7(3)', '77']);
  });
});
