import assert from 'node:assert/strict';
import { runHousekeeping } from '../../src/app/housekeeping.ts';
import { claimJobRun, latestJobRun } from '../../src/foundations/store/job-runs.ts';
import { onBothEngines } from '../support/engines.ts';

onBothEngines('Housekeeping', (ground) => {
  it('forgets what is past its time, keeps the rest, and counts', async () => {
    const { store } = ground();
    const now = new Date('2026-03-01T12:00:00Z');
    const long = new Date(now.getTime() - 31 * 86_400_000);
    await claimJobRun(store, { job: 'old', runKey: 'old', owner: 'a', at: long });
    await claimJobRun(store, { job: 'new', runKey: 'new', owner: 'a', at: now });
    const asked: Date[] = [];
    const suppression = {
      forgetExpired: async (at: Date) => {
        asked.push(at);
        return 3;
      },
    };
    const imports = { forgetLines: async (at: Date) => asked.push(at) };
    const holds = { forgetEndedNames: async (at: Date) => asked.push(at) };
    assert.deepEqual(await runHousekeeping({ store, clock: () => now, suppression, holds, imports }), {
      idempotencyKeys: 0,
      jobRuns: 1,
      suppressions: 3,
      namesOfHolds: 2,
      linesOfImports: 3,
    });
    assert.deepEqual(asked, [now, now, now]);
    assert.equal(await latestJobRun(store, 'old', now), undefined);
    assert.equal((await latestJobRun(store, 'new', now))?.status, 'running');
  });
});
