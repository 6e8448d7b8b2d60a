import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  addDuration,
  DURATION_PATTERN,
  dueBefore,
  endOfPeriod,
  mayEndSooner,
  parseDuration,
} from '../../src/law/duration.ts';

const { vectors, reject } = JSON.parse(readFileSync(new URL('../vectors/durations.json', import.meta.url), 'utf8')) as {
  vectors: { start: string; duration: string; end: string; why: string }[];
  reject: string[];
};

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Lisbon',
  'Pacific/Apia',
  'America/Santiago',
  'Asia/Kathmandu',
  'Africa/Cairo',
];
const duration = fc.oneof(
  fc.integer({ min: 1, max: 120 }).map((n) => `P${n}W`),
  fc
    .tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 400 }))
    .filter(([y, m, d]) => y + m + d > 0)
    .map(([y, m, d]) => `P${y ? `${y}Y` : ''}${m ? `${m}M` : ''}${d ? `${d}D` : ''}`),
);
const instant = fc.date({ min: new Date('2012-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });

describe('calendar durations', () => {
  for (const { start, duration: text, end, why } of vectors)
    it(`${start} + ${text} = ${end} (${why})`, () => assert.equal(addDuration(start, text), end));

  for (const text of [...reject, '', 'P0D', 'PT1H', 'P1DT1H', 'P-1D', '1M', 'p1m', 'P1.5M', 'P1M ', '+P1M'])
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDuration(text), RangeError);
      assert.ok(!new RegExp(DURATION_PATTERN).test(text) || text === 'P0D');
    });

  it('ends at the beginning of the local day, whatever the server’s own zone', () => {
    assert.equal(
      endOfPeriod(new Date('2026-08-31T21:30:00Z'), 'P6M', 'Europe/Berlin').toISOString(),
      '2027-02-27T23:00:00.000Z',
    );
    assert.equal(
      endOfPeriod(new Date('2026-10-24T23:30:00Z'), 'P1D', 'Europe/Berlin').toISOString(),
      '2026-10-25T23:00:00.000Z',
    );
  });

  it('the bound for a whole set agrees with the end of each single period', () => {
    fc.assert(
      fc.property(instant, instant, duration, fc.constantFrom(...ZONES), (t, asOf, text, zone) => {
        const bound = dueBefore(asOf, text, zone);
        assert.equal(t < bound, endOfPeriod(t, text, zone) <= asOf);
        // The instants that matter most lie at the bound itself.
        assert.ok(endOfPeriod(new Date(bound.getTime() - 1), text, zone) <= asOf);
        assert.ok(endOfPeriod(bound, text, zone) > asOf);
      }),
      { numRuns: 400 },
    );
  });

  it('three years from the end of the year end with a year, whenever in it they began (BGB §§ 195, 199)', () => {
    for (const start of ['2026-01-01T00:30:00Z', '2026-07-10T12:00:00Z', '2026-12-31T22:30:00Z'])
      assert.equal(
        endOfPeriod(new Date(start), 'P3Y', 'Europe/Berlin', 'end-of-year').toISOString(),
        '2029-12-31T23:00:00.000Z',
        start,
      );
    // In Berlin this is the next year already.
    assert.equal(
      endOfPeriod(new Date('2026-12-31T23:30:00Z'), 'P3Y', 'Europe/Berlin', 'end-of-year').toISOString(),
      '2030-12-31T23:00:00.000Z',
    );
    const bound = (asOf: string) => dueBefore(new Date(asOf), 'P3Y', 'UTC', 'end-of-year').toISOString();
    assert.equal(bound('2029-12-31T23:59:59Z'), '2026-01-01T00:00:00.000Z');
    assert.equal(bound('2030-01-01T00:00:00Z'), '2027-01-01T00:00:00.000Z');
  });

  it('the bound of periods from the end of the year agrees with the end of each single one', () => {
    fc.assert(
      fc.property(instant, instant, duration, fc.constantFrom(...ZONES), (t, asOf, text, zone) => {
        const bound = dueBefore(asOf, text, zone, 'end-of-year');
        assert.equal(t < bound, endOfPeriod(t, text, zone, 'end-of-year') <= asOf);
        assert.ok(endOfPeriod(new Date(bound.getTime() - 1), text, zone, 'end-of-year') <= asOf);
        assert.ok(endOfPeriod(bound, text, zone, 'end-of-year') > asOf);
        assert.ok(endOfPeriod(t, text, zone, 'end-of-year') >= endOfPeriod(t, text, zone));
      }),
      { numRuns: 400 },
    );
  });

  it('knows which of two periods may end sooner, also from the end of the year', () => {
    assert.equal(mayEndSooner('P3Y', 'P3Y', { one: 'end-of-year' }), false);
    assert.equal(mayEndSooner('P3Y', 'P3Y', { other: 'end-of-year' }), true);
    assert.equal(mayEndSooner('P3Y', 'P4Y', { one: 'end-of-year' }), true);
    assert.equal(mayEndSooner('P4Y', 'P3Y', { other: 'end-of-year' }), false);
  });

  it('never ends earlier for a later start', () => {
    fc.assert(
      fc.property(instant, instant, duration, fc.constantFrom(...ZONES), (a, b, text, zone) => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        assert.ok(endOfPeriod(first, text, zone) <= endOfPeriod(second, text, zone));
      }),
    );
  });
});
