import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { addDuration } from '../../../src/law/duration.ts';
import { requestClock } from '../../../src/law/request-clock/clock.ts';
import type { ClockEvent } from '../../../src/law/request-clock/events.ts';
import type { ClockTerms, RequestClock } from '../../../src/law/request-clock/model.ts';
import { nextWorkingDay, workingCalendar, workingDaysBefore } from '../../../src/law/working-calendar.ts';
import { clockFrom, EU, extended, happened, sentences } from './happened.ts';

const PLACES = ['none', 'AT', 'BE', 'CY', 'DE', 'EC', 'EL', 'FR', 'IE', 'IT', 'LV', 'PL', 'RO', 'GB-ENG', 'CH'];
const plus = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();
const day = fc.integer({ min: 0, max: 365 * 5 }).map((n) => plus('2024-01-01', n));
const terms: fc.Arbitrary<ClockTerms> = fc.record({
  jurisdiction: fc.constantFrom('EU', 'EU-institutions', 'UK'),
  calendar: fc.constantFrom(...PLACES),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Kiritimati', 'America/St_Johns'),
  suspension: fc.constantFrom('resume', 'restart'),
});
/** A request and anything that may happen to it, in any order. */
const course: fc.Arbitrary<ClockEvent[]> = fc
  .tuple(
    day,
    fc.array(
      fc.tuple(
        fc.constantFrom(
          'identity-asked',
          'identity-asked',
          'identity-answered',
          'identity-confirmed',
          'clarification-asked',
          'clarification-answered',
          'fee-asked',
          'fee-paid',
          'extended',
          'answered',
          'withdrawn',
        ),
        fc.integer({ min: -2, max: 70 }),
      ),
      { maxLength: 7 },
    ),
  )
  .map(([received, later]) => [
    happened('received', received),
    ...later.map(([type, after], n): ClockEvent => {
      const on = plus(received, after);
      return { ...(type === 'extended' ? extended(on) : happened(type, on)), id: `${n}` } as ClockEvent;
    }),
  ]);

