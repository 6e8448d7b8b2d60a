import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { neighbours, office } from './office.ts';

const KNOWN = { confirmed: true, text: 'Known to the office in person.' };
const JANE = { name: 'Jane Sentinel-Name', email: 'jane@sentinel.example' };

onBothEngines('A request from letter to archive', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  const { seen, options } = neighbours();
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-03T10:00:00Z', ...options });
    desk = office(app);
  });
  after(() => app.close());
  beforeEach(() => {
    app.time.now = new Date('2026-03-03T10:00:00Z');
    seen.fault = undefined;
    seen.erasure = { ...seen.erasure, verdict: 'complete' };
  });

  const holdsOf = (id: string) => seen.holds.filter(({ requestId }) => requestId === id).map(({ kind }) => kind);

  it('access: held while open, packed, approved by a second person, released, answered', async () => {
    const { requestId: id, reference, dueOn } = await desk.open({ subject: 'account:jane', requester: JANE });
    assert.match(reference, /^2026-\d{6}$/);
    assert.equal(dueOn, '2026-04-03');
    assert.deepEqual(holdsOf(id), ['access-request']);
    await desk.refused(id, 'execution', {}, 409, /established/);
    await desk.act(id, 'acknowledgement');
    await desk.act(id, 'identity-decision', KNOWN);
    const done = await desk.act(id, 'execution');
    assert.equal(done.state, 'executed');
    await desk.refused(id, 'package-approval', {}, 403, /another person/);
    await desk.refused(id, 'answer', {}, 409, /not been released/);
    await desk.act(id, 'package-approval', {}, 'admin');
    await desk.refused(id, 'release', { by: 'link' }, 409, /verified/);
    await desk.try(id, 'release', { by: 'passphrase', passphrase: 'correct horse battery' }).expect(200);
    const answered = await desk.act(id, 'answer');
    assert.equal(answered.state, 'answered');
    assert.equal(answered.clock.request?.['status'], 'closed');
    assert.deepEqual(holdsOf(id), []);
    const { letters } = await desk.get(id);
    assert.deepEqual(
      letters.map(({ kind, sent }) => [kind, sent]),
      [
        ['acknowledged', 'email'],
        ['answered-access', 'email'],
      ],
    );
  });

  it('access, then erasure: the copy first, then a second person agrees, then it is done', async () => {
    const { requestId: id } = await desk.open({ subject: 'account:joe', then: 'erasure', requester: JANE });
    await desk.act(id, 'identity-decision', KNOWN);
    await desk.act(id, 'execution');
    await desk.act(id, 'package-approval', { unverified: true }, 'admin');
    seen.publicUrl = false;
    await desk.refused(id, 'release', { by: 'link' }, 409, /LETHE_PUBLIC_URL/);
    seen.publicUrl = true;
    const release = async () => (await desk.try(id, 'release', { by: 'link' }).expect(200)).body.url as string;
    assert.match(await release(), /^https:\/\/lethe\.example\/packages\/north\/[^/]+\/one-time$/);
    app.time.now = new Date('2026-03-10T10:00:00Z');
    await desk.refused(id, 'answer', {}, 409, /has ended before it was told of/);
    const url = await release();
    const second = await desk.act(id, 'answer');
    const { text = '' } = (await desk.get(id)).letters.at(-1) ?? {};
    assert.ok(text.includes('until 17 March 2026') && text.includes('erasure of your personal data'), text);
    assert.ok(!text.includes(url), 'what is kept of the letter has no link');
    assert.deepEqual([second.state, second.part, second.clock.request?.['status']], ['open', 'erasure', 'running']);
    assert.deepEqual(holdsOf(id), [], 'its own hold would keep what is to go');
    await desk.refused(id, 'execution', {}, 409, /proposed/);
    await desk.refused(id, 'proposals', { what: 'execution', text: 'No ground.' }, 422, /17\(1\)/);
    await desk.act(id, 'proposals', { what: 'execution', ground: '17-1-b', text: 'Consent is gone.' });
    await desk.refused(id, 'approval', {}, 403, /another person/);
    await desk.act(id, 'approval', {}, 'admin');
    assert.deepEqual(holdsOf(id), ['erasure-pending']);
    const done = await desk.act(id, 'execution');
    assert.deepEqual([done.state, done.outcome], ['executed', 'done']);
    assert.deepEqual(
      seen.erased.filter(({ requestId }) => requestId === id),
      [{ subject: 'account:joe', requestId: id }],
    );
    assert.equal((await desk.act(id, 'answer')).state, 'answered');
  });

  it('an erasure that is incomplete somewhere is never done, and is gone on with', async () => {
    const { requestId: id } = await desk.open({ type: 'erasure', subject: 'account:down' });
    await desk.act(id, 'identity-decision', KNOWN);
    await desk.act(id, 'proposals', { what: 'execution', ground: '17-1-a', text: 'Asked for.' });
    await desk.act(id, 'approval', {}, 'admin');
    seen.erasure = { ...seen.erasure, verdict: 'incomplete' };
    const begun = await desk.act(id, 'execution');
    assert.deepEqual([begun.state, begun.incomplete], ['executing', true]);
    await desk.refused(id, 'answer', {}, 409, /executing/);
    const context = await app.contextOf('north', 'operator');
    await app.services.requests.resume(context);
    assert.equal((await desk.get(id)).state, 'executing');
    seen.erasure = { ...seen.erasure, verdict: 'complete-with-exceptions' };
    await app.services.requests.resume(context);
    const done = await desk.get(id);
    assert.deepEqual([done.state, done.outcome], ['executed', 'done-with-exceptions']);
    assert.equal(seen.erased.filter(({ requestId }) => requestId === id).length, 1);
  });

  it('goes on after a crash in the middle of a step, and does nothing twice', async () => {
    const { requestId: id } = await desk.open({ type: 'erasure', subject: 'account:crash' });
    await desk.act(id, 'identity-decision', KNOWN);
    await desk.act(id, 'proposals', { what: 'execution', ground: '17-1-a', text: 'Asked for.' });
    await desk.act(id, 'approval', {}, 'admin');
    seen.fault = new Error('the power went');
    await desk.try(id, 'execution').expect(500);
    const stopped = await desk.get(id);
    assert.deepEqual(
      stopped.steps.map(({ step, doneAt }) => [step, doneAt !== null]),
      [
        ['recipients', true],
        ['erasure', false],
      ],
    );
    await app.services.requests.resume(await app.contextOf('north', 'operator'));
    assert.equal((await desk.get(id)).state, 'executed');
    assert.equal(seen.erased.filter(({ requestId }) => requestId === id).length, 1);
    assert.equal(seen.told.filter(({ requestId }) => requestId === id).length, 1);
  });

  it('restriction: at once, until it is lifted after a notice', async () => {
    const { requestId: id } = await desk.open({ type: 'restriction', ground: '18-1-a', subject: 'account:resi' });
    assert.deepEqual(holdsOf(id), ['restriction']);
    await desk.act(id, 'execution');
    assert.equal((await desk.act(id, 'answer')).state, 'in-force');
    assert.deepEqual(holdsOf(id), ['restriction']);
    await desk.refused(id, 'lifting', {}, 409, /lifting-announced/);
    await desk.act(id, 'lifting-notice', { text: 'The data was checked.' });
    await desk.refused(id, 'lifting', {}, 409, /must know before it is lifted/);
    await desk.act(id, 'lifting-notice', { text: 'The data was checked.', sent: 'post' });
    assert.equal((await desk.act(id, 'lifting')).state, 'answered');
    assert.deepEqual(holdsOf(id), []);
  });

  it('objection: stops at once; rejected only on compelling grounds, to marketing never', async () => {
    const objection = { type: 'objection', subject: 'account:obi', purpose: 'portal-security' };
    const { requestId: id } = await desk.open(objection);
    assert.deepEqual(
      seen.holds.filter(({ requestId }) => requestId === id).map((one) => one.purpose),
      ['portal-security'],
    );
    await desk.refused(id, 'execution', {}, 422, /upheld, rejected/);
    await desk.refused(id, 'execution', { outcome: 'rejected' }, 422, /compelling/);
    await desk.act(id, 'execution', { outcome: 'rejected', text: 'Needed to defend a claim in court.' });
    assert.equal((await desk.act(id, 'answer', { sent: 'handed-over' })).state, 'refusal-told');
    assert.deepEqual(holdsOf(id), ['objection'], 'not in the same act');
    assert.equal((await desk.act(id, 'lifting')).state, 'refused');
    assert.deepEqual(holdsOf(id), []);
    await app
      .as('dpo')
      .post('/v1/requests')
      .send({ channel: 'letter', ...objection, marketing: true })
      .expect(422, /no direct marketing/);
    const { requestId: ad } = await desk.open({ ...objection, purpose: undefined, marketing: true });
    await desk.refused(ad, 'execution', { outcome: 'rejected', text: 'We would rather not.' }, 422, /absolute/);
    await desk.refused(ad, 'refusal', { ground: 'compelling-grounds', text: 'We would rather not.' }, 422, /absolute/);
    await desk.act(ad, 'execution', { outcome: 'upheld' });
    assert.equal((await desk.act(ad, 'answer')).state, 'in-force');
    assert.deepEqual(holdsOf(ad), [], 'the shipped policies have no purpose of marketing: nothing else is stopped');
    await desk.refused(ad, 'lifting-notice', { text: 'We would rather not.', sent: 'post' }, 422, /never lifted/);
  });

  it('rectification, withdrawal of consent and human review', async () => {
    const { requestId: fix } = await desk.open({
      type: 'rectification',
      subject: 'account:fix',
      changes: { name: 'Right' },
    });
    await desk.act(fix, 'identity-decision', KNOWN);
    assert.equal((await desk.act(fix, 'execution')).outcome, 'done');
    assert.deepEqual(seen.rectified, [{ subject: 'account:fix', changes: { name: 'Right' } }]);
    const { body } = await app
      .as('platform')
      .post('/v1/consents')
      .send({
        subject: { kind: 'account', id: 'consi' },
        purpose: 'usage-statistics',
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      })
      .expect(201);
    assert.equal(body.status, 'given');
    const { requestId: out } = await desk.open({ type: 'consent-withdrawal', subject: 'account:consi' });
    const done = await desk.get(out);
    assert.deepEqual(
      done.steps.map(({ result }) => result),
      [{ agreed: ['usage-statistics'] }, { withdrawn: 1, purposes: ['usage-statistics'] }, { erase: false }],
    );
    const { body: now } = await app.as('dpo').get('/v1/subjects/account:consi/consents').expect(200);
    assert.ok(now.purposes.every(({ permitsProcessing }: { permitsProcessing: boolean }) => !permitsProcessing));
    const { requestId: look } = await desk.open({ type: 'human-review', subject: 'account:rev' });
    await desk.refused(look, 'execution', { outcome: 'changed' }, 422, /what was found/);
    assert.equal(
      (await desk.act(look, 'execution', { outcome: 'changed', text: 'The rule was wrong here.' })).outcome,
      'changed',
    );
  });

  it('says that nothing is held, within the month (REQ-A22)', async () => {
    const { requestId: id } = await desk.open({ requester: { name: 'Nobody Known', email: 'nobody@else.example' } });
    await desk.act(id, 'identity-decision', KNOWN);
    assert.equal((await desk.act(id, 'execution')).outcome, 'nothing-held');
    await desk.act(id, 'answer');
    assert.equal((await desk.get(id)).letters.at(-1)?.kind, 'answered-no-data');
  });

  it('names what can happen where something cannot', async () => {
    const { requestId: id } = await desk.open();
    const { body } = await desk.try(id, 'payment').expect(409);
    assert.equal(body.state, 'open');
    assert.ok(body.legal.includes('identity-asked') && !body.legal.includes('fee-paid'));
  });

  it('of two officers at once one wins and the other is told', async () => {
    const { requestId: id } = await desk.open();
    const { events } = await desk.get(id);
    const answers = await Promise.all([
      desk.try(id, 'withdrawal'),
      desk.try(id, 'refusal', { ground: 'not-responsible', text: 'Another controller has it.' }),
      desk.try(id, 'clarification', { question: 'Which portal do you mean?', sent: 'post' }),
      desk.try(id, 'withdrawal', {}),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    assert.equal((await desk.get(id)).events, events + 1);
  });

  it('gives every request a reference of its own, however many come at once', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, () => desk.open()));
    assert.equal(new Set(many.map(({ reference }) => reference)).size, 8);
  });

  it('answers a repeated intake with the first one', async () => {
    const send = () =>
      app
        .as('platform')
        .post('/v1/requests')
        .set('Idempotency-Key', '"the-same"')
        .send({ type: 'access', subject: 'account:twice' })
        .expect(201);
    const [first, again] = [await send(), await send()];
    assert.deepEqual(again.body, first.body);
    const file = await desk.get(first.body.requestId);
    assert.deepEqual(
      [file.channel, file.identity, file.subjectKnown],
      ['platform', { method: 'platform', state: 'confirmed' }, 'platform'],
    );
    await app
      .as('platform')
      .post('/v1/requests')
      .unset('Idempotency-Key')
      .send({ type: 'access', subject: 'a' })
      .expect(400);
  });

  it('keeps what is written out of logs and audit', async () => {
    const { requestId: id } = await desk.open({ requester: JANE, text: 'SENTINEL-WORDS of mine' });
    await desk.act(id, 'notes', { text: 'SENTINEL-NOTE of the officer' });
    await desk.act(id, 'refusal', { ground: 'not-responsible', text: 'SENTINEL-REASON here' });
    const { body } = await app.as('auditor').get('/v1/audit?limit=200').expect(200);
    const told = JSON.stringify(body) + app.logged.join('\n');
    for (const word of ['SENTINEL', 'Sentinel-Name', 'jane@']) assert.ok(!told.includes(word), word);
    const refused = body.items.find(
      ({ action, detail }: { action: string; detail: { request: string } }) =>
        action === 'request.refused' && detail.request === id,
    );
    assert.equal(refused.detail.ruleSet, 'requests-eu-2018');
  });
});
