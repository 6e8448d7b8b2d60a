import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { addDuration, DURATION_PATTERN, dueBefore, endOfPeriod, parseDuration } from '../../src/law/duration.ts';

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

describe('calendar durations (REQ-B08, H04)', () => {
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

  it('never ends earlier for a later start', () => {
    fc.assert(
      fc.property(instant, instant, duration, fc.constantFrom(...ZONES), (a, b, text, zone) => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        assert.ok(endOfPeriod(first, text, zone) <= endOfPeriod(second, text, zone));
      }),
    );
  });
});
