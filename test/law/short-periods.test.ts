import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dueBefore, endOfPeriod, isShortPeriod, mayEndSooner, parseDuration } from '../../src/law/duration.ts';

const short = fc
  .tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hours, minutes]) => `PT${hours}H${minutes > 0 ? `${minutes}M` : ''}`);
const instant = fc.date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
const days = fc.constantFrom('P1D', 'P2D', 'P1W', 'P1M');
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns');

describe('Periods under a day', () => {
  it('are due exactly when they have ended, to the millisecond, whatever the clocks do', () => {
    fc.assert(
      fc.property(instant, instant, short, zone, (start, asOf, period, timeZone) => {
        assert.equal(start < dueBefore(asOf, period, timeZone), endOfPeriod(start, period, timeZone) <= asOf);
      }),
    );
    // Over the hour that is skipped twelve hours are twelve hours.
    const start = new Date('2026-03-28T20:00:00Z');
    assert.equal(endOfPeriod(start, 'PT12H', 'Europe/Berlin').toISOString(), '2026-03-29T08:00:00.000Z');
  });

  it('are compared with others as they end', () => {
    fc.assert(
      fc.property(fc.oneof(short, days), fc.oneof(short, days), instant, (one, other, start) => {
        if (endOfPeriod(start, one, 'UTC') < endOfPeriod(start, other, 'UTC')) assert.ok(mayEndSooner(one, other));
      }),
    );
    assert.ok(mayEndSooner('PT12H', 'P1D'));
    assert.ok(mayEndSooner('P1D', 'PT12H'));
    assert.ok(!mayEndSooner('P2D', 'PT23H'));
    assert.ok(!mayEndSooner('PT12H', 'PT12H'));
  });

  it('are hours of less than a day, and no other duration', () => {
    for (const text of ['PT0H', 'PT24H', 'PT30M', 'P1DT2H', 'PT1H60M', 'PT01H', 'P1D'])
      assert.ok(!isShortPeriod(text), text);
    assert.throws(() => parseDuration('PT12H'), RangeError);
  });
});
