import assert from 'node:assert/strict';
import { PERMISSIONS, type Permission } from '../../../src/foundations/contract/permissions.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { mailServer, PUBLIC_URL } from '../../rights/requests/stranger.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, rowsIn } from '../../support/engines.ts';
import { addressOf, type Operation, operationsOf, sampleOf } from '../../support/samples.ts';

type Document = Parameters<typeof operationsOf>[0];

/** What bounds each call by which somebody without credentials of their own could make a row, an entry or a mail. */
const BOUNDED: Record<string, string> = {
  openPublicRequest: 'limits in the store; one sealed row for seven days, one mail without a word of theirs, no entry',
  confirmRequest: 'a secret of 256 bits that was mailed; once',
  answerQuestion: 'the secret of a confirmed request; once for each question of an officer',
  proveIdentity: 'the secret of a confirmed request; five tries for each check an officer began',
  bringIdentification: 'the secret of a confirmed request; each try an entry, and few of them',
  withdrawOwnRequest: 'the secret of a confirmed request; once',
  fetchPackage: 'a secret of 256 bits that an officer released; once, and four more by the same browser',
  withdrawWithReceiptPage: 'the same, by the button of the receipt',
  withdrawWithReceipt: 'the number of a receipt, 122 bits; once, a repeat answers what stands',
  receiveRecipientAnswer: 'signed by the recipient; a task is answered once',
  receiveHolderCompletion: 'signed by the holder; makes no row, only what is there due at once',
  receiveOpenDsrCallback:
    'an id that was sent to the processor, before anything is fetched; signed; what is over stays',
  keepAccount: 'a link sealed here, mailed to one account for its one end; an entry once, a repeat answers what stands',
  exerciseDataRight: 'the token of an agent of the policies, and its signature; the same message once',
  revokeDataRightsRequest: 'the same, of a request that it brought; once',
  setUpDataRightsAgent: 'the signature of an agent of the policies; makes no row',
  // With a portal's key, which stands in its pages: what they record is what the service is for.
  recordConsent: 'a decision must be shown to have been taken (Art. 7(1)); per address and minute; no mail',
  recordSignal: 'the same, as the browser says it by a header',
  recordVisit: 'what a visit leaves, until retention; per address and minute; no mail, no entry',
};

onBothEngines('A stranger', (ground) => {
  let app: TestApp;
  let document: Document;
  let open: Operation[];
  const { mails, mail } = mailServer();
  before(async () => {
    app = await openApp(ground(), { publicUrl: PUBLIC_URL, transports: { mail } });
    document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
    open = operationsOf(document).filter(({ permission }) => permission === 'public');
  });
  after(() => app.close());

  it('finds no door that is not known to be bounded', () => {
    const byPortals = operationsOf(document).filter(
      ({ permission }) => permission !== 'public' && PERMISSIONS[permission as Permission].includes('portal' as never),
    );
    const doors = [...open, ...byPortals].filter(({ method }) => method !== 'get').map((one) => one.operationId);
    assert.deepEqual(doors.sort(), Object.keys(BOUNDED).sort());
    for (const { spec } of app.routes)
      if (spec.permission === 'public' && spec.method !== 'get') assert.equal(spec.rateLimited, true, spec.operationId);
  });

  it('makes no row and no mail by any of them without a secret, a signature or a look, but one of a request', async () => {
    const context = await app.contextOf('north', 'operator');
    await app.services.merkleLog.advance(context.clock);
    const before = await rowsIn(ground());
    for (const operation of open)
      for (let n = 0; n < 3; n += 1) {
        const call = app
          .as('nobody')
          [operation.method](addressOf(operation, document, { tenant: 'north' }))
          .set('Lethe-Request-Secret', `lethe_request_${'x'.repeat(43)}`);
        const body = operation.body && (sampleOf(operation.body, document) as object);
        const { status } = await (body ? call.send(body) : call);
        assert.ok(status < 500, `${operation.operationId}: ${status}`);
      }
    await app.services.outbox.deliverDue(context);
    const { unconfirmedRequests, ...after } = await rowsIn(ground());
    assert.deepEqual(
      after,
      Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'unconfirmedRequests')),
    );
    assert.ok((unconfirmedRequests ?? 0) <= 3);
    assert.deepEqual(mails, []);
  });
});
