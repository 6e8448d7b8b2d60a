import assert from 'node:assert/strict';
import { type ConsultationEvent, consultationClock, consultationMistake } from '../../src/law/consultation-clock.ts';
import { workingCalendar } from '../../src/law/working-calendar.ts';

/** `2026-03-02 submitted; 2026-03-09 extended` */
const events = (text: string) =>
  text.split('; ').map((each) => {
    const [on, event] = each.split(' ');
    return { on, event } as ConsultationEvent;
  });
const clock = (text: string, today: string, place = 'none') =>
  consultationClock(events(text), today, workingCalendar(place));

describe('The clock of a prior consultation (Art. 36(2)) (REQ-A54)', () => {
  const cases: [what: string, text: string, today: string, due: string | null, state: string, overdue: boolean][] = [
    ['eight weeks end on the same weekday', '2026-03-02 submitted', '2026-04-27', '2026-04-27', 'running', false],
    ['the day after is overdue', '2026-03-02 submitted', '2026-04-28', '2026-04-27', 'running', true],
    ['six more weeks', '2026-03-02 submitted; 2026-04-02 extended', '2026-05-01', '2026-06-08', 'running', false],
    ['told too late', '2026-03-02 submitted; 2026-04-03 extended', '2026-04-28', '2026-04-27', 'running', true],
    ['it waits', '2026-03-02 submitted; 2026-03-10 information-asked', '2027-01-01', null, 'waiting', false],
    [
      'what it waited is added',
      '2026-03-02 submitted; 2026-03-10 information-asked; 2026-03-20 information-received',
      '2026-05-07',
      '2026-05-07',
      'running',
      false,
    ],
    [
      'two waits and an extension',
      '2026-03-02 submitted; 2026-03-03 information-asked; 2026-03-04 information-received; 2026-03-05 extended; 2026-03-09 information-asked; 2026-03-11 information-received',
      '2026-06-12',
      '2026-06-11',
      'running',
      true,
    ],
    ['sent on a Saturday: the Monday', '2026-03-07 submitted', '2026-05-04', '2026-05-04', 'running', false],
    ['advice ends it', '2026-03-02 submitted; 2026-06-01 advice', '2026-07-01', '2026-04-27', 'advised', false],
  ];
  for (const [what, text, today, due, state, overdue] of cases)
    it(what, () => {
      const found = clock(text, today);
      assert.deepEqual([found.due, found.state, found.overdue], [due, state, overdue]);
    });

  it('a public holiday moves the end', () => {
    assert.equal(clock('2026-03-06 submitted', '2026-03-06', 'DE').due, '2026-05-04');
  });

  const impossible: [what: string, text: string, index: number][] = [
    ['nothing was submitted', '2026-03-02 advice', 0],
    ['submitted twice', '2026-03-02 submitted; 2026-03-03 submitted', 1],
    ['backwards', '2026-03-02 submitted; 2026-03-01 advice', 1],
    ['after the advice', '2026-03-02 submitted; 2026-03-03 advice; 2026-03-04 extended', 2],
    ['extended twice', '2026-03-02 submitted; 2026-03-03 extended; 2026-03-04 extended', 2],
    ['asked twice', '2026-03-02 submitted; 2026-03-03 information-asked; 2026-03-04 information-asked', 2],
    ['an answer nobody asked for', '2026-03-02 submitted; 2026-03-03 information-received', 1],
  ];
  for (const [what, text, index] of impossible)
    it(`impossible: ${what}`, () => {
      assert.equal(consultationMistake(events(text))?.index, index);
      assert.throws(() => clock(text, '2026-04-01'), RangeError);
    });
});
