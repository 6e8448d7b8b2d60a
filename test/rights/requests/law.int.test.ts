import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { neighbours, office } from './office.ts';

const RECEIVED = '2026-01-30T23:30:00Z';
const WHY = 'Several hundred documents have to be looked through.';

onBothEngines('What the law asks of a request', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  before(async () => {
    app = await openApp(ground(), { now: '2026-02-02T10:00:00Z', ...neighbours().options });
    desk = office(app);
  });
  after(() => app.close());
  beforeEach(() => {
    app.time.now = new Date('2026-02-02T10:00:00Z');
  });
  const on = (day: string) => {
    app.time.now = new Date(`${day}T10:00:00Z`);
  };

  it('counts from the local day of receipt, shows both readings, and says why (REQ-A13, B01, B04)', async () => {
    const { requestId: id, dueOn } = await desk.open({ receivedAt: RECEIVED });
    assert.equal(dueOn, '2026-03-02', 'received on 31 January in Berlin: 28 February, a Saturday, then Monday');
    const { clock, targetOn } = await desk.act(id, 'extension', { reasons: ['complexity'], text: WHY });
    const readings = clock.request?.['readings'] as { extension: string; nominal: string }[];
    assert.deepEqual(
      readings.map(({ nominal }) => nominal),
      ['2026-04-30', '2026-04-28'],
    );
    assert.equal((clock.request as Record<string, unknown>)['due'], '2026-04-28');
    assert.ok((targetOn as string) < '2026-04-28');
    assert.match((clock.explanation['en'] ?? []).join(' '), /Received at 00:30.*because.*[Tt]herefore/s);
    assert.match((clock.explanation['de'] ?? []).join(' '), /Eingegangen um 00:30/);
    // The portal says EU and no country: nobody knows its holidays.
    assert.ok(
      ((clock.request as Record<string, unknown>)['warnings'] as { code: string }[]).some(
        ({ code }) => code === 'calendar-unknown',
      ),
    );
    assert.equal(((clock.request as Record<string, unknown>)['ruleSet'] as { id: string }).id, 'requests-eu-2018');
  });

  it('extends once, with reasons, within the first month (REQ-A14)', async () => {
    const { requestId: id } = await desk.open({ receivedAt: RECEIVED });
    await desk.refused(id, 'extension', { reasons: [], text: WHY }, 422, /complexity/);
    on('2026-03-03');
    await desk.refused(id, 'extension', { reasons: ['number'], text: WHY }, 409, /first month/);
    // What is told now was not told then, whatever somebody says of it.
    const earlier = { reasons: ['number'], text: WHY, at: '2026-02-20T09:00:00Z' };
    await desk.refused(id, 'extension', earlier, 409, /first month/);
    on('2026-02-21');
    await desk.refused(id, 'extension', earlier, 422, /by which way/);
    await desk.act(id, 'extension', { ...earlier, sent: 'post' });
    await desk.refused(id, 'extension', { reasons: ['number'], text: WHY }, 409, /once/);
  });

  it('nothing that is told now has been told before: `at` is of what was handed over, and lateness of the later instant', async () => {
    const who = { receivedAt: RECEIVED, requester: { email: 'late@law.example' } };
    const { requestId: id } = await desk.open(who);
    on('2026-03-12');
    const at = '2026-02-20T09:00:00Z';
    const refusal = { ground: 'not-responsible', text: WHY };
    await desk.refused(id, 'acknowledgement', { at }, 422, /goes by mail now/);
    await desk.refused(id, 'refusal', { ...refusal, at }, 422, /goes by mail now/);
    const refused = await desk.act(id, 'refusal', { ...refusal, at, sent: 'handed-over' });
    assert.deepEqual([refused.state, refused.lateRefusal], ['refused', true], 'it was recorded after the month');
    assert.equal((await desk.get(id)).letters.at(-1)?.at, '2026-02-20T09:00:00.000Z');
    // Nor is it put right by a correction.
    const { events } = await desk.get(id);
    const corrected = await desk.act(id, 'corrections', { corrects: events, at, reason: 'It went earlier.' });
    assert.equal(corrected.lateRefusal, true);
  });

  it('no answer was given before what it tells of was there', async () => {
    const { requestId: id } = await desk.open({ subject: 'account:early', receivedAt: RECEIVED });
    await desk.act(id, 'identity-decision', { confirmed: true, text: 'Known here.' });
    on('2026-02-10');
    await desk.act(id, 'execution');
    await desk.act(id, 'package-approval', {}, 'admin');
    await desk.try(id, 'release', { by: 'passphrase', passphrase: 'correct horse battery' }).expect(200);
    const answer = { sent: 'handed-over', at: '2026-02-09T09:00:00Z' };
    await desk.refused(id, 'answer', answer, 422, /before what is told of was done/);
    await desk.act(id, 'answer', { ...answer, at: '2026-02-10T10:00:00Z' });
  });

  it('does not stand still for what nobody was asked', async () => {
    const { requestId: id } = await desk.open({ receivedAt: RECEIVED });
    const documents = { method: 'documents', doubt: 'unknown-sender', asked: ['A copy of your passport'] };
    await desk.refused(id, 'identity-checks', { method: 'documents', doubt: 'unknown-sender' }, 422, /asked for/);
    await desk.refused(id, 'identity-checks', documents, 422, /by which way the person is asked/);
    await desk.refused(id, 'clarification', { question: 'Which years?' }, 422, /by which way the person is asked/);
    const asked = await desk.act(id, 'identity-checks', { ...documents, sent: 'handed-over' });
    assert.equal(asked.state, 'awaiting-identity');
    const [letter] = (await desk.get(id)).letters;
    assert.deepEqual([letter?.kind, letter?.sent], ['documents-asked', 'handed-over']);
    assert.match(letter?.text ?? '', /- A copy of your passport/);
  });

  it('flags a refusal after the month that cannot be extended (REQ-A15)', async () => {
    const { requestId: id } = await desk.open({ receivedAt: RECEIVED });
    await desk.act(id, 'extension', { reasons: ['complexity'], text: WHY });
    on('2026-03-12');
    const refused = await desk.act(id, 'refusal', { ground: 'not-responsible', text: WHY });
    assert.deepEqual([refused.state, refused.lateRefusal], ['refused', true]);
    const { requestId: other } = await desk.open({ receivedAt: '2026-03-11T10:00:00Z' });
    assert.equal((await desk.act(other, 'refusal', { ground: 'not-responsible', text: WHY })).lateRefusal, false);
    assert.equal((await desk.get(other)).letters.at(-1)?.kind, 'refused');
  });

  it('stands still while identity is asked for in time; a late question moves nothing (REQ-B05)', async () => {
    const { requestId: id } = await desk.open({ receivedAt: RECEIVED, requester: { email: 'a@b.example' } });
    const asked = await desk.act(id, 'identity-checks', {
      method: 'documents',
      doubt: 'unknown-sender',
      asked: ['A copy of your passport'],
      sent: 'post',
    });
    assert.deepEqual(
      [asked.state, asked.dueOn, asked.clock.request?.['status']],
      ['awaiting-identity', null, 'suspended'],
    );
    on('2026-02-12');
    await desk.act(id, 'identity-answer');
    const shown = await desk.act(id, 'identity-decision', { confirmed: true });
    assert.deepEqual([shown.state, shown.dueOn], ['open', '2026-03-10']);
    const { requestId: late } = await desk.open({ receivedAt: RECEIVED });
    const ran = await desk.act(late, 'identity-checks', {
      method: 'documents',
      doubt: 'unknown-sender',
      asked: ['A copy of your passport'],
      sent: 'post',
    });
    assert.deepEqual([ran.state, ran.dueOn], ['awaiting-identity', '2026-03-02']);
    assert.deepEqual(
      ((ran.clock.request as Record<string, unknown>)['ignored'] as { why: string }[]).map(({ why }) => why),
      ['not-prompt'],
    );
  });

  it('computes everything again from what was corrected, and refuses what would leave a hole', async () => {
    const { requestId: id } = await desk.open({ receivedAt: RECEIVED });
    const right = await desk.act(id, 'corrections', {
      corrects: 1,
      at: '2026-01-28T10:00:00Z',
      reason: 'The stamp says so.',
    });
    assert.equal(right.dueOn, '2026-03-02');
    assert.equal(right.receivedAt, '2026-01-28T10:00:00.000Z');
    assert.match((right.clock.explanation['en'] ?? []).join(' '), /Corrected: the receipt/);
    await desk.refused(
      id,
      'corrections',
      { corrects: 1, at: '2027-01-01T00:00:00Z', reason: 'A typing mistake.' },
      422,
      /future/,
    );
    await desk.refused(id, 'corrections', { corrects: 1, at: null, reason: 'It never came.' }, 422, /taken back/);
    await desk.refused(
      id,
      'corrections',
      { corrects: 99, at: null, reason: 'It never came.' },
      422,
      /number of an event/,
    );
    await desk.act(id, 'clarification', { question: 'Which of your accounts?', sent: 'telephone' });
    await desk.act(id, 'clarification-answer', { text: 'All of them.' });
    const { events } = await desk.get(id);
    await desk.refused(
      id,
      'corrections',
      { corrects: events - 1, at: null, reason: 'It was not asked.' },
      409,
      /clarification-answered/,
    );
    await desk.act(id, 'withdrawal');
    const again = await desk.act(id, 'corrections', {
      corrects: events + 1,
      at: null,
      reason: 'It was another request.',
    });
    assert.deepEqual([again.state, again.closedAt], ['open', null]);
  });

  it('takes no fee for a first copy, and none above the costs (REQ-A25)', async () => {
    const fee = { basis: 'further-copy', amount: 500, currency: 'EUR', costs: [{ what: 'copying', amount: 500 }] };
    const who = { type: 'access', requester: { email: 'copy@fee.example' } };
    const { requestId: nothing } = await desk.open(who);
    await desk.refused(nothing, 'fee', fee, 422, /first copy is free/);
    await desk.act(nothing, 'identity-decision', { confirmed: true, text: 'Known here.' });
    await desk.act(nothing, 'execution');
    await desk.act(nothing, 'answer');
    const { requestId: first } = await desk.open({ ...who, subject: 'account:copy' });
    await desk.refused(first, 'fee', fee, 422, /first copy is free/);
    await desk.act(first, 'identity-decision', { confirmed: true, text: 'Known here.' });
    await desk.act(first, 'execution');
    await desk.act(first, 'package-approval', {}, 'admin');
    await desk.try(first, 'release', { by: 'passphrase', passphrase: 'correct horse battery' }).expect(200);
    await desk.act(first, 'answer');
    const { requestId: second } = await desk.open(who);
    await desk.refused(second, 'fee', { ...fee, amount: 600 }, 422, /costs/);
    const asked = await desk.act(second, 'fee', fee);
    assert.deepEqual([asked.state, asked.dueOn], ['awaiting-fee', '2026-03-02'], 'the clock runs on');
    const { text = '' } = (await desk.get(second)).letters.at(-1) ?? {};
    for (const said of ['you will have it by 2 March 2026', 'You had a copy on 2 February 2026', 'copying: €5.00'])
      assert.ok(text.includes(said), text);
    assert.doesNotMatch(text, /begin when the fee/);
    assert.equal((await desk.act(second, 'payment')).state, 'open');
    assert.ok((await desk.get(second)).similar.includes(first), 'the answered one is pointed out');
    on('2027-04-05');
    const { requestId: later } = await desk.open(who);
    await desk.refused(later, 'fee', fee, 422, /more than a year old/);
    assert.equal((await desk.act(later, 'fee', { ...fee, unchanged: true })).state, 'awaiting-fee');
  });

  it('calls a request abusive only on evidence, and by two persons (REQ-A16)', async () => {
    const { requestId: id } = await desk.open();
    const propose = (abuse?: object) => ({
      what: 'abusive-refusal',
      text: 'It is a campaign.',
      abuse,
    });
    await desk.refused(id, 'refusal', { ground: 'excessive', text: WHY }, 422, /evidence/);
    await desk.refused(id, 'proposals', propose(), 422, /abuse/);
    await desk.refused(id, 'proposals', propose({ which: 'excessive', count: 30 }), 422, /count alone/);
    await desk.refused(
      id,
      'proposals',
      propose({ which: 'excessive', objectiveElements: 'Only one of two.' }),
      422,
      /objective and the subjective/,
    );
    await desk.act(id, 'proposals', propose({ which: 'excessive', earlierRequests: ['2026-01-05', '2026-01-12'] }));
    await desk.refused(id, 'approval', {}, 403, /another person/);
    await desk.act(id, 'approval', {}, 'admin');
    await desk.refused(id, 'execution', {}, 409, /Something else/);
    await desk.refused(id, 'refusal', { ground: 'manifestly-unfounded', text: WHY }, 422, /not what was agreed/);
    await desk.act(id, 'refusal', { ground: 'excessive', text: WHY });
    assert.equal((await desk.get(id)).letters.at(-1)?.kind, 'refused-abusive');
  });

  it('opens again with a day of its own when the ground of a limit ends (REQ-A60)', async () => {
    const { requestId: id } = await desk.open();
    const restriction = { provision: 'BDSG § 34(1)', scope: 'whole', reviewOn: '2026-08-01' };
    const refusal = { ground: 'national-restriction', text: 'It would endanger an investigation.' };
    await desk.refused(id, 'refusal', refusal, 422, /provision/);
    await desk.refused(
      id,
      'refusal',
      { ...refusal, restriction: { ...restriction, reviewOn: '2026-01-01' } },
      422,
      /ahead/,
    );
    const refused = await desk.act(id, 'refusal', { ...refusal, restriction });
    assert.deepEqual(refused.duties, [{ duty: 'review-restriction', due: '2026-08-01' }]);
    on('2026-08-03');
    const reminders = await app.services.requests.remind(await app.contextOf('north', 'operator'));
    assert.deepEqual(
      reminders.filter(({ requestId }) => requestId === id).map(({ which }) => which),
      ['review'],
    );
    const part = { ...restriction, scope: 'part', categories: ['profiles.contact'], reviewOn: '2026-09-01' };
    await desk.refused(
      (await desk.open()).requestId,
      'refusal',
      { ...refusal, restriction: part },
      422,
      /limitation.*answer the rest/,
    );
    const again = await desk.act(id, 'ground-end', { text: 'The investigation is over.' });
    assert.match((await desk.get(id)).letters.at(-1)?.text ?? '', /You will have our answer by 3 September 2026/);
    assert.deepEqual(
      [again.state, again.dueOn, again.duties.map(({ duty }) => duty)],
      ['open', '2026-09-03', ['acknowledge', 'execute']],
    );
  });

  it('marks a duplicate only by an officer, of the same kind, and tells the person', async () => {
    const who = { requester: { email: 'twice@dup.example' } };
    const { requestId: first } = await desk.open(who);
    const { requestId: second } = await desk.open(who);
    const file = await desk.get(second);
    assert.deepEqual([file.similar, file.state], [[first], 'open']);
    const { requestId: other } = await desk.open({ ...who, type: 'erasure' });
    assert.deepEqual((await desk.get(other)).similar, []);
    await desk.refused(second, 'duplicate-of', { requestId: other }, 422, /something else/);
    await desk.refused(second, 'duplicate-of', { requestId: second }, 422, /another/);
    const marked = await desk.act(second, 'duplicate-of', { requestId: first });
    assert.deepEqual([marked.state, marked.duplicateOf], ['duplicate', first]);
    assert.equal((await desk.get(second)).letters.at(-1)?.kind, 'duplicate');
  });

  it('takes complaints in the UK alone, acknowledged within 30 days (REQ-A59)', async () => {
    on('2026-07-02');
    await app.as('dpo').post('/v1/requests').send({ type: 'complaint', channel: 'email' }).expect(422);
    const { body: tenant, headers } = await app.as('admin', 'south').get('/v1/tenants/south').expect(200);
    await app
      .as('admin', 'south')
      .patch(`/v1/tenants/${tenant.id}`)
      .set('If-Match', headers['etag'] as string)
      .set('Content-Type', 'application/merge-patch+json')
      .send({ jurisdiction: 'GB', timeZone: 'Europe/London' })
      .expect(200);
    const south = app.as('dpo', 'south');
    const { body } = await south
      .post('/v1/requests')
      .send({ type: 'complaint', channel: 'email', receivedAt: '2026-07-01T10:00:00Z' })
      .expect(201);
    assert.equal(body.dueOn, '2026-07-30');
    const { body: open } = await south.get(`/v1/requests/${body.requestId}`).expect(200);
    assert.deepEqual(open.clock.complaint.readings, ['2026-07-30', '2026-07-31']);
    on('2026-08-01');
    const acknowledge = (how: object) => south.post(`/v1/requests/${body.requestId}/acknowledgement`).send(how);
    await acknowledge({ at: '2026-07-02T10:00:00Z' }).expect(422);
    const { body: late } = await acknowledge({ at: '2026-07-02T10:00:00Z', sent: 'post' }).expect(200);
    assert.deepEqual([late.clock.complaint.late, late.clock.complaint.acknowledgedOn], [true, '2026-08-01']);
  });

  it('reminds of the target, of the last days, and of what is overdue, each once (REQ-B06)', async () => {
    const { requestId: id, dueOn } = await desk.open({ receivedAt: '2026-02-02T09:00:00Z' });
    assert.equal(dueOn, '2026-03-02');
    const context = await app.contextOf('north', 'operator');
    const given = async (day: string) => {
      on(day);
      const all = await app.services.requests.remind(context);
      assert.deepEqual(await app.services.requests.remind(context), [], 'each once');
      return all.filter(({ requestId }) => requestId === id).map(({ which, daysLeft }) => [which, daysLeft]);
    };
    assert.deepEqual(await given('2026-02-20'), []);
    assert.deepEqual(await given('2026-02-23'), [['target', 7]]);
    assert.deepEqual(await given('2026-02-27'), [['soon', 3]]);
    assert.deepEqual(await given('2026-03-02'), [['due', 0]]);
    assert.deepEqual(await given('2026-03-03'), [['overdue', -1]]);
    assert.ok((await app.services.standingAlarms()).includes('requests of data subjects are overdue'));
  });

  it('gives the last days as a calendar without a name (REQ-H07)', async () => {
    const { requestId, reference } = await desk.open({ requester: { name: 'Calendar Sentinel' } });
    const read = async () => (await app.as('auditor').get('/v1/requests/calendar').expect(200)).text;
    const text = await read();
    assert.match(text, /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
    assert.ok(text.endsWith('END:VCALENDAR\r\n'));
    assert.ok(!text.replaceAll('\r\n', '').includes('\n'));
    assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75));
    const whole = text.replaceAll('\r\n ', '');
    assert.match(whole, new RegExp(`UID:due-${requestId}@north\\.lethe`));
    assert.match(whole, /DTSTART;VALUE=DATE:20260302/);
    assert.match(whole, new RegExp(`SUMMARY:${reference} access`));
    assert.ok(!whole.includes('Sentinel'));
    assert.equal(await read(), text, 'the same days have the same ids');
  });
});
