import assert from 'node:assert/strict';
import { requestClock, standing } from '../../../src/law/request-clock/clock.ts';
import type { ClockEvent } from '../../../src/law/request-clock/events.ts';
import type { ClockTerms, RequestClock, WhyIgnored } from '../../../src/law/request-clock/model.ts';
import { clockFrom, corrected, ENGLAND, EU, extended, GERMANY, happened, noon, sentences } from './happened.ts';

const asked = (day: string) => happened('identity-asked', day);
const came = (day: string) => happened('identity-answered', day);

describe('A request whose record is corrected', () => {
  it('is computed again from the day it really came', () => {
    const received = happened('received', '2026-03-05');
    const clock = requestClock([received, corrected(received, '2026-02-27')], GERMANY);
    assert.deepEqual([clock.received, clock.due], ['2026-02-27', '2026-03-27']);
    assert.match(
      sentences(clock)[0] as string,
      /^Corrected: the receipt had been recorded for 5 March 2026 at 13:00 \(Europe\/Berlin\)/,
    );
  });

  it('loses an extension that, seen rightly, was told too late, and gets the end of the first month back', () => {
    const received = happened('received', '2026-03-05');
    const told = extended('2026-04-07');
    const before = requestClock([received, told], GERMANY);
    const after = requestClock([received, told, corrected(received, '2026-03-02')], GERMANY);
    assert.deepEqual([before.due, before.ignored], ['2026-06-05', []]);
    assert.deepEqual([after.due, after.ignored], ['2026-04-02', [{ event: told.id, why: 'after-end' }]]);
  });

  it('loses a pause that was never asked for, with the answer to it', () => {
    const ask = asked('2026-03-04');
    const events = [ask, came('2026-03-18')];
    assert.equal(clockFrom('2026-03-02', EU, ...events).due, '2026-04-16');
    assert.equal(clockFrom('2026-03-02', EU, ...events, corrected(ask, null)).due, '2026-04-02');
  });

  it('takes the last of several corrections, and the reasons a correction brings', () => {
    const told = extended('2026-03-20', []);
    const right: ClockEvent = {
      id: 'right',
      type: 'corrected',
      at: noon('2026-05-01'),
      corrects: told.id,
      becomes: { at: noon('2026-03-21'), reasons: ['number'] },
    };
    assert.equal(clockFrom('2026-03-05', EU, told, right).extension?.on, '2026-03-21');
    const clock = clockFrom('2026-03-05', EU, told, right, corrected(told, null));
    assert.deepEqual([clock.extension, clock.ignored], [null, []]);
  });

  const impossible: [string, ClockEvent[]][] = [
    ['nothing was received', [asked('2026-03-04')]],
    ['it was received twice', [happened('received', '2026-03-04'), happened('received', '2026-03-05')]],
    [
      'the receipt is taken back',
      [happened('received', '2026-03-04'), corrected(happened('received', '2026-03-04'), null)],
    ],
    ['a correction names no event', [happened('received', '2026-03-04'), corrected(asked('2026-03-04'), null)]],
    ['two events have one id', [happened('received', '2026-03-04'), asked('2026-03-05'), asked('2026-03-05')]],
    ['a day is not a day', [{ id: 'r', type: 'received', at: new Date('x') }]],
    ['no rules were in force', [happened('received', '2018-05-24')]],
  ];
  for (const [what, events] of impossible)
    it(`has no clock when ${what}`, () => assert.throws(() => requestClock(events, EU), RangeError));

  const terms: [string, Partial<ClockTerms>][] = [
    ['a time zone that is none', { timeZone: 'Europe/Nowhere' }],
    ['a place that is none', { calendar: '../DE' }],
    ['a target on the last day itself', { targetWorkingDays: 0 }],
    ['half a day to ask', { promptDays: 0.5 }],
    ['a holiday of another year', { holidays: { '2026': ['2027-01-01'] } }],
    ['a holiday that is no day', { holidays: { '2026': ['2026-02-30'] } }],
  ];
  for (const [what, wrong] of terms)
    it(`has no clock with ${what}`, () =>
      assert.throws(() => clockFrom('2026-03-02', { ...EU, ...wrong }), RangeError));
});

