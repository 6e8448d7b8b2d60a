import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addDuration,
  DURATION_PATTERN,
  dueBefore,
  endOfPeriod,
  localDay,
  mayEndSooner,
  parseDuration,
} from '../../src/law/duration.ts';

const HOUR = 3_600_000;
const duration = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map((n) => `P${n}W`),
  fc.integer({ min: 1, max: 800 }).map((n) => `P${n}D`),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 26 }), fc.integer({ min: 0, max: 60 }))
    .filter(([y, m, d]) => y + m + d > 0)
    .map(([y, m, d]) => `P${y ? `${y}Y` : ''}${m ? `${m}M` : ''}${d ? `${d}D` : ''}`),
);

function agrees(start: Date, asOf: Date, text: string, zone: string): void {
  const due = endOfPeriod(start, text, zone) <= asOf;
  const message = `${start.toISOString()} + ${text} in ${zone} at ${asOf.toISOString()}`;
  assert.equal(start < dueBefore(asOf, text, zone), due, message);
}

describe('The bound of what is due', () => {
  it('agrees with each single period in every time zone there is', () => {
    const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    fc.assert(
      fc.property(instant, fc.integer({ min: -72, max: 72 }), duration, zone, (start, hours, text, name) => {
        // Near its own end, where an hour decides.
        agrees(start, new Date(endOfPeriod(start, text, name).getTime() + hours * HOUR), text, name);
      }),
      { numRuns: 1500 },
    );
  }).timeout(180_000);

  const turns: [what: string, zone: string, around: string][] = [
    ['a day that never was', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['an evening that came twice', 'America/St_Johns', '2010-11-07T02:31:00Z'],
    ['an evening of three hours that came twice', 'Antarctica/Casey', '2010-03-04T15:00:00Z'],
    ['a day that begins at one', 'America/Santiago', '2026-09-06T04:00:00Z'],
    ['a midnight that comes twice', 'America/Havana', '2026-11-01T05:00:00Z'],
    ['half an hour of summer time', 'Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
    ['the end of summer time', 'Europe/Berlin', '2026-10-25T01:00:00Z'],
  ];
  for (const [what, zone, around] of turns)
    it(`agrees with each single period around ${what} (${zone})`, () => {
      const middle = Date.parse(around);
      for (let start = middle - 60 * HOUR; start <= middle + 30 * HOUR; start += HOUR / 2)
        for (let asOf = middle - 30 * HOUR; asOf <= middle + 60 * HOUR; asOf += HOUR * 2.5)
          for (const edge of [-1, 0]) agrees(new Date(start + edge), new Date(asOf), 'P1D', zone);
    }).timeout(180_000);

  it('never lets a local day run backwards', () => {
    for (const [, zone, around] of turns) {
      let last = '';
      for (let at = Date.parse(around) - 30 * HOUR; at <= Date.parse(around) + 30 * HOUR; at += HOUR / 6) {
        const day = localDay(new Date(at), zone);
        assert.ok(day >= last, `${zone} ${new Date(at).toISOString()}`);
        last = day;
      }
    }
  });
});

describe('A duration', () => {
  for (const text of ['P0D', 'P0Y', 'P0W', 'P00M', 'P0Y0M0D', 'P', 'P1Y2W', 'P1D1M', 'P1M\n', 'P-1M'])
    it(`${JSON.stringify(text)} is refused where policies are read, as where they are used`, () => {
      assert.ok(!new RegExp(DURATION_PATTERN).test(text));
      assert.throws(() => parseDuration(text), RangeError);
    });

  it('is refused by the pattern exactly when it is refused by the parser', () => {
    const pattern = new RegExp(DURATION_PATTERN);
    const parses = (text: string) => {
      try {
        parseDuration(text);
        return true;
      } catch (error) {
        assert.ok(error instanceof RangeError);
        return false;
      }
    };
    fc.assert(
      fc.property(fc.stringMatching(/^P?[0-9YMWDT.-]{0,8}$/), (text) => {
        assert.equal(pattern.test(text), parses(text), text);
      }),
      { numRuns: 3000 },
    );
  });

  it('may end sooner than another from some day of a leap cycle', () => {
    const days = Array.from({ length: 1461 }, (_, n) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10));
    const near = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: -4, max: 4 }))
        .map(([m, d]): [string, string] => [`P${m}M`, `P${Math.max(1, Math.round(m * 30.4) + d)}D`]),
      fc.tuple(duration, duration),
    );
    fc.assert(
      fc.property(near, fc.boolean(), ([a, b], turned) => {
        const [one, other] = turned ? [b, a] : [a, b];
        assert.equal(
          mayEndSooner(one, other),
          days.some((day) => addDuration(day, one) < addDuration(day, other)),
        );
      }),
      { numRuns: 60 },
    );
  }).timeout(180_000);

  it('of a month may end sooner than 30 days, and 30 days sooner than a month', () => {
    assert.ok(mayEndSooner('P1M', 'P30D') && mayEndSooner('P30D', 'P1M'));
    assert.ok(!mayEndSooner('P1Y', 'P12M') && !mayEndSooner('P12M', 'P1Y') && !mayEndSooner('P1Y', 'P365D'));
  });
});