describe('Whatever happens to a request', () => {
  it('it never ends later than three months and the days off after them, counted from the last answer', () => {
    fc.assert(
      fc.property(course, terms, (events, on) => {
        const clock = requestClock(events, on);
        if (clock.due === null) return;
        const answers = clock.pauses.map(({ answered }) => answered as string);
        const from = [clock.received, ...answers].sort().at(-1) as string;
        // What the pauses took, at the most: from the first asking to the last answer, both included.
        const asked = clock.pauses.map((pause) => pause.asked).sort()[0];
        const paused = asked ? Temporal.PlainDate.from(asked).until(from).days + 1 : 0;
        const bound = plus(addDuration(clock.received, 'P3M'), paused);
        const restarted = addDuration(from, 'P3M');
        const latest = plus(bound > restarted ? bound : restarted, on.jurisdiction === 'UK' ? paused : 0);
        assert.ok(clock.due <= nextWorkingDay(latest, workingCalendar(on.calendar)).day, sentences(clock).join('\n'));
      }),
    );
  });

  it('without a pause it never ends later than three months and the days off after them; without an extension, one', () => {
    fc.assert(
      fc.property(day, fc.boolean(), terms, (received, longer, on) => {
        const clock = clockFrom(received, on, ...(longer ? [extended(received)] : []));
        const most = addDuration(clock.received, longer ? 'P3M' : 'P1M');
        assert.ok((clock.due as string) <= nextWorkingDay(most, workingCalendar(on.calendar)).day);
        assert.ok((clock.due as string) >= addDuration(clock.received, 'P1M'));
      }),
    );
  });

  it('the day on which it ends is a working day, and only days off lie between it and the nominal end', () => {
    fc.assert(
      fc.property(course, terms, (events, on) => {
        const clock = requestClock(events, on);
        const calendar = workingCalendar(on.calendar);
        for (const { nominal, due } of clock.readings) {
          assert.equal(calendar.dayOff(due), null);
          for (let at = nominal; at < due; at = plus(at, 1)) assert.notEqual(calendar.dayOff(at), null, at);
        }
      }),
    );
  });

  it('of two requests the one received later never ends earlier', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 40 }), fc.boolean(), terms, (received, after, longer, on) => {
        const [one, other] = [received, plus(received, after)].map((from) =>
          clockFrom(from, on, ...(longer ? [extended(from)] : [])),
        );
        assert.ok((one?.due as string) <= (other?.due as string));
        assert.ok((one?.dueUntil as string) <= (other?.dueUntil as string));
      }),
    );
  });

  it('an extension never makes it shorter, under any pauses', () => {
    fc.assert(
      fc.property(course, terms, (events, on) => {
        const [received, ...others] = events.filter(({ type }) => type !== 'extended') as [ClockEvent, ...ClockEvent[]];
        const told: ClockEvent = { id: 'told', type: 'extended', at: received.at, reasons: ['number'] };
        const [without, longer] = [
          [received, ...others],
          [received, told, ...others],
        ].map((all) => requestClock(all, on)) as [RequestClock, RequestClock];
        assert.ok(longer.extension);
        if (without.due === null || longer.due === null) return;
        assert.ok(longer.due >= without.due, `${without.due} ${longer.due}`);
      }),
    );
  });

  it('a later answer never makes it end earlier', () => {
    fc.assert(
      fc.property(day, fc.nat(5), fc.nat(60), fc.nat(30), terms, (received, asked, took, more, on) => {
        const ends = [took, took + more].map((days) => {
          const answered = plus(received, asked + days);
          const pause = [happened('identity-asked', plus(received, asked)), happened('identity-answered', answered)];
          return clockFrom(received, on, ...pause).due as string;
        });
        assert.ok((ends[0] as string) <= (ends[1] as string));
        assert.ok((ends[0] as string) >= (clockFrom(received, on).due as string));
      }),
    );
  });

  it('the days said to be left while it stands still are those that are left once the answer comes', () => {
    fc.assert(
      fc.property(day, fc.nat(5), fc.nat(60), fc.constantFrom('EU', 'UK'), (received, asked, took, jurisdiction) => {
        const on = { ...EU, jurisdiction };
        const ask = happened('clarification-asked', plus(received, asked));
        const answered = plus(received, asked + took);
        const open = clockFrom(received, on, ask);
        const then = clockFrom(received, on, ask, happened('clarification-answered', answered));
        const left = Temporal.PlainDate.from(answered).until(then.nominal as string, { largestUnit: 'days' }).days;
        assert.equal(open.daysLeftOnResume, left);
      }),
    );
  });

  it('two pauses that overlap take each day once', () => {
    fc.assert(
      fc.property(day, fc.nat(5), fc.nat(9), fc.nat(9), (received, asked, took, more) => {
        const [a, b, c] = [asked, asked + took, asked + took + more].map((n) => plus(received, n)) as [
          string,
          string,
          string,
        ];
        const whole = clockFrom(received, EU, happened('identity-asked', a), happened('identity-answered', c));
        const both = clockFrom(
          received,
          EU,
          happened('identity-asked', a),
          happened('clarification-asked', a),
          happened('clarification-answered', b),
          happened('identity-answered', c),
        );
        assert.equal(both.due, whole.due);
      }),
    );
  });

  it('the target lies before the end, by so many working days, and never before the receipt', () => {
    fc.assert(
      fc.property(course, terms, fc.integer({ min: 1, max: 20 }), (events, on, targetWorkingDays) => {
        const clock = requestClock(events, { ...on, targetWorkingDays });
        if (clock.target === null || clock.due === null || clock.recommended === null) return;
        assert.ok(clock.target < clock.due && clock.recommended <= clock.due);
        const before = workingDaysBefore(clock.recommended, targetWorkingDays, workingCalendar(on.calendar));
        assert.equal(clock.target, before > clock.received ? before : clock.received);
      }),
    );
  });

  it('to correct what was recorded is the same as to have recorded it rightly', () => {
    fc.assert(
      fc.property(course, fc.nat(6), fc.option(day), terms, (events, n, right, on) => {
        const wrong = events[n % events.length] as ClockEvent;
        if (wrong.type === 'received' && right === null) return;
        const at = right === null ? null : new Date(`${right}T09:00:00Z`);
        const fix: ClockEvent = {
          id: 'fix',
          type: 'corrected',
          at: new Date('2026-01-01T00:00:00Z'),
          corrects: wrong.id,
          becomes: at && { at },
        };
        const rightly = events.flatMap((event) => (event !== wrong ? [event] : at ? [{ ...event, at }] : []));
        const [replayed, plain] = [requestClock([...events, fix], on), requestClock(rightly, on)];
        const steps = replayed.steps.slice(1);
        assert.equal(replayed.steps[0]?.rule, 'corrected');
        assert.deepEqual({ ...replayed, steps }, plain);
      }),
    );
  });

  it('the order in which events were recorded does not matter, only when they happened', () => {
    fc.assert(
      fc.property(course, terms, (events, on) => {
        const distinct = events.filter((event, n) => events.findIndex(({ at }) => +at === +event.at) === n);
        assert.deepEqual(requestClock(distinct.toReversed(), on), requestClock(distinct, on));
      }),
    );
  });

  it('the answer is plain JSON, with a sentence to every step', () => {
    fc.assert(
      fc.property(course, terms, (events, on) => {
        const clock = requestClock(events, on);
        assert.deepEqual(JSON.parse(JSON.stringify(clock)), clock);
        assert.equal(sentences(clock).length, clock.steps.length);
        for (const sentence of sentences(clock)) assert.ok(!/undefined|null|NaN|Infinity/.test(sentence), sentence);
      }),
    );
  });
});
