import { LATE_AFTER_HOURS, type SweepState, sweepAlarms } from '../../data/retention/alarm.ts';
import { type Counted, endOfPeriod } from '../../law/duration.ts';
import { found } from './found.ts';
import type { Finding } from './model.ts';

const HOUR = 3_600_000;

/** How one rule is being kept, as of now. */
interface RuleState {
  rule: string;
  category: string;
  due: number;
  /** Rows with nothing to count from. */
  withoutClock?: number;
  /** Since when the oldest due row should have been treated; null when nothing is due. */
  overdueSince: Date | null;
  /** Whether any finished sweep has carried it out. */
  swept: boolean;
}

/** Days after which a review is late. */
const REVIEW_LATE_DAYS = 30;

export interface RetentionState {
  sweeps: SweepState;
  /** What waits for a person to look at it. */
  reviews?: { waiting: number; oldest: Date | null };
  rules: RuleState[];
}

/** When the oldest row that a rule finds due should have been treated. */
export function overdueSince(
  oldest: Date | null,
  { after, counted }: { after: string; counted?: Counted },
  timeZone: string,
): Date | null {
  return oldest && endOfPeriod(oldest, after, timeZone, counted);
}

const CODE_OF = {
  clock: 'clock-in-doubt',
  waiting: 'sweep-waiting',
  failed: 'sweep-failed',
  incomplete: 'sweep-incomplete',
  late: 'sweep-late',
  'stands-still': 'sweep-stands-still',
} as const;

/** Whether the periods of the register are kept: sweeps happen, end well, and leave nothing behind. */
export function sweepFindings({ sweeps, rules, reviews }: RetentionState, now: Date): Finding[] {
  const findings = sweepAlarms(sweeps, now, LATE_AFTER_HOURS).map(({ kind, text }) =>
    found(CODE_OF[kind], {}, `In this tenant ${text}.`, kind === 'late' ? sweeps.lastFinishedAt : null),
  );
  if (reviews?.oldest && now.getTime() - reviews.oldest.getTime() > REVIEW_LATE_DAYS * 24 * HOUR)
    findings.push(
      found(
        'review-late',
        {},
        `${reviews.waiting} reviews wait for a person to look; the oldest for more than ${REVIEW_LATE_DAYS} days.`,
        reviews.oldest,
      ),
    );
  if (sweeps.lastFinishedAt === null) findings.push(found('sweep-never', {}, 'No sweep has finished yet.'));
  for (const { rule, category, due, withoutClock = 0, overdueSince: since, swept } of rules) {
    const about = { rule, category };
    if (withoutClock > 0)
      findings.push(
        found(
          'rows-without-clock',
          about,
          `${withoutClock} rows of ${category} have no instant that ${rule} could count from; they are never due.`,
        ),
      );
    if (sweeps.lastFinishedAt !== null && !swept)
      findings.push(found('sweep-never', about, `No sweep has carried out ${rule} yet.`));
    // What fell due since the last night is the next sweep's.
    if (since && now.getTime() - since.getTime() > LATE_AFTER_HOURS * HOUR)
      findings.push(
        found(
          'rows-overdue',
          about,
          `${due} rows of ${category} are still there; ${rule} should have treated them.`,
          since,
        ),
      );
  }
  return findings;
}
