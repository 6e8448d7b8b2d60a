import assert from 'node:assert/strict';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { office } from './office.ts';
import { mailServer, PUBLIC_URL, stranger } from './stranger.ts';

onBothEngines('At the desk', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  const mail: Sendable[] = [];
  before(async () => {
    const transport = async (_: string, message: Sendable) => {
      mail.push(message);
      return { delivered: true } as const;
    };
    app = await openApp(ground(), { transports: { webhook: transport, mail: transport } });
    desk = office(app);
  });
  after(() => app.close());

  /** A request with a code under way; the code as it was mailed. */
  async function coded(): Promise<{ requestId: string; secret: string; code: string }> {
    mail.splice(0);
    const { requestId, secret } = await desk.open({ requester: { email: 'ada@private.example' } });
    await desk.act(requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
    await app.services.outbox.deliverDue(await app.contextOf('north', 'operator'));
    const code = /\b\d{4} \d{4}\b/.exec(mail.at(-1)?.text ?? '')?.[0];
    assert.ok(code, 'the code is in the mail, with its gap');
    return { requestId, secret, code };
  }

  it('a code is accepted as it was mailed', async () => {
    const { requestId, secret, code } = await coded();
    const { body } = await app
      .as('nobody')
      .post(`/v1/public/north/requests/${requestId}/identity`)
      .set('Lethe-Request-Secret', secret)
      .send({ code })
      .expect(200);
    assert.equal(body.outcome, 'confirmed');
  });

  it('a code that came back by letter is entered by an officer, however it is typed', async () => {
    const { requestId, code } = await coded();
    const enter = (text: string) => desk.try(requestId, 'identity-code', { code: text });
    const wrong = code.startsWith('0') ? '1111 1111' : '0000 0000';
    assert.equal((await enter(wrong).expect(200)).body.outcome, 'wrong');
    const { body } = await enter(` ${code.replace(' ', '-')}\u00a0`).expect(200);
    assert.deepEqual([body.outcome, body.request.identity.state], ['confirmed', 'confirmed']);
    await app.as('auditor').post(`/v1/requests/${requestId}/identity-code`).send({ code }).expect(403);
  });

  it('a 409 names the calls that are possible, and what is missing', async () => {
    const { requestId } = await desk.open({ type: 'erasure', subject: 'account:ada' });
    await desk.act(requestId, 'identity-decision', { confirmed: true, text: 'Came in person.' });
    const call = (name: string) => `POST /v1/requests/{requestId}/${name}`;
    const first = (await desk.try(requestId, 'execution').expect(409)).body;
    assert.ok(first.calls.includes(call('proposals')) && !first.calls.includes(call('execution')), first.calls);
    assert.match(first.detail, /must be proposed, and a second person must agree/);
    await desk.act(requestId, 'proposals', { what: 'execution', ground: '17-1-b', text: 'As asked.' });
    const second = (await desk.try(requestId, 'execution').expect(409)).body;
    assert.deepEqual(second.missing, ['a second person must agree to what was proposed']);
    assert.ok(second.calls.includes(call('approval')) && second.detail.includes(call('approval')));
  });

  it('pages name people by their label', async () => {
    const { requestId } = await desk.open({ subject: 'account:bea' });
    const { text } = await app.as('dpo').get(`/v1/requests/${requestId}/page`).expect(200);
    const { body: tokens } = await app.as('admin').get('/v1/tokens?limit=200').expect(200);
    const officer = tokens.items.find(({ label }: { label: string }) => label === 'dpo');
    assert.ok(!text.includes(officer.id) && /<td[^>]*>dpo<\/td>/.test(text), text);
    await app.as('platform').put('/v1/subjects/bea').send({ name: 'Bea' }).expect(201);
    const { body: erasure } = await app.as('dpo').post('/v1/subjects/bea/erasure').expect(200);
    const page = (await app.as('dpo').get(`/v1/certificates/${erasure.certificateId}/page`).expect(200)).text;
    assert.ok(!page.includes(officer.id));
    assert.match(page, /Asked for by<\/dt><dd>dpo /);
  });

  it('a day of review is printed as the portal’s day', async () => {
    await app
      .as('platform')
      .put(`/v1/subjects/cem/items/${encodeURIComponent('10.5072/day')}`)
      .send({
        title: 'T',
        version: '1',
        role: 'creator',
        nameAsPublished: 'C',
        visibility: 'public',
        publishedOn: '2025-01-01',
      })
      .expect(201);
    const { body } = await app.as('dpo').post('/v1/subjects/cem/erasure').expect(200);
    const { text } = await app.as('dpo').get(`/v1/certificates/${body.certificateId}/page`).expect(200);
    // It begins at midnight in Berlin, which is the day before in UTC.
    assert.match(text, /looked at again on 1 March 2031/);
  });
});

onOneEngine('Letters of an institution that is not recorded', (ground) => {
  let app: TestApp;
  const { mails, mail } = mailServer();
  before(async () => {
    app = await openApp(ground(), { institutions: 'unrecorded', publicUrl: PUBLIC_URL, transports: { mail } });
  });
  after(() => app.close());

  it('are refused, saying where it is recorded; the request itself is taken', async () => {
    const desk = office(app);
    const asked = { type: 'access', requester: { email: 'ada@private.example' } };
    const { requestId } = await stranger(app, mails).confirmed(asked);
    assert.ok((await desk.get(requestId)).duties.some(({ duty }) => duty === 'acknowledge'));
    const { body } = await desk.try(requestId, 'acknowledgement').expect(409);
    assert.match(body.detail, /PUT \/v1\/register\/institution/);
    assert.deepEqual((await desk.get(requestId)).letters, []);
    await app.as('dpo').put('/v1/register/institution').send({ legalName: 'University of the North' }).expect(200);
    await desk.act(requestId, 'acknowledgement');
    assert.match((await desk.get(requestId)).letters[0]?.text ?? '', /University of the North/);
  });
});
