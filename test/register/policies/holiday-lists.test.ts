import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HolidayListError, readHolidays } from '../../../src/register/policies/holiday-lists.ts';

const read = (text: string) => readHolidays(Buffer.from(text));
const daysIn = (text: string) => read(text).lists[0]?.days;
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n');
const event = (...lines: string[]) => calendar('BEGIN:VEVENT', ...lines, 'END:VEVENT');

describe('Official lists of holidays', () => {
  it('are read as GOV.UK publishes them: a list for each part, with source and licence', () => {
    const events = [{ title: 'Christmas Day', date: '2026-12-25', notes: '', bunting: true }];
    const found = read(
      JSON.stringify({
        'england-and-wales': { division: 'england-and-wales', events: [...events, ...events] },
        scotland: { division: 'scotland', events: [{ title: 'St Andrew', date: '2026-11-30' }] },
        'northern-ireland': { division: 'northern-ireland', events },
      }),
    );
    assert.deepEqual(found.lists, [
      { place: 'GB-ENG', days: ['2026-12-25'] },
      { place: 'GB-SCT', days: ['2026-11-30'] },
      { place: 'GB-NIR', days: ['2026-12-25'] },
    ]);
    assert.match(`${found.source} ${found.licence}`, /GOV\.UK.*Open Government Licence/);
  });

  it('are read from calendars: whole days, several days, folded lines, none that was cancelled', () => {
    assert.deepEqual(
      daysIn(event('DTSTART;VALUE=DATE:20261225', 'SUMMARY:A\r\n  folded name', 'DTEND;VALUE=DATE:20261227')),
      ['2026-12-25', '2026-12-26'],
    );
    assert.deepEqual(daysIn(event('DTSTART:202612\r\n 25')), ['2026-12-25']);
    const cancelled = ['BEGIN:VEVENT', 'DTSTART:20260101', 'STATUS:CANCELLED', 'END:VEVENT'];
    assert.deepEqual(daysIn(calendar(...cancelled, 'BEGIN:VEVENT', 'DTSTART:20260102', 'END:VEVENT')), ['2026-01-02']);
  });

  it('are read from tables and lists; a holiday of a part of the state is left out and counted', () => {
    assert.deepEqual(daysIn('name;date\n"Christmas";"2026-12-25"\n\nNew Year;2026-01-01\n'), [
      '2026-01-01',
      '2026-12-25',
    ]);
    assert.deepEqual(daysIn('2026-01-01\r\n2026-12-25'), ['2026-01-01', '2026-12-25']);
    assert.deepEqual(daysIn('["2026-12-25"]'), ['2026-12-25']);
    const nager = read('[{"date":"2026-12-25","global":true},{"date":"2026-01-06","global":false}]');
    assert.deepEqual([nager.lists[0]?.days, nager.leftOut], [['2026-12-25'], 1]);
    const own = read(
      '{"place":"NO","source":"Lovdata","licence":"NLOD 2.0","days":[{"startDate":"2026-05-17","endDate":"2026-05-17"}]}',
    );
    assert.deepEqual(own, {
      lists: [{ days: ['2026-05-17'], place: 'NO' }],
      source: 'Lovdata',
      licence: 'NLOD 2.0',
      leftOut: 0,
    });
  });

  for (const [what, text, says] of [
    ['nothing', '', /no holiday/],
    ['an empty list', '[]', /no holiday/],
    ['a day that never was', '["2026-02-30"]', /entry 1: a day such as/],
    ['a day far off', '["9999-12-31"]', /1900 to 2199/],
    ['an object of something else', '{"x":1}', /"days", "holidays" or "events"/],
    ['a part without events', '{"scotland":{"events":{}}}', /scotland: has no list/],
    ['JSON that was cut off', '[{"date":"2026-12-25"', /not JSON/],
    ['JSON with one name twice', '{"days":[],"days":["2026-12-25"]}', /not JSON/],
    ['a name of every object', '{"__proto__":{},"days":["2026-12-25"]}', /./],
    ['a calendar that repeats', event('DTSTART:20261225', 'RRULE:FREQ=YEARLY'), /repeated by a rule/],
    ['a time of day', event('DTSTART:20261225T090000Z'), /whole day/],
    ['an event without a day', event('SUMMARY:x'), /has no day/],
    ['an event within another', calendar('BEGIN:VEVENT', 'BEGIN:VEVENT'), /within another/],
    ['a calendar that was cut off', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225', /cut off/],
    ['an event that ends before it begins', event('DTSTART:20261225', 'DTEND:20261225'), /ends before/],
    ['a holiday of a year', event('DTSTART:20260101', 'DTEND:20270101'), /longer than 14 days/],
    ['days of another order', 'date\n25.12.2026', /Line 2: a day such as/],
    ['a page of the web', '<!doctype html>', /Line 1/],
  ] as const)
    it(`are refused with a reason: ${what}`, () => {
      try {
        read(text);
      } catch (error) {
        assert.ok(error instanceof HolidayListError, String(error));
        assert.match(error.message, says);
        return;
      }
      assert.equal(what, 'a name of every object', 'was taken');
      assert.equal(({} as Record<string, unknown>)['days'], undefined);
    });

  it('that are too large or no text are refused', () => {
    assert.throws(() => readHolidays(Buffer.alloc(1024 * 1024 + 1, 0x20)), HolidayListError);
    assert.throws(() => readHolidays(Buffer.from([0xff, 0xfe, 0x41])), HolidayListError);
    assert.throws(() => read('2026-12-25\n'.repeat(20_001)), HolidayListError);
  });

  it('whatever they hold, are read or refused in so many words', () => {
    const piece = fc.constantFrom(
      ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'END:VEVENT', 'DTSTART:20261225', 'DTEND:20261226', '\n', ' ', ':', ';'],
      ...[
        '[',
        ']',
        '{',
        '}',
        '"date":',
        '"2026-12-25"',
        ',',
        '"events":',
        'null',
        '1e9',
        '2026-12-25',
        'date',
        '\u0000',
      ],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 30 }), (pieces) => {
        try {
          for (const { days } of read(pieces.join('')).lists)
            for (const day of days) assert.match(day, /^\d{4}-\d{2}-\d{2}$/);
        } catch (error) {
          assert.ok(error instanceof HolidayListError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
