import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { workingCalendar } from '../../src/law/working-calendar.ts';

const folder = join(packageRoot, 'test/vectors/eu-public-holidays');
const lists = readdirSync(folder).map((file) => ({
  place: file.slice(0, 2),
  years: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string[]>,
}));
assert.equal(lists.length, 29);

/** Days of the gathered lists that are no holidays of that state. */
const DOUBTED: Record<string, number> = { 'CY 2026': 7, 'IT 2025': 4, 'IT 2026': 4, 'PL 2026': 3 };

/** Every day of a year. */
const daysOf = (year: string): string[] =>
  Array.from({ length: 366 }, (_, n) => new Date(Date.UTC(Number(year), 0, 1 + n)).toISOString().slice(0, 10)).filter(
    (day) => day.startsWith(year),
  );

describe('The calendar of a place', () => {
  for (const { place, years } of lists)
    for (const [year, published] of Object.entries(years)) {
      if (place === 'EP' && year === '2027') continue;
      it(`${place} ${year} has the days of the published list, and no other`, () => {
        const calendar = workingCalendar(place);
        const days = daysOf(year);
        assert.ok(days.every((day) => calendar.knows(day)));
        const doubted = days.filter((day) => calendar.doubts(day));
        assert.equal(doubted.length, DOUBTED[`${place} ${year}`] ?? 0);
        const off = days.filter((day) => calendar.dayOff(day) === 'public-holiday');
        assert.deepEqual([...off, ...doubted].sort(), published);
        assert.ok(doubted.every((day) => calendar.dayOff(day) === null));
      });
    }

  it('knows a year as a whole or not at all: of the Parliament one day of 2027 is published', () => {
    const calendar = workingCalendar('EP');
    assert.equal(calendar.knows('2027-01-01'), false);
    assert.equal(calendar.dayOff('2027-01-01'), null);
  });

  it('of a region is that of its state; days of the region are added', () => {
    const epiphany = '2026-01-06';
    assert.equal(workingCalendar('DE-BY').dayOff('2026-05-14'), 'public-holiday');
    assert.equal(workingCalendar('DE-BY').dayOff(epiphany), null);
    assert.equal(workingCalendar('DE-BY', { added: { '2026': [epiphany] } }).dayOff(epiphany), 'public-holiday');
  });

  it('of a year that no official list is there for is computed, and says so', () => {
    const calendar = workingCalendar('DE');
    assert.equal(calendar.isComputed('2026-05-01'), false);
    assert.deepEqual([calendar.dayOff('2031-05-01'), calendar.isComputed('2031-05-01')], ['public-holiday', true]);
    assert.equal(calendar.knows('2031-05-02'), true);
    assert.equal(calendar.knows('2037-05-01'), false);
    const offIn = (place: string, days: string[]) => days.filter((day) => workingCalendar(place).dayOff(day) !== null);
    // St Andrew, the Battle of the Boyne, the summer bank holidays: each part of the United Kingdom has its own.
    const days = ['2026-11-30', '2026-07-13', '2026-08-03', '2026-08-31', '2026-12-25', '2026-12-28'];
    assert.deepEqual(offIn('GB-ENG', days), ['2026-08-31', '2026-12-25', '2026-12-28']);
    assert.deepEqual(offIn('GB-WLS', days), offIn('GB-ENG', days));
    assert.deepEqual(offIn('GB-SCT', days), ['2026-11-30', '2026-08-03', '2026-12-25', '2026-12-28']);
    assert.deepEqual(offIn('GB-NIR', days), ['2026-07-13', '2026-08-31', '2026-12-25', '2026-12-28']);
    assert.deepEqual(offIn('GB', days), ['2026-12-25', '2026-12-28']);
    assert.deepEqual(offIn('NO', ['2026-05-01', '2026-12-24']), ['2026-05-01']);
    assert.deepEqual(offIn('CH', ['2026-05-14', '2026-05-01', '2026-12-25']), ['2026-05-14', '2026-12-25']);
    assert.deepEqual(offIn('IS', ['2026-06-17']), ['2026-06-17']);
    assert.deepEqual(offIn('LI', ['2026-05-15', '2026-12-08']), ['2026-12-08']);
  });

  it('takes an official list before any other, days away, and days in addition', () => {
    const official = workingCalendar('GB-ENG', { official: { '2026': ['2026-12-25', '2026-12-28'] } });
    assert.deepEqual([official.dayOff('2026-12-28'), official.isComputed('2026-12-28')], ['public-holiday', false]);
    assert.equal(official.dayOff('2026-08-31'), null);
    assert.equal(official.isComputed('2027-08-30'), true);
    const germany = workingCalendar('DE', { official: { '2026': ['2026-01-02'] }, removed: ['2027-05-17'] });
    assert.deepEqual([germany.dayOff('2026-01-01'), germany.dayOff('2026-01-02')], [null, 'public-holiday']);
    assert.equal(workingCalendar('DE').dayOff('2027-05-17'), 'public-holiday');
    assert.equal(germany.dayOff('2027-05-17'), null);
    assert.throws(() => workingCalendar('DE', { removed: ['tomorrow'] }), RangeError);
    assert.throws(() => workingCalendar('DE', { official: { '2026': ['2027-01-01'] } }), RangeError);
  });

  it('of Greece is found by either code', () =>
    assert.equal(workingCalendar('GR').dayOff('2026-03-25'), workingCalendar('EL').dayOff('2026-03-25')));

  it('has Saturdays and Sundays off everywhere', () => {
    for (const place of ['none', 'DE', 'CH', 'GB-SCT']) {
      const calendar = workingCalendar(place);
      assert.deepEqual(
        ['2026-07-10', '2026-07-11', '2026-07-12', '2026-07-13'].map((day) => calendar.dayOff(day)),
        [null, 'saturday', 'sunday', null],
      );
    }
  });

  for (const place of ['', 'de', 'DE ', 'DEU', 'DE-', 'DE-BYRN', 'DE\n', '__proto__', 'constructor'])
    it(`is refused for ${JSON.stringify(place)}`, () => assert.throws(() => workingCalendar(place), RangeError));
});
