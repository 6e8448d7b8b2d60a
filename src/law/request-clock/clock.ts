import { Temporal } from 'temporal-polyfill';
import { addDuration, localDay, startOfDay } from '../duration.ts';
import type { Right } from '../jurisdictions.ts';
import { type Awaited, REQUEST_RULES, type RequestRules, rulesInForce } from '../rule-sets.ts';
import { nextWorkingDay, type WorkingCalendar, workingCalendar, workingDaysBefore } from '../working-calendar.ts';
import { type Course, courseOf, isSuspended } from './course.ts';
import {
  earliest,
  extendedEnds,
  type Frame,
  firstMonth,
  isReadTwoWays,
  lastDay,
  plusDays,
  readingsUnder,
} from './ends.ts';
import { type ClockEvent, factsOf } from './events.ts';
import type { ClockStep, ClockTerms, ClockWarning, Closing, Pause, Reading, RequestClock } from './model.ts';
import { daysAfter, daysLeftOf, later, runsFrom, uncountedDays } from './pauses.ts';

/**
 * The clock of a request under GDPR Art. 15 to 22 (Art. 12(3) to (6); Reg. 1182/71 Art. 3; REQ-B01 … B06), by replaying
 * what happened: pure, the same on every machine, and a corrected event changes everything that followed from it. An
 * event that the law does not let count (an extension told too late, identity asked too late) stays in the answer with
 * the reason why it moves nothing. Whether time is up *now* is what `standing` says.
 *
 * @throws RangeError when the events do not make a request (see `factsOf`), no rules are in force on the day of receipt,
 *   or the terms are not a time zone, a place, or whole numbers in range.
 */
export function requestClock(
  events: readonly ClockEvent[],
  terms: ClockTerms,
  ruleSets: readonly RequestRules[] = REQUEST_RULES,
): RequestClock {
  const { received, facts, corrected } = factsOf(events);
  const frame = frameOf(localDay(received.at, terms.timeZone), terms, ruleSets);
  const { rules, timeZone } = frame;
  const course = courseOf(facts, received.at, frame);
  const { closed } = course;
  const ended = isSuspended(course) ? standingStill(course, frame) : running(course, frame);
  const start = runsFrom(frame.received, course.pauses);
  const steps: ClockStep[] = [
    ...corrected.map((correction): ClockStep => ({ rule: 'corrected', source: null, correction })),
    {
      rule: 'receipt',
      source: rules.sources.start,
      at: received.at.toISOString(),
      timeZone,
      day: frame.received,
      ruleSet: rules.id,
    },
    ...course.steps.map((step) => (step.rule === 'pause' ? { ...step, days: daysOf(step.pause, start) } : step)),
    ...ended.steps,
    ...(closed ? [closingStep(closed, ended, frame)] : []),
  ];
  const baseEnd = addDuration(frame.received, rules.reply);
  const { id, jurisdiction, validFrom, validUntil } = rules;
  return {
    ...ended,
    ruleSet: { id, jurisdiction, validFrom, validUntil },
    timeZone,
    received: frame.received,
    status: closed ? 'closed' : isSuspended(course) ? 'suspended' : 'running',
    base: { nominal: baseEnd, due: lastDay(baseEnd, frame) },
    policy: course.pauses.some(({ awaiting }) => rules.awaiting[awaiting] === 'policy') ? frame.policy : null,
    pauses: course.pauses,
    extension: course.extension,
    ignored: course.ignored,
    closed: closed && { ...closed, late: isLate(closed, ended) },
    steps,
  };
}

function frameOf(received: string, terms: ClockTerms, ruleSets: readonly RequestRules[]): Frame {
  const rules = rulesFor(terms.right, rulesInForce(ruleSets, terms.jurisdiction, received));
  const promptDays = terms.promptDays ?? rules.promptDays;
  const targetWorkingDays = terms.targetWorkingDays ?? rules.targetWorkingDays;
  if (promptDays !== null && !(Number.isInteger(promptDays) && promptDays >= 0))
    throw new RangeError('The days within which something is asked are a whole number.');
  if (!(Number.isInteger(targetWorkingDays) && targetWorkingDays >= 1 && targetWorkingDays <= 60))
    throw new RangeError('The target lies 1 to 60 working days before the end (REQ-B06).');
  return {
    rules,
    calendar: workingCalendar(terms.calendar, {
      added: terms.holidays,
      removed: terms.workingDays,
      official: terms.official,
    }),
    timeZone: terms.timeZone,
    policy: terms.suspension ?? rules.suspension,
    // Where the statute knows no bound there is none for the controller to set.
    promptDays: rules.promptDays === null ? null : promptDays,
    targetWorkingDays,
    received,
  };
}

