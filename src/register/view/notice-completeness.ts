import { localDay } from '../../law/duration.ts';
import { type NoticeCircumstances, noticeDuties } from '../../law/notice-duties.ts';
import { basisPoint } from '../../law/vocabulary.ts';
import type { Notice } from '../policies/model.ts';
import type { ActivityRecord, RegisterView } from './view-model.ts';

/** One thing a notice must tell and does not. */
interface NoticeGap {
  notice: string;
  version: string;
  language: string;
  /** `13-2-d` … */
  point: string;
  article: string;
  tells: string;
  why: 'not declared' | 'the words are not in the text';
  /** Of the activities it is the notice of, those that make the point necessary. */
  activities: string[];
}

export interface NoticeCheck {
  notice: string;
  version: string;
  languages: string[];
  activities: string[];
  gaps: NoticeGap[];
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

/**
 * Whether the notice of each activity tells everything of Art. 13 and 14 that this activity makes necessary, in every
 * language it is shown in. Each point is declared with words of the text, and the words must stand there (REQ-A19).
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
    const needed = new Map<string, { article: string; tells: string; activities: string[] }>();
    for (const record of records)
      for (const [point, { article, tells }] of noticeDuties(circumstances(record))) {
        const known = needed.get(point);
        if (known) known.activities.push(record.id);
        else needed.set(point, { article, tells, activities: [record.id] });
      }
    const { version, covers = {} } = notice;
    const gaps = [...needed].flatMap(([point, { article, tells, activities }]) =>
      Object.entries(notice.texts).flatMap(([language, { text }]): NoticeGap[] => {
        const words = covers[point]?.[language];
        const about = { notice: id, version, language, point, article, tells, activities };
        if (words === undefined) return [{ ...about, why: 'not declared' }];
        return asRead(text).includes(asRead(words)) ? [] : [{ ...about, why: 'the words are not in the text' }];
      }),
    );
    return [
      {
        notice: id,
        version,
        languages: Object.keys(notice.texts),
        activities: records.map((record) => record.id),
        gaps,
      },
    ];
  });
}
