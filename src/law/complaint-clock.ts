import { Temporal } from 'temporal-polyfill';
import { localDay } from './duration.ts';
import { type DatedRules, rulesInForce } from './rule-sets.ts';

interface ComplaintRules extends DatedRules {
  /** Days within which a complaint is acknowledged. */
  acknowledgeDays: number;
  source: string;
}

/** Complaints to the controller itself: by the day of receipt (DPA 2018 s. 164A; in force by SI 2026/82). */
const COMPLAINT_RULES: readonly ComplaintRules[] = [
  {
    id: 'complaints-uk-2026',
    jurisdiction: 'UK',
    validFrom: '2026-06-19',
    validUntil: null,
    acknowledgeDays: 30,
    source: 'DPA 2018 s. 164A(3)',
  },
];

/** Days are local days of the controller. */
export interface ComplaintClock {
  ruleSet: string;
  source: string;
  /** Within how many days it is to be acknowledged. */
  acknowledgeDays: number;
  received: string;
  /** Both readings of "30 days beginning when the complaint is received": the day of receipt counts, or it does not. */
  readings: [string, string];
  /** The earlier reading: what is worked to. */
  acknowledgeBy: string;
  acknowledgedOn: string | null;
  late: boolean;
}

/**
 * The clock of a complaint in the UK (REQ-A59): acknowledged within 30 days; the outcome has no number of days, it is
 * due without undue delay. No day off moves the end: nothing says that it does, and the earlier day is safe.
 *
 * @throws RangeError where the law of that jurisdiction has no such complaint on that day.
 */
export function complaintClock(
  { received: at, acknowledged, now }: { received: Date; acknowledged: Date | null; now: Date },
  timeZone: string,
  jurisdiction: DatedRules['jurisdiction'],
): ComplaintClock {
  const received = localDay(at, timeZone);
  const { id, acknowledgeDays, source } = rulesInForce(COMPLAINT_RULES, jurisdiction, received);
  const plus = (days: number) => Temporal.PlainDate.from(received).add({ days }).toString();
  const readings: [string, string] = [plus(acknowledgeDays - 1), plus(acknowledgeDays)];
  const [acknowledgeBy] = readings;
  const acknowledgedOn = acknowledged && localDay(acknowledged, timeZone);
  return {
    ruleSet: id,
    source,
    acknowledgeDays,
    received,
    readings,
    acknowledgeBy,
    acknowledgedOn,
    late: (acknowledgedOn ?? localDay(now, timeZone)) > acknowledgeBy,
  };
}