/** What stops the clock of some rights only does not stop that of another. */
function rulesFor(right: ClockTerms['right'], rules: RequestRules): RequestRules {
  if (right === undefined) return rules;
  const awaiting = { ...rules.awaiting };
  for (const [awaited, rights] of Object.entries(rules.awaitedOnlyFor) as [Awaited, readonly Right[]][])
    if (!rights.includes(right)) awaiting[awaited] = 'none';
  return { ...rules, awaiting };
}

/** The part of the answer that says when it ends. */
type Ended = Pick<
  RequestClock,
  | 'firstMonth'
  | 'nominal'
  | 'due'
  | 'dueUntil'
  | 'readings'
  | 'recommended'
  | 'target'
  | 'daysLeftOnResume'
  | 'warnings'
  | 'steps'
>;

function standingStill(course: Course, { rules, received }: Frame): Ended {
  const open = course.pauses.find(({ answered }) => answered === null) as Pause;
  const start = runsFrom(received, course.pauses);
  const ends = extendedEnds(start, rules);
  const end = course.extension ? earlier(ends.fromReceipt, ends.fromFirstMonth) : addDuration(start, rules.reply);
  const daysLeft = daysLeftOf(course.pauses, start, end);
  const { awaiting, asked: since } = open;
  return {
    firstMonth: null,
    nominal: null,
    due: null,
    dueUntil: null,
    readings: [],
    recommended: null,
    target: null,
    daysLeftOnResume: daysLeft,
    warnings: [],
    steps: [{ rule: 'suspended', source: rules.sources[awaiting], awaiting, since, daysLeft }],
  };
}

const earlier = (one: string, other: string): string => (one < other ? one : other);

function running(course: Course, frame: Frame): Ended {
  const { calendar, policy, rules, targetWorkingDays: workingDays, timeZone } = frame;
  const { pauses } = course;
  const { sources } = rules;
  const extended = course.extension !== null;
  const used = readingsUnder(policy, pauses, extended, frame);
  const other = readingsUnder(policy === 'resume' ? 'restart' : 'resume', pauses, extended, frame);
  const readings = used.some(({ suspension }) => suspension !== null) ? [...used, ...other] : used;
  const { nominal, due } = earliest(used);
  const recommended = earliest(readings).due;
  const target = later(frame.received, workingDaysBefore(recommended, workingDays, calendar));
  const dueUntil = startOfDay(Temporal.PlainDate.from(due).add({ days: 1 }), timeZone).toISOString();
  const month = firstMonth(pauses, frame);
  const warnings = warningsOf([month, ...readings.map((reading) => reading.nominal)], calendar);
  const { skipped } = nextWorkingDay(nominal, calendar);
  const shiftSource = sources.shift === sources.calendar ? sources.shift : `${sources.shift}; ${sources.calendar}`;
  return {
    firstMonth: { nominal: month, due: lastDay(month, frame) },
    nominal,
    due,
    dueUntil,
    readings,
    recommended,
    target,
    daysLeftOnResume: null,
    warnings,
    steps: [
      ...countingSteps(course, nominal, readings, frame),
      { rule: 'shift', source: shiftSource, shift: { from: nominal, to: due, skipped }, place: calendar.place },
      ...warnings.map((warning): ClockStep => ({ rule: 'warning', source: sources.calendar, warning })),
      { rule: 'due', source: sources.end, day: due, until: dueUntil, timeZone },
      { rule: 'target', source: sources.target, day: target, workingDays, before: recommended },
    ],
  };
}

