import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textsIn } from '../../../src/foundations/messages/texts.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { destroysMore, diffPolicies } from '../../../src/register/policies/diff.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { ruleInWords } from '../../../src/register/policies/rule-in-words.ts';

describe('Periods under a day, reviews and warnings in policies', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
    cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true }));

  const path = () => join(folder, 'retention.yaml');
  const shipped = readFileSync(join(packageRoot, 'policies', 'retention.yaml'), 'utf8');
  const load = (...replacements: [string, string][]) => {
    let text = shipped;
    for (const [from, to] of replacements) {
      assert.ok(text.includes(from), from);
      text = text.replace(from, to);
    }
    writeFileSync(path(), text);
    return loadPolicies(folder);
  };
  const contact = 'id: profiles-contact-erase\n';

  it('takes hours for visits alone, and names why it does not elsewhere', () => {
    assert.deepEqual(load(['after: P7D', 'after: PT12H']).mistakes, []);
    for (const [replacement, why] of [
      [['after: P6M', 'after: PT12H'], /whole local days/],
      [['after: P1Y', 'after: PT12H'], /for visits alone/],
      [['after: P7D', 'after: PT12H\n    counted: end-of-year'], /counted from the instant/],
      [['after: P7D', 'after: PT30M'], /right form/],
      [['after: P7D', 'after: PT24H'], /right form/],
      [[contact, `${contact}    inactivity: { warn: [P3Y] }\n`], /right form/],
      [[contact, `${contact}    inactivity: { warn: [P900D] }\n`], /before the period has begun/],
      [
        ['id: consents-erase\n', 'id: consents-erase\n    inactivity: { warn: [P30D] }\n'],
        /counts from its last activity/,
      ],
    ] as [[string, string], RegExp][]) {
      const [mistake] = load(replacement).mistakes;
      assert.match(mistake?.message ?? 'none', why);
    }
  });

  it('says them in both languages', () => {
    const set = load(['after: P7D', 'after: PT12H']).policies;
    const rule = set?.rules.find(({ id }) => id === 'visits-reduce');
    assert.ok(set && rule);
    assert.match(ruleInWords(rule, set, textsIn('en')), /^reduced 12 hours after it occurred/);
    assert.match(ruleInWords(rule, set, textsIn('de')), /^12 Stunden nach dem Ereignis verringert/);
    const review = { ...rule, action: 'review' as const, after: 'P1Y' };
    assert.equal(ruleInWords(review, set, textsIn('en')), 'put before a person, who decides, 1 year after it occurred');
    assert.equal(
      ruleInWords(review, set, textsIn('de')),
      '1 Jahr nach dem Ereignis einer Person vorgelegt, die entscheidet',
    );
  });

  it('tells what a change would newly erase: hours instead of days, a warning less; a review erases nothing', () => {
    const before = load().policies;
    const after = load(['after: P7D', 'after: PT12H']).policies;
    assert.ok(before && after);
    assert.deepEqual(
      diffPolicies(before, after).newlyErased.map(({ why }) => why),
      ['reduce after PT12H instead of P7D'],
    );
    const rule = { action: 'erase', after: 'P2Y', from: 'last-activity' } as const;
    const warning = { ...rule, inactivity: { warn: ['P30D', 'P7D'] } };
    assert.match(destroysMore(warning, rule) ?? '', /warned later, or not at all/);
    assert.match(destroysMore(warning, { ...rule, inactivity: { warn: ['P30D', 'P1D'] } }) ?? '', /warned later/);
    assert.equal(destroysMore(rule, warning), undefined);
    assert.equal(destroysMore(undefined, { ...rule, action: 'review' }), undefined);
  });
});
