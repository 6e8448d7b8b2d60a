import assert from 'node:assert/strict';
import { isDirectMarketing } from '../../../src/data/retention/hold-kinds.ts';
import { isMarketing } from '../../../src/law/rights.ts';

describe('An objection for good (Art. 21(3), REQ-A39)', () => {
  const purposes: [what: string, purpose: { dpv?: string; fides?: string }, forGood: boolean][] = [
    ['direct marketing', { dpv: 'DirectMarketing' }, true],
    ['marketing on social media, which is narrower', { dpv: 'SocialMediaMarketing' }, true],
    ['marketing by the term of Fides alone', { fides: 'marketing.advertising.third_party' }, true],
    ['security', { dpv: 'EnforceSecurity', fides: 'essential.service.security' }, false],
    ['what says neither', {}, false],
  ];
  for (const [what, purpose, forGood] of purposes)
    it(`is one to ${what}: ${forGood}, as the check of notices has it`, () => {
      assert.equal(isDirectMarketing({ purpose: () => purpose as never }, 'p'), forGood);
      assert.equal(isMarketing(purpose), forGood);
    });

  it('is none to no purpose, or to one that has left the policies', () => {
    assert.equal(isDirectMarketing({ purpose: () => undefined }, null), false);
    assert.equal(isDirectMarketing({ purpose: () => undefined }, 'gone'), false);
  });
});
