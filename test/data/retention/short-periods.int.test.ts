import assert from 'node:assert/strict';
import { shortPeriods } from '../../../jobs/short-periods.ts';
import type { Services } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import type { TestContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { insert, livesIn, newTenant, oldVisits, policiesWith, putInForce, servicesOn } from './stage.ts';

onBothEngines('A period under a day', (ground) => {
  let services: Services;
  before(async () => {
    const folder = policiesWith(ground(), 'retention.yaml', ['after: P7D', 'after: PT12H']);
    services = await servicesOn(ground(), { policies: folder });
  });
  after(() => services.close());

  const hour = (context: TestContext) => shortPeriods.run({ services, context, log: createLog('silent') });
  const at = (context: TestContext, instant: string) =>
    insert(ground(), oldVisits(context, 1, { occurredAt: new Date(instant) }));

  it('ends at the very instant, every hour, and leaves nothing behind where nothing is due', async () => {
    const context = newTenant();
    await putInForce(services, context);
    await at(context, '2026-06-01T01:10:00Z');
    await at(context, '2026-06-01T02:20:00Z');
    context.now = new Date('2026-06-01T13:07:00Z');
    await hour(context);
    assert.deepEqual(await livesIn(ground(), context), { full: 2 });
    assert.deepEqual((await services.retention.sweeps.list(context, {})).items, []);

    context.now = new Date('2026-06-01T14:07:00Z');
    assert.deepEqual(await hour(context), { treated: 1, waiting: 0 });
    assert.deepEqual(await livesIn(ground(), context), { full: 1, reduced: 1 });
    const [sweep] = (await services.retention.sweeps.list(context, {})).items;
    assert.deepEqual(
      sweep?.steps.map(({ rule }) => rule),
      ['visits-reduce'],
    );
  });

  it('is late after three hours, which the alarms tell', async () => {
    const context = newTenant();
    await putInForce(services, context);
    await at(context, '2026-06-01T00:00:00Z');
    context.now = new Date('2026-06-01T14:59:00Z');
    assert.deepEqual(await services.sweepAlarms(context, 36), []);
    context.now = new Date('2026-06-01T15:01:00Z');
    assert.deepEqual(await services.sweepAlarms(context, 36), [
      'rows under the rule visits-reduce, of a period under a day, have been due for more than 3 hours',
    ]);
    await hour(context);
    assert.deepEqual(await services.sweepAlarms(context, 36), []);
  });
});
