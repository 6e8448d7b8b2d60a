import { type Duty, openDuties } from './duties.ts';
import type { NewEvent } from './events.ts';
import type { BreachState } from './replay.ts';

/** Elapsed hours since awareness at which those who answer for a breach are reminded; the last one is the end. */
const reminderHours = (hours: number): number[] => [...new Set([24, 48, hours - 6, hours])];
const HOUR = 3_600_000;

/** What the hours are for. Completing the information may take longer (Art. 33(4)). */
const TIMED: readonly Duty['duty'][] = ['assess-risk', 'tell-controller', 'decide', 'notify-authority'];

export interface Reminder {
  hour: number;
  dueAt: string;
  open: string[];
}

/**
 * The reminders that are due at `now` and were not given yet, for as long as something is left to do in time. The clock
 * is that of who found the breach: the earliest. A corrected awareness has reminders of its own.
 */
export function remindersDue(state: BreachState, hasContact: (controller: string) => boolean, now: Date): Reminder[] {
  const open = openDuties(state, hasContact)
    .filter(({ duty }) => TIMED.includes(duty))
    .map(({ duty, controller }) => (controller ? `${duty} ${controller}` : duty));
  if (open.length === 0) return [];
  return reminderHours(state.hours).flatMap((hour) => {
    const dueAt = new Date(state.awareAt.getTime() + hour * HOUR);
    const given = state.reminders.some((one) => one.hour === hour && one.dueAt.getTime() === dueAt.getTime());
    return dueAt <= now && !given ? [{ hour, dueAt: dueAt.toISOString(), open }] : [];
  });
}

export const asEvent = (reminder: Reminder): NewEvent => ({
  kind: 'reminded',
  occurredAt: new Date(reminder.dueAt),
  data: { ...reminder },
});
