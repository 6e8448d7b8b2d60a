import assert from 'node:assert/strict';
import type { Outgoing } from '../../../../src/foundations/outbox/model.ts';
import type { PreparedMessage } from '../../../../src/foundations/outbox/service.ts';
import type { Query } from '../../../../src/foundations/store/store.ts';
import { mailLetter } from '../../../../src/rights/requests/letters/mail-letter.ts';
import { testContext } from '../../../support/context.ts';

describe('A letter by mail', () => {
  it('is prepared at once and sent only in the transaction of what it tells of', async () => {
    const sealed = [{ messageId: 'sealed' }] as PreparedMessage[];
    const prepared: Outgoing[] = [];
    const added: unknown[] = [];
    const outbox = {
      prepare: async (_: unknown, messages: Outgoing[]) => {
        prepared.push(...messages);
        return sealed;
      },
      add: async (tx: Query, messages: PreparedMessage[]) => void added.push([tx, messages]),
    };
    const letter = { kind: 'acknowledged', language: 'en', subject: 'Yours', text: 'Of today.', sha256: '' } as const;
    const { add: write } = await mailLetter(outbox, testContext(), 'ada@example.org', letter);
    assert.deepEqual(prepared, [
      {
        party: 'data-subject',
        topic: 'request.acknowledged',
        delivery: { channel: 'email', address: 'ada@example.org' },
        data: {},
        subject: 'Yours',
        text: 'Of today.',
      },
    ]);
    assert.deepEqual(added, []);
    const tx = {} as Query;
    await write(tx);
    assert.deepEqual(added, [[tx, sealed]]);
  });
});
