import assert from 'node:assert/strict';
import { interruptedWork } from '../../../jobs/interrupted-work.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { bundleOf } from '../../data/certificates/stage.ts';
import { policiesWith } from '../../data/retention/stage.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { outcomeOf } from './outcome-of.ts';
import { liveThrough } from './person.ts';

const ORDER = { ground: '17-1-b', categories: { 'content.public-association': { action: 'erase' } } };
const quiet = createLog('silent', { write: () => undefined });

onBothEngines('An erasure as an officer ordered it', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  const propose = async (account: string) =>
    (await app.as('dpo').post(`/v1/subjects/${account}/erasure/order`).send(ORDER).expect(202)).body;
  const held = async (account: string) =>
    (await app.as('dpo').get(`/v1/subjects/${account}/report`).expect(200)).body.held;
  const row = async (erasureId: string) =>
    (await ground().store.read((q) => q.select().from(q.tables.erasures))).find((one) => one.erasureId === erasureId);

  it('is done when another person agrees, not before; the certificate names both (REQ-A50)', async () => {
    const { account } = await liveThrough(app, 'ada');
    const proposed = await propose(account);
    assert.deepEqual([proposed.status, proposed.verdict], ['awaiting-approval', null]);
    assert.equal(await held(account), true);
    const approve = (role: 'dpo' | 'admin') => app.as(role).post(`/v1/erasures/${proposed.erasureId}/approval`);
    assert.match((await approve('dpo').expect(403)).body.detail, /another person/);
    await app.as('operator').post(`/v1/erasures/${proposed.erasureId}/approval`).expect(403);
    const shown = await app.as('admin').get(`/v1/erasures/${proposed.erasureId}/proposal`).expect(200);
    assert.deepEqual([shown.body.subject, shown.body.order], [account, ORDER]);
    const { body: erasure } = await approve('admin').expect(200);
    assert.equal(erasure.erasureId, proposed.erasureId);
    assert.equal(outcomeOf(erasure)['content.public-association'], 'removed 1/0/0');
    assert.equal(await held(account), false);
    const { certificate } = await bundleOf(app, erasure.certificateId);
    assert.equal(certificate.requestedBy?.role, 'dpo');
    assert.deepEqual(
      certificate.approvedBy.map(({ role }) => role),
      ['admin'],
    );
    // A repeated agreement answers the same; nothing of the proposal is left.
    assert.deepEqual((await approve('admin').expect(200)).body.certificateId, erasure.certificateId);
    assert.equal((await row(erasure.erasureId))?.orderSealed, null);
    assert.deepEqual(await ground().vault.scopes('north', 'erasure:', '', 10), []);
  });

  it('is not done when the other does not agree, or nobody does in a week; then nothing of it is kept', async () => {
    const { account } = await liveThrough(app, 'bea');
    const first = await propose(account);
    const { body } = await app.as('admin').post(`/v1/erasures/${first.erasureId}/rejection`).expect(200);
    assert.equal(body.status, 'not-agreed');
    await app.as('admin').post(`/v1/erasures/${first.erasureId}/approval`).expect(409);
    const late = await propose(account);
    const then = app.time.now;
    app.time.now = new Date(then.getTime() + 8 * 86_400_000);
    await app.as('admin').post(`/v1/erasures/${late.erasureId}/approval`).expect(409);
    await interruptedWork.run({
      services: app.services,
      context: await app.contextOf('north', 'operator'),
      log: quiet,
    });
    for (const { erasureId } of [first, late]) {
      const kept = await row(erasureId);
      assert.deepEqual([kept?.status, kept?.orderSealed, kept?.subjectId], ['not-agreed', null, null]);
    }
    assert.deepEqual(await ground().vault.scopes('north', 'erasure:', '', 10), []);
    assert.equal(await held(account), true);
    app.time.now = then;
  });

  it('is done at once where the policies say why one officer is enough', async () => {
    const { account } = await liveThrough(app, 'cem');
    const because = 'erasure:\n  oneOfficer: The institution has one data protection officer and no deputy.\n';
    const alone = await openApp(ground(), {
      policies: policiesWith(ground(), 'installation.yaml', ['erasure:\n', because]),
    });
    const { body } = await alone.as('dpo').post(`/v1/subjects/${account}/erasure/order`).send(ORDER).expect(202);
    assert.equal(body.status, 'finished');
    await alone.close();
    assert.equal(await held(account), false);
  });
});
