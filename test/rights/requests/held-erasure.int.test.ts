import assert from 'node:assert/strict';
import { interruptedWork } from '../../../jobs/interrupted-work.ts';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { bundleOf } from '../../data/certificates/stage.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { office } from './office.ts';

const KNOWN = { confirmed: true, text: 'Recognised by the account they signed in with.' };
const quiet = createLog('silent', { write: () => undefined });

/** What is said of an erasure, read from the mail that went out. */
onBothEngines('What is said of an erasure on request', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  const mail: { to: string; message: Sendable }[] = [];
  before(async () => {
    const transport = async (to: string, message: Sendable) => {
      mail.push({ to, message });
      return { delivered: true } as const;
    };
    app = await openApp(ground(), { transports: { webhook: transport, mail: transport } });
    desk = office(app);
  });
  beforeEach(() => mail.splice(0));
  after(() => app.close());

  const EMAIL = (who: string) => `${who}@private.example`;
  const DOI = (who: string) => `10.5072/told.${who}`;
  async function somebody(who: string): Promise<string> {
    const account = `internal-account-${who}`;
    const platform = app.as('platform');
    await platform
      .put(`/v1/subjects/${account}`)
      .send({ name: 'Ada', email: EMAIL(who), city: 'Bergen' })
      .expect(201);
    await platform
      .put(`/v1/subjects/${account}/items/${encodeURIComponent(DOI(who))}`)
      .send({
        title: 'Lakes',
        version: '1',
        role: 'creator',
        nameAsPublished: 'A. Told',
        visibility: 'public',
        publishedOn: '2025-01-01',
      })
      .expect(201);
    for (const [party, categories, reference] of [
      ['doi-registry', ['content.public-association'], `https://doi.org/${DOI(who)}`],
      ['hosting-company', ['profiles.contact', 'content.public-association'], `customer-${who}`],
    ] as const)
      await platform
        .post(`/v1/subjects/${account}/recipients`)
        .send({ party, categories, at: '2026-01-01T00:00:00Z', reference })
        .expect(201);
    return account;
  }
  async function erasureOf(account: string, who: string): Promise<string> {
    const { requestId } = await desk.open({
      type: 'erasure',
      subject: `account:${account}`,
      requester: { name: 'Ada', email: EMAIL(who), language: 'en' },
    });
    await desk.act(requestId, 'identity-decision', KNOWN);
    await desk.act(requestId, 'proposals', { what: 'execution', ground: '17-1-b', text: 'The account is closed.' });
    await desk.act(requestId, 'approval', {}, 'admin');
    await desk.act(requestId, 'execution');
    return requestId;
  }
  async function work(): Promise<void> {
    const context = await app.contextOf('north', 'operator');
    await interruptedWork.run({ services: app.services, context, log: quiet });
    await app.services.outbox.deliverDue(context);
  }
  const certificateOf = async (requestId: string) => {
    const { steps } = await desk.get(requestId);
    const { result } = steps.find(({ step }) => step === 'erasure') ?? {};
    const { erasureId } = (result ?? {}) as { erasureId?: string };
    const { body } = await app.as('dpo').get(`/v1/erasures/${erasureId}`).expect(200);
    return (await bundleOf(app, body.certificateId)).certificate;
  };
  const lettersTo = (address: string) => mail.filter(({ to }) => to === address).map(({ message }) => message);
  const recipientsTold = () => mail.filter(({ message }) => message.topic === 'data-subject.erasure');

  it('that nothing is erased while everything is held; then it goes by itself, and each is told of what went', async () => {
    const account = await somebody('ada');
    const access = await desk.open({ type: 'access', subject: `account:${account}` });
    const requestId = await erasureOf(account, 'ada');
    const begun = await desk.get(requestId);
    assert.deepEqual([begun.state, begun.outcome], ['executed', 'held-back']);
    const answered = await desk.act(requestId, 'answer');
    assert.equal(answered.state, 'awaiting-release');
    assert.ok(answered.duties.some(({ duty }) => duty === 'erase-what-is-held'));
    await work();
    const [letter] = lettersTo(EMAIL('ada'));
    assert.match(letter?.subject ?? '', /cannot all be erased yet/);
    assert.match(letter?.text ?? '', /already:\n- nothing\n/);
    assert.match(letter?.text ?? '', /E-mail address.*: a request for access to it is open/i);
    assert.doesNotMatch(letter?.text ?? '', /has been erased|have erased|all your data/);
    assert.deepEqual(recipientsTold(), [], 'nobody is told to erase what was not');
    const held = await certificateOf(requestId);
    assert.deepEqual(
      [held.totals.removed, held.approvedBy.map(({ role }) => role)],
      [0, ['admin']],
      'who agreed to it stands in the certificate',
    );
    const { text: page } = await app.as('dpo').get(`/v1/certificates/${held.certificateId}/page`).expect(200);
    assert.match(page, /Nothing was destroyed; what stays is listed below/);

    mail.splice(0);
    await desk.act(access.requestId, 'withdrawal');
    await work();
    await work();
    const done = await desk.get(requestId);
    assert.equal(done.state, 'answered');
    assert.ok(!done.duties.some(({ duty }) => duty === 'tell-person'), 'the mail has told the person');
    const [last] = lettersTo(EMAIL('ada'));
    assert.match(last?.subject ?? '', /has been erased/);
    assert.match(last?.text ?? '', /- E-mail address/i);
    assert.match(last?.text ?? '', /Example Hosting AG: (told|a message has been sent)/);
    assert.equal((await app.as('dpo').get(`/v1/subjects/${account}/report`).expect(200)).body.held, false);
    const certificate = await certificateOf(requestId);
    assert.ok(certificate.totals.removed > 0);
    // The registry’s credit is lawfully kept: it is told nothing. The other is told what went, and what stays.
    const [told, ...others] = recipientsTold();
    assert.deepEqual([told?.to, others.length], ['dpo@hosting.example.org', 0]);
    assert.match(told?.message.text ?? '', /kinds of data:\n- E-mail address/i);
    assert.match(told?.message.text ?? '', /lawfully kept[^:]*:\n- .*public/i);
    assert.match(told?.message.text ?? '', /customer-ada/);
    assert.doesNotMatch(JSON.stringify(told), /internal-account/);
    const { body: tasks } = await app.as('dpo').get(`/v1/recipient-tasks?request=${requestId}`).expect(200);
    assert.deepEqual(
      Object.fromEntries(tasks.items.map((task: { party: string; status: string }) => [task.party, task.status])),
      { 'doi-registry': 'cancelled', 'hosting-company': 'sent' },
    );
  });

  it('what is erased at once, and what is only held: the rest of a recipient’s data is told when it has gone too', async () => {
    const account = await somebody('bea');
    const { body: hold } = await app
      .as('dpo')
      .post('/v1/holds')
      .send({ kind: 'legal', reference: 'R-1', subject: `account:${account}`, category: 'profiles.contact' })
      .expect(201);
    const requestId = await erasureOf(account, 'bea');
    await desk.act(requestId, 'answer');
    await work();
    const [letter] = lettersTo(EMAIL('bea'));
    assert.match(letter?.text ?? '', /E-mail address.*: it is needed for legal claims or proceedings for now/i);
    assert.doesNotMatch(letter?.text ?? '', /already:\n- nothing/);
    assert.deepEqual(recipientsTold(), []);
    await app.as('dpo').post(`/v1/holds/${hold.holdId}/release`).expect(200);
    await work();
    await work();
    assert.deepEqual(
      recipientsTold().map(({ to }) => to),
      ['dpo@hosting.example.org'],
    );
    assert.equal((await desk.get(requestId)).state, 'answered');
  });

  it('that nothing is held, where nothing is', async () => {
    const requestId = await erasureOf('nobody-known', 'nil');
    assert.equal((await desk.get(requestId)).outcome, 'nothing-held');
    await desk.act(requestId, 'answer');
    await work();
    const [letter] = lettersTo(EMAIL('nil'));
    assert.match(letter?.text ?? '', /hold none that concerns you/);
    assert.doesNotMatch(letter?.text ?? '', /erased or made unreadable/i);
  });

  it('and of other requests what was done, never “all” for want of a list', async () => {
    const account = await somebody('cem');
    const { requestId } = await desk.open({
      type: 'restriction',
      subject: `account:${account}`,
      categories: ['profiles.location'],
      requester: { email: EMAIL('cem'), language: 'en' },
    });
    await desk.act(requestId, 'execution');
    await desk.act(requestId, 'answer');
    await work();
    const [letter] = lettersTo(EMAIL('cem'));
    assert.match(letter?.text ?? '', /It concerns:\n- .*\n/);
    assert.doesNotMatch(letter?.text ?? '', /all your data/);
  });
});