describe('What was recorded but does not move the clock', () => {
  const cases: [
    what: string,
    why: WhyIgnored,
    terms: ClockTerms,
    event: ClockEvent,
    before: ClockEvent[],
    due: string,
  ][] = [
    ['an extension without reasons', 'reasons-missing', EU, extended('2026-03-20', []), [], '2026-04-02'],
    ['an extension after the first month', 'after-end', EU, extended('2026-04-03'), [], '2026-04-02'],
    ['a second extension', 'already-extended', EU, extended('2026-03-21'), [extended('2026-03-20')], '2026-06-02'],
    [
      'an extension after the reply',
      'closed',
      EU,
      extended('2026-03-21'),
      [happened('answered', '2026-03-20')],
      '2026-04-02',
    ],
    ['an extension before the receipt', 'before-receipt', EU, extended('2026-03-01'), [], '2026-04-02'],
    ['to ask who they are before the receipt', 'before-receipt', EU, asked('2026-03-01'), [], '2026-04-02'],
    ['to ask who they are after six days', 'not-prompt', EU, asked('2026-03-08'), [], '2026-04-02'],
    [
      'to ask again six days after the answer',
      'not-prompt',
      EU,
      asked('2026-03-16'),
      [asked('2026-03-04'), came('2026-03-10')],
      '2026-04-08',
    ],
    ['to ask in the UK when the month is over', 'after-end', ENGLAND, asked('2026-04-03'), [], '2026-04-02'],
    ['a fee in the EU', 'never-suspends', EU, happened('fee-asked', '2026-03-03'), [], '2026-04-02'],
    [
      'a second reply',
      'closed',
      EU,
      happened('refused', '2026-03-21'),
      [happened('answered', '2026-03-20')],
      '2026-04-02',
    ],
  ];
  for (const [what, why, terms, event, before, due] of cases)
    it(`${what}: ${why}`, () => {
      const clock = clockFrom('2026-03-02', terms, ...before, event);
      assert.deepEqual(clock.ignored, [{ event: event.id, why }]);
      assert.equal(clock.due, due);
      assert.ok(sentences(clock).some((sentence) => / does not move the clock, because /.test(sentence)));
    });

  it('to ask a second time while nothing has come', () => {
    const again = asked('2026-03-05');
    const clock = clockFrom('2026-03-02', EU, asked('2026-03-04'), again, came('2026-03-10'));
    assert.deepEqual([clock.ignored, clock.due], [[{ event: again.id, why: 'already-asked' }], '2026-04-08']);
  });

  it('to ask on the fifth day still counts, and the controller may set another number of days', () => {
    assert.equal(clockFrom('2026-03-02', EU, asked('2026-03-07')).status, 'suspended');
    assert.equal(clockFrom('2026-03-02', { ...EU, promptDays: 4 }, asked('2026-03-07')).status, 'running');
    assert.equal(clockFrom('2026-03-02', { ...EU, promptDays: 6 }, asked('2026-03-08')).status, 'suspended');
  });
});