/** From the day the period runs to its nominal end. */
function countingSteps(course: Course, nominal: string, readings: Reading[], frame: Frame): ClockStep[] {
  const { rules, received } = frame;
  const { month: source, clamp, extension } = rules.sources;
  const start = runsFrom(received, course.pauses);
  const months = (period: 'reply' | 'extended', length: string, to: string): ClockStep => {
    const clamped = length.endsWith('M') && to.slice(8) !== start.slice(8);
    const cited = clamped ? `${source}; ${clamp}` : source;
    return { rule: 'month', source: cited, period, length, from: start, to, clamped };
  };
  const first = addDuration(start, rules.reply);
  const steps = [months('reply', rules.reply, first)];
  if (course.extension) {
    const { fromReceipt, fromFirstMonth } = extendedEnds(start, rules);
    steps.push(months('extended', rules.extended, fromReceipt));
    if (isReadTwoWays(rules))
      steps.push({ rule: 'further-months', source: extension, from: first, to: fromFirstMonth });
  }
  const days = uncountedDays(course.pauses, start).size;
  if (days > 0) steps.push({ rule: 'uncounted', source: null, days, from: plusDays(nominal, -days), to: nominal });
  if (readings.length > 1) steps.push({ rule: 'readings', source: null, readings, earliest: nominal });
  return steps;
}

const daysOf = (pause: Pause, start: string): number | null =>
  pause.answered === null ? null : uncountedDays([pause], start).size;

/** A refusal is told within one month, which an extension does not make longer (Art. 12(4); REQ-A15). */
const boundOf = ({ how }: Closing, { due, firstMonth }: Ended): string | null =>
  how === 'withdrawn' ? null : how === 'refused' ? (firstMonth?.due ?? null) : due;

function isLate(closed: Closing, ended: Ended): boolean | null {
  if (closed.how === 'withdrawn') return null;
  const bound = boundOf(closed, ended);
  return bound !== null && closed.on > bound;
}

function closingStep(closed: Closing, ended: Ended, { rules }: Frame): ClockStep {
  const { how, on } = closed;
  const source = how === 'withdrawn' ? null : how === 'refused' ? rules.sources.refusal : rules.sources.month;
  return { rule: 'closed', source, how, on, lastDay: boundOf(closed, ended), late: isLate(closed, ended) };
}

/** What was not known of the days that decided (REQ-B03). */
function warningsOf(nominals: readonly string[], calendar: WorkingCalendar): ClockWarning[] {
  const { place } = calendar;
  const found = new Map<string, ClockWarning>();
  for (const nominal of nominals) {
    const { day, skipped } = nextWorkingDay(nominal, calendar);
    for (const { day: off, computed } of skipped)
      if (computed) found.set(off, { code: 'holiday-computed', place, day: off });
    for (const seen of [...skipped.map((one) => one.day), day]) {
      const year = seen.slice(0, 4);
      if (!calendar.isListed) found.set('calendar', { code: 'calendar-unknown', place });
      else if (!calendar.knows(seen)) found.set(year, { code: 'year-unknown', place, year });
      else if (calendar.doubts(seen)) found.set(seen, { code: 'holiday-doubted', place, day: seen });
    }
  }
  return [...found.values()];
}

/** Where a clock stands at an instant. */
export interface Standing {
  /** The local day. */
  today: string;
  /** Days to the last day; 0 on that day, below 0 after it; null while nothing runs. */
  daysLeft: number | null;
  /** The last day is over and no reply was given. */
  overdue: boolean;
  /** The day of the internal target has come, and no reply was given: time for a reminder (REQ-B06). */
  targetReached: boolean;
}

/** Days left, whether a reminder is due, whether time is up. A clock that is suspended or closed is never overdue. */
export function standing(clock: RequestClock, at: Date): Standing {
  const today = localDay(at, clock.timeZone);
  if (clock.status !== 'running' || clock.due === null || clock.target === null || clock.dueUntil === null)
    return { today, daysLeft: null, overdue: false, targetReached: false };
  return {
    today,
    daysLeft: daysAfter(today, clock.due),
    overdue: +at >= Date.parse(clock.dueUntil),
    targetReached: today >= clock.target,
  };
}
