import assert from 'node:assert/strict';
import { visitsRoutes } from '../../../src/data/visits/routes.ts';
import type { Role } from '../../../src/foundations/contract/context.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { CHROME, entriesIn, stageOn, visitsIn } from './stage.ts';

onBothEngines('Visits over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { routes: visitsRoutes(stageOn(ground()).visits) });
  });
  after(() => app.close());

  it('records a browser’s visit with the address and user agent of its connection', async () => {
    const { body } = await app
      .as('portal')
      .post('/v1/visits')
      .set('User-Agent', CHROME)
      .send({ visitor: 'v-1' })
      .expect(201);
    const row = (await visitsIn(ground(), 'north')).find(({ visitId }) => visitId === body.visitId);
    assert.deepEqual([row?.life, row?.network, row?.browser], ['full', '127.0.0.0', 'Chrome']);
  });

  it('needs an Idempotency-Key from a server, and records a repeat once', async () => {
    const visit = { address: '203.0.113.8', userAgent: CHROME };
    await app.as('platform').post('/v1/visits').unset('Idempotency-Key').send(visit).expect(400);
    const send = () => app.as('platform').post('/v1/visits').set('Idempotency-Key', '"once"').send(visit).expect(201);
    const [first, second] = [await send(), await send()];
    assert.deepEqual(second.body, first.body);
  });

  it('takes a stream of visits, and answers with the lines it could not take', async () => {
    const lines = ['{"address":"2001:db8::7","portal":"streamed"}', '{"address":', '', '{"portal":"streamed"}'];
    const { body } = await app
      .as('operator')
      .post('/v1/visits/batch')
      .set('Content-Type', 'application/x-ndjson')
      .send(lines.join('\n'))
      .expect(200);
    assert.deepEqual([body.accepted, body.rejected, body.faults.length], [2, 1, 1]);
    assert.equal(body.faults[0].line, 2);
    const rows = (await visitsIn(ground(), 'north')).filter(({ portal }) => portal === 'streamed');
    assert.deepEqual(rows.map(({ network }) => network).sort(), ['2001:db8::', null].sort());
  });

  it('lets only the data protection officer search, and logs that they did', async () => {
    await app.as('platform').post('/v1/visits').send({ address: '198.51.100.9' }).expect(201);
    const wanted = { address: '198.51.100.9', from: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z' };
    const { body } = await app.as('dpo').post('/v1/visits/search').send(wanted).expect(200);
    assert.equal(body.visits.length, 1);
    for (const role of ['admin', 'auditor', 'operator', 'platform', 'portal'] satisfies Role[])
      await app.as(role).post('/v1/visits/search').send(wanted).expect(403);
    const { body: elsewhere } = await app.as('dpo', 'south').post('/v1/visits/search').send(wanted).expect(200);
    assert.deepEqual(elsewhere.visits, []);
    const entries = await entriesIn(ground(), 'north');
    assert.equal(entries.filter(({ action }) => action === 'visits.searched').length, 1);
    assert.ok(!app.logged.join('').includes('198.51.100.9'));
  });
});

onOneEngine('A visit that is none, over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { routes: visitsRoutes(stageOn(ground()).visits) });
  });
  after(() => app.close());

  it('refuses a browser that says where it comes from, naming the field', async () => {
    const { body } = await app.as('portal').post('/v1/visits').send({ address: '203.0.113.7' }).expect(422);
    assert.equal(body.errors[0].pointer, '/address');
    assert.ok(!JSON.stringify(body).includes('203.0.113.7'));
  });

  for (const [pointer, visit] of [
    ['/occurredAt', { occurredAt: '2026-02-30T10:00:00Z' }],
    ['/occurredAt', { occurredAt: '2026-12-30T10:00:00Z' }],
    ['/userAgent', { userAgent: 'x'.repeat(8192) }],
    ['/visitor', { visitor: 'Jane Doe' }],
    ['/portal', { portal: 'No Portal' }],
    ['/referrer', { referrer: 'https://example.org/' }],
    ['/address', { address: 17 }],
  ] as const)
    it(`answers ${JSON.stringify(visit).slice(0, 50)} with a problem at ${pointer}`, async () => {
      const { status, body } = await app.as('platform').post('/v1/visits').send(visit);
      assert.ok(status === 400 || status === 422, String(status));
      assert.equal(body.errors[0].pointer, pointer);
    });
});