describe('The clock that was stopped', () => {
  it('runs while the controller looks at what came, and on from the answer, not from the confirmation', () => {
    const clock = clockFrom(
      '2026-03-02',
      EU,
      asked('2026-03-04'),
      came('2026-03-10'),
      happened('identity-confirmed', '2026-03-20'),
    );
    assert.deepEqual([clock.due, clock.pauses[0]?.answered], ['2026-04-08', '2026-03-10']);
  });

  it('runs on from the confirmation where nothing was sent in', () => {
    const clock = clockFrom('2026-03-02', EU, asked('2026-03-04'), happened('identity-confirmed', '2026-03-10'));
    assert.equal(clock.due, '2026-04-08');
  });

  it('stays stopped while anything is awaited', () => {
    const clock = clockFrom(
      '2026-03-02',
      EU,
      asked('2026-03-04'),
      happened('clarification-asked', '2026-03-04'),
      came('2026-03-10'),
    );
    assert.deepEqual([clock.status, clock.due, clock.daysLeftOnResume], ['suspended', null, 29]);
  });

  it('takes days from the extended end too', () => {
    const clock = clockFrom('2026-03-02', EU, asked('2026-03-04'), came('2026-03-18'), extended('2026-04-16'));
    assert.deepEqual([clock.due, clock.readings.length], ['2026-06-16', 4]);
    const open = clockFrom('2026-03-02', EU, asked('2026-03-04'), extended('2026-03-18'));
    assert.deepEqual([open.extension?.on, open.daysLeftOnResume], ['2026-03-18', 90]);
  });

  it('can restart to an earlier day than it would resume to; the earlier is recommended, the policy decides', () => {
    const events = [asked('2026-03-01'), came('2026-04-01')];
    const clock = clockFrom('2026-03-01', { ...EU, suspension: 'resume' }, ...events);
    assert.deepEqual([clock.nominal, clock.due, clock.recommended], ['2026-05-02', '2026-05-04', '2026-05-01']);
    assert.equal(clock.target, '2026-04-24');
  });

  it('by the statute of the UK the days of clarification do not count beyond the day from which it runs', () => {
    const clock = clockFrom(
      '2026-03-02',
      ENGLAND,
      happened('clarification-asked', '2026-03-03'),
      happened('clarification-answered', '2026-03-06'),
      asked('2026-03-05'),
      came('2026-03-05'),
      happened('fee-asked', '2026-03-03'),
      happened('fee-paid', '2026-03-04'),
    );
    assert.deepEqual([clock.nominal, clock.ignored], ['2026-04-06', []]);
    assert.deepEqual(
      clock.pauses.map(({ awaiting, effect }) => [awaiting, effect]),
      [
        ['clarification', 'uncounted'],
        ['fee', 'restart'],
        ['identity', 'restart'],
      ],
    );
  });

  it('in the UK before 5 February 2026 the policy decided', () => {
    const events = [asked('2026-02-04'), came('2026-02-10')];
    const [before, after] = ['2026-02-04', '2026-02-05'].map((day) => clockFrom(day, ENGLAND, ...events)) as [
      RequestClock,
      RequestClock,
    ];
    assert.deepEqual([before.ruleSet.id, before.policy, before.due], ['requests-uk-2018', 'resume', '2026-03-10']);
    assert.deepEqual([after.ruleSet.id, after.policy], ['requests-uk-2026', null]);
  });
});

describe('A request that was closed', () => {
  const close: [what: string, events: ClockEvent[], late: boolean | null][] = [
    ['by a reply on the last day is in time', [happened('answered', '2026-04-02')], false],
    ['by a reply the day after is late', [happened('answered', '2026-04-03')], true],
    [
      'by a reply in the third month after an extension is in time',
      [extended('2026-03-20'), happened('answered', '2026-06-02')],
      false,
    ],
    [
      'by a refusal on day 40 after an extension is late',
      [extended('2026-03-20'), happened('refused', '2026-04-11')],
      true,
    ],
    [
      'by a refusal on the last day of the first month is in time',
      [extended('2026-03-20'), happened('refused', '2026-04-02')],
      false,
    ],
    [
      'by a reply while identity was awaited is in time',
      [asked('2026-03-04'), happened('answered', '2026-05-02')],
      false,
    ],
    ['by the person is neither', [happened('withdrawn', '2026-05-02')], null],
  ];
  for (const [what, events, late] of close)
    it(what, () => {
      const clock = clockFrom('2026-03-02', EU, ...events);
      assert.deepEqual([clock.status, clock.closed?.late], ['closed', late]);
      if (late !== null) assert.match(sentences(clock).at(-1) as string, late ? /it is late\./ : /it is in time\./);
    });

  it('is no longer overdue, nor to be reminded of', () => {
    const clock = clockFrom('2026-03-02', EU, happened('answered', '2026-04-03'));
    assert.deepEqual(standing(clock, noon('2026-05-01')), {
      today: '2026-05-01',
      daysLeft: null,
      overdue: false,
      targetReached: false,
    });
  });
});

