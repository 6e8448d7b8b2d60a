import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { rulesOf } from '../../../src/law/jurisdictions.ts';
import { requestClock } from '../../../src/law/request-clock/clock.ts';
import type { ClockEvent, ExtensionReason } from '../../../src/law/request-clock/events.ts';
import type { ClockTerms, RequestClock } from '../../../src/law/request-clock/model.ts';
import type { SuspensionPolicy } from '../../../src/law/rule-sets.ts';
import { clockFrom, ENGLAND, EU, extended, happened } from './happened.ts';

const read = <T>(name: string): T => JSON.parse(readFileSync(join(packageRoot, 'test/vectors', name), 'utf8')) as T;

interface Deadline {
  id: string;
  received: string;
  jurisdiction: string;
  holidays_relevant: string[];
  months: 1 | 3;
  nominal: string;
  due: string;
  why: string;
}
interface Deadlines {
  vectors: Deadline[];
  extension_second_reading: { id: string; received: string; due: string }[];
  timezone: {
    id: string;
    received_instant: string;
    controller_tz: string;
    received_local: string;
    due: string;
    wrong_if_utc?: string;
  }[];
  extension_notice: {
    id: string;
    received: string;
    jurisdiction: string;
    last_day_to_notify?: string;
    notice_sent: string;
    reasons?: string;
    accepted: boolean;
  }[];
}

const deadlines = read<Deadlines>('deadlines.json');
assert.ok(deadlines.vectors.length > 15, 'the vectors of deadlines are there');

function byYear(days: readonly string[]): Record<string, string[]> {
  const years: Record<string, string[]> = {};
  for (const day of days) years[day.slice(0, 4)] = [...(years[day.slice(0, 4)] ?? []), day];
  return years;
}

/** The end "three months from receipt" is one of two readings; the vectors give it by itself. */
function endOf({ received, months }: Deadline, terms: ClockTerms): { nominal: string | null; due: string | null } {
  if (months === 1) return clockFrom(received, terms);
  const clock = clockFrom(received, terms, extended(received));
  const reading = clock.readings.find(({ extension }) => extension === 'from-receipt');
  assert.ok(reading);
  return reading;
}

describe('The last day to reply (Art. 12(3) with Reg. 1182/71)', () => {
  for (const vector of deadlines.vectors) {
    const { id, received, jurisdiction, holidays_relevant: holidays, nominal, due, why } = vector;
    const law = rulesOf(jurisdiction);
    it(`${id}: received ${received}, by ${due}: ${why}`, () => {
      const inline = { jurisdiction: law, calendar: 'none', timeZone: 'UTC', holidays: byYear(holidays) };
      const found = endOf(vector, inline);
      assert.deepEqual([found.nominal, found.due], [nominal, due]);
    });
    if (jurisdiction !== 'none' && law !== 'UK')
      it(`${id}: the same with the calendar of ${jurisdiction} that Lethe brings`, () => {
        const found = endOf(vector, { jurisdiction: law, calendar: jurisdiction, timeZone: 'UTC' });
        assert.deepEqual([found.nominal, found.due], [nominal, due]);
      });
  }

  for (const { id, received, due } of deadlines.extension_second_reading)
    it(`${id}: two months from the end of the first end on ${due}; both readings are shown, the earlier counts`, () => {
      const clock = clockFrom(received, EU, extended(received));
      assert.equal(clock.readings.find(({ extension }) => extension === 'from-end-of-first-month')?.due, due);
      const first = deadlines.vectors.find((vector) => vector.received === received && vector.months === 3);
      assert.equal(clock.readings.find(({ extension }) => extension === 'from-receipt')?.due, first?.due);
      assert.equal(clock.readings.length, 2);
      assert.equal(clock.due, due);
    });

  for (const vector of deadlines.timezone) {
    const { id, received_instant: at, controller_tz: timeZone, received_local: day, due, wrong_if_utc: wrong } = vector;
    it(`${id}: what came at ${at} came on ${day} in ${timeZone}, by ${due}`, () => {
      const received: ClockEvent = { id: 'r', type: 'received', at: new Date(at) };
      const clock = requestClock([received], { ...EU, timeZone });
      assert.deepEqual([clock.received, clock.due], [day, due]);
      if (wrong) assert.equal(requestClock([received], EU).due, wrong);
    });
  }

  for (const vector of deadlines.extension_notice) {
    const { id, received, jurisdiction, notice_sent: sent, reasons, accepted } = vector;
    it(`${id}: an extension told on ${sent} ${reasons === '' ? 'without reasons ' : ''}${accepted ? 'counts' : 'does not count'}`, () => {
      const given: ExtensionReason[] = reasons === '' ? [] : ['complexity'];
      const terms: ClockTerms = { jurisdiction: 'EU', calendar: jurisdiction, timeZone: 'UTC' };
      const clock = clockFrom(received, terms, extended(sent, given));
      assert.equal(clock.extension !== null, accepted);
      if (vector.last_day_to_notify) assert.equal(clock.firstMonth?.due, vector.last_day_to_notify);
      if (!accepted) {
        const why = reasons === '' ? 'reasons-missing' : 'after-end';
        assert.deepEqual(clock.ignored, [{ event: `extended ${sent}`, why }]);
        assert.equal(clock.due, '2026-04-07');
      }
    });
  }
});

