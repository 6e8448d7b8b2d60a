import type { NewEvent as NewEventOf, RecordedEvent } from '../../foundations/events/sealed-events.ts';
import type {
  BreachAssessment,
  BreachCorrection,
  BreachDecision,
  BreachLetterInput,
  BreachNotification,
  BreachReport,
} from './model.ts';

/** A part of Art. 33(3) that is still to be said. */
export type MissingPart = '33(3)(a)' | '33(3)(b)' | '33(3)(c)' | '33(3)(d)';

/** What was counted: who is controller of what was reached, and how many rows and persons that is. */
export interface Affected {
  /** Rows that are about nobody the holder could name are counted, their persons cannot be. */
  persons: number;
  records: number;
  nameless: number;
  categories: { category: string; records: number; persons: number }[];
  /** Categories of data subjects, from the activities (Art. 33(3)(a)). */
  subjects: string[];
  activities: string[];
  /** Of each controller: what of its own data was reached. */
  controllers: {
    party: string;
    activities: string[];
    categories: string[];
    persons: number;
    records: number;
    nameless: number;
  }[];
  /** Categories no activity of the register has: nobody answers for them. */
  uncovered: string[];
}

/** One letter as it was made. */
export interface Letter {
  to: BreachLetterInput['to'];
  controller: string;
  language: string;
  subject: string;
  text: string;
  /** Hex SHA-256 over subject, an empty line and text. */
  sha256: string;
}

/** How long the clock runs, and by which dated set of rules. */
export interface ClockRules {
  hours: number;
  rules: string;
}

/** What is recorded, by kind; the register of a breach is nothing but these in order. */
export interface EventData {
  /** `hours` and `rules`: of the law in force on the day of awareness (REQ-001). */
  reported: BreachReport & { foundBy: string; incidentId: string | null } & ClockRules;
  assessed: BreachAssessment;
  'affected-computed': Affected;
  decision: BreachDecision;
  'letter-made': Letter;
  /** `missing`: what of Art. 33(3) was not known when it went out. */
  'phase-notified': BreachNotification & { controller: string; missing: MissingPart[] };
  reminded: { hour: number; dueAt: string; open: string[] };
  /** Another day of awareness may be one of other rules. */
  corrected: BreachCorrection & Partial<ClockRules>;
  closed: { summary: string };
}
export type BreachEvent = RecordedEvent<EventData>;
export type NewEvent = NewEventOf<EventData>;

/** What people write in words: it may name somebody after all, and is kept sealed. */
export const IN_WORDS = [
  'awareness',
  'nature',
  'consequences',
  'measures',
  'contact',
  'riskReasons',
  'reasons',
  'personsReasons',
  'delayReasons',
  'content',
  'reason',
  'summary',
  'subject',
  'text',
];
