import assert from 'node:assert/strict';
import { jobs as shippedJobs } from '../../jobs/index.ts';
import type { Job } from '../../src/app/job.ts';
import type { PartCheck } from '../../src/app/readiness.ts';
import { startScheduler } from '../../src/app/scheduler.ts';
import { sweepAlarms } from '../../src/data/retention/alarm.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';

/** Fires only when the test says so: its schedule is a day that hardly ever comes. */
const never = '0 0 29 2 *';

onBothEngines('The scheduler', (ground) => {
  let app: TestApp;
  const logged: string[] = [];
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
  });
  after(() => app.close());

  const daily: Job['schedule'] = { daily: '02:17' };
  const minutes = (count: number) => {
    app.time.now = new Date(app.time.now.getTime() + count * 60_000);
  };
  const start = async (jobs: Job[]) => {
    const ready: Record<string, PartCheck> = {};
    const log = createLog('debug', { write: (line) => void logged.push(line) });
    const scheduler = await startScheduler(app.services, { log, clock: () => new Date(app.time.now), ready, jobs });
    const state = async () =>
      (await ready['jobs']?.()) as { ok: boolean; degraded: string[] } & Record<
        string,
        { status: string; late: boolean; last: string | null; madeUp?: { due: string; at: string } }
      >;
    return { scheduler, state };
  };
  const counting = (name: string, more: Partial<Job> = {}) => {
    const seen: string[] = [];
    const job: Job = {
      name,
      schedule: never,
      run: async ({ context }) => {
        seen.push(context.tenant.id);
        return {};
      },
      ...more,
    };
    return { job, seen };
  };

  // First: stopping a scheduler, as the others do, ends the sweeps of these services for good.
  it('ships jobs that run for every tenant, again and again, with a schedule that exists', async () => {
    const { scheduler, state } = await start(shippedJobs);
    await scheduler.idle();
    for (const job of shippedJobs) assert.ok(await scheduler.fire(job, new Date(app.time.now.getTime() + 60_000)));
    const { degraded, ...states } = await state();
    assert.deepEqual(degraded, []);
    for (const job of shippedJobs) assert.equal(states[job.name]?.status, 'done', job.name);
    await scheduler.stop();
    const context = await app.contextOf('north', 'operator');
    assert.notEqual((await app.services.retention.sweeps.state(context)).lastFinishedAt, null);
  }).timeout(180_000);

  it('runs each fire once, whatever the number of instances, for every tenant', async () => {
    const { job, seen } = counting('once');
    const schedulers = await Promise.all([start([job]), start([job]), start([job])]);
    await Promise.all(schedulers.map(({ scheduler }) => scheduler.idle()));
    seen.length = 0;
    for (const minute of [1, 2, 3]) {
      const at = new Date(Date.UTC(2026, 2, 1, 13, minute));
      const ran = await Promise.all(schedulers.map(({ scheduler }) => scheduler.fire(job, at)));
      assert.equal(ran.filter(Boolean).length, 1);
    }
    assert.deepEqual(seen.sort(), ['main', 'main', 'main', 'north', 'north', 'north', 'south', 'south', 'south']);
    for (const { scheduler } of schedulers) await scheduler.stop();
  });

  it('takes up at its start what was missed, and what always belongs to a start', async () => {
    const { job: nightly, seen: ranNightly } = counting('nightly', { schedule: daily });
    const { job: first, seen: ranFirst } = counting('first-thing', { atStart: true });
    const one = await start([nightly, first]);
    await one.scheduler.idle();
    await one.scheduler.stop();
    assert.deepEqual([ranNightly.length, ranFirst.length], [3, 3]);
    app.time.now = new Date(app.time.now.getTime() + 3_600_000);
    const two = await start([nightly, first]);
    await two.scheduler.idle();
    await two.scheduler.stop();
    assert.deepEqual([ranNightly.length, ranFirst.length], [3, 6]);
    app.time.now = new Date(app.time.now.getTime() + 25 * 3_600_000);
    const three = await start([nightly, first]);
    await three.scheduler.idle();
    await three.scheduler.stop();
    assert.deepEqual([ranNightly.length, ranFirst.length], [6, 9]);
  });

  it('tells of a failing and of a late job in the readiness detail and the log, and stays ready', async () => {
    const { job } = counting('failing', {
      schedule: daily,
      run: async () => {
        throw new RangeError('203.0.113.9 is not for the log');
      },
    });
    const { scheduler, state } = await start([job]);
    await scheduler.idle();
    assert.deepEqual(
      { ok: (await state()).ok, degraded: (await state()).degraded },
      { ok: true, degraded: ['failing'] },
    );
    const told = logged.filter((line) => line.includes('"job":"failing"')).join('\n');
    assert.match(told, /"level":"error"/);
    assert.match(told, /RangeError/);
    assert.doesNotMatch(told, /203\.0\.113\.9/);
    job.run = async () => ({});
    await scheduler.fire(job, new Date(app.time.now));
    assert.deepEqual((await state()).degraded, []);
    app.time.now = new Date(app.time.now.getTime() + 37 * 3_600_000);
    assert.deepEqual((await state()).degraded, ['failing']);
    await scheduler.stop();
  });

  it('makes up what was missed while the process stood still, once of several instances, and says so', async () => {
    app.time.now = new Date('2026-04-01T00:00:00Z');
    const nightly = counting('suspended-nightly', { schedule: daily });
    const often = counting('suspended-often', { schedule: '*/5 * * * *' });
    const jobs = [nightly.job, often.job];
    const one = await start(jobs);
    const two = await start(jobs);
    await Promise.all([one.scheduler.idle(), two.scheduler.idle()]);
    for (const { seen } of [nightly, often]) seen.length = 0;
    assert.deepEqual(await one.scheduler.watch(), []);

    // A night, in which nothing fired: 02:17 in Berlin was 00:17.
    minutes(6 * 60);
    const asleep = await one.state();
    assert.deepEqual(asleep.degraded, ['suspended-nightly', 'suspended-often']);
    assert.equal(asleep['suspended-nightly']?.late, true);
    const late = await Promise.all([one.scheduler.watch(), two.scheduler.watch()]);
    assert.deepEqual([...new Set(late.flat())].sort(), ['suspended-nightly', 'suspended-often']);
    await Promise.all([one.scheduler.idle(), two.scheduler.idle()]);
    for (const { seen } of [nightly, often]) assert.deepEqual(seen.sort(), ['main', 'north', 'south']);

    const awake = await one.state();
    assert.deepEqual(awake.degraded, []);
    assert.deepEqual(awake['suspended-nightly']?.madeUp, {
      due: '2026-04-01T00:17:00.000Z',
      at: '2026-04-01T06:00:00.000Z',
    });
    assert.ok(logged.some((line) => line.includes('made up') && line.includes('"job":"suspended-nightly"')));
    assert.deepEqual(await two.scheduler.watch(), []);
    minutes(25 * 60);
    await one.scheduler.watch();
    await one.scheduler.idle();
    minutes(25 * 60);
    assert.equal((await two.state())['suspended-often']?.madeUp, undefined);
    for (const { scheduler } of [one, two]) await scheduler.stop();
  });

  it('leaves a job that runs in peace, tells of it after an hour, and takes up a run whose end got lost', async () => {
    app.time.now = new Date('2026-05-01T00:00:00Z');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { job, seen } = counting('long', { schedule: '*/5 * * * *' });
    const { scheduler, state } = await start([job]);
    await scheduler.idle();
    const { run } = job;
    job.run = async (work) => {
      await held;
      return run(work);
    };
    const running = scheduler.fire(job, new Date('2026-05-01T00:05:00Z'));
    // The start of this instant ran the job as well: a claim of the same one is told a millisecond later.
    minutes(1);
    while ((await state())['long']?.status !== 'running') await new Promise((next) => setImmediate(next));
    minutes(29);
    assert.deepEqual(await scheduler.watch(), []);
    assert.deepEqual((await state()).degraded, []);
    minutes(60);
    assert.deepEqual((await state()).degraded, ['long']);
    release();
    await running;

    const { access } = app.services;
    const { tenantIds } = access;
    access.tenantIds = () => Promise.reject(new Error('the database is gone'));
    await assert.rejects(scheduler.fire(job, new Date(app.time.now)));
    access.tenantIds = tenantIds;
    seen.length = 0;
    assert.deepEqual(await scheduler.watch(), ['long']);
    await scheduler.idle();
    assert.equal(seen.length, 3);
    assert.equal((await state())['long']?.status, 'done');
    await scheduler.stop();
  });

  it('knows the last of several runs of one instant, and is not told by one from the future', async () => {
    app.time.now = new Date('2028-01-01T00:00:00Z');
    const { job, seen } = counting('instant', { schedule: daily });
    const ahead = await start([job]);
    await ahead.scheduler.idle();
    await ahead.scheduler.stop();
    app.time.now = new Date('2026-06-01T12:00:00Z');
    const { scheduler, state } = await start([job]);
    await scheduler.idle();
    assert.equal(seen.length, 6);
    const { run } = job;
    for (const wanted of ['failed', 'done', 'failed', 'done']) {
      job.run = wanted === 'done' ? run : () => Promise.reject(new RangeError());
      await scheduler.fire(job, new Date(app.time.now.getTime() - seen.length - (wanted === 'done' ? 0 : 1000)));
      assert.equal((await state())['instant']?.status, wanted);
    }
    await scheduler.stop();
  });

  it('has for each portal its own time of the day', async () => {
    app.time.now = new Date('2026-07-01T12:00:00Z');
    const { body } = await app
      .as('installation')
      .patch('/v1/tenants/south')
      .set('If-Match', '*')
      .send({ timeZone: 'America/Lima' })
      .expect(200);
    assert.equal(body.timeZone, 'America/Lima');
    const { job, seen } = counting('of-the-day', { schedule: daily });
    const { scheduler, state } = await start([job]);
    await scheduler.idle();
    seen.length = 0;
    app.time.now = new Date('2026-07-02T07:16:00Z');
    await scheduler.watch();
    await scheduler.idle();
    assert.deepEqual(seen.sort(), ['main', 'north']);
    app.time.now = new Date('2026-07-02T07:19:00Z');
    assert.deepEqual((await state()).degraded, ['of-the-day']);
    await scheduler.watch();
    await scheduler.idle();
    assert.deepEqual(seen.sort(), ['main', 'north', 'south']);
    assert.deepEqual((await state()).degraded, []);
    await scheduler.stop();
  });
});

