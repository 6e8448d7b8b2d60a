import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  COUNTED,
  contradictions,
  type Finding,
  judged,
  totalsOf,
  verdictOf,
} from '../../../src/data/certificates/document.ts';
import type { Certificate } from '../../../src/data/certificates/model.ts';
import { findingOf } from '../../../src/data/retention/finding.ts';
import type { RetentionRule } from '../../../src/register/policies/model.ts';

const AT = '2026-03-01T12:00:00.000Z';
const ID = '0190c7a4-0000-7000-8000-000000000001';

const finding = (fields: Partial<Finding>): Finding => ({
  category: 'visits.full',
  rule: null,
  action: 'erase',
  before: null,
  removed: 0,
  reduced: 0,
  anonymised: 0,
  retained: 0,
  failed: 0,
  suppressed: 0,
  ground: null,
  groundInWords: null,
  until: null,
  commitment: null,
  ...fields,
});

function certificateOf(kind: Certificate['kind'], findings: Finding[]): Certificate {
  const holders = judged(findings);
  return {
    version: 1,
    kind,
    certificateId: ID,
    actId: ID,
    tenant: 'north',
    institution: 'North',
    startedAt: AT,
    finishedAt: AT,
    verdict: verdictOf(kind, holders),
    keyDestroyed: null,
    asOf: null,
    planDigest: null,
    policyHash: 'p',
    requestedBy: null,
    approvedBy: [],
    entries: { first: null, last: ID },
    holders,
    totals: totalsOf(holders),
  };
}

describe('What a certificate concludes', () => {
  for (const [kind, fields, result, verdict] of [
    ['erasure', {}, 'nothing-held', 'complete'],
    ['erasure', { removed: 2 }, 'removed', 'complete'],
    ['erasure', { removed: 2, failed: 1 }, 'failed', 'incomplete'],
    ['erasure', { reduced: 2 }, 'failed', 'incomplete'],
    ['erasure', { action: 'reduce', reduced: 2 }, 'reduced', 'complete-with-exceptions'],
    ['erasure', { action: 'retain', retained: 2 }, 'retained', 'complete-with-exceptions'],
    ['erasure', { removed: 1, retained: 2 }, 'retained', 'complete-with-exceptions'],
    ['sweep', { action: 'reduce', reduced: 2 }, 'reduced', 'complete'],
    ['sweep', { action: 'reduce', reduced: 2, retained: 1 }, 'retained', 'complete-with-exceptions'],
    ['sweep', { action: 'anonymise', anonymised: 5, removed: 2, suppressed: 2 }, 'anonymised', 'complete'],
    ['sweep', { action: 'reduce', reduced: 2, failed: 1 }, 'failed', 'incomplete'],
  ] as const)
    it(`is ${result}, ${verdict}, for ${JSON.stringify(fields)} of ${kind === 'sweep' ? 'a sweep' : 'an erasure'}`, () => {
      const rule = kind === 'sweep' ? 'a-rule' : null;
      const certificate = certificateOf(kind, [finding({ ...fields, rule })]);
      assert.equal(certificate.holders[0]?.categories[0]?.result, result);
      assert.equal(certificate.verdict, verdict);
      assert.deepEqual(contradictions(certificate), []);
    });

  const count = fc.nat(4);
  const findings = fc.array(
    fc.record({
      category: fc.constantFrom('visits.full', 'visits.reduced', 'consents.link', 'content.minimal-association'),
      action: fc.constantFrom('erase' as const, 'reduce' as const, 'retain' as const, 'held' as const),
      removed: count,
      reduced: count,
      anonymised: count,
      retained: count,
      failed: count,
    }),
    { maxLength: 8 },
  );

  it('never contradicts itself, and never says complete while something is still there', () => {
    fc.assert(
      fc.property(fc.constantFrom('erasure' as const, 'sweep' as const), findings, (kind, found) => {
        const rule = kind === 'sweep' ? 'a-rule' : null;
        const certificate = certificateOf(
          kind,
          found.map((one) => finding({ ...one, rule })),
        );
        assert.deepEqual(contradictions(certificate), []);
        const left = found.reduce((sum, { failed }) => sum + failed, 0);
        assert.equal(certificate.totals.failed, left);
        if (left > 0) assert.equal(certificate.verdict, 'incomplete');
        if (certificate.verdict === 'complete') assert.equal(certificate.totals.retained + left, 0);
      }),
    );
  });

  it('is noticed when any of its counts is another', () => {
    fc.assert(
      fc.property(findings, fc.nat(), fc.constantFrom(...COUNTED), fc.boolean(), (found, at, name, inTotals) => {
        const certificate = certificateOf(
          'erasure',
          found.map((one) => finding(one)),
        );
        const categories = certificate.holders.flatMap((holder) => holder.categories);
        const counts = inTotals ? certificate.totals : categories[at % Math.max(1, categories.length)];
        if (!counts) return;
        counts[name] += 1;
        assert.match(contradictions(certificate).join(), new RegExp(`the counts do not add up: ${name}`));
      }),
    );
  });
});

describe('What a sweep says of one rule', () => {
  const ACTIONS = ['erase', 'reduce', 'anonymise', 'aggregate', 'pseudonymise'] as const;
  const rule = fc
    .constantFrom(...ACTIONS)
    .map((action) => ({ id: 'a-rule', category: 'visits.full', action }) as RetentionRule);

  it('never claims that more was treated than can be gone by the second look', () => {
    fc.assert(
      fc.property(
        rule,
        fc.nat(9),
        fc.nat(9),
        fc.nat(9),
        fc.nat(9),
        fc.nat(9),
        (of, due, treated, small, held, left) => {
          const suppressed = of.action === 'anonymise' ? Math.min(small, treated) : 0;
          const said = findingOf(
            of,
            new Date(AT),
            { due, treated, suppressed },
            {
              held,
              remaining: left,
              grounds: { kinds: ['legal'], until: null },
            },
          );
          const claimed = said.removed + said.reduced + said.anonymised;
          assert.equal(claimed, left === 0 ? treated : Math.min(treated, Math.max(0, due - left)));
          assert.deepEqual([said.failed, said.retained], [left, held]);
          assert.ok(said.suppressed <= said.removed);
          const certificate = certificateOf('sweep', [{ ...said, commitment: null }]);
          assert.deepEqual(contradictions(certificate), []);
          assert.equal(certificate.verdict === 'incomplete', left > 0);
        },
      ),
    );
  });
});
