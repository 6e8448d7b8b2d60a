import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { EXAMPLE_INSTITUTION, fillRegister } from '../../support/example-register.ts';

onBothEngines('The data protection officer (Art. 37 to 39, REQ-A55)', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
    await fillRegister(app);
  });
  after(() => app.close());
  const standing = async () => (await app.as('auditor').get('/v1/officer').expect(200)).body;
  const findings = async () =>
    (
      (await app.as('dpo').get('/v1/register/findings').expect(200)).body.items as { code: string; detail: string }[]
    ).filter(({ code }) => code.startsWith('officer-'));

  it('is published, told to the authority and bound to secrecy, each with its day', async () => {
    assert.deepEqual(await standing(), {
      party: 'institution',
      name: 'Data protection officer of Example University',
      contact: 'dpo@university.example.org',
      publishedOn: '2024-06-03',
      publishedAt: 'https://university.example.org/privacy',
      notifiedToAuthority: '2024-06-03',
      secrecyNotice: '2024-06-01',
      conflicts: [],
      tasks: 0,
    });
    assert.deepEqual(await findings(), []);
  });

  it('or it is a finding', async () => {
    const { published: _, secrecyNotice: __, ...officer } = EXAMPLE_INSTITUTION.dataProtectionOfficer;
    await app
      .as('dpo')
      .put('/v1/register/institution')
      .send({ ...EXAMPLE_INSTITUTION, notices: undefined, dataProtectionOfficer: officer })
      .expect(200);
    const [finding] = await findings();
    assert.equal(finding?.code, 'officer-incomplete');
    assert.match(finding?.detail ?? '', /published.*secrecy/);
    assert.equal((await standing()).secrecyNotice, null);
  });

  it('keeps a log of advice given and requests received, which nobody changes', async () => {
    const record = (body: object, role: 'dpo' | 'admin' = 'dpo') => app.as(role).post('/v1/officer/tasks').send(body);
    const advice = {
      task: 'advice-given',
      on: '2026-02-27',
      summary: 'Shorten the period of full addresses to three days.',
      activity: 'portal-visits',
      followed: false,
    };
    await record(advice, 'admin').expect(403);
    await record(advice).expect(201);
    app.time.now = new Date('2026-03-02T12:00:00Z');
    const received = { task: 'request-received', on: '2026-03-01', summary: 'A member asked what a receipt proves.' };
    await record(received).expect(201);
    const { body: first } = await app.as('auditor').get('/v1/officer/tasks?limit=1').expect(200);
    assert.deepEqual(
      first.items.map(({ task, on, activity }: Record<string, unknown>) => [task, on, activity]),
      [['request-received', '2026-03-01', null]],
    );
    const { body: second } = await app.as('auditor').get(`/v1/officer/tasks?limit=1&cursor=${first.next}`).expect(200);
    assert.deepEqual([second.items[0].task, second.items[0].followed, second.next], ['advice-given', false, null]);
    assert.equal((await standing()).tasks, 2);
    for (const [body, pointer] of [
      [{ ...received, on: '2026-03-03' }, '/on'],
      [{ ...received, on: '2026-02-30' }, '/on'],
      [{ ...received, followed: true }, '/followed'],
      [{ ...advice, activity: 'nothing' }, '/activity'],
    ] as const)
      assert.equal((await record(body).expect(422)).body.errors[0].pointer, pointer);
    // What the register shows does not grow with the diary.
    const { body: history } = await app.as('auditor').get('/v1/register/history').expect(200);
    assert.equal(
      history.items.some(({ kind }: { kind: string }) => kind === 'officer-task'),
      false,
    );
  });

  it('is in conflict who also operates, under the same name', async () => {
    const context = await app.access.contextFor('north', { id: 'system:test', role: 'admin', everyTenant: true });
    await app.access.issueToken(context, { role: 'dpo', label: 'Office of Anna' });
    const other = await app.access.issueToken(context, { role: 'operator', label: 'office of anna ' });
    const { conflicts } = await standing();
    assert.deepEqual(
      conflicts.map(({ why, label, with: what }: Record<string, string>) => [why, label, what]),
      [['also-operates', 'Office of Anna', 'operator']],
    );
    assert.ok((await findings()).some(({ code }) => code === 'officer-conflict'));
    await app.access.revokeToken(context, other.id);
    assert.deepEqual((await standing()).conflicts, []);
  });

  it('is in conflict who decides on what they watch over', async () => {
    const context = await app.access.contextFor('north', { id: 'system:test', role: 'admin', everyTenant: true });
    const { items } = await app.access.listTokens(context, {});
    const officer = items.find(({ role, label }) => role === 'dpo' && label === 'dpo');
    const { items: agreements } = (await app.as('dpo').get('/v1/register/agreements').expect(200)).body;
    const { agreementId } = agreements.find(({ scope }: { scope: string }) => scope === 'tenant');
    await app
      .as('admin')
      .post(`/v1/register/agreements/${agreementId}/end`)
      .send({ at: '2026-12-31T23:00:00Z', reason: 'Another one follows in spring.' })
      .expect(200);
    const { body: drafted } = await app
      .as('dpo')
      .post('/v1/register/agreements')
      .send({ template: 'processing-standard', validFrom: '2027-03-01T12:00:00Z' })
      .expect(201);
    await app
      .as('dpo')
      .post(`/v1/register/agreements/${drafted.agreementId}/activation`)
      .send({ signedOn: '2026-03-02T10:00:00Z', file: { name: 'processing.pdf', sha256: 'a5'.repeat(32) } })
      .expect(200);
    const { conflicts } = await standing();
    assert.deepEqual(
      conflicts.map(({ why, token, with: what }: Record<string, string>) => [why, token, what]),
      [['decided-on-policies', officer?.id, 'agreement.activated']],
    );
  });
});
