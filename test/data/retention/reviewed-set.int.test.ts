import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { policiesWith } from './stage.ts';

onBothEngines('All that waits, approved as one reviewed set', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { asShipped: true, now: '2026-06-01T02:00:00Z' });
  });
  after(() => app.close());

  const old = (id: string) =>
    app
      .as('platform')
      .put(`/v1/subjects/${id}`)
      .send({ name: `Person ${id}`, email: `${id}@example.org`, lastActivityAt: '2023-01-01T00:00:00Z' })
      .expect(201);
  const review = async (sweepId: string) =>
    (await app.as('dpo').get(`/v1/retention/sweeps/${sweepId}/review`).expect(200)).body;
  const approve = (sweepId: string, body: object, role: 'admin' | 'dpo' = 'dpo') =>
    app.as(role).post(`/v1/retention/sweeps/${sweepId}/approval`).send(body);

  it('is let through by its digest, as long as nothing of it has changed, and stands in one entry', async () => {
    await old('one');
    const { body: sweep } = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await app.services.retention.sweeps.settled();
    const set = await review(sweep.sweepId);
    const rules = ['profiles-contact-erase', 'profiles-identity-erase'];
    assert.deepEqual(set.rules.map(({ rule }: { rule: string }) => rule).sort(), rules);
    assert.deepEqual([set.due, set.silent, set.rules[0].people, set.rules[0].sample.length], [2, [], 1, 1]);

    // Somebody else comes to be due: what was reviewed is not what would go.
    await old('two');
    const { body: refused } = await approve(sweep.sweepId, { reviewDigest: set.reviewDigest }).expect(409);
    assert.deepEqual([refused.type.split('/').at(-1), refused.rules.sort()], ['plan-changed', rules]);
    assert.equal((await app.as('platform').get('/v1/subjects/one').expect(200)).body.name, 'Person one');

    const again = await review(sweep.sweepId);
    assert.equal(again.due, 4);
    assert.notEqual(again.reviewDigest, set.reviewDigest);
    for (const wrong of [{}, { rules, reviewDigest: again.reviewDigest }])
      await approve(sweep.sweepId, wrong).expect(422);
    await approve(sweep.sweepId, { reviewDigest: again.reviewDigest }).expect(202);
    await app.services.retention.sweeps.settled();
    const { body: done } = await app.as('dpo').get(`/v1/retention/sweeps/${sweep.sweepId}`).expect(200);
    assert.deepEqual(
      [done.status, done.steps.filter(({ treated }: { treated: number }) => treated === 2).length],
      ['completed', 2],
    );
    await app.as('platform').get('/v1/subjects/one').expect(404);

    const { auditEntries: t } = ground().store.tables;
    const entries = (await ground().store.read((q) => q.select().from(t))).filter(
      ({ tenantId, action }) => tenantId === 'north' && action === 'sweep.approved',
    );
    assert.deepEqual(
      entries
        .map(({ detail }) => detail as { rules: string[]; reviewDigest: string })
        .map((one) => [one.rules.sort(), one.reviewDigest]),
      [[rules, again.reviewDigest]],
    );
    await approve(sweep.sweepId, { reviewDigest: again.reviewDigest }).expect(409);
  });

  it('leaves out a rule that is gone since the sweep was planned', async () => {
    const folder = policiesWith(ground(), 'retention.yaml');
    const of = await openApp(ground(), { asShipped: true, now: '2026-06-02T02:00:00Z', policies: folder });
    after(() => of.close());
    await of
      .as('platform', 'south')
      .put('/v1/subjects/three')
      .send({ name: 'Person three', email: 'three@example.org', lastActivityAt: '2023-01-01T00:00:00Z' })
      .expect(201);
    const { body: sweep } = await of.as('operator', 'south').post('/v1/retention/sweeps').send({}).expect(202);
    await of.services.retention.sweeps.settled();
    const file = join(folder, 'retention.yaml');
    const { rules } = of.policies.current();
    const gone = rules.find(({ id }) => id === 'profiles-contact-erase');
    writeFileSync(file, readFileSync(file, 'utf8').replace('id: profiles-contact-erase', 'id: contacts-erase'));
    writeFileSync(
      join(folder, 'transitions.yaml'),
      JSON.stringify({
        transitions: [{ rule: gone?.id, was: gone, since: '2026-06-02', oldRows: 'new-period', reason: 'x' }],
      }),
    );
    await of.as('installation').post('/v1/policies/reload').expect(200);
    const { body: set } = await of.as('dpo', 'south').get(`/v1/retention/sweeps/${sweep.sweepId}/review`).expect(200);
    assert.deepEqual(
      set.rules.map(({ rule }: { rule: string }) => rule),
      ['profiles-identity-erase'],
    );
    await of
      .as('dpo', 'south')
      .post(`/v1/retention/sweeps/${sweep.sweepId}/approval`)
      .send({ reviewDigest: set.reviewDigest })
      .expect(202);
    await of.services.retention.sweeps.settled();
    const { body: done } = await of.as('dpo', 'south').get(`/v1/retention/sweeps/${sweep.sweepId}`).expect(200);
    assert.deepEqual(
      done.steps
        .filter(({ rule }: { rule: string }) => /^profiles-(contact|identity)/.test(rule))
        .map(({ rule, status }: { rule: string; status: string }) => [rule, status]),
      [
        ['profiles-contact-erase', 'superseded'],
        ['profiles-identity-erase', 'done'],
      ],
    );
  });
});

onBothEngines('A reviewed set, to an instance that is behind', (ground) => {
  it('is not approved as if what it does not know were gone', async () => {
    const [folder, old] = [policiesWith(ground(), 'retention.yaml'), policiesWith(ground(), 'retention.yaml')];
    const options = { asShipped: true, now: '2026-06-01T02:00:00Z' };
    const behind = await openApp(ground(), { ...options, policies: old });
    const ahead = await openApp(ground(), { ...options, policies: folder });
    after(async () => {
      await behind.close();
      await ahead.close();
    });
    const was = ahead.policies.current().rules.find(({ id }) => id === 'profiles-contact-erase');
    const file = join(folder, 'retention.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('id: profiles-contact-erase', 'id: contacts-erase'));
    const decided = { rule: was?.id, was, since: '2026-06-01', oldRows: 'new-period', reason: 'x' };
    writeFileSync(join(folder, 'transitions.yaml'), JSON.stringify({ transitions: [decided] }));
    await ahead.as('installation').post('/v1/policies/reload').expect(200);
    await ahead
      .as('platform')
      .put('/v1/subjects/one')
      .send({ name: 'Person one', email: 'one@example.org', lastActivityAt: '2023-01-01T00:00:00Z' })
      .expect(201);
    const { body: sweep } = await ahead.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await ahead.services.retention.sweeps.settled();
    const at = `/v1/retention/sweeps/${sweep.sweepId}`;
    const { body: set } = await behind.as('dpo').get(`${at}/review`).expect(200);
    const { reviewDigest } = set;
    const { body } = await behind.as('dpo').post(`${at}/approval`).send({ reviewDigest }).expect(409);
    assert.match(body.type, /policies-superseded$/);
    const { body: still } = await ahead.as('dpo').get(at).expect(200);
    const step = still.steps.find(({ rule }: { rule: string }) => rule === 'contacts-erase');
    assert.equal(step.status, 'awaiting-approval');
  });
});
