import { consultationClock } from '../../law/consultation-clock.ts';
import { endOfPeriod, localDay } from '../../law/duration.ts';
import { regimeOf, rulesOf } from '../../law/jurisdictions.ts';
import { basisPoint } from '../../law/vocabulary.ts';
import { workingCalendar } from '../../law/working-calendar.ts';
import { unanswered } from '../../register/joint-controllers/arrangements.ts';
import type { ActivityRecord, RegisterView } from '../../register/view/view-model.ts';
import { found, listed } from './found.ts';
import type { Finding } from './model.ts';

/** What the law wants of each activity by itself: basis, special categories, joint controllers, assessment. */
export function activityFindings(view: RegisterView): Finding[] {
  const day = localDay(view.at, view.tenant.timeZone);
  return view.activities.flatMap((record) => [
    ...basisFindings(record, view),
    ...specialFindings(record),
    ...jointFindings(record),
    ...assessmentFindings(record, day),
    ...upkeepFindings(record, day),
  ]);
}

/** How long an activity may go without anybody looking at it again. */
const REVIEWED_EVERY = 'P1Y';

function upkeepFindings({ id, activity }: ActivityRecord, today: string): Finding[] {
  const about = { activity: id };
  const findings: Finding[] = [];
  if (!activity.notices) findings.push(found('notice-missing', about, 'No notice is named that tells people of it.'));
  const { reviewedOn } = activity;
  const due = reviewedOn && endOfPeriod(new Date(reviewedOn), REVIEWED_EVERY, 'UTC');
  if (!due || due.toISOString().slice(0, 10) < today)
    findings.push(
      found(
        'review-overdue',
        about,
        due ? `It was last reviewed on ${reviewedOn}.` : 'Nobody has recorded a review.',
        due || null,
      ),
    );
  return findings;
}

function basisFindings({ id, basis, purpose }: ActivityRecord, view: RegisterView): Finding[] {
  const point = basisPoint(basis);
  const findings: Finding[] = [];
  if (point === 'f' && !(purpose.legitimateInterest && purpose.balancingTest))
    findings.push(
      found(
        'balancing-test-missing',
        { activity: id },
        `The purpose ${purpose.id} rests on legitimate interests; the ${purpose.legitimateInterest ? 'balancing test' : 'interest'} is not named.`,
      ),
    );
  if (point === 'ea' && rulesOf(view.tenant.jurisdiction) !== 'UK')
    findings.push(
      found(
        'basis-not-here',
        { activity: id },
        `The purpose ${purpose.id} rests on Art. 6(1)(ea) of the UK GDPR, which is no law here (${view.tenant.jurisdiction}).`,
      ),
    );
  if (point === 'f' && regimeOf(view.tenant.jurisdiction) === 'eudpr')
    findings.push(
      found(
        'basis-not-here',
        { activity: id },
        `The purpose ${purpose.id} rests on legitimate interests, which Regulation (EU) 2018/1725 does not know (Art. 5(1)).`,
      ),
    );
  if ((point === 'c' || point === 'e') && !purpose.law)
    findings.push(
      found('law-missing', { activity: id }, `The purpose ${purpose.id} rests on a law that is not named.`),
    );
  return findings;
}

function specialFindings({ id, activity, purpose, categories }: ActivityRecord): Finding[] {
  return categories
    .filter(({ special }) => special)
    .flatMap((category) => {
      const about = { activity: id, category: category.id };
      if (!activity.specialCondition)
        return [
          found(
            'special-condition-missing',
            about,
            `${category.id} is a special category, and the activity names no condition for processing it.`,
          ),
        ];
      const explicit = purpose.consent?.explicit ?? purpose.basis === 'A6-1-a-explicit-consent';
      if (activity.specialCondition === 'A9-2-a' && !explicit)
        return [
          found(
            'special-consent-not-explicit',
            about,
            `${category.id} is processed by explicit consent, and the purpose ${purpose.id} does not ask for it.`,
          ),
        ];
      return [];
    });
}

function jointFindings(record: ActivityRecord): Finding[] {
  const { id, activity, chain } = record;
  const joint = chain.filter(({ role }) => role === 'joint-controller').map(({ party }) => party.id);
  if (joint.length === 0) return [];
  if (!activity.joint)
    return [
      found(
        'joint-arrangement-missing',
        { activity: id },
        `${joint.join(' and ')} decide jointly, and no arrangement is recorded.`,
      ),
    ];
  const open = unanswered(record);
  if (open.length === 0) return [];
  return [
    found(
      'joint-rights-unanswered',
      { activity: id },
      `The arrangement between ${joint.join(' and ')} does not say who sees to ${listed(open)}.`,
    ),
  ];
}

const QUESTIONS = {
  profiling: 'systematic evaluation',
  largeScaleSpecial: 'special categories on a large scale',
  publicMonitoring: 'monitoring of a public area',
  nationalList: 'the list of the authority',
} as const;

function assessmentFindings({ id, activity }: ActivityRecord, today: string): Finding[] {
  const { dpia } = activity;
  const about = { activity: id };
  if (!dpia)
    return [found('dpia-screening-missing', about, 'Nobody has answered whether an impact assessment is needed.')];
  const reasons = (Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[]).filter((question) => dpia[question]);
  const { assessment } = dpia;
  if (!assessment)
    return reasons.length === 0
      ? []
      : [
          found(
            'dpia-missing',
            about,
            `The screening says that an assessment is needed (${reasons.map((reason) => QUESTIONS[reason]).join(', ')}), and none is recorded.`,
          ),
        ];
  const findings: Finding[] = [];
  if (assessment.residualRisk === 'high' && !assessment.consultation)
    findings.push(
      found('dpia-consultation-missing', about, 'The residual risk is high, and no consultation is recorded.'),
    );
  const clock = assessment.consultation && consultationClock(assessment.consultation, today, workingCalendar('none'));
  if (clock?.overdue && clock.due)
    findings.push(
      found(
        'dpia-consultation-overdue',
        about,
        `The authority was to advise by ${clock.due}, and no advice is recorded.`,
        new Date(clock.due),
      ),
    );
  if (assessment.reviewBy < today)
    findings.push(
      found(
        'dpia-review-overdue',
        about,
        `The assessment was to be reviewed by ${assessment.reviewBy}.`,
        new Date(assessment.reviewBy),
      ),
    );
  return findings;
}
