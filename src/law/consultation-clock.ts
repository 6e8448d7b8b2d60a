import { Temporal } from 'temporal-polyfill';
import { addDuration } from './duration.ts';
import { nextWorkingDay, type WorkingCalendar } from './working-calendar.ts';

export const CONSULTATION_EVENTS = [
  'submitted',
  'extended',
  'information-asked',
  'information-received',
  'advice',
] as const;

/** What happened in a prior consultation, and on which day (`YYYY-MM-DD`). */
export interface ConsultationEvent {
  event: (typeof CONSULTATION_EVENTS)[number];
  on: string;
}

/** Art. 36(2) as days of the authority. */
export interface ConsultationClock {
  state: 'running' | 'waiting' | 'advised';
  /** null while the authority waits for information: nobody knows when the period goes on. */
  due: string | null;
  /** The last day on which the authority may tell of an extension. */
  extensionToldBy: string;
  extension: 'none' | 'in-time' | 'too-late';
  suspendedDays: number;
  overdue: boolean;
}

/** The first event that cannot have happened after those before it; null when the course is possible. */
export function consultationMistake(events: readonly ConsultationEvent[]): { index: number; message: string } | null {
  let waiting = false;
  for (const [index, { event, on }] of events.entries()) {
    const before = events.slice(0, index);
    const had = (which: ConsultationEvent['event']) => before.some((each) => each.event === which);
    const wrong = (message: string) => ({ index, message });
    if ((event === 'submitted') !== (index === 0))
      return wrong('A consultation begins with "submitted", and only once.');
    if (on < (before.at(-1)?.on ?? on)) return wrong('This event lies before the one above it.');
    if (had('advice')) return wrong('Nothing follows the advice.');
    if (event === 'extended' && had('extended')) return wrong('The period is extended once only (Art. 36(2)).');
    if (event === 'information-asked' && waiting) return wrong('The authority waits for information already.');
    if (event === 'information-received' && !waiting) return wrong('The authority had not asked for information.');
    if (event === 'information-asked') waiting = true;
    if (event === 'information-received') waiting = false;
  }
  return null;
}

/**
 * The clock of a prior consultation (GDPR Art. 36(2)): eight weeks from the request, six more if the authority says so
 * within one month, and not while it waits for information. A week ends on the same weekday (Reg. 1182/71 Art. 3(2)(c));
 * an end on a day off moves to the next working day (Reg. 1182/71 Art. 3(4)).
 *
 * @throws RangeError when the events are none or in no possible order.
 */
export function consultationClock(
  events: readonly ConsultationEvent[],
  today: string,
  calendar: WorkingCalendar,
): ConsultationClock {
  const [submitted] = events;
  const mistake = consultationMistake(events);
  if (!submitted || mistake) throw new RangeError(mistake?.message ?? 'A consultation begins with "submitted".');
  const toWorkingDay = (day: string) => nextWorkingDay(day, calendar).day;
  const extensionToldBy = toWorkingDay(addDuration(submitted.on, 'P1M'));
  const extended = events.find(({ event }) => event === 'extended');
  const extension = !extended ? 'none' : extended.on <= extensionToldBy ? 'in-time' : 'too-late';
  let suspendedDays = 0;
  let askedOn: string | null = null;
  for (const { event, on } of events)
    if (event === 'information-asked') askedOn = on;
    else if (event === 'information-received' && askedOn) {
      suspendedDays += Temporal.PlainDate.from(askedOn).until(on, { largestUnit: 'days' }).days;
      askedOn = null;
    }
  const state = events.at(-1)?.event === 'advice' ? 'advised' : askedOn ? 'waiting' : 'running';
  const weeks = extension === 'in-time' ? 14 : 8;
  const due =
    state === 'waiting'
      ? null
      : toWorkingDay(Temporal.PlainDate.from(submitted.on).add({ weeks, days: suspendedDays }).toString());
  return {
    state,
    due,
    extensionToldBy,
    extension,
    suspendedDays,
    overdue: state === 'running' && due !== null && today > due,
  };
}
