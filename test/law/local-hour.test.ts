import assert from 'node:assert/strict';
import fc from 'fast-check';
import { localDay } from '../../src/law/duration.ts';
import { startOfLocalHour } from '../../src/law/local-hour.ts';

const HOUR = 3_600_000;

describe('The local hour of an instant', () => {
  for (const [zone, at, began] of [
    ['Europe/Berlin', '2026-02-03T12:34:56.789Z', '2026-02-03T12:00:00.000Z'],
    ['Asia/Kolkata', '2026-02-03T18:45:00Z', '2026-02-03T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-02-03T18:10:00Z', '2026-02-03T17:15:00.000Z'],
    ['America/St_Johns', '2026-02-03T03:29:59.999Z', '2026-02-03T02:30:00.000Z'],
  ] as const)
    it(`began at ${began} for ${at} in ${zone}`, () =>
      assert.equal(startOfLocalHour(new Date(at), zone).toISOString(), began));

  it('is less than an hour old, the same for all of it, and never another day', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York', 'Australia/Adelaide'),
        (at, zone) => {
          const began = startOfLocalHour(at, zone);
          const since = at.getTime() - began.getTime();
          assert.ok(since >= 0 && since < HOUR);
          assert.deepEqual(startOfLocalHour(began, zone), began);
          assert.equal(localDay(began, zone), localDay(at, zone));
        },
      ),
    );
  });
});
