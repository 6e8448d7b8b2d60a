import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import type { VisitErasure } from '../../../src/data/visits/erasures/model.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, onBothEngines } from '../../support/engines.ts';
import { CHROME, countsIn, entriesIn, visitsIn } from './stage.ts';

onBothEngines('Erasing single visits, or those of a time', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-06-01T12:00:00Z' });
  });
  after(() => app.close());

  const record = async (...visits: { address?: string; visitor?: string; occurredAt: string; portal: string }[]) => {
    const lines = visits.map((visit) => JSON.stringify({ userAgent: CHROME, ...visit }));
    const { body } = await app
      .as('platform')
      .post('/v1/visits/batch')
      .set('Content-Type', 'application/x-ndjson')
      .send(lines.join('\n'))
      .expect(200);
    assert.equal(body.accepted, visits.length);
  };
  const propose = async (wanted: object, status = 201) =>
    (await app.as('dpo').post('/v1/visits/erasures').send(wanted).expect(status)).body;
  const approve = async ({ erasureId, digest }: VisitErasure, status = 202) => {
    const { body } = await app
      .as('admin')
      .post(`/v1/visits/erasures/${erasureId}/approval`)
      .send({ digest })
      .expect(status);
    await app.services.visitErasures.settled();
    return body;
  };
  const stateOf = async ({ erasureId }: VisitErasure): Promise<VisitErasure> =>
    (await app.as('auditor').get(`/v1/visits/erasures/${erasureId}`).expect(200)).body;
  const left = async (portal: string) => (await visitsIn(ground(), 'north')).filter((visit) => visit.portal === portal);

  it('erases those of a time and a network once another officer agrees, and proves it', async () => {
    const portal = 'range';
    await record(
      { portal, address: '203.0.113.7', visitor: 'v-range', occurredAt: '2026-05-03T10:00:00Z' },
      { portal, address: '203.0.113.9', occurredAt: '2026-05-05T10:00:00Z' },
      { portal, address: '203.0.113.9', occurredAt: '2026-05-06T10:00:00Z' },
      { portal, address: '203.0.114.9', occurredAt: '2026-05-04T10:00:00Z' },
      { portal, address: '2001:db8::1', occurredAt: '2026-05-04T10:00:00Z' },
      { portal: 'other', address: '203.0.113.9', occurredAt: '2026-05-04T10:00:00Z' },
    );
    await countOf(ground(), { day: '2026-05-04', portal });
    const wanted = {
      from: '2026-05-03T00:00:00Z',
      until: '2026-05-06T00:00:00Z',
      network: '203.0.113.0/24',
      portal,
    };
    const proposed: VisitErasure = await propose(wanted);
    assert.deepEqual(
      [proposed.status, proposed.due, proposed.held, proposed.people, proposed.counted, proposed.sample.length],
      ['proposed', 2, 0, 1, 7, 2],
    );
    assert.deepEqual([proposed.oldest, proposed.newest], ['2026-05-03T10:00:00.000Z', '2026-05-05T10:00:00.000Z']);
    assert.equal((await left(portal)).length, 5, 'nothing is touched before');
    const { erasureId, digest } = proposed;
    await app.as('dpo').post(`/v1/visits/erasures/${erasureId}/approval`).send({ digest }).expect(403);
    await app.as('admin', 'south').post(`/v1/visits/erasures/${erasureId}/approval`).send({ digest }).expect(404);
    await approve(proposed);
    const done = await stateOf(proposed);
    assert.deepEqual([done.status, done.removed, done.sample], ['completed', 2, []]);
    assert.equal((await left(portal)).length, 3);
    assert.equal((await left('other')).length, 1);
    assert.equal((await countsIn(ground(), 'north')).find((row) => row.portal === portal)?.visits, 7);
    const { body } = await app.as('auditor').get(`/v1/certificates/${done.certificateId}`).expect(200);
    const { certificate } = body;
    assert.deepEqual(
      [certificate.kind, certificate.verdict, certificate.totals.removed, certificate.planDigest],
      ['visit-erasure', 'complete', 2, digest],
    );
    assert.deepEqual([certificate.requestedBy.role, certificate.approvedBy[0].role], ['dpo', 'admin']);
    const page = await app.as('auditor').get(`/v1/certificates/${done.certificateId}/page`);
    assert.match(page.text, /Certificate of erasure of visits/);
    const actions = (await entriesIn(ground(), 'north')).map(({ action }) => action);
    for (const action of ['proposed', 'started', 'finished']) assert.ok(actions.includes(`visit-erasure.${action}`));
    await approve(done, 409);
  });

  it('refuses a network narrower than what visits keep, naming what that is, and orders that mean nothing', async () => {
    const time = { from: '2026-05-03T00:00:00Z', until: '2026-05-06T00:00:00Z' };
    for (const [wanted, pointer, says] of [
      [{ ...time, network: '203.0.113.0/28' }, '/network', /\/24/],
      [{ ...time, network: '2001:db8::/64' }, '/network', /\/48/],
      [{ ...time, network: '203.0.113.0/99' }, '/network', /must be/],
      [{ from: time.from }, '/until', /must be given/],
      [{ from: time.until, until: time.from }, '/until', /after/],
      [{ ...time, until: '2999-01-01T00:00:00Z' }, '/until', /passed/],
      [{ ...time, visitId: '0'.repeat(36) }, '/from', /absent/],
    ] as const) {
      const body = await propose(wanted, 422);
      assert.equal(body.errors[0].pointer, pointer);
      assert.match(body.errors[0].detail, says);
    }
    await propose({ ...time, portal: 'nowhere' }, 409);
  });

  it('finds wider networks, and one address while it is kept in full; of a reduced visit it says that nobody can tell', async () => {
    const portal = 'address';
    await record(
      { portal, address: '198.51.100.7', occurredAt: '2026-05-10T10:00:00Z' },
      { portal, address: '198.51.100.8', occurredAt: '2026-05-10T11:00:00Z' },
      { portal, address: '198.51.100.7', occurredAt: '2026-05-10T12:00:00Z' },
    );
    const time = { from: '2026-05-10T00:00:00Z', until: '2026-05-11T00:00:00Z', portal };
    assert.equal((await propose({ ...time, network: '198.51.0.0/16' })).due, 3);
    assert.equal((await propose({ ...time, network: '198.48.0.0/13' })).due, 3);
    const latest = (await left(portal)).find(({ occurredAt }) => occurredAt.getUTCHours() === 12);
    await reduce(ground(), latest?.visitId ?? '');
    const proposed: VisitErasure = await propose({ ...time, network: '198.51.100.7' });
    assert.deepEqual([proposed.due, proposed.untold, proposed.wanted.oneAddress], [1, 1, true]);
    await approve(proposed);
    assert.equal((await left(portal)).length, 2);
    const row = await kept(ground(), proposed.erasureId);
    assert.doesNotMatch(JSON.stringify(row), /198\.51|indexes/);
    assert.doesNotMatch(app.logged.join(''), /198\.51\.100/);
  });

  it('leaves what a hold keeps, and says how many', async () => {
    const portal = 'held';
    await record(
      { portal, visitor: 'v-held', occurredAt: '2026-05-12T10:00:00Z' },
      { portal, visitor: 'v-free', occurredAt: '2026-05-12T11:00:00Z' },
    );
    await app
      .as('dpo')
      .post('/v1/holds')
      .send({ kind: 'legal', subject: 'visitor:v-held', reference: 'case-7' })
      .expect(201);
    const proposed: VisitErasure = await propose({
      from: '2026-05-12T00:00:00Z',
      until: '2026-05-13T00:00:00Z',
      portal,
    });
    assert.deepEqual([proposed.due, proposed.held], [1, 1]);
    await approve(proposed);
    const done = await stateOf(proposed);
    assert.deepEqual([done.status, done.removed, done.held], ['completed', 1, 1]);
    const { body } = await app.as('auditor').get(`/v1/certificates/${done.certificateId}`).expect(200);
    assert.deepEqual([body.certificate.verdict, body.certificate.totals.retained], ['complete-with-exceptions', 1]);
    const [held] = await left(portal);
    const refused = await propose({ visitId: held?.visitId }, 409);
    assert.match(refused.detail, /hold keeps/);
  });

  it('is approved as it was proposed: what has come since is told, and approved by asking again', async () => {
    const portal = 'changed';
    await record({ portal, occurredAt: '2026-05-14T10:00:00Z' });
    const wanted = { from: '2026-05-14T00:00:00Z', until: '2026-05-15T00:00:00Z', portal };
    const proposed: VisitErasure = await propose(wanted);
    await record({ portal, occurredAt: '2026-05-14T11:00:00Z' });
    assert.equal((await approve(proposed, 409)).type.split('/').at(-1), 'plan-changed');
    const again = await stateOf(proposed);
    assert.deepEqual([again.due, again.status], [2, 'proposed']);
    await approve(again);
    assert.deepEqual(await left(portal), []);
  });

  it('erases one visit by its id, which nothing keeps afterwards; goes on after a crash; ends when nobody agrees', async () => {
    const portal = 'single';
    await record(
      { portal, occurredAt: '2026-05-16T10:00:00Z' },
      { portal, occurredAt: '2026-05-16T11:00:00Z' },
      { portal, occurredAt: '2026-05-16T12:00:00Z' },
    );
    const [first, second, third] = await left(portal);
    const one: VisitErasure = await propose({ visitId: first?.visitId });
    await approve(one);
    assert.ok(!JSON.stringify(await kept(ground(), one.erasureId)).includes(first?.visitId ?? '?'));
    assert.equal((await left(portal)).length, 2);
    // The process died after the approval was written down.
    const crashed: VisitErasure = await propose({ visitId: second?.visitId });
    await app.services.visitErasures.stop();
    await approve(crashed);
    assert.equal((await stateOf(crashed)).status, 'running');
    const next = await openApp(ground(), { now: '2026-06-01T12:01:00Z' });
    try {
      const context = await next.contextOf('north', 'dpo');
      assert.equal(await next.services.visitErasures.resume(context), 1);
      assert.equal((await stateOf(crashed)).status, 'completed');
      assert.equal((await left(portal)).length, 1);
      const refused: VisitErasure = await propose({ visitId: third?.visitId });
      const stale: VisitErasure = await propose({ visitId: third?.visitId });
      await app.as('admin').post(`/v1/visits/erasures/${refused.erasureId}/rejection`).expect(200);
      await approve(refused, 409);
      next.time.now = new Date('2026-06-09T12:00:00Z');
      await next.services.visitErasures.resume(await next.contextOf('north', 'dpo'));
      assert.deepEqual([(await stateOf(stale)).status, (await stateOf(stale)).sample], ['not-agreed', []]);
    } finally {
      await next.close();
    }
    const { body } = await app.as('auditor').get('/v1/visits/erasures?limit=2').expect(200);
    assert.equal(body.items.length, 2);
  });
});

async function reduce({ store }: Ground, visitId: string): Promise<void> {
  await store.write((tx) =>
    tx
      .update(tx.tables.visits)
      .set({ life: 'reduced', addressSealed: null, userAgentSealed: null, addressIndex: null })
      .where(eq(tx.tables.visits.visitId, visitId)),
  );
}

async function countOf({ store }: Ground, { day, portal }: { day: string; portal: string }): Promise<void> {
  await store.write((tx) =>
    tx
      .insert(tx.tables.visitDays)
      .values({ tenantId: 'north', day, portal, browser: 'Chrome', platform: 'Linux', visits: 7 }),
  );
}

const kept = ({ store }: Ground, erasureId: string) =>
  store.read(async (q) => {
    const rows = await q.select().from(q.tables.visitErasures);
    return rows.find((row) => row.erasureId === erasureId);
  });
