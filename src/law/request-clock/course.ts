import { localDay } from '../duration.ts';
import type { Awaited } from '../rule-sets.ts';
import { earliest, type Frame, firstMonth, lastDay, readingsUnder } from './ends.ts';
import { ASKS, BRINGS, type Fact } from './events.ts';
import type { ClockStep, Closing, Extension, Pause, WhyIgnored } from './model.ts';
import { daysAfter, effectUnder, later } from './pauses.ts';

/** What the facts come to, one after the other. */
export interface Course {
  pauses: Pause[];
  extension: Extension | null;
  closed: Closing | null;
  ignored: { event: string; why: WhyIgnored }[];
  steps: ClockStep[];
}

/** What a fact wants of the clock. */
type Wish = Awaited | 'extension' | 'other';
type Ignored = { why: WhyIgnored; limit?: number };

/** Takes the facts in order. One that the law does not let count moves nothing, and stays with the reason why. */
export function courseOf(facts: readonly Fact[], receivedAt: Date, frame: Frame): Course {
  const course: Course = { pauses: [], extension: null, closed: null, ignored: [], steps: [] };
  for (const fact of facts) {
    const on = localDay(fact.at, frame.timeZone);
    const what: Wish = ASKS[fact.type] ?? (fact.type === 'extended' ? 'extension' : 'other');
    const ignored = fact.at < receivedAt ? { why: 'before-receipt' as const } : whyIgnored(fact, on, course, frame);
    if (ignored) {
      course.ignored.push({ event: fact.id, why: ignored.why });
      const source = sourceOf(what, ignored.why, frame);
      course.steps.push({ rule: 'ignored', source, event: fact.id, what, on, limit: null, ...ignored });
    } else take(fact, on, course, frame);
  }
  return course;
}

/** An order of events is not a rule of law; the others are. */
function sourceOf(what: Wish, why: WhyIgnored, { rules }: Frame): string | null {
  if (what === 'other' || why === 'before-receipt' || why === 'closed' || why === 'already-asked') return null;
  return rules.sources[what];
}

function whyIgnored(fact: Fact, on: string, course: Course, frame: Frame): Ignored | null {
  if (course.closed) return { why: 'closed' };
  const awaiting = ASKS[fact.type];
  if (awaiting) return whyNoPause(awaiting, on, course, frame);
  if (fact.type === 'extended') {
    if (fact.reasons.length === 0) return { why: 'reasons-missing' };
    if (course.extension) return { why: 'already-extended' };
    const end = lastDayToTell(course, frame);
    if (end !== null && on > end) return { why: 'after-end' };
  }
  return null;
}

/** Asked in time, the law or the policy stops the clock; asked too late, it runs on (REQ-B05). */
function whyNoPause(awaiting: Awaited, on: string, course: Course, frame: Frame): Ignored | null {
  const { pauses } = course;
  if (frame.rules.awaiting[awaiting] === 'none') return { why: 'never-suspends' };
  if (pauses.some((pause) => pause.awaiting === awaiting && pause.answered === null)) return { why: 'already-asked' };
  const since = pauses.reduce((last, { answered }) => later(last, answered ?? last), frame.received);
  if (frame.promptDays !== null && daysAfter(since, on) > frame.promptDays)
    return { why: 'not-prompt', limit: frame.promptDays };
  // What has run out cannot be stopped any more, even where its end fell on a day off.
  const ends = () => readingsUnder(frame.policy, pauses, course.extension !== null, frame);
  return !isSuspended(course) && on > earliest(ends()).nominal ? { why: 'after-end' } : null;
}

function take(fact: Fact, on: string, course: Course, frame: Frame): void {
  const { rules, policy } = frame;
  const asked = ASKS[fact.type];
  const brought = BRINGS[fact.type];
  if (asked) {
    const effect = effectUnder(policy, asked, rules);
    const pause: Pause = { event: fact.id, awaiting: asked, asked: on, answered: null, effect };
    course.pauses.push(pause);
    const byPolicy = rules.awaiting[asked] === 'policy' ? policy : null;
    course.steps.push({ rule: 'pause', source: rules.sources[asked], pause, days: null, policy: byPolicy });
  } else if (brought) {
    const open = course.pauses.find(({ awaiting, answered }) => awaiting === brought && answered === null);
    if (open) open.answered = on;
  } else if (fact.type === 'extended') {
    const reasons = [...fact.reasons];
    const source = rules.sources.extension;
    course.steps.push({
      rule: 'extended',
      source,
      on,
      reasons,
      lastDay: lastDayToTell(course, frame),
      further: rules.extension,
    });
    course.extension = { event: fact.id, on, reasons };
  } else if (fact.type === 'answered' || fact.type === 'refused' || fact.type === 'withdrawn')
    course.closed = { event: fact.id, how: fact.type, on };
}

export const isSuspended = ({ pauses }: Course): boolean => pauses.some(({ answered }) => answered === null);

/** The end of month one, within which the person is told of an extension (Art. 12(3)); null while it stands still. */
const lastDayToTell = (course: Course, frame: Frame): string | null =>
  isSuspended(course) ? null : lastDay(firstMonth(course.pauses, frame), frame);