interface Suspensions {
  eu: {
    id: string;
    received: string;
    asked: string;
    answered: string | null;
    asked_again?: string;
    answered_again?: string;
    base_due?: string;
    policy_resume_due?: string;
    policy_restart_due?: string;
    due?: string | null;
    status?: string;
    recommended_target?: string;
  }[];
  uk: {
    id: string;
    received: string;
    identity_received?: string;
    asked?: string;
    answered?: string;
    days_not_counted?: number;
    due: string;
  }[];
}

const suspension = read<Suspensions>('suspension.json');
assert.ok(suspension.eu.length >= 4 && suspension.uk.length >= 2, 'the vectors of suspension are there');

describe('The clock while the person has to say who they are', () => {
  for (const vector of suspension.eu) {
    const { id, received, asked, answered, asked_again: again, answered_again: answeredAgain } = vector;
    const events = [
      happened('identity-asked', asked),
      ...(answered ? [happened('identity-answered', answered)] : []),
      ...(again ? [happened('identity-asked', again)] : []),
      ...(answeredAgain ? [happened('identity-answered', answeredAgain)] : []),
    ];
    const under = (policy: SuspensionPolicy): RequestClock =>
      clockFrom(received, { ...EU, suspension: policy }, ...events);

    if (vector.policy_resume_due)
      it(`${id}: days are kept, by ${vector.policy_resume_due}`, () => {
        const clock = under('resume');
        assert.deepEqual([clock.due, clock.policy], [vector.policy_resume_due, 'resume']);
      });
    if (vector.policy_restart_due)
      it(`${id}: the month begins again, by ${vector.policy_restart_due}; the other reading is shown and recommended`, () => {
        const clock = under('restart');
        assert.deepEqual([clock.due, clock.policy], [vector.policy_restart_due, 'restart']);
        assert.equal(clock.recommended, vector.recommended_target);
        assert.deepEqual(clock.readings.map(({ suspension, due }) => [suspension, due]).sort(), [
          ['restart', vector.policy_restart_due],
          ['resume', vector.policy_resume_due],
        ]);
      });
    if (vector.base_due)
      it(`${id}: without a pause it would be ${vector.base_due}`, () =>
        assert.equal(under('resume').base.due, vector.base_due));
    if (vector.due)
      it(`${id}: asked on ${asked}, too late to stop the clock: ${vector.due}`, () => {
        for (const policy of ['resume', 'restart'] as const) {
          const clock = under(policy);
          assert.deepEqual([clock.due, clock.policy, clock.pauses], [vector.due, null, []]);
          assert.deepEqual(clock.ignored, [{ event: `identity-asked ${asked}`, why: 'not-prompt' }]);
        }
      });
    if (vector.status)
      it(`${id}: not answered yet, it is ${vector.status} with no last day and 29 days left`, () => {
        const { status, due, nominal, dueUntil, target, firstMonth, daysLeftOnResume } = under('resume');
        assert.deepEqual([status, daysLeftOnResume], [vector.status, 29]);
        assert.deepEqual([due, nominal, dueUntil, target, firstMonth], [null, null, null, null, null]);
        assert.equal(under('restart').daysLeftOnResume, null);
      });
  }

  for (const {
    id,
    received,
    identity_received: came,
    asked,
    answered,
    days_not_counted: uncounted,
    due,
  } of suspension.uk)
    it(`${id}: by the statute of the UK, by ${due}, whatever the policy`, () => {
      const events = came
        ? [happened('identity-asked', received), happened('identity-answered', came)]
        : [happened('clarification-asked', asked as string), happened('clarification-answered', answered as string)];
      for (const policy of ['resume', 'restart'] as const) {
        const clock = clockFrom(received, { ...ENGLAND, suspension: policy }, ...events);
        assert.deepEqual([clock.due, clock.policy, clock.readings.length], [due, null, 1]);
        if (uncounted) assert.ok(clock.steps.some((step) => step.rule === 'uncounted' && step.days === uncounted));
      }
    });
});
