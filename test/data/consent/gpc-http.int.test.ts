import assert from 'node:assert/strict';
import { GpcDocument } from '../../../src/data/consent/model.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { rawExchange } from '../../support/raw.ts';
import { decision, eventsOf, somebody } from './stage.ts';

const STATISTICS = 'usage-statistics';
const MEDIA = 'external-media';

const signal = (app: TestApp, subject: object, headers: Record<string, string> = { 'Sec-GPC': '1' }) =>
  app.as('portal').post('/v1/consents/signals').set(headers).send({ subject });

onBothEngines('Global Privacy Control over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-02T12:00:00Z' });
  });
  after(() => app.close());

  const stateOf = async (id: string, purpose: string, headers: Record<string, string> = {}) => {
    const { body } = await app.as('portal').get(`/v1/subjects/visitor:${id}/consents`).set(headers).expect(200);
    return (body.purposes as { purpose: string; status: string; because: string }[]).find(
      (one) => one.purpose === purpose,
    );
  };

  it('reads as refused at once for the purposes it concerns, and records nothing by reading', async () => {
    const subject = somebody();
    const media = await stateOf(subject.id, MEDIA, { 'Sec-GPC': '1' });
    assert.deepEqual([media?.status, media?.because], ['refused', 'global-privacy-control']);
    assert.equal((await stateOf(subject.id, STATISTICS, { 'Sec-GPC': '1' }))?.status, 'unknown');
    assert.equal((await stateOf(subject.id, MEDIA))?.status, 'unknown');
    assert.deepEqual(await eventsOf(ground(), subject), []);
  });

  it('gives way to an explicit consent afterwards, and does not undo it', async () => {
    const subject = somebody();
    await signal(app, subject).expect(200);
    const { body } = await app
      .as('portal')
      .post('/v1/consents')
      .set('Sec-GPC', '1')
      .send(decision({ subject, purpose: MEDIA }))
      .expect(201);
    assert.equal(body.status, 'given');
    assert.deepEqual((await signal(app, subject).expect(200)).body.refused, []);
    assert.equal((await stateOf(subject.id, MEDIA, { 'Sec-GPC': '1' }))?.status, 'given');
  });
});

onOneEngine('The field Sec-GPC (REQ-C08)', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-02T12:00:00Z' });
  });
  after(() => app.close());

  it('says so where browsers look', async () => {
    const { body, headers } = await app.as('nobody').get('/.well-known/gpc.json').expect(200);
    assert.deepEqual(Object.keys(body), Object.keys(GpcDocument.properties));
    assert.equal(body.gpc, true);
    assert.match(body.lastUpdate, /^\d{4}-\d{2}-\d{2}$/);
    assert.match(headers['content-type'] as string, /^application\/json/);
  });

  for (const [value, on] of [
    ['1', true],
    ['0', false],
    ['true', false],
    ['1;x', false],
    ['01', false],
    ['', false],
  ] as const)
    it(`takes "${value}" for ${on ? 'on' : 'off'}`, async () => {
      const { body } = await signal(app, somebody(), { 'Sec-GPC': value }).expect(200);
      assert.deepEqual(body, { globalPrivacyControl: on, refused: on ? [MEDIA] : [] });
    });

  it('takes two fields, 0 and 1, for on', async () => {
    const { port } = app.server.address() as { port: number };
    const body = JSON.stringify({ subject: somebody() });
    const answer = await rawExchange(
      port,
      [
        'POST /v1/consents/signals HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${app.tokens.north.portal}`,
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Sec-GPC: 0',
        'Sec-GPC: 1',
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
    assert.match(answer, /"globalPrivacyControl":true/);
  });
});
