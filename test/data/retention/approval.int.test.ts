import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retentionSweep } from '../../../jobs/retention-sweep.ts';
import { startScheduler } from '../../../src/app/scheduler.ts';
import type { Services } from '../../../src/app/services.ts';
import type { Sweep } from '../../../src/data/retention/model.ts';
import type { Context } from '../../../src/foundations/contract/context.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import {
  asSomebodyElse,
  certificateOf,
  freshVisits,
  insert,
  livesIn,
  newTenant,
  oldVisits,
  policiesWith,
  putInForce,
  ruleIn,
  servicesOn,
  sweep,
} from './stage.ts';

const stepOf = ({ steps }: Sweep, rule: string) => steps.find((step) => step.rule === rule) as Sweep['steps'][number];

onBothEngines('Approval of what retention destroys', (ground) => {
  let shipped: Services & { logged: string[] };
  before(async () => {
    shipped = await servicesOn(ground(), { asShipped: true });
  });
  after(() => shipped.close());

  /** A sweep as the schedule starts it. */
  async function night(services: Services, context: Context): Promise<Sweep> {
    await putInForce(services, context);
    await retentionSweep.run({
      services,
      context: { ...context, principal: { id: 'system:retention-sweep', role: 'operator' } },
      log: createLog('silent'),
    });
    return (await services.retention.sweeps.list(context, { limit: 1 })).items[0] as Sweep;
  }

  async function approve(services: Services, context: Context, { sweepId }: { sweepId: string }, rules: string[]) {
    const { sweeps } = services.retention;
    await sweeps.approve(context, sweepId, rules);
    await sweeps.settled();
    return sweeps.get(context, sweepId);
  }

  it('waits for the first run of a rule, and for no later one, holding up no other', async () => {
    const context = newTenant();
    await insert(ground(), [...oldVisits(context, 4), ...freshVisits(context, 40)]);
    const first = await night(shipped, context);
    assert.equal(first.status, 'awaiting-approval');
    const { waits, due, status } = stepOf(first, 'visits-reduce');
    assert.deepEqual([status, due, waits?.for], ['awaiting-approval', 4, 'first']);
    assert.match(
      waits?.inWords ?? '',
      /^This rule has never run here, and nobody has agreed to it\. 4 rows are due, of/,
    );
    assert.ok(first.steps.every((step) => step.rule === 'visits-reduce' || step.status === 'done'));
    assert.deepEqual(await livesIn(ground(), context), { full: 44 });
    assert.deepEqual(await shipped.sweepAlarms(context, 36), ['a sweep waits for approval']);

    // The next nights go on; what waits stays where it waits, and is told of once.
    const second = await night(shipped, context);
    assert.deepEqual([second.status, second.steps.length], ['completed', first.steps.length - 1]);
    assert.deepEqual(
      (await shipped.retention.sweeps.waiting(context)).map(({ sweepId, rules }) => [sweepId, rules.length]),
      [[first.sweepId, 1]],
    );
    const { items: mails } = await shipped.outbox.list(context, {});
    assert.deepEqual(
      mails.map(({ topic, channel }) => [topic, channel]),
      [['retention.waits-for-approval', 'email']],
    );

    // What the schedule started, any officer may approve.
    const done = await approve(shipped, context, first, ['visits-reduce']);
    assert.deepEqual([done.status, stepOf(done, 'visits-reduce').treated], ['completed', 4]);
    assert.equal(stepOf(done, 'visits-reduce').approvedBy, context.principal.id);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 4, full: 40 });
    assert.deepEqual(await shipped.sweepAlarms(context, 36), []);

    await insert(ground(), oldVisits(context, 3));
    const third = await night(shipped, context);
    assert.deepEqual([third.status, stepOf(third, 'visits-reduce').treated], ['completed', 3]);
  });

  it('certifies what ran at once, and what was approved on its own', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 4));
    const waiting = await night(shipped, context);
    const others = await certificateOf(shipped, context, waiting);
    assert.ok(!others.holders.flatMap(({ categories }) => categories).some(({ rule }) => rule === 'visits-reduce'));
    const done = await approve(shipped, asSomebodyElse(context), waiting, ['visits-reduce']);
    assert.notEqual(done.certificateId, waiting.certificateId);
    const own = await certificateOf(shipped, context, done);
    assert.equal(ruleIn(own, 'visits-reduce').reduced, 4);
    assert.deepEqual(
      own.holders.flatMap(({ categories }) => categories).map(({ rule }) => rule),
      ['visits-reduce'],
    );
    assert.deepEqual(own.approvedBy, [{ id: 'somebody-else', role: 'dpo' }]);
  });

  it('is not given by who started the sweep', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 2));
    const waiting = await sweep(shipped, context);
    await refused(shipped.retention.sweeps.approve(context, waiting.sweepId, ['visits-reduce']), 'forbidden');
    assert.deepEqual(await livesIn(ground(), context), { full: 2 });
    assert.equal((await approve(shipped, asSomebodyElse(context), waiting, ['visits-reduce'])).status, 'completed');
  });

  it('is of exactly what was seen: what has changed is said anew, and approved by asking again', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 4));
    const waiting = await night(shipped, context);
    await insert(ground(), oldVisits(context, 2));
    const fault = await approve(shipped, context, waiting, ['visits-reduce']).catch((error) => error);
    assert.deepEqual([fault.type, fault.extras.members], ['plan-changed', { rules: ['visits-reduce'] }]);
    assert.deepEqual(await livesIn(ground(), context), { full: 6 });
    assert.equal(stepOf(await shipped.retention.sweeps.get(context, waiting.sweepId), 'visits-reduce').due, 6);
    const done = await approve(shipped, context, waiting, ['visits-reduce']);
    assert.equal(stepOf(done, 'visits-reduce').treated, 6);
  });

  it('is asked again when something comes between the approval and the run', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 4));
    const waiting = await night(shipped, context);
    const other = await servicesOn(ground(), { asShipped: true });
    // As if the process had died after the approval: another instance takes it up.
    await other.retention.sweeps.stop();
    await other.retention.sweeps.approve(context, waiting.sweepId, ['visits-reduce']);
    await other.retention.sweeps.settled();
    await insert(ground(), oldVisits(context, 1));
    await shipped.retention.sweeps.resume(context);
    const again = await shipped.retention.sweeps.get(context, waiting.sweepId);
    const { status, due, approvedBy } = stepOf(again, 'visits-reduce');
    assert.deepEqual([again.status, status, due, approvedBy], ['awaiting-approval', 'awaiting-approval', 5, null]);
    assert.deepEqual(await livesIn(ground(), context), { full: 5 });
    await other.close();
  });

  it('waits again once a rule has come to reach more, and says so in numbers; not when it reaches less', async () => {
    const context = newTenant();
    const aged = (days: number, count: number) =>
      oldVisits(context, count).map((row) => ({
        ...row,
        occurredAt: new Date(context.now.getTime() - days * 86_400_000),
      }));
    await insert(ground(), [...aged(30, 4), ...aged(5, 60)]);
    await approve(shipped, context, await night(shipped, context), ['visits-reduce']);
    await insert(ground(), aged(30, 2));

    const period = async (after: string) =>
      servicesOn(ground(), {
        policies: policiesWith(ground(), 'retention.yaml', ['after: P7D', `after: ${after}`]),
        asShipped: true,
      });
    const less = await period('P8D');
    assert.equal((await night(less, context)).status, 'completed');
    // What reaches less is what is agreed to from then on.
    await insert(ground(), aged(30, 2));
    const more = await period('P3D');
    const [planned] = (await more.retention.plans.plan(context, { rules: ['visits-reduce'] })).rules;
    assert.deepEqual([planned?.due, planned?.dueAsBefore, planned?.waits?.for], [62, 2, 'reaches-more']);
    const waiting = await night(more, context);
    assert.equal(
      stepOf(waiting, 'visits-reduce').waits?.inWords,
      'This rule has come to reach more: reduce after P3D instead of P8D. 62 rows are due, of nobody known here; ' +
        '2 would be if the rule stood as it was agreed to.',
    );
    const asBefore = await night(less, context);
    assert.equal(stepOf(asBefore, 'visits-reduce').treated, 2, 'the rule as it was agreed to runs');
    assert.equal(
      stepOf(await less.retention.sweeps.get(context, waiting.sweepId), 'visits-reduce').status,
      'superseded',
      'and what waited under the other waits no longer',
    );
    await less.close();
    await more.close();
  });

  it('asks before every run where the policies say always, and never for nothing', async () => {
    const folder = policiesWith(ground(), 'retention.yaml', ['after: P7D', 'approval: always\n    after: P7D']);
    const always = await servicesOn(ground(), { policies: folder, asShipped: true });
    const context = newTenant();
    assert.equal((await night(always, context)).status, 'completed');
    for (const round of [1, 2]) {
      await insert(ground(), oldVisits(context, 2));
      const waiting = await night(always, context);
      assert.equal(stepOf(waiting, 'visits-reduce').waits?.for, 'always', `round ${round}`);
      await approve(always, context, waiting, ['visits-reduce']);
    }
    assert.deepEqual(await livesIn(ground(), context), { reduced: 4 });
    await always.close();
  });

  it('a first run that found nothing is not the first', async () => {
    const context = newTenant();
    assert.equal((await night(shipped, context)).status, 'completed');
    await insert(ground(), oldVisits(context, 1));
    assert.equal(stepOf(await night(shipped, context), 'visits-reduce').waits?.for, 'first');
  });

  it('waits again when asked for by name, and where it waited before it waits no longer', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 2));
    const before = await night(shipped, context);
    const plan = await shipped.retention.plans.plan(context, { rules: ['visits-reduce'] });
    const named = await sweep(shipped, context, { planDigest: plan.digest });
    assert.equal(named.status, 'awaiting-approval');
    const superseded = await shipped.retention.sweeps.get(context, before.sweepId);
    assert.deepEqual([superseded.status, stepOf(superseded, 'visits-reduce').status], ['completed', 'superseded']);
    await refused(
      shipped.retention.sweeps.approve(asSomebodyElse(context), before.sweepId, ['visits-reduce']),
      'conflict',
    );
    assert.equal((await approve(shipped, asSomebodyElse(context), named, ['visits-reduce'])).status, 'completed');
  });

  it('brakes what is unusual of a rule that was agreed to', async () => {
    const context = newTenant();
    await insert(ground(), [...oldVisits(context, 1), ...freshVisits(context, 30)]);
    await approve(shipped, context, await night(shipped, context), ['visits-reduce']);
    await insert(ground(), oldVisits(context, 8));
    const waiting = stepOf(await night(shipped, context), 'visits-reduce');
    assert.deepEqual([waiting.waits?.for, waiting.due], ['brake', 8]);
    assert.equal(
      waiting.waits?.inWords,
      'The brake stops it: due are more than 20 % of its 38 rows. 8 rows are due, of nobody known here.',
    );
  });

  it('says each rule in words, and how many people', async () => {
    const context = newTenant();
    const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
    const people = [a, a, b, null].map((subjectId) => ({ ...oldVisits(context, 1)[0], subjectId }));
    await insert(ground(), people.map((row, n) => ({ ...row, visitId: `v-${context.tenant.id}-${n}` })) as never);
    const [planned] = (await shipped.retention.plans.plan(context, { rules: ['visits-reduce'] })).rules;
    assert.deepEqual([planned?.due, planned?.people], [4, 2]);
    assert.match(
      planned?.inWords ?? '',
      /: reduced 7 days after it occurred \(what stays: the hour, .* still personal data\)$/,
    );
  });

  describe('over HTTP', () => {
    let app: TestApp;
    before(async () => {
      app = await openApp(ground(), { asShipped: true, now: '2026-06-01T02:17:00Z' });
    });
    after(() => app.close());

    it('is degraded in /readyz until an officer approves, and is no failure', async () => {
      const context = await app.contextOf('north', 'operator');
      await insert(ground(), oldVisits(context, 3));
      const ready: Record<string, () => unknown> = {};
      const scheduler = await startScheduler(app.services, {
        log: createLog('silent'),
        clock: () => app.time.now,
        ready: ready as never,
        jobs: [retentionSweep],
      });
      await scheduler.idle();
      const state = async () => (await ready['jobs']?.()) as { ok: boolean; degraded: string[]; alarms: string[] };
      assert.deepEqual(await state().then(({ ok, degraded, alarms }) => [ok, degraded, alarms]), [
        true,
        ['retention-sweep'],
        ['a sweep waits for approval'],
      ]);
      const { body } = await app.as('operator').get('/v1/retention/approvals').expect(200);
      const [waiting] = body.items;
      assert.deepEqual(
        waiting.rules.map(({ rule }: { rule: string }) => rule),
        ['visits-reduce'],
      );
      const path = `/v1/retention/sweeps/${waiting.sweepId}/approval`;
      await app
        .as('operator')
        .post(path)
        .send({ rules: ['visits-reduce'] })
        .expect(403);
      await app
        .as('dpo')
        .post(path)
        .send({ rules: ['visits-reduce'] })
        .expect(202);
      await app.services.retention.sweeps.settled();
      assert.deepEqual(await livesIn(ground(), context), { reduced: 3 });
      const approvals = await app.as('dpo').get('/v1/retention/approvals').expect(200);
      assert.deepEqual(
        approvals.body.items.filter(({ sweepId }: Sweep) => sweepId === waiting.sweepId),
        [],
      );
      await scheduler.stop();
    });
  });
});

describe('The shipped policies', () => {
  it('say nothing of approval, so that each rule waits for its first run', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../policies/retention.yaml'), 'utf8');
    assert.doesNotMatch(text, /^ +approval:/m);
  });
});
