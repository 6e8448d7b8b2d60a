import assert from 'node:assert/strict';
import type { SweepState } from '../../../src/data/retention/alarm.ts';
import { watchSweeps } from '../../../src/data/retention/watch-sweeps.ts';
import type { Context } from '../../../src/foundations/contract/context.ts';
import { testContext } from '../../support/context.ts';

describe('The watch on sweeps', () => {
  const fine: SweepState = { waitingForApproval: false, failure: null, lastFinishedAt: null, verdict: null };
  const states: Record<string, SweepState> = {};
  const watch = watchSweeps({
    state: async ({ tenant }: Context) => states[tenant.id] ?? fine,
    anythingWaits: async () => Object.values(states).some(({ waitingForApproval }) => waitingForApproval),
  });
  const north = testContext({ tenantId: 'north' });
  const south = testContext({ tenantId: 'south' });

  it('remembers each alarm once, whatever the number of tenants, and names none', async () => {
    states['north'] = { ...fine, failure: 'unknown' };
    states['south'] = { ...fine, failure: 'unknown', waitingForApproval: true };
    assert.deepEqual(await watch.look(north, 36), ['the last sweep failed']);
    assert.deepEqual(await watch.look(south, 36), ['a sweep waits for approval', 'the last sweep failed']);
    assert.deepEqual(await watch.standing(), ['the last sweep failed', 'a sweep waits for approval']);
  });

  it('forgets what the next look no longer finds', async () => {
    states['south'] = fine;
    assert.deepEqual(await watch.look(south, 36), []);
    assert.deepEqual(await watch.standing(), ['the last sweep failed']);
  });
});
