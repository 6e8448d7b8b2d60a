import assert from 'node:assert/strict';
import type { Services } from '../../../src/app/services.ts';
import { parseSubjectRef, subjectOf } from '../../../src/foundations/vault/subjects.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { certificateOf, insert, livesIn, newTenant, oldVisits, ruleIn, servicesOn, sweep } from './stage.ts';

onBothEngines('A legal hold', (ground) => {
  let services: Services;
  before(async () => {
    services = await servicesOn(ground());
  });
  after(() => services.close());
  const VISITOR = '0190c7a4-0000-7000-8000-00000000000a';
  const hold = (context: ReturnType<typeof newTenant>, input: object) =>
    services.retention.holds.place(context, { kind: 'legal', reference: 'case-1', ...input });
  const visitorOf = (context: ReturnType<typeof newTenant>) =>
    subjectOf(ground().vault, context.tenant.id, parseSubjectRef(`visitor:${VISITOR}`));

  it('defers what a sweep would destroy, shows it, and the next sweep after its release destroys it by itself (REQ-E06)', async () => {
    const context = newTenant();
    const { subjectId } = await visitorOf(context);
    await insert(ground(), [...oldVisits(context, 4), ...oldVisits(context, 3, { subjectId })]);
    const { holdId } = await hold(context, { subject: `visitor:${VISITOR}` });
    const first = await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 4, full: 3 });
    const certificate = await certificateOf(services, context, first);
    const rule = ruleIn(certificate, 'visits-reduce');
    assert.deepEqual([rule.reduced, rule.retained, rule.failed], [4, 3, 0]);
    assert.deepEqual(
      [rule.result, rule.ground, rule.groundInWords, rule.until],
      ['retained', 'legal', 'legal hold', null],
    );
    assert.equal(certificate.verdict, 'complete-with-exceptions');
    await services.retention.holds.release(context, holdId);
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 7 });
  });

  it('is in the certificate with the day it ends; with none while one of several ends by hand only', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 2));
    await hold(context, { category: 'visits.full', until: '2026-07-01T00:00:00Z' });
    await hold(context, { until: '2026-08-01T00:00:00Z' });
    await hold(context, { category: 'profiles.contact' });
    const until = async () =>
      ruleIn(await certificateOf(services, context, await sweep(services, context)), 'visits-reduce').until;
    assert.equal(await until(), '2026-08-01T00:00:00.000Z');
    await hold(context, { category: 'visits.full' });
    assert.equal(await until(), null);
  });

  it('on an account protects the visitor linked to it, also when linked after the hold was placed', async () => {
    const context = newTenant();
    const { subjectId } = await visitorOf(context);
    await insert(ground(), [...oldVisits(context, 2), ...oldVisits(context, 3, { subjectId })]);
    await hold(context, { subject: 'account:ada' });
    await services.consent.link(context, 'account:ada', VISITOR);
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 2, full: 3 });
  });

  it('on one category of an account keeps the link too, without which nobody could tell whose visits they are', async () => {
    const context = newTenant();
    const { subjectId } = await visitorOf(context);
    await services.consent.link(context, 'account:ada', VISITOR);
    await hold(context, { subject: 'account:ada', category: 'visits.full' });
    context.now = new Date(context.now.getTime() + 3 * 365 * 86_400_000);
    await insert(ground(), oldVisits(context, 3, { subjectId }));
    await sweep(services, context);
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { full: 3 });
    const account = await subjectOf(ground().vault, context.tenant.id, parseSubjectRef('account:ada'));
    assert.equal((await services.consent.linkedSubjects(context, account.subjectId)).length, 2);
  });

  it('on everybody protects all rows of the category, and of no other', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 3));
    await hold(context, { category: 'visits.reduced' });
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 3 });
    await hold(context, { category: 'visits.full' });
    await insert(ground(), oldVisits(context, 2));
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 3, full: 2 });
  });

  it('ends by itself when it was given an end', async () => {
    const context = newTenant();
    await insert(ground(), oldVisits(context, 3));
    const until = new Date(context.now.getTime() + 1000);
    await hold(context, { until: until.toISOString() });
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { full: 3 });
    context.now = until;
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 3 });
  });

  it('is refused for a category nobody declared, and for an end that is past', async () => {
    const context = newTenant();
    await refused(hold(context, { until: context.now.toISOString() }), 'unprocessable-request', '/until');
    await assert.rejects(hold(context, { category: 'no.such' }));
    await refused(services.retention.holds.release(context, VISITOR), 'not-found');
  });
});
