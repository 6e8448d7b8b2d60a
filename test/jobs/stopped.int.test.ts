import assert from 'node:assert/strict';
import type { Job } from '../../src/app/job.ts';
import { startScheduler } from '../../src/app/scheduler.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { latestJobRun } from '../../src/foundations/store/job-runs.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';

onBothEngines('A scheduler stopped in the middle of a job', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('leaves the run unfinished, so that the next start takes up the tenants that had no turn', async () => {
    const log = createLog('silent', { write: () => undefined });
    const options = { log, clock: () => new Date(app.time.now), ready: {} };
    const seen: string[] = [];
    const scheduler = await startScheduler(app.services, { ...options, jobs: [] });
    let stopping: Promise<void> | undefined;
    const job: Job = {
      name: 'cut-short',
      schedule: '0 0 1 1 *',
      run: async ({ context }) => {
        seen.push(context.tenant.id);
        stopping ??= scheduler.stop();
        return {};
      },
    };
    await scheduler.fire(job, new Date('2026-04-01T00:00:00Z'));
    await stopping;
    assert.equal(seen.length, 1);
    assert.equal((await latestJobRun(ground().store, job.name, app.time.now))?.status, 'running');

    app.time.now = new Date(app.time.now.getTime() + 1000);
    const next = await startScheduler(app.services, { ...options, jobs: [job] });
    await next.idle();
    await next.stop();
    assert.deepEqual(seen.slice(1).sort(), [...(await app.access.tenantIds())].sort());
    assert.equal((await latestJobRun(ground().store, job.name, app.time.now))?.status, 'done');
  });
});
