import assert from 'node:assert/strict';
import { registerCheck } from '../../../jobs/register-check.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';

type Json = Record<string, never> & { code: string; severity: string };

onBothEngines('Findings over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  const findings = async (query = '') => (await app.as('dpo').get(`/v1/register/findings${query}`).expect(200)).body;
  const codes = async () => [...new Set((await findings()).items.map(({ code }: Json) => code))].sort();

  it('tell a new installation what to record first', async () => {
    assert.deepEqual(await codes(), [
      'agreement-missing',
      'institution-incomplete',
      'institution-officer-missing',
      'sub-processor-unauthorised',
      'sweep-never',
    ]);
  });

  it('are gone when institution and agreements are recorded and a sweep has run', async () => {
    await fillRegister(app);
    const sweep = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await app.services.retention.sweeps.settled();
    assert.deepEqual((await findings()).items, []);
    const { body } = await app.as('dpo').get('/v1/register/activities/portal-visits').expect(200);
    assert.equal(body.lastSweepAt, app.time.now.toISOString());
    assert.deepEqual([body.rowsDue, body.rowsHeld], [0, 0]);
    const [rule] = body.retention;
    assert.equal(rule.lastSweep.sweepId, sweep.body.sweepId);
    const certificate = await app.as('dpo').get(`/v1/certificates/${rule.lastSweep.certificateId}`).expect(200);
    assert.equal(rule.lastSweep.evidence.entryId, certificate.body.log.entryId);
    assert.equal(rule.executable, true);
    assert.equal(rule.lastSweep.evidence.logIndex, null, 'it waits for its place');
    await app.services.merkleLog.advance(() => app.time.now);
    const placed = await app.as('dpo').get('/v1/register/activities/portal-visits').expect(200);
    const { logIndex } = placed.body.retention[0].lastSweep.evidence;
    const proven = await app.as('dpo').get(`/v1/certificates/${rule.lastSweep.certificateId}`).expect(200);
    assert.equal(typeof logIndex, 'number');
    assert.equal(logIndex, proven.body.log.index);
  });

  it('count rows due and rows held of each activity', async () => {
    await liveThrough(app, 'counted');
    app.time.now = new Date(app.time.now.getTime() + 8 * 86_400_000);
    const { body } = await app.as('dpo').get('/v1/register/activities').expect(200);
    assert.deepEqual(
      body.items.map(({ id }: { id: string }) => id).sort(),
      app.policies
        .current()
        .activities.map(({ id }) => id)
        .sort(),
    );
    const visits = body.items.find(({ id }: { id: string }) => id === 'portal-visits');
    assert.deepEqual([visits.rowsDue, visits.rowsHeld], [2, 2]);
    await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await app.services.retention.sweeps.settled();
    const { body: after } = await app.as('dpo').get('/v1/register/activities/portal-visits').expect(200);
    assert.deepEqual([after.rowsDue, after.rowsHeld], [0, 2]);
    assert.deepEqual((await findings()).items, []);
  });

  it('name a party that was given data and stands nowhere in the register for it', async () => {
    const input = { kind: 'export', purpose: 'data-quality', target: { holder: 'profiles' } };
    await app
      .as('dpo')
      .post('/v1/disclosures')
      .send({ ...input, recipient: 'nobody-we-know' })
      .expect(422);
    const asked = await app
      .as('dpo')
      .post('/v1/disclosures')
      .send({ ...input, recipient: 'doi-registry' })
      .expect(201);
    assert.equal(asked.body.recipient, 'doi-registry');
    assert.deepEqual((await findings()).items, [], 'asked for is not given yet');
    const { disclosureId } = asked.body;
    const second = await app.as('admin').post('/v1/tokens').send({ role: 'dpo', label: 'second officer' }).expect(201);
    await app
      .as('dpo')
      .post(`/v1/disclosures/${disclosureId}/approval`)
      .set('Authorization', `Bearer ${second.body.secret}`)
      .expect(200);
    await app.as('dpo').post(`/v1/disclosures/${disclosureId}/release`).expect(200);
    const { items, errors } = await findings('?severity=error');
    assert.equal(errors, items.length);
    assert.deepEqual([...new Set(items.map(({ code }: Json) => code))], ['recipient-not-in-register']);
    assert.ok(items.every(({ about }: { about: { party: string } }) => about.party === 'doi-registry'));
  });

  it('are known as of an instant, without what is due then', async () => {
    const before = new Date(app.time.now);
    app.time.now = new Date(before.getTime() + 86_400_000 * 2);
    assert.deepEqual(
      (await findings(`?at=${before.toISOString()}`)).items.filter(({ code }: Json) => code.startsWith('sweep')),
      [],
    );
    assert.ok((await codes()).includes('sweep-late'));
    const { body } = await app.as('dpo').get(`/v1/register/activities?at=${before.toISOString()}`).expect(200);
    assert.ok(body.items.every(({ rowsDue }: { rowsDue: null }) => rowsDue === null));
    await app.as('dpo').get('/v1/register/findings?at=yesterday').expect(400);
  });

  it('wake the operator every morning, by their codes alone', async () => {
    const lines: unknown[] = [];
    const log = { warn: (fields: unknown) => void lines.push(fields) };
    const context = await app.contextOf('north', 'operator');
    const run = registerCheck.run as (deps: unknown) => Promise<unknown>;
    const counted = (await run({ services: app.services, context, log })) as { errors: number };
    assert.equal(counted.errors, (await findings('?severity=error')).items.length);
    assert.deepEqual((lines[0] as { codes: string[] }).codes.sort(), ['recipient-not-in-register', 'sweep-late']);
  });
});
