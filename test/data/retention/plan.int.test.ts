import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Services } from '../../../src/app/services.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { reducedVisit } from '../visits/stage.ts';
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

onBothEngines('A retention plan', (ground) => {
  let services: Services;
  before(async () => {
    services = await servicesOn(ground());
  });
  after(() => services.close());
  const subjectIn = ({ tenant }: ReturnType<typeof newTenant>) => ground().vault.subjectId(tenant.id, 'visitor', 'v-1');
  const ruleOf = async (context: ReturnType<typeof newTenant>, rule: string, asOf?: string) => {
    const plan = await services.retention.plans.plan(context, { rules: [rule], asOf });
    return plan.rules[0] as (typeof plan.rules)[number];
  };

  it('says per rule what is due, the oldest, the action, what holds protect, and a sample, and changes nothing (REQ-E05)', async () => {
    const context = newTenant();
    const due = oldVisits(context, 5);
    await insert(ground(), [...due, ...freshVisits(context, 2)]);
    const planned = await ruleOf(context, 'visits-reduce');
    assert.deepEqual(
      [planned.due, planned.held, planned.total, planned.action, planned.oldest, planned.braked],
      [5, 0, 7, 'reduce', due[0]?.occurredAt.toISOString(), false],
    );
    assert.equal(planned.sample.length, 5);
    assert.ok(planned.sample.every((id) => due.some(({ visitId }) => visitId === id)));
    assert.deepEqual(await livesIn(ground(), context), { full: 7 });
  });

  for (const [zone, before] of [
    ['Europe/Berlin', '2026-05-25T22:00:00.000Z'],
    ['America/New_York', '2026-05-25T04:00:00.000Z'],
    ['Pacific/Auckland', '2026-05-25T12:00:00.000Z'],
  ] as const)
    it(`draws the line where a local day begins in ${zone}, to the millisecond`, async () => {
      const context = newTenant();
      context.tenant = { ...context.tenant, timeZone: zone };
      const planned = await ruleOf(context, 'visits-reduce');
      const line = new Date(planned.before).getTime();
      assert.equal(planned.before, before);
      const at = (ms: number) => ({ ...oldVisits(context, 1)[0], occurredAt: new Date(line + ms) }) as never;
      await insert(ground(), [at(-1), at(0), at(1)]);
      assert.equal((await ruleOf(context, 'visits-reduce')).due, 1);
      await sweep(services, context, { rules: ['visits-reduce'] });
      assert.deepEqual(await livesIn(ground(), context), { reduced: 1, full: 2 });
    });

  it('may look ahead, but no sweep runs for an instant that has not come', async () => {
    const context = newTenant();
    await insert(ground(), freshVisits(context, 3));
    assert.equal((await ruleOf(context, 'visits-reduce')).due, 0);
    const plan = await services.retention.plans.plan(context, { asOf: '2026-07-01T00:00:00Z' });
    assert.equal(plan.rules.find(({ rule }) => rule === 'visits-reduce')?.due, 3);
    await refused(
      services.retention.sweeps.open(context, { planDigest: plan.digest }),
      'unprocessable-request',
      '/planDigest',
    );
  });

  it('lists the most destructive action first, so that a row due for two gets the stronger', async () => {
    const context = newTenant();
    const plan = await services.retention.plans.plan(context, {});
    const actions = plan.rules.map(({ action }) => action);
    assert.ok(actions.lastIndexOf('erase') < actions.indexOf('anonymise'));
    assert.ok(actions.indexOf('anonymise') < actions.indexOf('reduce'));
  });

  it('erases, not reduces, a row that is due for both, and counts it once', async () => {
    const both = policiesWith(ground(), 'retention.yaml', [
      'rules:\n',
      'rules:\n  - { id: visits-too-old, category: visits.full, action: erase, after: P20D, from: occurred, reason: Too old. }\n',
    ]);
    const twofold = await servicesOn(ground(), { policies: both });
    const context = newTenant();
    const young = oldVisits(context, 3).map((row) => ({ ...row, occurredAt: new Date('2026-05-20T10:00:00Z') }));
    await insert(ground(), [...oldVisits(context, 4), ...young]);
    const done = await sweep(twofold, context);
    const treated = Object.fromEntries(done.steps.map((step) => [step.rule, step.treated]));
    assert.deepEqual([treated['visits-too-old'], treated['visits-reduce']], [4, 3]);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 3 });
    await twofold.close();
    await putInForce(services, context);
  });

  it('counts a row under the one rule that will treat it, whatever reaches it, and so does the brake', async () => {
    const both = await servicesOn(ground(), {
      asShipped: true,
      policies: policiesWith(ground(), 'retention.yaml', [
        'rules:\n',
        'rules:\n  - { id: visits-too-old, category: visits.full, action: erase, after: P20D, from: occurred, approval: brake, reason: Too old. }\n',
      ]),
    });
    const context = newTenant();
    const somebody = await subjectIn(context);
    const aged = (days: number, count: number, subjectId: string | null = null) =>
      oldVisits(context, count, { subjectId }).map((row) => ({
        ...row,
        occurredAt: new Date(context.now.getTime() - days * 86_400_000),
      }));
    await insert(ground(), [...aged(30, 3), ...aged(30, 4, somebody), ...aged(10, 5), ...aged(1, 60)]);
    const plan = async (rules?: string[]) =>
      Object.fromEntries(
        (await both.retention.plans.plan(context, rules ? { rules } : {})).rules
          .filter(({ category }) => category === 'visits.full')
          .map(({ rule, due, people, total }) => [rule, [due, people, total]]),
      );
    const counted = { 'visits-too-old': [7, 1, 72], 'visits-reduce': [5, 0, 72] };
    assert.deepEqual(await plan(), counted);
    // Also where only one is asked for: the others' rows are theirs.
    assert.deepEqual(await plan(['visits-reduce']), { 'visits-reduce': [5, 0, 72] });
    const waiting = await sweep(both, context);
    const stepOf = (rule: string) => waiting.steps.find((step) => step.rule === rule);
    assert.deepEqual(
      ['visits-too-old', 'visits-reduce'].map((rule) => [
        stepOf(rule)?.treated,
        stepOf(rule)?.due,
        stepOf(rule)?.people,
      ]),
      [
        [7, 7, 1],
        [0, 5, 0],
      ],
    );
    assert.equal(waiting.status, 'awaiting-approval', 'of the reduction it is the first run');
    await both.retention.sweeps.approve(asSomebodyElse(context), waiting.sweepId, ['visits-reduce']);
    await both.retention.sweeps.settled();
    assert.deepEqual(await livesIn(ground(), context), { reduced: 5, full: 60 });
    await both.close();
  });

  it('leaves to a weaker rule what a hold keeps from the stronger one, and counts evidence once with its decision', async () => {
    const context = newTenant();
    context.now = new Date('2020-01-10T12:00:00Z');
    for (const id of ['v-1', 'v-2'])
      await services.consent.record(
        { ...context, principal: { id: 'test', role: 'platform' } },
        {
          subject: { kind: 'visitor', id },
          purpose: 'usage-statistics',
          status: 'given',
          notice: { id: 'consent-banner', version: '1.0', language: 'en' },
          evidence: { address: '203.0.113.77' },
        },
        { address: '203.0.113.1', userAgent: undefined, globalPrivacyControl: false },
      );
    await services.retention.holds.place(context, {
      kind: 'legal',
      reference: 'R-1',
      subject: 'visitor:v-1',
      category: 'consents.decision',
    });
    context.now = new Date('2026-06-01T02:17:00Z');
    const plan = await services.retention.plans.plan(context, {});
    const due = (rule: string) => plan.rules.find((one) => one.rule === rule)?.due;
    assert.deepEqual([due('consents-erase'), due('consents-evidence-forget')], [1, 1]);
    const done = await sweep(services, context, { planDigest: plan.digest });
    assert.deepEqual(
      done.steps.map(({ rule, treated }) => [rule, treated]),
      plan.rules.map(({ rule, due: planned }) => [rule, planned]),
    );
  });

  it('refuses a rule that the policies do not have, naming where it stands', async () => {
    await refused(
      services.retention.plans.plan(newTenant(), { rules: ['visits-reduce', 'no-such-rule'] }),
      'unprocessable-request',
      '/rules/1',
    );
  });

  it('has the same digest as long as the same is due, and another once anything else is', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 3));
    const [one, two] = [
      await services.retention.plans.plan(context, {}),
      await services.retention.plans.plan(context, {}),
    ];
    assert.equal(one.digest, two.digest);
    assert.notEqual(one.planId, two.planId);
    assert.deepEqual(await services.retention.plans.get(context, one.planId), one);
    await insert(ground(), oldVisits(context, 1));
    assert.notEqual((await services.retention.plans.plan(context, {})).digest, one.digest);
  });

  it('is another tenant’s business', async () => {
    const plan = await services.retention.plans.plan(newTenant(), {});
    await refused(services.retention.plans.get(newTenant(), plan.planId), 'not-found');
    await refused(services.retention.sweeps.open(newTenant(), { planDigest: plan.digest }), 'not-found', '/planDigest');
  });

  it('says exactly what the sweep then does, whatever is there and whichever rules reach it', async () => {
    const k = 10;
    const many = await servicesOn(ground(), {
      policies: policiesWith(ground(), 'retention.yaml', [
        'rules:\n',
        `rules:
  - { id: full-erase, category: visits.full, action: erase, after: P30D, from: occurred, reason: Too old. }
  - { id: reduced-erase, category: visits.reduced, action: erase, after: P8M, from: occurred, reason: Too old. }
`,
      ]),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ age: fc.integer({ min: 0, max: 300 }), full: fc.boolean() }), { maxLength: 80 }),
        async (ages) => {
          const context = newTenant();
          await insert(
            ground(),
            ages.map(({ age, full }) =>
              reducedVisit(
                context.tenant.id,
                new Date(context.now.getTime() - age * 86_400_000),
                full ? { life: 'full' } : {},
              ),
            ),
          );
          const plan = await many.retention.plans.plan(context, {});
          const done = await sweep(many, context, { planDigest: plan.digest });
          assert.deepEqual(
            done.steps.map(({ rule, treated }) => [rule, treated]),
            plan.rules.map(({ rule, due }) => [rule, due]),
          );
          const certificate = await certificateOf(many, context, done);
          assert.equal(certificate.verdict, 'complete');
          assert.equal(certificate.planDigest, plan.digest);
          const suppressed = ruleIn(certificate, 'visits-anonymise').suppressed;
          assert.ok(suppressed <= ages.length, `k = ${k}`);
        },
      ),
      { numRuns: 25 },
    );
    await many.close();
  }).timeout(120_000);
});
