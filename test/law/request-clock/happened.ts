import { textsIn } from '../../../src/foundations/messages/texts.ts';
import { requestClock } from '../../../src/law/request-clock/clock.ts';
import type { ClockEvent, ExtensionReason, Fact } from '../../../src/law/request-clock/events.ts';
import type { ClockTerms, RequestClock } from '../../../src/law/request-clock/model.ts';
import { clockInWords } from '../../../src/rights/requests/clock-in-words.ts';

type Plain = Exclude<Fact['type'], 'extended'>;

/** Something that happened at noon of a day. */
export const happened = (type: Plain, day: string): ClockEvent => ({ id: `${type} ${day}`, type, at: noon(day) });

export const extended = (day: string, reasons: readonly ExtensionReason[] = ['complexity']): ClockEvent => ({
  id: `extended ${day}`,
  type: 'extended',
  at: noon(day),
  reasons,
});

/** What was recorded as `event` happened on another day, or (null) not at all. */
export const corrected = (event: ClockEvent, day: string | null): ClockEvent => ({
  id: `corrected ${event.id} ${day}`,
  type: 'corrected',
  at: noon('2026-12-01'),
  corrects: event.id,
  becomes: day === null ? null : { at: noon(day) },
});

export const noon = (day: string): Date => new Date(`${day}T12:00:00Z`);

/** Where only Saturdays and Sundays are days off. */
export const EU: ClockTerms = { jurisdiction: 'EU', calendar: 'none', timeZone: 'UTC' };
export const GERMANY: ClockTerms = { jurisdiction: 'EU', calendar: 'DE', timeZone: 'Europe/Berlin' };
export const ENGLAND: ClockTerms = { jurisdiction: 'UK', calendar: 'none', timeZone: 'Europe/London' };

/** The clock of a request received on a day. */
export const clockFrom = (received: string, terms: ClockTerms, ...events: ClockEvent[]): RequestClock =>
  requestClock([happened('received', received), ...events], terms);

/** The reasons of a clock, as they are read. */
export const sentences = (clock: RequestClock, language = 'en'): string[] => clockInWords(clock, textsIn(language));
