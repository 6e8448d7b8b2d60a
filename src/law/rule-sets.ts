import { BREACH_HOURS } from './breach-clock.ts';
import type { Right, RuleFamily } from './jurisdictions.ts';

/**
 * Parameters of the law as dated data (REQ-001): each set has a jurisdiction and the days on which it is in force. What
 * is decided is decided by the set in force on the day the matter began, and names that set.
 */
export interface DatedRules {
  /** Recorded with each decision. Never reused for other content. */
  id: string;
  jurisdiction: RuleFamily;
  /** Its first day. */
  validFrom: string;
  /** The first day on which it is no longer in force; null: no end known. */
  validUntil: string | null;
}

/**
 * @throws RangeError when no set of that jurisdiction is in force on that day (before 25 May 2018, for one).
 */
export function rulesInForce<T extends DatedRules>(sets: readonly T[], jurisdiction: RuleFamily, day: string): T {
  const found = sets.find(
    (set) =>
      set.jurisdiction === jurisdiction && set.validFrom <= day && (set.validUntil === null || day < set.validUntil),
  );
  if (!found) throw new RangeError(`No rules for ${jurisdiction} are in force on ${day}.`);
  return found;
}

/** What is awaited from the person. */
export type Awaited = 'identity' | 'clarification' | 'fee';

/** How remaining days are counted where the law leaves it open: kept, or a whole new month from the answer. */
export type SuspensionPolicy = 'resume' | 'restart';

/**
 * What awaiting does to the clock. `policy`: open in law, the controller's policy decides; `restart`: the period runs
 * from the answer; `uncounted`: the days from asking to answer, both included, do not count; `none`: nothing.
 */
export type AwaitingEffect = 'policy' | 'restart' | 'uncounted' | 'none';

export interface RequestRules extends DatedRules {
  /** ISO 8601, from the day of receipt. */
  reply: string;
  /** "Two further months": from receipt both together are `extended`. */
  extension: string;
  extended: string;
  awaiting: Record<Awaited, AwaitingEffect>;
  /** What is awaited stops the clock of these rights alone; of what is not named here: of all. */
  awaitedOnlyFor: Partial<Record<Awaited, readonly Right[]>>;
  /** Awaiting stops the clock only if asked within so many days after receipt or the last answer; null: no such bound. */
  promptDays: number | null;
  suspension: SuspensionPolicy;
  /** Working days between the target and the earliest end. */
  targetWorkingDays: number;
  /** Where each rule stands. */
  sources: Record<RuleTopic, string>;
}

/** What a step of an explanation can rest on. */
type RuleTopic =
  | 'start'
  | 'month'
  | 'clamp'
  | 'end'
  | 'shift'
  | 'calendar'
  | 'extension'
  | 'refusal'
  | 'target'
  | Awaited;

const EU_SOURCES: RequestRules['sources'] = {
  start: 'Reg. 1182/71 Art. 3(1); CJEU C-171/03, 33, 36',
  month: 'GDPR Art. 12(3); Reg. 1182/71 Art. 3(2)(c)',
  clamp: 'Reg. 1182/71 Art. 3(2)(c), last sentence',
  end: 'Reg. 1182/71 Art. 3(2)(c)',
  shift: 'Reg. 1182/71 Art. 3(4)',
  calendar: 'Reg. 1182/71 Art. 2(1)',
  extension: 'GDPR Art. 12(3), second and third sentence',
  refusal: 'GDPR Art. 12(4)',
  target: 'GDPR Art. 12(3): "without undue delay"',
  identity: 'GDPR Art. 12(6); EDPB Guidelines 01/2022',
  clarification: 'GDPR Recital 63; EDPB Guidelines 01/2022',
  fee: 'GDPR Art. 12(5)',
};

const EU: Omit<RequestRules, keyof DatedRules> = {
  reply: 'P1M',
  extension: 'P2M',
  extended: 'P3M',
  awaiting: { identity: 'policy', clarification: 'policy', fee: 'none' },
  awaitedOnlyFor: {},
  promptDays: 5,
  suspension: 'resume',
  targetWorkingDays: 5,
  sources: EU_SOURCES,
};

/** Of the same words in the UK; that a period ends on the next working day is how the ICO reads them. */
const UK_SOURCES: RequestRules['sources'] = {
  ...EU_SOURCES,
  start: 'ICO, time limits for responding to requests',
  month: 'UK GDPR Art. 12(3); ICO, time limits for responding to requests',
  clamp: 'ICO, time limits for responding to requests',
  end: 'ICO, time limits for responding to requests',
  shift: 'ICO, time limits for responding to requests',
  calendar: 'ICO, time limits for responding to requests',
  extension: 'UK GDPR Art. 12(3)',
  refusal: 'UK GDPR Art. 12(4)',
  target: 'UK GDPR Art. 12(3): "without undue delay"',
  identity: 'UK GDPR Art. 12(6); ICO guidance',
  clarification: 'ICO guidance',
  fee: 'UK GDPR Art. 12(5)',
};

