import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { neighbours, office } from './office.ts';
import { mailServer, PUBLIC_URL, stranger } from './stranger.ts';

onBothEngines('A person’s own request', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  const { seen, options } = neighbours();
  const { mails, mail } = mailServer();
  before(async () => {
    app = await openApp(ground(), {
      now: '2026-03-03T10:00:00Z',
      publicUrl: PUBLIC_URL,
      transports: { mail },
      ...options,
    });
    desk = office(app);
    await app.as('platform').put('/v1/subjects/kim').send({ name: 'Kim', email: 'kim@known.example' }).expect(201);
  });
  after(() => app.close());

  const path = '/v1/public/north/requests';
  const asked = (over: object = {}) => ({
    type: 'access',
    requester: { name: 'Kim', email: 'kim@known.example' },
    ...over,
  });
  const ask = (over: object = {}) => app.as('nobody').post(path).send(asked(over));
  /** Asked, and confirmed by the link that came. */
  const confirmed = (over: object = {}) => stranger(app, mails).confirmed(asked(over));
  const own = (id: string, secret: string) => ({
    get: () => app.as('nobody').get(`${path}/${id}`).set('Lethe-Request-Secret', secret),
    post: (name: string, body?: object) =>
      app.as('nobody').post(`${path}/${id}/${name}`).set('Lethe-Request-Secret', secret).send(body),
  });

  it('gets the same answer whether or not anybody is known', async () => {
    const other = { requester: { name: 'Kim', email: 'kim@unknown.example' } };
    assert.equal((await ask().expect(202)).text, (await ask(other).expect(202)).text);
    await stranger(app, mails).links();
    const known = await confirmed();
    const unknown = await confirmed(other);
    const seenBy = async ({ requestId, secret }: { requestId: string; secret: string }) => {
      const { requestId: _, reference: __, ...rest } = (await own(requestId, secret).get().expect(200)).body;
      const words = JSON.stringify(rest)
        .replaceAll(/2026-\d{6}/g, 'REF')
        .replaceAll(/[0-9a-f]{64}/g, 'HASH');
      return words;
    };
    assert.equal(await seenBy(known), await seenBy(unknown));
    assert.deepEqual((await desk.get(known.requestId)).subjectKnown, null);
    assert.deepEqual((await desk.get(unknown.requestId)).subjectKnown, null);
  });

  it('is followed with its secret in a header, and with nothing else', async () => {
    const body = await confirmed();
    const other = await confirmed();
    const right = await own(body.requestId, body.secret).get().expect(200);
    assert.deepEqual([right.body.state, right.headers['cache-control']], ['being-worked-on', 'no-store']);
    const wrong = await own(body.requestId, other.secret).get().expect(404);
    const none = await own('0190c7a4-0000-7000-8000-00000000beef', other.secret).get().expect(404);
    const without = await app.as('nobody').get(`${path}/${body.requestId}`).expect(404);
    for (const { body: told } of [wrong, none, without]) assert.equal(told.detail, wrong.body.detail);
    assert.ok(!app.logged.join('\n').includes(body.secret));
    await app.as('nobody').get(`/v1/public/nowhere/requests/${body.requestId}`).expect(404);
  });

  it('stops nothing for an address nobody has confirmed; the code does', async () => {
    const body = await confirmed({ type: 'restriction' });
    const kinds = () => seen.holds.filter(({ requestId }) => requestId === body.requestId).map(({ kind }) => kind);
    await app.services.requests.resume(await app.contextOf('north', 'operator'));
    assert.deepEqual(kinds(), []);
    await desk.act(body.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
    const me = own(body.requestId, body.secret);
    assert.deepEqual((await me.get().expect(200)).body.waitingFor, 'identity');
    assert.equal((await me.post('identity', { code: '999999' }).expect(200)).body.outcome, 'wrong');
    assert.equal((await me.post('identity', { code: '123456' }).expect(200)).body.outcome, 'confirmed');
    const file = await desk.get(body.requestId);
    assert.deepEqual(
      [file.identity, file.subject, file.subjectKnown],
      [{ method: 'email-code', state: 'confirmed' }, 'account:kim', 'identity'],
    );
    assert.deepEqual(kinds(), ['restriction']);
  });

  it('answers a question, and can be taken back', async () => {
    const body = await confirmed();
    await desk.act(body.requestId, 'clarification', { question: 'Which years do you mean?' });
    const me = own(body.requestId, body.secret);
    const waiting = (await me.get().expect(200)).body;
    assert.deepEqual(
      [waiting.waitingFor, waiting.question, waiting.dueOn],
      ['clarification', 'Which years do you mean?', null],
    );
    assert.equal((await me.post('clarification', { text: 'All of them.' }).expect(200)).body.state, 'being-worked-on');
    assert.equal((await me.post('withdrawal').expect(200)).body.state, 'withdrawn');
    await me.post('withdrawal').expect(409);
  });

  it('of a visitor: cannot be identified, until a receipt, an id, or time and address come (REQ-A12)', async () => {
    const { body: consent } = await app
      .as('platform')
      .post('/v1/consents')
      .send({
        subject: { kind: 'visitor', id: 'v-4711-visitor-of-north' },
        purpose: 'usage-statistics',
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      })
      .expect(201);
    const body = await confirmed({ requester: { email: 'visitor@somewhere.example' }, text: 'From 192.0.2.7.' });
    await desk.act(body.requestId, 'unidentifiable');
    const me = own(body.requestId, body.secret);
    const told = (await me.get().expect(200)).body;
    assert.deepEqual([told.waitingFor, told.letters.at(-1).kind], ['identification', 'cannot-identify']);
    app.time.now = new Date('2026-03-20T10:00:00Z');
    const brought = await me.post('identification', { by: 'consent-receipt', receiptId: consent.eventId }).expect(200);
    assert.deepEqual([brought.body.state, brought.body.dueOn], ['being-worked-on', '2026-04-20']);
    const file = await desk.get(body.requestId);
    assert.deepEqual([file.subject, file.duties.map(({ duty }) => duty).includes('look-at-evidence')], [null, true]);
    const { items } = (await app.as('dpo').get(`/v1/requests/${body.requestId}/candidates`).expect(200)).body;
    assert.deepEqual(
      items.map(({ by, fits }: { by: string; fits: boolean }) => [by, fits]),
      [
        ['address', false],
        ['consent-receipt', true],
      ],
    );
    await desk.act(body.requestId, 'identification', { by: 'consent-receipt', receiptId: consent.eventId });
    assert.match((await desk.get(body.requestId)).subject as string, /^pseudonym:[0-9a-f]{32}$/);
    const { body: report } = await app.as('dpo').get('/v1/requests?type=access').expect(200);
    assert.ok(report.items.length > 0);
    const { requestId } = await desk.open({ type: 'consent-withdrawal' });
    await desk.act(requestId, 'identification', { by: 'consent-receipt', receiptId: consent.eventId });
    const out = await desk.get(requestId);
    assert.deepEqual(
      [out.state, out.steps.find(({ step }) => step === 'withdrawal')?.result],
      ['executed', { withdrawn: 1, purposes: ['usage-statistics'] }],
    );
    app.time.now = new Date('2026-03-03T10:00:00Z');
  });

  it('takes hostile input for what it is', async () => {
    const rtl = '\u202Eeman gnorw\u202C';
    const body = await confirmed({ requester: { name: rtl, email: 'r@rtl.example' }, text: 'x'.repeat(10_000) });
    const file = await desk.get(body.requestId);
    assert.deepEqual([file.requester?.name, (file.asked['text'] as string).length], [rtl, 10_000]);
    await ask({ requester: { name: 'a\u0000b' } }).expect(400);
    await ask({ requester: { name: 'x'.repeat(10_000) } }).expect(400);
    await ask({ requester: { email: 'a@b.example\r\nBcc: all@b.example' } }).expect(400);
    await ask({ type: 'everything' }).expect(400);
    await ask({ purpose: 'world-domination' }).expect(422);
    await ask({ channel: 'letter' }).expect(400);
    const dpo = (over: object) =>
      app
        .as('dpo')
        .post('/v1/requests')
        .send({ type: 'access', channel: 'email', ...over });
    await dpo({ receivedAt: '2026-03-03T10:00:01Z' }).expect(422);
    await dpo({ receivedAt: '1999-01-01T00:00:00Z' }).expect(422);
    await dpo({ subject: 'account:nobody-at-all' }).expect(201);
    await dpo({ type: 'erasure', then: 'erasure' }).expect(422);
    await dpo({ type: 'restriction', categories: ['no.such'] }).expect(422);
    await dpo({ ground: '17-1-a' }).expect(422);
    await app.as('platform').post('/v1/requests').send({ type: 'access', subject: 'visitor:v' }).expect(422);
    await app.as('platform').post('/v1/requests').send({ type: 'access', subject: 'a', channel: 'letter' }).expect(422);
    await app.as('dpo').get('/v1/requests/0190c7a4-0000-7000-8000-00000000beef').expect(404);
  });
});
