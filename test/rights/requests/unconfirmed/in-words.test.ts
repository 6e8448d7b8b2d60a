import assert from 'node:assert/strict';
import { inWordsOnly } from '../../../../src/rights/requests/unconfirmed/in-words.ts';

describe('A request that the policies of today do not fit any more', () => {
  const requester = { email: 'kim@known.example' };
  it('keeps all that was entered, in words', () => {
    const asked = { type: 'objection', text: 'Please.', purpose: 'gone', marketing: true, requester } as const;
    assert.deepEqual(inWordsOnly({ ...asked }), {
      type: 'objection',
      requester,
      text: 'Please.\npurpose: "gone"\nmarketing: true',
    });
    assert.deepEqual(inWordsOnly({ type: 'access', requester }), { type: 'access', requester });
  });
});