const STATUTE = 'UK GDPR Art. 12A (Data (Use and Access) Act 2025, s. 76)';

/** What a request is about is asked of a request under Art. 15 alone (UK GDPR Art. 12A; ICO, right of access). */
const ACCESS_ALONE: RequestRules['awaitedOnlyFor'] = { clarification: ['access'] };

/**
 * Swiss requests. Thirty days (DPO Art. 18(1)), counted and shifted as periods of federal law are (CO Art. 77, 78). Who
 * cannot answer within them tells until when he will (DPO Art. 18(2)); the law sets no bound to that, so this one is
 * Lethe's. A fee is agreed to within ten days, and the thirty days run from there (DPO Art. 19(3)).
 */
const CH: Omit<RequestRules, keyof DatedRules> = {
  ...EU,
  reply: 'P30D',
  extension: 'P60D',
  extended: 'P90D',
  awaiting: { identity: 'policy', clarification: 'policy', fee: 'restart' },
  sources: {
    start: 'CO Art. 77(1)(1)',
    month: 'FADP Art. 25(7); DPO Art. 18(1)',
    clamp: 'CO Art. 77(1)',
    end: 'CO Art. 77(1)(1)',
    shift: 'CO Art. 78(1); SR 173.110.3 Art. 1',
    calendar: 'CO Art. 78(1)',
    extension: 'DPO Art. 18(2)',
    refusal: 'FADP Art. 26(4)',
    target: 'FADP Art. 25(7)',
    identity: 'DPO Art. 16(5)',
    clarification: 'FADP Art. 25(1)',
    fee: 'DPO Art. 19(3)',
  },
};

/** Of requests under Art. 15 to 22, and their like elsewhere: by the day of receipt. */
export const REQUEST_RULES: readonly RequestRules[] = [
  { id: 'requests-eu-2018', jurisdiction: 'EU', validFrom: '2018-05-25', validUntil: null, ...EU },
  {
    id: 'requests-eu-institutions-2018',
    jurisdiction: 'EU-institutions',
    validFrom: '2018-12-11',
    validUntil: null,
    ...EU,
    sources: {
      ...EU_SOURCES,
      month: 'Reg. (EU) 2018/1725 Art. 14(3); Reg. 1182/71 Art. 3(2)(c)',
      extension: 'Reg. (EU) 2018/1725 Art. 14(3), second and third sentence',
      refusal: 'Reg. (EU) 2018/1725 Art. 14(4)',
      target: 'Reg. (EU) 2018/1725 Art. 14(3): "without undue delay"',
      identity: 'Reg. (EU) 2018/1725 Art. 14(6); EDPB Guidelines 01/2022',
      clarification: 'EDPB Guidelines 01/2022',
      fee: 'Reg. (EU) 2018/1725 Art. 14(5)',
    },
  },
  {
    id: 'requests-uk-2018',
    jurisdiction: 'UK',
    validFrom: '2018-05-25',
    validUntil: '2026-02-05',
    ...EU,
    awaitedOnlyFor: ACCESS_ALONE,
    sources: UK_SOURCES,
  },
  // In force by SI 2026/82, reg. 2(h).
  {
    id: 'requests-uk-2026',
    jurisdiction: 'UK',
    validFrom: '2026-02-05',
    validUntil: null,
    ...EU,
    awaiting: { identity: 'restart', clarification: 'uncounted', fee: 'restart' },
    awaitedOnlyFor: ACCESS_ALONE,
    promptDays: null,
    sources: { ...UK_SOURCES, extension: STATUTE, identity: STATUTE, clarification: STATUTE, fee: STATUTE },
  },
  { id: 'requests-ch-2023', jurisdiction: 'CH', validFrom: '2023-09-01', validUntil: null, ...CH },
];

export interface BreachRules extends DatedRules {
  /** Elapsed hours from awareness to the notice. */
  hours: number;
  source: string;
}

/** Of notices of a breach to the supervisory authority: by the day of awareness. */
export const BREACH_RULES: readonly BreachRules[] = [
  {
    id: 'breach-eu-2018',
    jurisdiction: 'EU',
    validFrom: '2018-05-25',
    validUntil: null,
    hours: BREACH_HOURS,
    source: 'GDPR Art. 33(1)',
  },
  {
    id: 'breach-eu-institutions-2018',
    jurisdiction: 'EU-institutions',
    validFrom: '2018-12-11',
    validUntil: null,
    hours: BREACH_HOURS,
    source: 'Reg. (EU) 2018/1725 Art. 34(1)',
  },
  {
    id: 'breach-uk-2018',
    jurisdiction: 'UK',
    validFrom: '2018-05-25',
    validUntil: null,
    hours: BREACH_HOURS,
    source: 'UK GDPR Art. 33(1)',
  },
  // "As soon as possible": the law counts no hours, and those of its neighbours are the ones to be held to.
  {
    id: 'breach-ch-2023',
    jurisdiction: 'CH',
    validFrom: '2023-09-01',
    validUntil: null,
    hours: BREACH_HOURS,
    source: 'FADP Art. 24(1)',
  },
];
