import { localDay } from '../../law/duration.ts';
import { type NoticeCircumstances, noticeDuties } from '../../law/notice-duties.ts';
import { isMarketing, rightsUnder } from '../../law/rights.ts';
import { basisPoint } from '../../law/vocabulary.ts';
import type { Notice } from '../policies/model.ts';
import type { ActivityRecord, RegisterView } from './view-model.ts';

export const WHY_MISSING = [
  'not declared',
  'the words are not in the text',
  'not set apart from other information',
] as const;

/** One thing a notice must tell and does not. */
interface NoticeGap {
  notice: string;
  version: string;
  language: string;
  /** `13-2-d` … */
  point: string;
  article: string;
  tells: string;
  why: (typeof WHY_MISSING)[number];
  /** Of the activities it is the notice of, those that make the point necessary. */
  activities: string[];
}

export interface NoticeCheck {
  notice: string;
  version: string;
  languages: string[];
  activities: string[];
  gaps: NoticeGap[];
  /** What it must tell of decisions by machine alone: on which basis they rest, and how a human looks at them (Art. 22). */
  automatedDecisions: { activity: string; basis: string | null; humanReview: string | null }[];
}

function circumstances({
  basis,
  purpose,
  categories,
  chain,
  activity,
  controllers,
}: ActivityRecord): NoticeCircumstances {
  const holds = new Set<NoticeCircumstances['holds'] extends ReadonlySet<infer C> ? C : never>();
  if (controllers.some(({ dataProtectionOfficer }) => dataProtectionOfficer)) holds.add('officer');
  if (['ea', 'f'].includes(basisPoint(basis))) holds.add('legitimate-interests');
  if (basisPoint(basis) === 'a' || purpose.consent) holds.add('consent');
  if (chain.some(({ tier, engaged }) => engaged && tier !== 0)) holds.add('recipients');
  if (chain.some(({ transfers, engaged }) => engaged && transfers.length > 0)) holds.add('transfers');
  if (activity.automatedDecisions || activity.dpia?.profiling) holds.add('automated-decisions');
  if (isMarketing(purpose) || rightsUnder(basis).some(({ right, exists }) => right === 'A21' && exists !== 'no'))
    holds.add('objection');
  return {
    fromThePerson: categories.some(({ source }) => source === 'person' || source === 'observed'),
    fromElsewhere: categories.some(({ source }) => source === 'platform'),
    holds,
  };
}

/** Words as a reader sees them: without marks of emphasis, line ends as spaces. */
const asRead = (text: string) =>
  text
    .replaceAll(/[*_`#]/g, '')
    .replaceAll(/\s+/g, ' ')
    .toLowerCase();

/** A passage begins with a heading or with words in bold: what has neither belongs to the passage before it. */
function passagesOf(text: string): { led: boolean; words: string }[] {
  const passages: { led: boolean; words: string }[] = [];
  for (const block of text.split(/\n[ \t]*\n/)) {
    const led = /^\s*(#|\*\*|__)/.test(block);
    const last = passages.at(-1);
    // A heading and the bold words right below it are one beginning.
    if (last && (!led || /^\s*#[^\n]*$/.test(last.words))) last.words += `\n${block}`;
    else passages.push({ led, words: block });
  }
  return passages.map(({ led, words }) => ({ led, words: asRead(words) }));
}

/** Whether words stand in a passage of their own, in which nothing else of what the notice tells stands. */
function setApart(text: string, words: string, others: string[]): boolean {
  return passagesOf(text).some(
    (passage) =>
      passage.led &&
      passage.words.includes(asRead(words)) &&
      !others.some((other) => passage.words.includes(asRead(other))),
  );
}

/**
 * Whether the notice of each activity tells everything of Art. 13 and 14 that this activity makes necessary, in every
 * language it is shown in. Each point is declared with words of the text, and the words must stand there (REQ-A19); of the
 * right to object, in a passage of its own (Art. 21(4)).
 */
export function checkNotices(view: RegisterView): NoticeCheck[] {
  const today = localDay(view.at, view.tenant.timeZone);
  const current = new Map<string, Notice>();
  for (const notice of view.policies.notices) if (notice.validFrom <= today) current.set(notice.id, notice);
  const named = new Map<string, ActivityRecord[]>();
  for (const record of view.activities)
    for (const id of record.activity.notices ?? []) named.set(id, [...(named.get(id) ?? []), record]);
  return [...named].flatMap(([id, records]) => {
    const notice = current.get(id);
    if (!notice) return [];
    const needed = new Map<string, { article: string; tells: string; apart: boolean; activities: string[] }>();
    for (const record of records)
      for (const [point, { article, tells, apart = false }] of noticeDuties(circumstances(record))) {
        const known = needed.get(point);
        if (known) known.activities.push(record.id);
        else needed.set(point, { article, tells, apart, activities: [record.id] });
      }
    const { version, covers = {} } = notice;
    const gaps = [...needed].flatMap(([point, { article, tells, apart, activities }]) =>
      Object.entries(notice.texts).flatMap(([language, { text }]): NoticeGap[] => {
        const words = covers[point]?.[language];
        const about = { notice: id, version, language, point, article, tells, activities };
        if (words === undefined) return [{ ...about, why: 'not declared' }];
        if (!asRead(text).includes(asRead(words))) return [{ ...about, why: 'the words are not in the text' }];
        const others = Object.entries(covers).flatMap(([other, said]) =>
          other === point ? [] : (said[language] ?? []),
        );
        if (apart && !setApart(text, words, others)) return [{ ...about, why: 'not set apart from other information' }];
        return [];
      }),
    );
    return [
      {
        notice: id,
        version,
        languages: Object.keys(notice.texts),
        activities: records.map((record) => record.id),
        gaps,
        automatedDecisions: records.flatMap(({ id: of, activity }) => {
          if (!activity.automatedDecisions) return [];
          const { basis = null, humanReview = null } = activity.automatedDecisionBasis ?? {};
          return [{ activity: of, basis, humanReview }];
        }),
      },
    ];
  });
}
