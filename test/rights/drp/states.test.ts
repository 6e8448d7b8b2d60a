import assert from 'node:assert/strict';
import { REFUSAL_GROUNDS } from '../../../src/law/grounds.ts';
import { drpState } from '../../../src/rights/drp/states.ts';

import type { Life } from '../../../src/rights/requests/replay.ts';
import { STATES } from '../../../src/rights/requests/states.ts';

describe('What an agent is told of a request (REQ-D06)', () => {
  const confirmed: Life['identity'] = { method: 'known', state: 'confirmed' };
  const refusal = (ground: (typeof REFUSAL_GROUNDS)[number]) => ({ ground }) as Life['refusal'];

  it('is of verification alone until the portal has established who the person is', () => {
    for (const identity of [null, { method: 'documents', state: 'answered' } as const])
      for (const state of STATES)
        for (const ground of REFUSAL_GROUNDS) {
          const { status, reason } = drpState({ state, identity, refusal: refusal(ground) });
          const wanted = { in_progress: 'need_user_verification', denied: 'insuf_verification' } as Record<
            string,
            string
          >;
          assert.equal(reason, wanted[status] ?? null, state);
        }
  });

  it('is in the words of the protocol afterwards', () => {
    const of = (state: Life['state'], ground?: (typeof REFUSAL_GROUNDS)[number]) => {
      const { status, reason } = drpState({ state, identity: confirmed, refusal: ground ? refusal(ground) : null });
      return reason === null ? status : `${status} ${reason}`;
    };
    assert.equal(of('open'), 'in_progress');
    assert.equal(of('executing'), 'in_progress');
    assert.equal(of('awaiting-release'), 'in_progress');
    assert.equal(of('answered'), 'fulfilled');
    assert.equal(of('withdrawn'), 'revoked');
    assert.equal(of('unidentified'), 'denied insuf_verification');
    assert.equal(of('duplicate'), 'denied other');
    assert.equal(of('refused', 'excessive'), 'denied too_many_requests');
    assert.equal(of('refused', 'exception'), 'denied claim_not_covered');
  });
});
