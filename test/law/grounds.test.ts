import assert from 'node:assert/strict';
import {
  absolute,
  allowed,
  CLAIMS,
  type Claim,
  EFFECTS,
  type Effect,
  GROUNDS,
  type Ground,
  groundsAgainst,
  regimeUnder,
} from '../../src/law/grounds.ts';
import type { Regime } from '../../src/law/jurisdictions.ts';
import { ERASURE_GROUNDS, erasureGroundsUnder } from '../../src/law/rights.ts';
import type { LawfulBasis } from '../../src/law/vocabulary.ts';

const LETTER: Record<Effect, string> = {
  refuse: 'R',
  'refuse-part': 'P',
  reject: 'J',
  fee: 'F',
  extend: 'X',
  ask: 'A',
};
const COLUMNS: Ground[] = [
  ...(['manifestly-unfounded', 'excessive', 'right-does-not-apply', 'exception', 'compelling-grounds'] as const),
  ...(['identity-not-shown', 'fee-not-paid', 'national-restriction', 'rights-of-others', 'not-responsible'] as const),
  ...(['complexity', 'number', 'identity-doubt', 'clarification', 'further-copy'] as const),
];
/** Written down a second time, right by right: R the whole, P a part, J after documenting, F fee, X extend, A ask. */
const GDPR: Record<Claim, string> = {
  //                     mu ex na 17 cg id fu nr oo nr  cx nu di cl fc
  access: '              RF RF -  -  -  R  R  RP P  R   X  X  A  A  F',
  portability: '         RF RF RP -  -  R  R  RP P  R   X  X  A  A  -',
  rectification: '       RF RF RP -  -  R  R  RP -  R   X  X  A  A  -',
  erasure: '             RF RF RP RP -  R  R  RP -  R   X  X  A  A  -',
  restriction: '         RF RF RP -  -  R  R  RP -  R   X  X  A  A  -',
  objection: '           RF RF R  -  J  R  R  RP -  R   X  X  A  A  -',
  'human-review': '      RF RF R  -  -  R  R  RP -  R   X  X  A  A  -',
  'consent-withdrawal': ' -  -  -  -  -  -  -  -  -  -   -  -  A  -  -',
  'marketing-objection': '-  -  -  -  -  -  -  -  -  -   -  -  A  -  -',
  complaint: '            -  -  -  -  -  -  -  -  -  -   -  -  A  A  -',
};
/** FADP Art. 25 to 32, DPO Art. 16 to 19: abuse and a fee are of access and of handing over alone. */
const SWISS: Record<Claim, string> = {
  //                     mu ex na 17 cg id fu nr oo nr  cx nu di cl fc
  access: '              RF RF -  -  -  R  R  RP P  R   X  X  A  A  -',
  portability: '         RF RF RP -  -  R  R  RP P  R   X  X  A  A  -',
  rectification: '       -  -  RP -  -  R  R  RP -  R   X  X  A  A  -',
  erasure: '             -  -  RP RP -  R  R  RP -  R   X  X  A  A  -',
  restriction: '         -  -  RP -  -  R  R  RP -  R   X  X  A  A  -',
  objection: '           -  -  R  -  J  R  R  RP -  R   X  X  A  A  -',
  'human-review': '      -  -  R  -  -  R  R  RP -  R   X  X  A  A  -',
  'consent-withdrawal': ' -  -  -  -  -  -  -  -  -  -   -  -  A  -  -',
  'marketing-objection': '-  -  -  -  -  -  -  -  -  -   -  -  A  -  -',
  complaint: '            -  -  -  -  -  -  -  -  -  -   -  -  A  A  -',
};
/** Reg. (EU) 2018/1725 Art. 14(5) knows no fee, and so none that is unpaid. */
const withoutFees = (cell: string, ground: Ground) =>
  ground === 'fee-not-paid' || ground === 'further-copy' ? '-' : cell.replace('F', '');
