import assert from 'node:assert/strict';
import fc from 'fast-check';
import cron from 'node-cron';
import { jobs } from '../../jobs/index.ts';
import { lastDue } from '../../src/app/job-times.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const instants = fc
  .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2032-01-01T00:00:00Z'), noInvalidDate: true })
  .map((at) => new Date(Math.floor(at.getTime() / MINUTE) * MINUTE));
/** Where clocks change at 02:00, over midnight (Asuncion until 2024), by half an hour, and not at all. */
const zones = fc.constantFrom(
  'Europe/Berlin',
  'America/Asuncion',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Beirut',
  'UTC',
  'Asia/Kathmandu',
);
const times = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

describe('The time at which a job was last due', () => {
  it('is of a cron expression the last one node-cron would have fired at, in UTC', () => {
    const expressions = fc.constantFrom(
      ...jobs.map(({ schedule }) => schedule).filter((schedule) => typeof schedule === 'string'),
      '0 0 29 2 *',
      '30 4 1,15 * *',
      '5 8-10 * * 1-5',
      '0 12 * 6 sun',
    );
    fc.assert(
      fc.property(expressions, instants, (expression, now) => {
        const task = cron.createTask(expression, () => undefined, { timezone: 'UTC' });
        const due = lastDue(expression, now);
        assert.ok(due <= now && task.match(due));
        // Not looked through whole where it is years ago.
        for (let at = now.getTime(), looks = 0; at > due.getTime() && looks < 300; at -= MINUTE, looks += 1)
          assert.ok(!task.match(new Date(at)), new Date(at).toISOString());
      }),
      { numRuns: 60 },
    );
  });

  it('comes once each local day at a time of the day, whatever the clocks do', () => {
    fc.assert(
      fc.property(times, instants, zones, (daily, from, zone) => {
        const seen: number[] = [];
        for (let at = from.getTime(); at < from.getTime() + 4 * DAY; at += 10 * MINUTE) {
          const due = lastDue({ daily }, new Date(at), zone).getTime();
          assert.ok(due <= at);
          if (due !== seen.at(-1)) seen.push(due);
        }
        for (const [index, due] of seen.entries())
          if (index > 0) {
            const gap = due - (seen[index - 1] as number);
            assert.ok(gap >= DAY - 2 * 3_600_000 && gap <= DAY + 2 * 3_600_000, `${gap}`);
          }
      }),
      { numRuns: 40 },
    );
  });

  it('is the first of two equal times, and as much later as clocks are put forward', () => {
    const at = (now: string) => lastDue({ daily: '02:17' }, new Date(now), 'Europe/Berlin').toISOString();
    assert.equal(at('2026-10-25T12:00:00Z'), '2026-10-25T00:17:00.000Z');
    assert.equal(at('2026-10-26T01:16:59Z'), '2026-10-25T00:17:00.000Z');
    assert.equal(at('2026-10-26T01:17:00Z'), '2026-10-26T01:17:00.000Z');
    assert.equal(at('2026-03-29T01:16:59Z'), '2026-03-28T01:17:00.000Z');
    assert.equal(at('2026-03-29T12:00:00Z'), '2026-03-29T01:17:00.000Z');
  });

  it('does not exist for a day that never comes', () => {
    assert.throws(() => lastDue('0 0 30 2 *', new Date()));
    assert.throws(() => lastDue('0 0 29 2 1', new Date('2026-01-01T00:00:00Z')), RangeError);
  });
});