describe('The late-sweep alarm', () => {
  const now = new Date('2026-03-03T12:00:00Z');
  const fine = {
    waitingForApproval: false,
    failure: null,
    lastFinishedAt: new Date('2026-03-03T02:17:00Z'),
    verdict: 'completed',
  };
  const cases: [string, Partial<typeof fine> | { failure: string } | { lastFinishedAt: Date }, RegExp | undefined][] = [
    ['is silent after a good night', {}, undefined],
    [
      'rings when nothing has finished for longer than allowed',
      { lastFinishedAt: new Date('2026-03-01T23:59:59Z') },
      /no sweep has finished/,
    ],
    ['is silent at exactly the time allowed', { lastFinishedAt: new Date('2026-03-02T00:00:00Z') }, undefined],
    ['rings when a sweep waits for approval', { waitingForApproval: true }, /waits for approval/],
    ['rings when the last sweep failed', { failure: 'StoreError' }, /failed/],
    ['rings when the last sweep left something', { verdict: 'incomplete' }, /incomplete/],
  ];
  for (const [what, change, rings] of cases)
    it(what, () => {
      const alarms = sweepAlarms({ ...fine, ...change }, now, 36).map(({ text }) => text);
      if (rings) assert.match(alarms.join(), rings);
      else assert.deepEqual(alarms, []);
    });
});
