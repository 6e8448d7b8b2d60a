import assert from 'node:assert/strict';
import { findingOf } from '../../../src/data/retention/finding.ts';
import type { RetentionRule } from '../../../src/register/policies/model.ts';

const rule = { id: 'look', category: 'profiles.interests', action: 'review', after: 'P1Y' } as RetentionRule;
const before = new Date('2026-03-01T00:00:00Z');
const nothing = { held: 0, kept: [], remaining: 0, grounds: { kinds: [], until: null } };

describe('What a certificate says of a rule that puts rows before a person', () => {
  it('counts as retained what was put there, what is held and what a condition keeps, each with its ground', () => {
    const step = { due: 2, treated: 2, suppressed: 0 };
    const found = findingOf(rule, before, step, {
      held: 1,
      kept: [{ id: 'drafts', rows: 5 }],
      remaining: 0,
      grounds: { kinds: ['legal'], until: null },
    });
    assert.deepEqual([found.removed, found.reduced, found.anonymised, found.retained], [0, 0, 0, 8]);
    assert.match(found.ground ?? '', /^legal, .*drafts$/);
    assert.match(found.groundInWords ?? '', /put before a person.*legal hold.*5 kept by the condition drafts/);
  });

  it('says nothing of a person to look at where nothing was put there', () => {
    const found = findingOf(rule, before, { due: 0, treated: 0, suppressed: 0 }, nothing);
    assert.deepEqual([found.retained, found.ground, found.groundInWords], [0, null, null]);
  });
});
