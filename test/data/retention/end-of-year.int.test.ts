import assert from 'node:assert/strict';
import type { Services } from '../../../src/app/services.ts';
import { onBothEngines } from '../../support/engines.ts';
import { reducedVisit } from '../visits/stage.ts';
import { certificateOf, insert, livesIn, newTenant, policiesWith, ruleIn, servicesOn, sweep } from './stage.ts';

onBothEngines('Periods from the end of the year (BGB §§ 195, 199)', (ground) => {
  let services: Services;
  before(async () => {
    const policies = policiesWith(
      ground(),
      'retention.yaml',
      ['after: P7D', 'after: P3Y\n    counted: end-of-year'],
      ['after: P6M', 'after: P5Y'],
    );
    services = await servicesOn(ground(), { policies });
  });
  after(() => services.close());

  it('end together with a year of the portal, in plan, sweep and certificate', async () => {
    const context = newTenant();
    const visit = (at: string) => ({
      ...reducedVisit(context.tenant.id, new Date(at), { life: 'full', addressSealed: Buffer.from('sealed') }),
    });
    // In Berlin the last of them is of 2023: its three years are over with 2026, those of the others with 2025.
    const visits = ['2022-01-05T12:00:00Z', '2022-12-31T22:59:59.999Z', '2022-12-31T23:00:00Z'].map(visit);
    await insert(ground(), visits);
    const { rules } = await services.retention.plans.plan(context, { rules: ['visits-reduce'] });
    const [planned] = rules;
    assert.equal(planned?.before, '2022-12-31T23:00:00.000Z');
    assert.deepEqual([planned?.due, planned?.total, planned?.counted], [2, 3, 'end-of-year']);
    assert.match(planned?.inWords ?? '', /3 years after the end of the year in which it occurred/);
    const swept = await sweep(services, context, { rules: ['visits-reduce'] });
    assert.deepEqual(await livesIn(ground(), context), { full: 1, reduced: 2 });
    const certified = ruleIn(await certificateOf(services, context, swept), 'visits-reduce');
    assert.deepEqual([certified.reduced, certified.before], [2, '2022-12-31T23:00:00.000Z']);
    const next = await services.retention.plans.plan(context, {
      rules: ['visits-reduce'],
      asOf: '2026-12-31T22:59:59Z',
    });
    assert.equal(next.rules[0]?.due, 0);
    const later = await services.retention.plans.plan(context, {
      rules: ['visits-reduce'],
      asOf: '2026-12-31T23:00:00Z',
    });
    assert.equal(later.rules[0]?.due, 1);
  });
});
