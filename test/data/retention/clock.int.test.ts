import assert from 'node:assert/strict';
import { jobs } from '../../../jobs/index.ts';
import { interruptedWork } from '../../../jobs/interrupted-work.ts';
import { retentionSweep } from '../../../jobs/retention-sweep.ts';
import { startScheduler } from '../../../src/app/scheduler.ts';
import type { Context } from '../../../src/foundations/contract/context.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, onBothEngines, openGround } from '../../support/engines.ts';
import { insert, livesIn, oldVisits } from './stage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clockLimits = { aheadHours: 24, serverMinutes: 5 };

onBothEngines('The clock', (theirs) => {
  let ground: Ground;
  let app: TestApp;
  let context: Context;
  /** The real time: on PostgreSQL the server's is another clock. */
  let start: Date;
  beforeEach(async () => {
    ground = await openGround(theirs().store.engine);
    start = new Date();
    app = await openApp(ground, { now: start, clockLimits });
    context = await app.contextOf('north', 'operator');
    await insert(ground, oldVisits(context, 3));
  });
  afterEach(async () => {
    await app.close();
    await ground.close();
  });
  const night = (on = app) => retentionSweep.run({ services: on.services, context, log: createLog('silent') });
  const travel = (ms: number) => {
    app.time.now = new Date(start.getTime() + ms);
  };

  it('is believed in a new installation, and while it goes on as it did', async () => {
    assert.deepEqual(await night(), { treated: 3, waiting: 0 });
    assert.equal((await app.as('dpo').get('/v1/retention/clock').expect(200)).body.doubt, null);
  });

  it('destroys nothing once it has leapt ahead of the log, until an officer confirms it', async () => {
    await app.services.retention.holds.place(context, { kind: 'legal', reference: 'case-0', subject: 'account:1' });
    travel(400 * DAY);
    context = { ...context, clock: () => new Date(app.time.now) };
    assert.deepEqual(await night(), { heldBack: 1 });
    // What a wrong clock writes into the log does not vouch for it.
    await app.services.retention.holds.place(context, { kind: 'legal', reference: 'case-1', subject: 'account:1' });
    assert.deepEqual(await night(), { heldBack: 1 });
    const { body: problem } = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(409);
    assert.equal(problem.type, '/problems/clock-in-doubt');
    assert.match(problem.detail, /400 days ahead of the newest instant known here/);
    assert.deepEqual(await livesIn(ground, context), { full: 3 });
    const alarm = 'the clock is in doubt: nothing is destroyed until an officer confirms it';
    assert.ok((await app.services.standingAlarms()).includes(alarm));
    const { items } = await app.services.findings.list(context);
    assert.ok(items.some(({ code }) => code === 'clock-in-doubt'));

    const confirm = (role: 'operator' | 'dpo') => app.as(role).post('/v1/retention/clock/confirmation').send();
    await confirm('operator').expect(403);
    const { body } = await confirm('dpo').expect(200);
    assert.deepEqual([body.doubt, body.now], [null, app.time.now.toISOString()]);
    assert.deepEqual(await night(), { treated: 3, waiting: 0 });
    assert.ok(!(await app.services.standingAlarms()).includes(alarm));
  });

  it('ends no hold on an erasure by its word alone', async () => {
    const left = await liveThrough(app, 'ada');
    const until = new Date(start.getTime() + 30 * DAY).toISOString();
    await app.as('dpo').post('/v1/holds').send({ kind: 'legal', reference: 'case-2', subject: left.account, until });
    await app.as('dpo').post(`/v1/subjects/${left.account}/erasure`).expect(200);
    await app.services.retention.clockWatch.look(context);
    travel(400 * DAY);
    context = { ...context, clock: () => new Date(app.time.now) };
    const job = () => interruptedWork.run({ services: app.services, context, log: createLog('silent') });
    assert.deepEqual(await job(), { erasures: 0, requests: 0, sweeps: 0 });
    await app.as('dpo').post('/v1/retention/clock/confirmation').send().expect(200);
    assert.deepEqual(await job(), { erasures: 1, requests: 0, sweeps: 0 });
  });

  it('is found wrong by an instance that starts with it, and all that rests on time waits', async () => {
    await app
      .as('platform')
      .post('/v1/consents')
      .send({
        subject: { kind: 'visitor', id: 'v-1' },
        purpose: 'usage-statistics',
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      });
    const later = await openApp(ground, { now: new Date(start.getTime() + 400 * DAY), clockLimits });
    const kept = ['retention-sweep', 'consent-expiry', 'identity-checks', 'housekeeping', 'packages', 'outbox'];
    const scheduler = await startScheduler(later.services, {
      log: createLog('silent'),
      clock: () => later.time.now,
      ready: {},
      jobs: jobs.filter(({ name }) => kept.includes(name)),
    });
    await scheduler.idle();
    assert.deepEqual(await livesIn(ground, context), { full: 3 });
    const statuses = await ground.store.read((q) =>
      q.select({ status: q.tables.consentEvents.status }).from(q.tables.consentEvents),
    );
    assert.deepEqual(statuses, [{ status: 'given' }]);
    await scheduler.stop();
    await later.close();
  });

  for (const [hours, believed] of [
    [23, true],
    [25, false],
  ] as const)
    it(`is ${believed ? 'believed' : 'doubted'} ${hours} hours after the newest instant that is known`, async () => {
      const clock = () => new Date(start.getTime() + hours * HOUR);
      // Alone the log, and not the server's clock.
      await app.close();
      app = await openApp(ground, { now: clock(), clockLimits: { ...clockLimits, serverMinutes: 1e6 } });
      assert.deepEqual(
        await app.services.retention.clockWatch.look({ ...context, clock }).then(({ doubt }) => doubt === null),
        believed,
      );
    });

  it('is held against the database server’s', async () => {
    const doubtAt = async (minutes: number) => {
      const clock = () => new Date(Date.now() + minutes * 60_000);
      return (await app.services.retention.clockWatch.look({ ...context, clock })).doubt;
    };
    assert.equal(await doubtAt(4), null);
    assert.equal(await doubtAt(-4), null);
    const wrong = [await doubtAt(6), await doubtAt(-6)];
    if (ground.store.engine === 'sqlite') assert.deepEqual(wrong, [null, null]);
    else {
      assert.match(wrong[0] ?? '', /minutes ahead of the database server's$/);
      assert.match(wrong[1] ?? '', /minutes behind the database server's$/);
    }
  });
});
