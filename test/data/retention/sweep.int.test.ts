import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Services } from '../../../src/app/services.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { agreedFolder } from '../../support/approved.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import {
  asSomebodyElse,
  auditedRows,
  certificateOf,
  freshVisits,
  insert,
  livesIn,
  newTenant,
  oldVisits,
  putInForce,
  ruleIn,
  servicesOn,
  sweep,
} from './stage.ts';

onBothEngines('A sweep', (ground) => {
  let services: Services;
  let careful: Services & { logged: string[] };
  before(async () => {
    services = await servicesOn(ground());
    careful = await servicesOn(ground(), { policies: agreedFolder(ground().folder, { rows: 10 }), asShipped: true });
  });
  after(async () => {
    await services.close();
    await careful.close();
  });

  it('certifies what it did: counts, policies, as-of, duration, nothing remaining', async () => {
    const context = newTenant();
    await insert(ground(), [...oldVisits(context, 700), ...freshVisits(context, 3)]);
    const done = await sweep(services, context);
    assert.equal(done.status, 'completed');
    assert.deepEqual(await livesIn(ground(), context), { reduced: 700, full: 3 });
    const certificate = await certificateOf(services, context, done);
    assert.equal(certificate.verdict, 'complete');
    assert.equal(certificate.policyHash, services.policies.current().hash);
    assert.equal(certificate.asOf, context.now.toISOString());
    assert.deepEqual(
      [certificate.startedAt, certificate.finishedAt],
      [context.now.toISOString(), context.now.toISOString()],
    );
    const { commitment, ...rule } = ruleIn(certificate, 'visits-reduce');
    assert.match(commitment ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(rule, {
      category: 'visits.full',
      rule: 'visits-reduce',
      action: 'reduce',
      before: '2026-05-25T22:00:00.000Z',
      result: 'reduced',
      removed: 0,
      reduced: 700,
      anonymised: 0,
      retained: 0,
      failed: 0,
      suppressed: 0,
      ground: null,
      groundInWords: null,
      until: null,
    });
    assert.deepEqual(await auditedRows(ground(), context), { 'visits-reduce': 700 });
    assert.ok((done.steps.find((step) => step.rule === 'visits-reduce')?.batches ?? 0) > 1);
  });

  it('says incomplete when a holder says it is done and has missed a row', async () => {
    const missing = await servicesOn(ground(), {
      holders: (holders) =>
        holders.map((holder) =>
          holder.id === 'visits'
            ? { ...holder, sweep: async () => ({ treated: 0, suppressed: 0, cursor: null, done: true }) }
            : holder,
        ),
    });
    const context = newTenant();
    await insert(ground(), oldVisits(context, 2));
    const done = await sweep(missing, context);
    assert.equal(done.status, 'incomplete');
    const certificate = await certificateOf(missing, context, done);
    assert.equal(certificate.verdict, 'incomplete');
    assert.equal(ruleIn(certificate, 'visits-reduce').failed, 2);
    assert.ok(missing.logged.some((line) => line.includes('left rows that are due')));
    await missing.close();
  });

  it('does only the rules that were asked for, and refuses others beside a plan, which names its own', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 2));
    const done = await sweep(services, context, { rules: ['links-erase'] });
    assert.deepEqual(
      done.steps.map(({ rule }) => rule),
      ['links-erase'],
    );
    assert.deepEqual(await livesIn(ground(), context), { full: 2 });
    const plan = await services.retention.plans.plan(context, {});
    await refused(
      services.retention.sweeps.open(context, { planDigest: plan.digest, rules: ['links-erase'] }),
      'unprocessable-request',
      '/rules',
    );
  });

  it('bound to a plan refuses what has changed since, naming the rules, and does nothing', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 3));
    const plan = await services.retention.plans.plan(context, {});
    await insert(ground(), oldVisits(context, 1));
    const fault = await services.retention.sweeps.open(context, { planDigest: plan.digest }).catch((error) => error);
    assert.equal(fault.type, 'plan-changed');
    assert.deepEqual(fault.extras.members, { rules: ['visits-reduce'] });
    assert.deepEqual(await livesIn(ground(), context), { full: 4 });
    assert.equal((await services.retention.sweeps.list(context, {})).items.length, 0);
  });

  it('bound to a plan refuses when a hold came in between', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 3));
    const plan = await services.retention.plans.plan(context, {});
    await services.retention.holds.place(context, { kind: 'legal', reference: 'case-1' });
    await refused(services.retention.sweeps.open(context, { planDigest: plan.digest }), 'plan-changed');
  });

  it('bound to a plan refuses when the policies have changed since', async () => {
    const context = newTenant();
    const plan = await services.retention.plans.plan(context, {});
    await putInForce(careful, context);
    await refused(careful.retention.sweeps.open(context, { planDigest: plan.digest }), 'plan-changed');
  });

  it('stops above the brake, does the other rules, and goes on when somebody else approves (REQ-E05)', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 11));
    const waiting = await sweep(careful, context);
    assert.equal(waiting.status, 'awaiting-approval');
    assert.deepEqual(await livesIn(ground(), context), { full: 11 });
    assert.deepEqual(
      waiting.steps.filter(({ status }) => status !== 'done').map(({ rule, status }) => [rule, status]),
      [['visits-reduce', 'awaiting-approval']],
    );
    assert.ok(careful.logged.some((line) => line.includes('rules wait for an officer')));
    assert.deepEqual(await careful.sweepAlarms(context, 36), ['a sweep waits for approval']);
    const { sweeps } = careful.retention;
    await refused(sweeps.approve(context, waiting.sweepId, ['visits-reduce']), 'forbidden');
    await refused(sweeps.approve(asSomebodyElse(context), waiting.sweepId, ['links-erase']), 'conflict', '/rules/0');
    assert.deepEqual(await livesIn(ground(), context), { full: 11 });
    await sweeps.approve(asSomebodyElse(context), waiting.sweepId, ['visits-reduce']);
    await sweeps.settled();
    const done = await sweeps.get(context, waiting.sweepId);
    assert.deepEqual([done.status, done.approvedBy], ['completed', 'somebody-else']);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 11 });
    assert.deepEqual(await careful.sweepAlarms(context, 36), []);
  });

  it('brakes again when the policies changed after the approval and make more due', async () => {
    const context = newTenant();
    await insert(ground(), [
      ...oldVisits(context, 11),
      ...freshVisits(context, 40).map((row) => ({ ...row, occurredAt: new Date('2026-05-29T12:00:00Z') })),
    ]);
    const waiting = await sweep(careful, context);
    const stricter = agreedFolder(ground().folder, { rows: 10 });
    const file = `${stricter}/retention.yaml`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('after: P7D', 'after: P1D'));
    const changed = await servicesOn(ground(), { policies: stricter, asShipped: true });
    await refused(
      changed.retention.sweeps.approve(asSomebodyElse(context), waiting.sweepId, ['visits-reduce']),
      'plan-changed',
    );
    assert.deepEqual(await livesIn(ground(), context), { full: 51 });
    const anew = await changed.retention.sweeps.get(context, waiting.sweepId);
    assert.equal(anew.status, 'awaiting-approval');
    assert.equal(anew.steps.find(({ rule }) => rule === 'visits-reduce')?.due, 51);
    await changed.retention.sweeps.approve(asSomebodyElse(context), waiting.sweepId, ['visits-reduce']);
    await changed.retention.sweeps.settled();
    assert.deepEqual(await livesIn(ground(), context), { reduced: 51 });
    await changed.close();
  });

  it('is approved once: of two approvals at once, one stands, and the sweep ends', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 11));
    const { sweepId } = await sweep(careful, context);
    const { sweeps } = careful.retention;
    const approve = () => sweeps.approve(asSomebodyElse(context), sweepId, ['visits-reduce']);
    const outcomes = await Promise.allSettled([approve(), approve()]);
    await sweeps.settled();
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await sweeps.get(context, sweepId)).status, 'completed');
    await refused(approve(), 'conflict');
    assert.equal((await sweeps.get(context, sweepId)).status, 'completed');
  });

  it('runs once: of two started at once, one is refused', async () => {
    const other = await servicesOn(ground());
    await putInForce(services, newTenant());
    for (let round = 0; round < 5; round += 1) {
      const context = newTenant();
      await insert(ground(), oldVisits(context, 5));
      const outcomes = await Promise.allSettled([
        services.retention.sweeps.open(context, {}),
        other.retention.sweeps.open(context, {}),
        services.retention.sweeps.open(context, {}),
      ]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    }
    await other.close();
  });

  describe('over HTTP', () => {
    let app: TestApp;
    before(async () => {
      app = await openApp(ground());
    });
    after(() => app.close());

    it('tells a repeat of the same request what the first was told', async () => {
      const start = (role: 'operator', path: string, body: object) => {
        const key = `"${crypto.randomUUID()}"`;
        return () => app.as(role).post(path).set('Idempotency-Key', key).send(body);
      };
      const context = await app.contextOf('north', 'operator');
      await insert(ground(), oldVisits({ ...context, clock: () => app.time.now }, 4));
      const plan = await app.services.retention.plans.plan(context, {});
      const post = start('operator', '/v1/retention/sweeps', { planDigest: plan.digest });
      const first = await post().expect(202);
      const during = await post().expect(202);
      await app.services.retention.sweeps.settled();
      const after = await post().expect(202);
      assert.deepEqual([during.body.sweepId, after.body.sweepId], [first.body.sweepId, first.body.sweepId]);
      const { body } = await app
        .as('dpo')
        .get(first.headers['location'] as string)
        .expect(200);
      assert.equal(body.status, 'completed');
      const { body: certificate } = await app.as('auditor').get(`/v1/certificates/${body.certificateId}`).expect(200);
      assert.equal(certificate.certificate.verdict, 'complete');
    });
  });

  it('tells how far it is while it runs', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 600));
    const seen: [number, number][] = [];
    const { sweeps } = services.retention;
    const { sweepId } = await sweeps.open(context, { rules: ['visits-reduce'] });
    await sweeps.run(context, sweepId, ({ treated, due }) => seen.push([treated, due]));
    assert.ok(seen.length > 2);
    assert.ok(seen.every(([treated, due], n) => due === 600 && treated >= (seen[n - 1]?.[0] ?? 0)));
    assert.equal(seen.at(-1)?.[0], 600);
  });

  it('finds nothing to do the second time, and says so in a certificate of its own (REQ-E05)', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 4));
    const first = await sweep(services, context);
    const again = await sweep(services, context);
    assert.notEqual(first.certificateId, again.certificateId);
    assert.ok(again.steps.every(({ due, treated }) => due === 0 && treated === 0));
    assert.equal((await services.certificates.list(context, {})).items.length, 2);
  });

  it('touches no other tenant', async () => {
    const [one, two] = [newTenant(), newTenant()];
    await insert(ground(), [...oldVisits(one, 3), ...oldVisits(two, 3)]);
    const { sweepId } = await sweep(services, one);
    assert.deepEqual(await livesIn(ground(), two), { full: 3 });
    await refused(services.retention.sweeps.get(two, sweepId), 'not-found');
    await refused(services.retention.sweeps.run(two, sweepId), 'not-found');
  });
});
