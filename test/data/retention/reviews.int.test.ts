import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { retentionSweep } from '../../../jobs/retention-sweep.ts';
import type { Certificate } from '../../../src/data/certificates/model.ts';
import type { Review, ReviewHead } from '../../../src/data/retention/review-model.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { policiesWith, ruleIn } from './stage.ts';

const INTERESTS = `  - id: interests-look
    category: profiles.interests
    action: review
    after: P1Y
    from: last-activity
    reason: Whether old interests are still needed, a person decides.

  - id: profiles-interests-erase`;
const PATH = '/v1/retention/reviews';

onBothEngines('What a person must look at', (ground) => {
  let app: TestApp;
  before(async () => {
    const folder = policiesWith(ground(), 'retention.yaml', ['  - id: profiles-interests-erase', INTERESTS]);
    app = await openApp(ground(), { policies: folder, now: '2026-06-01T02:00:00Z' });
    const { services } = app;
    const root = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    await services.register.recordPolicies(root, app.policies.current());
    const north = await app.access.contextFor('north', { id: 'system:test', role: 'admin', everyTenant: true });
    await services.registerRecords.recordInstitution(north, {
      legalName: 'Portal north',
      contact: 'office@north.example',
    });
    for (const id of ['one', 'two'])
      await app
        .as('platform')
        .put(`/v1/subjects/${id}`)
        .send({
          name: `Person ${id}`,
          email: `${id}@example.org`,
          interests: ['ice'],
          lastActivityAt: '2025-03-01T00:00:00Z',
        })
        .expect(201);
  });
  after(() => app.close());

  const night = async () => {
    const context = await app.access.contextFor('north', { id: 'system:retention-sweep', role: 'operator' });
    await retentionSweep.run({ services: app.services, context, log: createLog('silent') });
    return (await app.services.retention.sweeps.list(context, { limit: 1 })).items[0];
  };
  const waiting = async (state?: string): Promise<ReviewHead[]> =>
    (
      await app
        .as('dpo')
        .get(state ? `${PATH}?state=${state}` : PATH)
        .expect(200)
    ).body.items;
  const account = async (id: string) => (await app.as('platform').get(`/v1/subjects/${id}`).expect(200)).body;
  const certificate = async (id: string): Promise<Certificate> =>
    (await app.services.certificates.get(await app.contextOf('north', 'dpo'), id)).certificate;

  it('is put before them once, with what and why, and nothing of it is destroyed', async () => {
    const plan = await app
      .as('dpo')
      .post('/v1/retention/plans')
      .send({ rules: ['interests-look'] })
      .expect(201);
    assert.match(
      plan.body.rules[0].inWords,
      /put before a person, who decides, 1 year after the account was last used/,
    );
    assert.deepEqual([plan.body.rules[0].due, plan.body.rules[0].waits], [2, null]);

    const sweep = await night();
    const certified = ruleIn(await certificate(sweep?.certificateId as string), 'interests-look');
    assert.deepEqual([certified.action, certified.removed, certified.retained], ['review', 0, 2]);
    assert.match(certified.groundInWords ?? '', /nothing is destroyed/);
    assert.deepEqual((await account('one')).interests, ['ice']);

    app.time.now = new Date('2026-06-04T02:00:00Z');
    await night();
    const reviews = await waiting();
    assert.deepEqual(
      reviews.map(({ rule, category, rows, why, days, state, dueSince }) => [
        rule,
        category,
        rows,
        why,
        days,
        state,
        dueSince,
      ]),
      Array(2).fill(['interests-look', 'profiles.interests', 1, 'period', 3, 'open', '2026-02-28T23:00:00.000Z']),
    );
    const mails = (await app.services.outbox.list(await app.contextOf('north', 'admin'), {})).items;
    assert.equal(mails.filter(({ topic }) => topic === 'retention.to-review').length, 1);
  });

  it('is kept until another day, with a reason, and then looked at anew', async () => {
    const [first] = await waiting();
    const path = `${PATH}/${first?.reviewId}`;
    await app
      .as('operator')
      .post(`${path}/decision`)
      .send({ decision: 'keep', until: '2027-01-01', reason: 'Still needed.' })
      .expect(403);
    for (const [wrong, pointer] of [
      [{ decision: 'keep', reason: 'Still needed.' }, '/until'],
      [{ decision: 'keep', until: '2026-06-01', reason: 'Still needed.' }, '/until'],
      [{ decision: 'treat', rule: 'visits-reduce', reason: 'Not needed.' }, '/rule'],
    ] as const) {
      const { body } = await app.as('dpo').post(`${path}/decision`).send(wrong).expect(422);
      assert.equal(body.errors[0].pointer, pointer);
    }
    const { body } = await app
      .as('dpo')
      .post(`${path}/decision`)
      .send({ decision: 'keep', until: '2026-09-01', reason: 'A project runs until August.' })
      .expect(200);
    assert.deepEqual(
      [body.state, body.keptUntil, body.reason, body.standing.length],
      ['kept', '2026-08-31T22:00:00.000Z', 'A project runs until August.', 1],
    );
    assert.match(body.account, /^(one|two)$/);
    await app
      .as('dpo')
      .post(`${path}/decision`)
      .send({ decision: 'keep', until: '2026-10-01', reason: 'Once more, again.' })
      .expect(409);
    app.time.now = new Date('2026-08-01T02:00:00Z');
    await night();
    assert.equal((await waiting()).length, 1);
    app.time.now = new Date('2026-09-01T02:00:00Z');
    await night();
    assert.deepEqual(
      (await waiting()).map(({ days }) => days),
      [92, 0],
    );
  });

  it('is late after thirty days, and found so', async () => {
    const { body } = await app.as('dpo').get('/v1/register/findings').expect(200);
    const late = body.items.find(({ code }: { code: string }) => code === 'review-late');
    assert.match(late?.detail ?? '', /^2 reviews wait/);
  });

  it('is treated by a rule once a second person agrees, exactly these rows, with a certificate', async () => {
    const [, second] = await waiting();
    const path = `${PATH}/${second?.reviewId}`;
    const decision = { decision: 'treat', rule: 'profiles-interests-erase', reason: 'Nobody needs them any more.' };
    const proposed: Review = (await app.as('dpo').post(`${path}/decision`).send(decision).expect(200)).body;
    assert.deepEqual([proposed.state, proposed.treatRule], ['proposed', 'profiles-interests-erase']);
    await app.as('dpo').post(`${path}/approval`).send({}).expect(403);
    assert.deepEqual((await account(proposed.account as string)).interests, ['ice']);
    const key = `"${crypto.randomUUID()}"`;
    for (const _ of [1, 2])
      await app.as('admin').post(`${path}/approval`).set('Idempotency-Key', key).send({}).expect(202);
    await app.services.retention.sweeps.settled();

    const done: Review = (await app.as('dpo').get(path).expect(200)).body;
    assert.deepEqual([done.state, done.standing], ['treated', []]);
    const other = proposed.account === 'one' ? 'two' : 'one';
    assert.equal((await account(proposed.account as string)).interests, undefined);
    assert.deepEqual((await account(other)).interests, ['ice']);
    const { body: sweep } = await app.as('dpo').get(`/v1/retention/sweeps/${done.sweepId}`).expect(200);
    const signed = await certificate(sweep.certificateId);
    assert.deepEqual([ruleIn(signed, 'profiles-interests-erase').removed, signed.verdict], [1, 'complete']);
    assert.deepEqual(signed.requestedBy?.role, 'dpo');
    assert.deepEqual(
      signed.approvedBy.map(({ role }) => role),
      ['admin'],
    );
  });

  it('goes away with its rows: of an erased person nothing is left in it', async () => {
    const [left] = await waiting();
    const review: Review = (await app.as('dpo').get(`${PATH}/${left?.reviewId}`).expect(200)).body;
    const mine = `/v1/subjects/${review.account}`;
    const { etag } = (await app.as('platform').get(mine).expect(200)).headers;
    await app
      .as('platform')
      .patch(mine)
      .set('If-Match', etag as string)
      .send({ interests: null })
      .expect(200);
    await night();
    assert.equal((await waiting()).length, 0);
    const { retentionReviewRows: r } = ground().store.tables;
    const rows = await ground().store.read((q) => q.select().from(r).where(eq(r.reviewId, review.reviewId)));
    assert.deepEqual(rows, []);
    assert.equal((await waiting('gone')).length, 1);
  });
});
