import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const PNG = Buffer.from('89504e470d0a1a0a0000000d', 'hex').toString('base64');

/** What a check of identity does to the request it belongs to, without anybody writing it down by hand. */
onBothEngines('A request that waits for identity', (ground) => {
  let app: TestApp;
  let requestId: string;
  const on = (day: string) => {
    app.time.now = new Date(`${day}T10:00:00Z`);
  };
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-02T10:00:00Z' });
  });
  after(() => app.close());
  beforeEach(async () => {
    on('2026-03-02');
    const { body } = await app
      .as('dpo')
      .post('/v1/requests')
      .send({ type: 'access', channel: 'letter', receivedAt: '2026-03-02T09:00:00Z', text: 'What do you have of me?' })
      .expect(201);
    ({ requestId } = body);
    await app
      .as('dpo')
      .post(`/v1/requests/${requestId}/identity-checks`)
      .send({ method: 'documents', doubt: 'unknown-sender', asked: ['A copy of your passport'], sent: 'post' })
      .expect((answer) => assert.ok(answer.status < 300, answer.text));
  });

  const read = async (): Promise<Json> => (await app.as('dpo').get(`/v1/requests/${requestId}`).expect(200)).body;
  const events = async (): Promise<string[]> =>
    (await app.as('dpo').get(`/v1/requests/${requestId}/events`).expect(200)).body.items.map(({ kind }: Json) => kind);
  const upload = () =>
    app
      .as('platform')
      .post(`/v1/requests/${requestId}/identity/documents`)
      .send({ mediaType: 'image/png', content: PNG });

  it('goes on by itself when the documents come: the clock has stood still until then', async () => {
    assert.deepEqual([(await read())['state'], (await read())['dueOn']], ['awaiting-identity', null]);
    on('2026-03-10');
    await upload().expect(201);
    const after = await read();
    assert.equal(after['state'], 'open');
    assert.equal(after['dueOn'], '2026-04-10');
    // A second copy changes nothing of that.
    on('2026-03-12');
    await upload().expect(201);
    assert.equal((await read())['dueOn'], '2026-04-10');
    assert.equal((await events()).filter((kind) => kind === 'identity-answered').length, 1);
    await app
      .as('dpo')
      .post(`/v1/requests/${requestId}/identity-decision`)
      .send({ confirmed: true })
      .expect((answer) => assert.ok(answer.status < 300, answer.text));
    assert.equal((await read())['state'], 'open');
  });

  it('is told when nobody has shown who they are in time', async () => {
    on('2026-06-30');
    const context = await app.contextOf('north', 'operator');
    await app.services.identity.sweep(context, app.services.requests.identityExpired);
    assert.equal((await read())['state'], 'open');
    assert.equal((await events()).at(-1), 'identity-failed');
    // Once.
    await app.services.identity.sweep(context, app.services.requests.identityExpired);
    assert.equal((await events()).filter((kind) => kind === 'identity-failed').length, 1);
  });
});
