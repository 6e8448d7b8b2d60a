import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { judged, verdictOf } from '../../../src/data/certificates/document.ts';
import { consentHolder } from '../../../src/data/consent/holder.ts';
import { createContentHolder } from '../../../src/data/content/holder.ts';
import { createProfilesHolder } from '../../../src/data/profiles/holder.ts';
import { createVisitsHolder } from '../../../src/data/visits/holder.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import type { Vault } from '../../../src/foundations/vault/vault.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { decideErasure, keyStillNeeded, underHolds } from '../../../src/rights/erasure/decide-categories.ts';
import { findingsOf, outcomeOfHolder } from '../../../src/rights/erasure/judge-outcome.ts';

const policies = openPolicies(join(packageRoot, 'policies')).current();
const vault = {} as Vault;
const holders = [
  consentHolder(vault),
  createVisitsHolder({ vault }),
  createProfilesHolder({ vault }),
  createContentHolder({ vault }),
];
const categories = policies.erasureRequests.map(({ category }) => category);
const sealed = holders.flatMap((holder) => holder.describe().sealedPerSubject);
const at = new Date('2026-03-01T12:00:00Z');
const someCategories = fc.subarray([...categories, '*']);
const someCounts = fc
  .array(fc.nat(3), { minLength: categories.length, maxLength: categories.length })
  .map((counts) => Object.fromEntries(categories.map((category, n) => [category, counts[n] as number])));

describe('What is decided for a person who asks to be forgotten', () => {
  it('touches nothing that is held, and treats the rest as the policies say', () => {
    fc.assert(
      fc.property(someCategories, (held) => {
        const decisions = decideErasure(policies, new Map(held.map((one) => [one, 'legal'])), at, 'Europe/Berlin');
        assert.deepEqual(Object.keys(decisions).sort(), [...categories].sort());
        for (const { category, action } of policies.erasureRequests) {
          const protectedByHold = held.includes('*') || held.includes(category);
          assert.equal(decisions[category]?.action, protectedByHold ? 'held' : action);
        }
      }),
    );
  });

  it('spares the key exactly when something that stays is sealed under it', () => {
    fc.assert(
      fc.property(someCategories, someCounts, (held, counts) => {
        const decisions = decideErasure(policies, new Map(held.map((one) => [one, 'legal'])), at, 'Europe/Berlin');
        const stays = sealed.some(
          (category) => (held.includes('*') || held.includes(category)) && (counts[category] ?? 0) > 0,
        );
        assert.equal(keyStillNeeded(sealed, decisions, counts), stays);
      }),
    );
  });

  it('gives every kept category its ground in words and a day of review (REQ-A30)', () => {
    const decisions = decideErasure(policies, new Map(), at, 'Europe/Berlin');
    for (const { action, ground, reviewAt } of Object.values(decisions))
      if (action !== 'erase') assert.ok(ground && reviewAt && reviewAt > at);
  });
});

describe('What waits for a hold to end', () => {
  it('is again what was decided once nothing protects it, by whichever holds it was held meanwhile', () => {
    const holding = (held: string[], kind: string) => new Map(held.map((one) => [one, kind]));
    fc.assert(
      fc.property(someCategories, someCategories, (first, then) => {
        const decided = decideErasure(policies, new Map(), at, 'Europe/Berlin');
        const held = decideErasure(policies, holding(first, 'legal'), at, 'Europe/Berlin');
        const again = underHolds(held, holding(then, 'restriction'));
        assert.deepEqual(underHolds(again, new Map()), decided);
        for (const { action, onRelease, category } of Object.values(again))
          if (action === 'held') assert.deepEqual(onRelease, decided[category]);
      }),
    );
  });
});

describe('What is said to have become of the data', () => {
  const action = fc.constantFrom('erase' as const, 'reduce' as const, 'retain' as const, 'held' as const);
  const outcomes = fc.record({ removed: fc.nat(3), reduced: fc.nat(3), retained: fc.nat(3) });

  it('is never that it is gone while a second look finds it, nor that more is gone than can be', () => {
    fc.assert(
      fc.property(action, outcomes, fc.nat(3), fc.option(fc.nat(3), { nil: undefined }), (decided, done, left, was) => {
        const decisions = { 'a.b': { category: 'a.b', action: decided } };
        const [said] = outcomeOfHolder(Object.values(decisions), [{ category: 'a.b', ...done }], {
          found: was === undefined ? undefined : { 'a.b': was },
          remaining: { 'a.b': left },
        });
        assert.ok(said);
        assert.equal(['removed', 'reduced', 'nothing-held'].includes(said.result) && left > 0, false);
        const mustBeGone = decided === 'erase' || decided === 'reduce';
        const onlyReduced = decided === 'erase' && said.reduced > 0;
        assert.equal(said.result === 'failed', (left > 0 && mustBeGone) || onlyReduced);
        // That something stays is believed, also where nobody finds it by the person any more.
        assert.equal(said.retained, mustBeGone ? 0 : Math.max(left, done.retained));
        if (left > 0 && was !== undefined) assert.ok(said.removed + said.reduced <= Math.max(0, was - left));
        const holders = judged(
          findingsOf(decisions, [{ holder: 'a', categories: [said] }]).map((one) => ({ ...one, commitment: null })),
        );
        assert.equal(verdictOf('erasure', holders) === 'incomplete', said.result === 'failed');
      }),
    );
  });

  it('is a failure when a holder says it kept something without anything being held', () => {
    const [result] = outcomeOfHolder(
      [{ category: 'a.b', action: 'erase' }],
      [{ category: 'a.b', removed: 0, reduced: 0, retained: 2 }],
      { found: undefined, remaining: { 'a.b': 2 } },
    );
    assert.equal(result?.result, 'failed');
  });

  it('is “held” for rows in which something held is kept, with the same ground', () => {
    const [rows] = outcomeOfHolder(
      [
        { category: 'a.rows', action: 'erase' },
        { category: 'a.part', action: 'held', ground: 'legal' },
      ],
      [
        { category: 'a.rows', removed: 0, reduced: 0, retained: 2 },
        { category: 'a.part', removed: 0, reduced: 0, retained: 2 },
      ],
      { found: undefined, remaining: { 'a.rows': 2, 'a.part': 2 } },
    );
    assert.deepEqual([rows?.result, rows?.ground, rows?.category], ['held', 'legal', 'a.rows']);
  });
});
