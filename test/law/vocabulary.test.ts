import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { basisPoint, ERASURE_EXCEPTIONS, LAWFUL_BASES, nearest, PARTY_ROLES } from '../../src/law/vocabulary.ts';

/** The first column of a published list. */
const published = (file: string) =>
  readFileSync(join(packageRoot, 'test/vectors/dpv', file), 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => /^"([^"]+)"/.exec(line)?.[1] ?? []);

describe('The vocabulary', () => {
  it('of lawful bases is the published one, all of it (REQ-A06, G04)', () => {
    const terms = published('2.3_legal_eu_gdpr_legal_basis.csv').filter((term) => /^A6-1-/.test(term));
    assert.deepEqual([...LAWFUL_BASES].sort(), terms.sort());
  });

  it('of grounds against erasure is in the published one (REQ-A30)', () => {
    const terms = published('2.3_legal_eu_gdpr_rights_justifications.csv').filter((term) => /A17/.test(term));
    for (const ground of ERASURE_EXCEPTIONS) assert.ok(terms.includes(ground), ground);
    // The others are reasons why something must be erased.
    assert.deepEqual(
      terms.filter((term) => !(ERASURE_EXCEPTIONS as readonly string[]).includes(term)),
      ['ChildData', 'LegalErasure', 'NoLegalBasis', 'NonNecessity', 'ObjectA21', 'UnlawfulProcessing'].map(
        (reason) => `JustificationA17${reason}`,
      ),
    );
  });

  it('knows the point of Art. 6(1) of every basis', () => {
    for (const basis of LAWFUL_BASES) assert.ok(basis.startsWith(`A6-1-${basisPoint(basis)}`));
  });

  it('names nothing twice', () => {
    for (const terms of [LAWFUL_BASES, ERASURE_EXCEPTIONS, PARTY_ROLES] as readonly (readonly string[])[])
      assert.equal(new Set(terms).size, terms.length);
  });

  describe('says what may have been meant', () => {
    for (const [wanted, best] of [
      ['A6-1-x', 'A6-1-a'],
      ['a6-1-e-public-intrest', 'A6-1-e-public-interest'],
      ['A6-1-f-controler', 'A6-1-f-controller'],
    ] as const)
      it(`by ${wanted}`, () => assert.equal(nearest(wanted, LAWFUL_BASES)[0], best));

    it('and nothing where nothing is near', () => {
      assert.deepEqual(nearest('zzzzzzzzzzzzzzz', ['A6-1-a']), []);
    });

    it('with at most three terms, each of the list, whatever was written', () => {
      fc.assert(
        fc.property(fc.string(), (wanted) => {
          const terms = nearest(wanted, LAWFUL_BASES);
          assert.ok(terms.length <= 3 && terms.every((term) => (LAWFUL_BASES as readonly string[]).includes(term)));
        }),
      );
    });
  });
});