describe('Where a clock stands', () => {
  const clock = clockFrom('2026-03-05', GERMANY);
  const cases: [at: string, today: string, daysLeft: number, overdue: boolean, targetReached: boolean][] = [
    ['2026-03-05T12:00:00Z', '2026-03-05', 33, false, false],
    // Five working days before 7 April: Easter Monday, Good Friday and two weekend days do not count.
    ['2026-03-26T22:59:59Z', '2026-03-26', 12, false, false],
    ['2026-03-26T23:00:00Z', '2026-03-27', 11, false, true],
    ['2026-04-07T21:59:59.999Z', '2026-04-07', 0, false, true],
    ['2026-04-07T22:00:00Z', '2026-04-08', -1, true, true],
  ];
  for (const [at, today, daysLeft, overdue, targetReached] of cases)
    it(`at ${at}: ${daysLeft} days left${overdue ? ', overdue' : ''}${targetReached ? ', to be reminded of' : ''}`, () =>
      assert.deepEqual(standing(clock, new Date(at)), { today, daysLeft, overdue, targetReached }));

  it('the target lies five working days before the end, or as many as the controller sets', () => {
    assert.equal(clock.target, '2026-03-27');
    assert.equal(clockFrom('2026-03-05', { ...GERMANY, targetWorkingDays: 1 }).target, '2026-04-02');
  });

  it('while it stands still nothing is overdue', () =>
    assert.equal(standing(clockFrom('2026-03-02', EU, asked('2026-03-04')), noon('2027-01-01')).overdue, false));
});

describe('What is not known of holidays (REQ-B03)', () => {
  it('of a year: the weekend-only day, and a warning that names place and year', () => {
    const clock = clockFrom('2041-11-25', GERMANY);
    assert.deepEqual(
      [clock.due, clock.warnings],
      ['2041-12-25', [{ code: 'year-unknown', place: 'DE', year: '2041' }]],
    );
    assert.ok(
      sentences(clock).some((sentence) =>
        /^Warning: the public holidays of Germany in 2041 are not known/.test(sentence),
      ),
    );
    const weekend = clockFrom('2041-12-02', GERMANY);
    assert.deepEqual([weekend.nominal, weekend.due, weekend.warnings.length], ['2042-01-02', '2042-01-02', 1]);
  });

  it('of a year that has been computed: its days count, and a warning names each that moved the end', () => {
    const clock = clockFrom('2031-11-25', GERMANY);
    const computed = (day: string) => ({ code: 'holiday-computed', place: 'DE', day });
    assert.deepEqual([clock.due, clock.warnings], ['2031-12-29', ['2031-12-25', '2031-12-26'].map(computed)]);
  });

  it('of a year: none once the controller gives its days', () => {
    const clock = clockFrom('2031-11-25', { ...GERMANY, holidays: { '2031': ['2031-12-25', '2031-12-26'] } });
    assert.deepEqual([clock.due, clock.warnings], ['2031-12-29', []]);
  });

  it('of a place: the weekend-only day and a warning', () => {
    const clock = clockFrom('2026-11-25', { ...EU, calendar: 'TR' });
    assert.deepEqual([clock.due, clock.warnings], ['2026-12-25', [{ code: 'calendar-unknown', place: 'TR' }]]);
  });

  it('no warning where only Saturdays and Sundays are to count', () =>
    assert.deepEqual(clockFrom('2031-11-25', EU).warnings, []));

  it('of a day that stands in a doubted list: the earlier day and a warning', () => {
    const clock = clockFrom('2026-04-14', { ...EU, calendar: 'IT' });
    assert.deepEqual(
      [clock.due, clock.warnings],
      ['2026-05-14', [{ code: 'holiday-doubted', place: 'IT', day: '2026-05-14' }]],
    );
    const sure = clockFrom('2026-04-14', { ...EU, calendar: 'IT', holidays: { '2026': ['2026-05-14'] } });
    assert.deepEqual([sure.due, sure.warnings], ['2026-05-15', []]);
  });
});

describe('The reasons of a clock', () => {
  it('are given as steps that name their source', () => {
    const { steps, ruleSet } = clockFrom('2026-03-05', GERMANY);
    assert.deepEqual(ruleSet, {
      id: 'requests-eu-2018',
      jurisdiction: 'EU',
      validFrom: '2018-05-25',
      validUntil: null,
    });
    assert.deepEqual(
      steps.map(({ rule }) => rule),
      ['receipt', 'month', 'shift', 'due', 'target'],
    );
    assert.deepEqual(steps[2], {
      rule: 'shift',
      source: 'Reg. 1182/71 Art. 3(4); Reg. 1182/71 Art. 2(1)',
      place: 'DE',
      shift: {
        from: '2026-04-05',
        to: '2026-04-07',
        skipped: [
          { day: '2026-04-05', why: 'sunday' },
          { day: '2026-04-06', why: 'public-holiday' },
        ],
      },
    });
  });
});
