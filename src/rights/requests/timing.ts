import { invalidField } from '../../foundations/contract/problem.ts';
import { type ComplaintClock, complaintClock } from '../../law/complaint-clock.ts';
import { localDay } from '../../law/duration.ts';
import { rulesOf } from '../../law/jurisdictions.ts';
import { requestClock, standing } from '../../law/request-clock/clock.ts';
import type { ClockTerms, RequestClock } from '../../law/request-clock/model.ts';
import { calendarOf } from '../../register/view/calendar.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { RequestEvent } from './events.ts';
import { clockEventsOf, type Life } from './replay.ts';
import { TOLD } from './states.ts';

/** Under which law the clock of a request of this tenant runs, by the choices that stand now. */
export function termsOf(view: RegisterView): ClockTerms {
  const { jurisdiction, timeZone } = view.tenant;
  const { suspension, promptDays, targetWorkingDays } = view.policies.installation.requests ?? {};
  const { place, added, removed, official } = calendarOf(view);
  return {
    jurisdiction: rulesOf(jurisdiction),
    calendar: place,
    timeZone,
    suspension,
    promptDays,
    targetWorkingDays,
    holidays: added,
    workingDays: removed,
    official,
  };
}

/** The clocks of one request. A complaint has one of its own, and no month. */
export interface Timing {
  clock: RequestClock | null;
  complaint: ComplaintClock | null;
  /** What the person, or the law, waits for next; null while the clock stands still, and once it is over. */
  dueOn: string | null;
  targetOn: string | null;
  daysLeft: number | null;
  overdue: boolean;
  targetReached: boolean;
}

/** @throws RangeError when no rules are in force on the day of receipt. */
export function timingOf(life: Life, events: readonly RequestEvent[], now: Date): Timing {
  const { terms } = life.received;
  const none = { clock: null, complaint: null, dueOn: null, targetOn: null, daysLeft: null };
  if (life.type === 'complaint') {
    const about = { received: life.beganAnew?.at ?? life.received.at, acknowledged: life.acknowledgedAt, now };
    const complaint = complaintClock(about, terms.timeZone, terms.jurisdiction);
    const open = complaint.acknowledgedOn === null && life.closedAt === null;
    const dueOn = open ? complaint.acknowledgeBy : null;
    const daysLeft = dueOn === null ? null : daysBetween(localDay(now, terms.timeZone), dueOn);
    return { ...none, complaint, dueOn, daysLeft, overdue: open && complaint.late, targetReached: false };
  }
  const clock = requestClock(clockEventsOf(events, life.beganAnew?.seq ?? null), { ...terms, right: life.type });
  const { daysLeft, overdue, targetReached } = standing(clock, now);
  const running = clock.status === 'running';
  return {
    clock,
    complaint: null,
    daysLeft,
    overdue,
    targetReached,
    dueOn: running ? clock.due : null,
    targetOn: running ? clock.target : null,
  };
}

/** The rule set that decided (REQ-001). */
export const ruleSetOf = ({ clock, complaint }: Timing): string | null =>
  clock?.ruleSet.id ?? complaint?.ruleSet ?? null;

const daysBetween = (from: string, to: string) =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** What lists and reminders need to know without replaying: the day that comes next, also of a limit's review. */
export function nextDay(life: Life, timing: Timing): string | null {
  if (timing.dueOn !== null) return timing.dueOn;
  if (!TOLD.includes(life.state)) return null;
  return life.restrictions.map(({ reviewOn }) => reviewOn).sort()[0] ?? null;
}

/**
 * @throws Problem `unprocessable-request` for a receipt that lies ahead, or so far back that no rules were in force.
 */
export function checkReceipt(receivedAt: Date, { timeZone, jurisdiction, ...terms }: ClockTerms, now: Date): void {
  if (receivedAt > now) throw invalidField('/receivedAt', 'must not lie in the future');
  try {
    requestClock([{ id: '1', type: 'received', at: receivedAt }], { timeZone, jurisdiction, ...terms });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidField('/receivedAt', 'must be a day on which the law of requests was in force here');
  }
}

/** Whether complaints to the controller are a right here on that day (REQ-A59). */
export function complaintsExist(receivedAt: Date, { timeZone, jurisdiction }: ClockTerms): boolean {
  try {
    complaintClock({ received: receivedAt, acknowledged: null, now: receivedAt }, timeZone, jurisdiction);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
