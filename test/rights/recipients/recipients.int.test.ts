import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { signedHeaders } from '../../../src/foundations/webhooks/signature.ts';
import type { RecipientTask } from '../../../src/rights/recipients/model.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const REQUEST = '01890000-0000-7000-8000-000000000001';
const DOI = '10.5072/recipients.1';

onBothEngines('Recipients of a person’s data (Art. 19)', (ground) => {
  let app: TestApp;
  const sent: { to: string; message: Sendable }[] = [];
  let reachable = true;
  before(async () => {
    const transport = async (to: string, message: Sendable) => {
      sent.push({ to, message });
      return reachable
        ? ({ delivered: true } as const)
        : { delivered: false as const, failure: 'gone' as const, final: true };
    };
    app = await openApp(ground(), { transports: { webhook: transport, mail: transport } });
  });
  after(() => app.close());

  async function published(account: string): Promise<void> {
    await app
      .as('platform')
      .put(`/v1/subjects/${account}`)
      .send({ name: 'Ada Recipient', email: `${account}@private.example` })
      .expect(201);
    await app
      .as('platform')
      .put(`/v1/subjects/${account}/items/${encodeURIComponent(DOI)}`)
      .send({
        title: 'Data',
        version: '1',
        role: 'creator',
        nameAsPublished: 'A. Recipient',
        visibility: 'public',
        publishedOn: '2025-01-01',
      })
      .expect((answer) => assert.ok(answer.status < 300, answer.text));
  }
  const record = (account: string, body: object) =>
    app.as('platform').post(`/v1/subjects/${account}/recipients`).send(body);
  const dpo = () => app.contextOf('north', 'dpo');
  const entries = async () =>
    (await app.as('auditor').get('/v1/audit?limit=200').expect(200)).body.items as { action: string; detail: object }[];

  it('are noted by the platform, and shown to whoever says why', async () => {
    await published('ada');
    const { body } = await record('ada', {
      party: 'doi-registry',
      categories: ['content.public-association'],
      at: '2026-02-01T00:00:00Z',
      reference: `https://doi.org/${DOI}`,
    }).expect(201);
    assert.equal(body.name, 'Example DOI Registration Agency');
    const { body: ledger } = await app.as('dpo').get('/v1/subjects/ada/recipients').expect(200);
    assert.deepEqual(ledger.items, [body]);
    await app.as('dpo').get('/v1/subjects/ada/recipients').unset('Lethe-Purpose').expect(400);
  });

  it('are refused where the register knows no such party, category or day', async () => {
    const fit = { party: 'doi-registry', categories: ['content.public-association'], at: '2026-02-01T00:00:00Z' };
    for (const [change, pointer] of [
      [{ party: 'somebody' }, '/party'],
      [{ party: 'institution' }, '/party'],
      [{ categories: ['profiles.shoe-size'] }, '/categories/0'],
      [{ categories: ['visits.daily'] }, '/categories/0'],
      [{ at: '2027-01-01T00:00:00Z' }, '/at'],
    ] as const) {
      const { body } = await record('ada', { ...fit, ...change }).expect(422);
      assert.equal(body.errors[0].pointer, pointer);
    }
  });

  it('are in the person’s access report, by what they were given', async () => {
    const { body } = await app.as('dpo').get('/v1/subjects/ada/report').expect(200);
    const disclosed = body.categories.find(
      ({ category }: { category: string }) => category === 'recipients.disclosure',
    );
    assert.equal(disclosed.records[0].fields.reference, `https://doi.org/${DOI}`);
  });

  it('each get one task per request and act, however often it is opened; recorded ones and those of the register (REQ-A32, A37)', async () => {
    const { recipients } = app.services;
    const about = {
      requestId: REQUEST,
      what: 'erasure' as const,
      subject: 'account:ada',
      categories: ['content.public-association', 'profiles.contact'],
    };
    const [first, second] = await Promise.all([
      recipients.open(await dpo(), about),
      recipients.open(await dpo(), about),
    ]);
    const again = await recipients.open(await dpo(), about);
    assert.deepEqual(
      [first, second, again].map((tasks) => tasks.map(({ party, status }) => [party, status])),
      Array(3).fill([['doi-registry', 'waiting']]),
    );
    const rows = await ground().store.read((q) => q.select().from(q.tables.recipientTasks));
    assert.equal(rows.length, 1);
  });

  it('are told only once the act is done, once, even when the person is erased by then (REQ-A32, A37)', async () => {
    const { recipients, outbox } = app.services;
    await outbox.deliverDue(await dpo());
    assert.equal(sent.length, 0);
    await app.as('dpo').post('/v1/subjects/ada/erasure').expect(200);
    await recipients.send(await dpo(), REQUEST, 'erasure');
    await recipients.send(await dpo(), REQUEST, 'erasure');
    await outbox.deliverDue(await dpo());
    assert.equal(sent.length, 1);
    const [{ to, message }] = sent as [(typeof sent)[number]];
    assert.equal(to, 'info@registry.example.org');
    assert.match(message.text, new RegExp(`https://doi.org/${DOI.replaceAll('.', '\\.')}`));
    assert.match(message.text, /Art\. 17/);
    assert.doesNotMatch(message.text, /private\.example|Ada Recipient/);
    assert.deepEqual(await recipients.noteDeliveries(await dpo()), { delivered: 1, failed: 0, missed: 0 });
    assert.deepEqual(await recipients.noteDeliveries(await dpo()), { delivered: 0, failed: 0, missed: 0 });
  });

  it('answer in words: not being able to needs its reason, kept sealed; then nothing is left of the person (REQ-A32, A37)', async () => {
    const [task] = (await app.services.recipients.of(await dpo(), REQUEST)) as [RecipientTask];
    const answer = (body: object) => app.as('dpo').post(`/v1/recipient-tasks/${task.taskId}/answer`).send(body);
    const { body: refused } = await answer({ answer: 'impossible' }).expect(422);
    assert.equal(refused.errors[0].pointer, '/reason');
    const { body } = await answer({ answer: 'impossible', reason: 'Sentinel reason of the registry' }).expect(200);
    assert.deepEqual([body.status, body.answer], ['answered', 'impossible']);
    await answer({ answer: 'impossible', reason: 'again' }).expect(200);
    await answer({ answer: 'done' }).expect(409);
    const [row] = await ground().store.read((q) => q.select().from(q.tables.recipientTasks));
    assert.equal(row?.identifiersSealed, null);
    assert.ok(!row?.reasonSealed?.toString('latin1').includes('Sentinel'));
    const told = (await entries()).filter(({ action }) => action.startsWith('recipient.'));
    assert.deepEqual(
      told.map(({ action }) => action),
      ['recipient.recorded', 'recipient.to-be-told', 'recipient.told', 'recipient.delivered', 'recipient.answered'],
    );
    assert.doesNotMatch(JSON.stringify(told), /10\.5072|\bada\b|Sentinel/);
  });

  describe('that answer themselves', () => {
    let task: RecipientTask;
    let secret: Buffer;
    before(async () => {
      await published('bea');
      const { recipients, outbox } = app.services;
      const requestId = REQUEST.replace(/1$/, '2');
      await recipients.open(await dpo(), {
        requestId,
        what: 'rectification',
        subject: 'account:bea',
        categories: ['content.public-association'],
      });
      [task] = (await recipients.send(await dpo(), requestId, 'rectification')) as [RecipientTask];
      secret = Buffer.from((await outbox.secret(await dpo(), task.party)).slice(6), 'base64');
    });
    const body = JSON.stringify({ type: 'recipient-task.answered', data: { answer: 'done' } });
    const post = (text: string, headers: Record<string, string>, taskId = task.taskId) =>
      app
        .as('nobody')
        .post(`/v1/public/north/recipient-tasks/${taskId}/answer`)
        .set({ 'Content-Type': 'application/json', ...headers })
        .send(text);
    const statusNow = async () => (await app.services.recipients.of(await dpo(), task.requestId))[0]?.status;

    it('are refused without a signature, with another secret, another body, an old time, or for no task, all alike (REQ-H17)', async () => {
      const at = app.time.now;
      const good = signedHeaders(secret, 'msg-1', at, body);
      const refused = [
        await post(body, {}),
        await post(body, signedHeaders(Buffer.alloc(32, 1), 'msg-1', at, body)),
        await post(body.replace('done', 'not-held'), good),
        await post(body, signedHeaders(secret, 'msg-1', new Date(+at - 301_000), body)),
        await post(body, { ...good, 'webhook-id': 'msg-2' }),
        await post(body, good, REQUEST),
      ];
      for (const { status, body: problem } of refused) {
        assert.equal(status, 401);
        assert.equal(problem.detail, refused[0]?.body.detail);
      }
      assert.equal(await statusNow(), 'sent');
    });

    it('are refused for what the bytes say only after the signature', async () => {
      for (const [text, status] of [
        ['{', 400],
        ['{"type":"recipient-task.answered","data":{"answer":"impossible"}}', 400],
        ['{"type":"recipient-task.answered","data":{"answer":"refused"}}', 422],
      ] as const)
        assert.equal((await post(text, signedHeaders(secret, 'msg-3', app.time.now, text))).status, status);
    });

    it('are taken once; a replay changes nothing (REQ-A37)', async () => {
      const headers = signedHeaders(secret, 'msg-4', app.time.now, body);
      await post(body, headers).expect(204);
      await post(body, headers).expect(204);
      assert.equal(await statusNow(), 'answered');
    });
  });

  it('that cannot be reached are said to be, and come through when the message is sent again', async () => {
    const { recipients, outbox } = app.services;
    const requestId = REQUEST.replace(/1$/, '3');
    await recipients.open(await dpo(), {
      requestId,
      what: 'restriction',
      subject: 'account:bea',
      categories: ['content.public-association'],
    });
    reachable = false;
    const [task] = (await recipients.send(await dpo(), requestId, 'restriction')) as [RecipientTask];
    await outbox.deliverDue(await dpo());
    assert.equal((await recipients.noteDeliveries(await dpo())).failed, 1);
    reachable = true;
    await app.as('operator').post(`/v1/outbox/${task.messageId}/retry`).expect(200);
    await outbox.deliverDue(await dpo());
    assert.equal((await recipients.noteDeliveries(await dpo())).delivered, 1);
    app.time.now = new Date(+app.time.now + 15 * 86_400_000);
    assert.equal((await recipients.noteDeliveries(await dpo())).missed, 1);
    const { body } = await app.as('dpo').get('/v1/recipient-tasks?overdue=true').expect(200);
    assert.deepEqual(
      body.items.map(({ taskId }: RecipientTask) => taskId),
      [task.taskId],
    );
  });

  it('are not told of an act that did not come to be', async () => {
    const { recipients } = app.services;
    const requestId = REQUEST.replace(/1$/, '4');
    const about = {
      requestId,
      what: 'erasure' as const,
      subject: 'account:bea',
      categories: ['content.public-association'],
    };
    await recipients.open(await dpo(), about);
    await recipients.cancel(await dpo(), requestId, 'erasure');
    await recipients.send(await dpo(), requestId, 'erasure');
    const rows = await ground().store.read((q) =>
      q.select().from(q.tables.recipientTasks).where(eq(q.tables.recipientTasks.requestId, requestId)),
    );
    assert.deepEqual(
      rows.map(({ status, identifiersSealed, messageId }) => [status, identifiersSealed, messageId]),
      [['cancelled', null, null]],
    );
  });
});
