import assert from 'node:assert/strict';
import { breachClock } from '../../src/law/breach-clock.ts';
import { rulesOf } from '../../src/law/jurisdictions.ts';
import { requestClock } from '../../src/law/request-clock/clock.ts';
import {
  BREACH_RULES,
  type BreachRules,
  type DatedRules,
  REQUEST_RULES,
  type RequestRules,
  rulesInForce,
} from '../../src/law/rule-sets.ts';
import { EU, happened } from './request-clock/happened.ts';

/** The same sets, where one ends on a day and another follows it. */
function changed<T extends DatedRules>(sets: readonly T[], from: string, change: Partial<T>): T[] {
  const last = sets.find(({ jurisdiction, validUntil }) => jurisdiction === 'EU' && validUntil === null) as T;
  return [
    ...sets.filter((set) => set !== last),
    { ...last, validUntil: from },
    { ...last, ...change, id: `${last.id}-changed`, validFrom: from },
  ];
}

describe('Rules of law', () => {
  const families: [string, readonly DatedRules[]][] = [
    ['requests', REQUEST_RULES],
    ['breaches', BREACH_RULES],
  ];
  for (const [what, sets] of families)
    it(`for ${what} follow each other in every jurisdiction without gap or overlap, and are in force today`, () => {
      assert.equal(new Set(sets.map(({ id }) => id)).size, sets.length);
      for (const jurisdiction of ['EU', 'EU-institutions', 'UK', 'CH']) {
        const own = sets.filter((set) => set.jurisdiction === jurisdiction);
        const sorted = own.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
        assert.ok(sorted.length > 0);
        assert.equal(sorted.at(-1)?.validUntil, null);
        for (const [index, set] of sorted.slice(0, -1).entries())
          assert.equal(set.validUntil, sorted[index + 1]?.validFrom);
      }
    });

  it('of a breach can change from a day on: what was known before it still has 72 hours', () => {
    const sets: BreachRules[] = changed(BREACH_RULES, '2027-07-01', { hours: 96 });
    const due = (aware: string): string => {
      const { hours } = rulesInForce(sets, 'EU', aware.slice(0, 10));
      return breachClock(new Date(aware), new Date(aware), hours).due.toISOString();
    };
    assert.equal(due('2027-06-30T14:00:00Z'), '2027-07-03T14:00:00.000Z');
    assert.equal(due('2027-07-01T14:00:00Z'), '2027-07-05T14:00:00.000Z');
  });

  it('of a request can change from a day on: the day of receipt decides, and the answer names the set', () => {
    const sets: RequestRules[] = changed(REQUEST_RULES, '2027-07-01', { reply: 'P2M', promptDays: 1 });
    const clocks = ['2027-06-30', '2027-07-01'].map((day) => requestClock([happened('received', day)], EU, sets));
    assert.deepEqual(
      clocks.map(({ ruleSet, nominal }) => [ruleSet.id, nominal]),
      [
        ['requests-eu-2018', '2027-07-30'],
        ['requests-eu-2018-changed', '2027-09-01'],
      ],
    );
  });

  it('of a day before them are none', () => {
    assert.throws(() => rulesInForce(BREACH_RULES, 'EU', '2018-05-24'), RangeError);
    assert.equal(rulesInForce(BREACH_RULES, 'EU', '2018-05-25').hours, 72);
  });

  it('name their source: what the institutions and the UK apply is not the GDPR', () => {
    for (const { jurisdiction, sources } of REQUEST_RULES) {
      const law = {
        EU: /^GDPR Art\. 12/,
        'EU-institutions': /^Reg\. \(EU\) 2018\/1725 Art\. 14/,
        UK: /^UK GDPR Art\. 12/,
        CH: /^(FADP|DPO) Art\. \d+/,
      };
      for (const topic of ['month', 'extension', 'refusal', 'identity', 'fee'] as const)
        assert.match(sources[topic], law[jurisdiction], topic);
    }
  });

  it('are those of the place: institutions, the UK and Switzerland have their own', () =>
    assert.deepEqual(['DE', 'DE-BY', 'EC', 'EP', 'EUI', 'GB-ENG', 'GB', 'CH', 'NO', 'IS', 'LI', 'US'].map(rulesOf), [
      'EU',
      'EU',
      'EU-institutions',
      'EU-institutions',
      'EU-institutions',
      'UK',
      'UK',
      'CH',
      'EU',
      'EU',
      'EU',
      'EU',
    ]));
});
