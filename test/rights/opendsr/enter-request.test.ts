import assert from 'node:assert/strict';
import { enterRequest } from '../../../src/rights/opendsr/enter-request.ts';
import type { RequestService } from '../../../src/rights/requests/service.ts';
import { testContext } from '../../support/context.ts';

describe('A request that a controller sends on', () => {
  it('is taken from a processor’s hand: who it is stands, and the person hears from the controller', async () => {
    const entered: unknown[] = [];
    const openFor: RequestService['openFor'] = async (_, arrival) => {
      entered.push(arrival);
      return {} as Awaited<ReturnType<RequestService['openFor']>>;
    };
    const asked = { type: 'erasure', receivedAt: new Date(0), subject: 'account:7', text: 'Please.' } as const;
    const also = async () => undefined;
    await enterRequest({ openFor }, testContext(), asked, also);
    assert.deepEqual(entered, [
      {
        ...asked,
        also,
        channel: 'opendsr',
        enteredBy: 'processor',
        subjectBy: 'platform',
        identity: 'platform',
        acknowledge: false,
      },
    ]);
  });
});