const expected = (regime: Regime, claim: Claim, ground: Ground): string => {
  if (regime === 'fadp') return SWISS[claim].trim().split(/\s+/)[COLUMNS.indexOf(ground)] as string;
  const cell = GDPR[claim].trim().split(/\s+/)[COLUMNS.indexOf(ground)] as string;
  return regime === 'eudpr' ? withoutFees(cell, ground) : cell;
};

describe('Grounds against rights (Art. 7(3), 12 to 23; REQ-A16, A30, A39)', () => {
  for (const regime of ['gdpr', 'eudpr', 'uk-gdpr', 'fadp'] as const)
    it(`are those of the law for every right and every ground: ${regime}`, () => {
      assert.deepEqual(new Set(COLUMNS), new Set(GROUNDS));
      let cells = 0;
      for (const claim of CLAIMS)
        for (const ground of GROUNDS) {
          const effects = EFFECTS.filter((effect) => allowed(claim, ground, effect, regime, '2026-11-23'));
          const cell = effects.map((effect) => LETTER[effect]).join('') || '-';
          assert.equal(cell, expected(regime, claim, ground), `${claim} ${ground}`);
          cells += 1;
        }
      assert.equal(cells, CLAIMS.length * GROUNDS.length);
    });

  it('say where they stand, what they need, and nothing twice', () => {
    const marks: Record<Regime, RegExp> = {
      gdpr: /^GDPR (Art\. \d|Recital 63)/,
      eudpr: /^(Reg\. \(EU\) 2018\/1725 Art\. \d|EDPB)/,
      'uk-gdpr': /^(UK GDPR (Art\. \d|Recital 63)|DPA 2018)/,
      fadp: /^(FADP|DPO) Art\. \d/,
    };
    for (const regime of ['gdpr', 'eudpr', 'uk-gdpr', 'fadp'] as const)
      for (const claim of CLAIMS) {
        const all = groundsAgainst(claim, regime, '2026-11-23');
        for (const { source, evidence } of all) {
          assert.match(source, marks[regime]);
          assert.ok(evidence.length > 0);
        }
        const once = new Set(all.map(({ ground, effect }) => `${ground} ${effect}`));
        assert.equal(once.size, all.length, `${regime} ${claim}`);
        // A right against which nothing can be refused says why.
        const refusable = all.some(({ effect }) =>
          ['refuse', 'refuse-part', 'reject', 'fee', 'extend'].includes(effect),
        );
        assert.equal(absolute(claim, regime) === undefined, refusable, claim);
      }
  });

  it('are dated: nothing before the law, and each provision from its day', () => {
    assert.deepEqual(groundsAgainst('access', 'gdpr', '2018-05-24'), []);
    assert.deepEqual(groundsAgainst('access', 'eudpr', '2018-12-10'), []);
    const why = (day: string) => allowed('access', 'complexity', 'extend', 'uk-gdpr', day)?.source;
    assert.deepEqual([why('2026-02-04'), why('2026-02-05')], ['UK GDPR Art. 12(3)', 'UK GDPR Art. 12A']);
  });

  it('know the regime of a jurisdiction', () => {
    assert.deepEqual((['EU', 'EU-institutions', 'UK', 'CH'] as const).map(regimeUnder), [
      'gdpr',
      'eudpr',
      'uk-gdpr',
      'fadp',
    ]);
  });

  it('of erasure are those that a basis can have (Art. 17(1); REQ-A08, A30)', () => {
    const points: [LawfulBasis, string][] = [
      ['A6-1-a', 'a b d e f'],
      ['A6-1-b', 'a d e'],
      ['A6-1-c', 'a d e'],
      ['A6-1-d', 'a d e'],
      ['A6-1-e', 'a c d e'],
      ['A6-1-ea', 'a c d e'],
      ['A6-1-f', 'a c d e'],
    ];
    for (const [basis, letters] of points)
      assert.deepEqual(
        erasureGroundsUnder(basis),
        letters.split(' ').map((letter) => `17-1-${letter}`),
        basis,
      );
    assert.deepEqual(erasureGroundsUnder('A6-1-a', { marketing: true }), [...ERASURE_GROUNDS]);
  });
});
