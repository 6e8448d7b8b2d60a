import type { Right, RuleFamily } from '../jurisdictions.ts';
import type { Awaited, AwaitingEffect, SuspensionPolicy } from '../rule-sets.ts';
import type { Skipped } from '../working-calendar.ts';
import type { Corrected, ExtensionReason } from './events.ts';

/** Under which law, where, and by which choices of the controller a clock runs. */
export interface ClockTerms {
  jurisdiction: RuleFamily;
  /** Which right is exercised; absent: none that is treated differently. */
  right?: Right;
  /** Where action is to be taken (Reg. 1182/71 Art. 2(1)): `DE`, `EC`, `GB-ENG`; `none`: Saturdays and Sundays only. */
  calendar: string;
  /** IANA time zone of the controller: it decides which day an instant belongs to (REQ-B01). */
  timeZone: string;
  /** Days off besides those published, by year: of a region, or of a year whose list Lethe does not have. */
  holidays?: Readonly<Record<string, readonly string[]>>;
  /** Published days that are working days here. */
  workingDays?: readonly string[];
  /** An official list that the installation brought, by year: instead of the one Lethe has. */
  official?: Readonly<Record<string, readonly string[]>>;
  /** Instead of the rule set's, where the law leaves it open. */
  suspension?: SuspensionPolicy;
  /** Instead of the rule set's: only what was asked within so many days stops the clock. */
  promptDays?: number;
  /** Instead of the rule set's: working days the target lies before the end. At least 1. */
  targetWorkingDays?: number;
}

/** What stopped the clock. Days are local days, `YYYY-MM-DD`. */
export interface Pause {
  /** The event by which it was asked. */
  event: string;
  awaiting: Awaited;
  asked: string;
  /** null: still awaited. */
  answered: string | null;
  /** What it does under the policy used. */
  effect: Exclude<AwaitingEffect, 'policy'> | SuspensionPolicy;
}

export interface Extension {
  event: string;
  /** The day the person was told. */
  on: string;
  reasons: readonly ExtensionReason[];
}

export interface Closing {
  event: string;
  how: 'answered' | 'refused' | 'withdrawn';
  on: string;
}

/** Why something that was recorded does not move the clock. */
export type WhyIgnored =
  | 'before-receipt'
  | 'already-asked'
  | 'not-prompt'
  | 'after-end'
  | 'never-suspends'
  | 'reasons-missing'
  | 'already-extended'
  | 'closed';

/** One way to read the law, and the end it leads to. */
export interface Reading {
  /** How "two further months" are counted; null without an extension. */
  extension: 'from-receipt' | 'from-end-of-first-month' | null;
  /** null where nothing was awaited, or where the law says itself how it counts. */
  suspension: SuspensionPolicy | null;
  /** Before weekends and holidays (Reg. 1182/71 Art. 3(4)). */
  nominal: string;
  /** The last day. */
  due: string;
}

interface Shift {
  from: string;
  to: string;
  /** The days passed over. */
  skipped: Skipped[];
}

export type ClockWarning =
  /** No list of holidays of this place is there: only Saturdays and Sundays were days off. */
  | { code: 'calendar-unknown'; place: string }
  /** None of this year; likewise. */
  | { code: 'year-unknown'; place: string; year: string }
  /** A day that moved the end is a holiday by a list that was computed; no official list of this year is there. */
  | { code: 'holiday-computed'; place: string; day: string }
  /** The published list has this day, but is doubted: it counted as a working day. */
  | { code: 'holiday-doubted'; place: string; day: string };

/** What the answer rests on, in the order in which it was found. `source`: where the rule stands; null: it is a fact. */
export type ClockStep = { source: string | null } & (
  | { rule: 'corrected'; correction: Corrected }
  | { rule: 'receipt'; at: string; timeZone: string; day: string; ruleSet: string }
  | { rule: 'pause'; pause: Pause; days: number | null; policy: SuspensionPolicy | null }
  | {
      rule: 'ignored';
      event: string;
      what: Awaited | 'extension' | 'other';
      on: string;
      why: WhyIgnored;
      limit: number | null;
    }
  | { rule: 'month'; period: 'reply' | 'extended'; length: string; from: string; to: string; clamped: boolean }
  | { rule: 'further-months'; from: string; to: string }
  | { rule: 'uncounted'; days: number; from: string; to: string }
  | { rule: 'extended'; on: string; reasons: readonly ExtensionReason[]; lastDay: string | null; further: string }
  | { rule: 'readings'; readings: Reading[]; earliest: string }
  | { rule: 'shift'; shift: Shift; place: string }
  | { rule: 'suspended'; awaiting: Awaited; since: string; daysLeft: number | null }
  | { rule: 'due'; day: string; until: string; timeZone: string }
  | { rule: 'target'; day: string; workingDays: number; before: string }
  | { rule: 'warning'; warning: ClockWarning }
  | {
      rule: 'closed';
      how: 'answered' | 'refused' | 'withdrawn';
      on: string;
      lastDay: string | null;
      late: boolean | null;
    }
);

/** The clock of one request; plain JSON. Days are local days of the controller, `YYYY-MM-DD`. */
export interface RequestClock {
  /** The rule set that decided (REQ-001). */
  ruleSet: { id: string; jurisdiction: RuleFamily; validFrom: string; validUntil: string | null };
  timeZone: string;
  /** The local day of receipt (REQ-B01). */
  received: string;
  status: 'running' | 'suspended' | 'closed';
  /** The first month as if nothing had been awaited. */
  base: { nominal: string; due: string };
  /** The last day on which the person can be told of an extension or of a refusal; null while suspended. */
  firstMonth: { nominal: string; due: string } | null;
  /** Before weekends and holidays; null while suspended. */
  nominal: string | null;
  /** The last day to reply, until 24:00: the earlier reading under the policy used (REQ-B04). null while suspended. */
  due: string | null;
  /** The instant at which `due` is over. */
  dueUntil: string | null;
  /** All readings, also under the policy that is not used. Empty while suspended. */
  readings: Reading[];
  /** The earliest end under any reading: what an internal plan should aim at. null while suspended. */
  recommended: string | null;
  /** Working days before `recommended` (REQ-B06): reminders fire on it. null while suspended. */
  target: string | null;
  /** While suspended and where the days are kept: how many are left once the answer comes. */
  daysLeftOnResume: number | null;
  /** The policy used where something was awaited and the law leaves the counting open (REQ-B05). */
  policy: SuspensionPolicy | null;
  pauses: Pause[];
  extension: Extension | null;
  /** Events that did not move the clock, and why. */
  ignored: { event: string; why: WhyIgnored }[];
  /** `late`: after the last day for it; null where the person withdrew. */
  closed: (Closing & { late: boolean | null }) | null;
  warnings: ClockWarning[];
  steps: ClockStep[];
}
