import { type Texts, textsIn } from '../../foundations/messages/texts.ts';
import type { Block, PrintDocument } from '../../foundations/print/model.ts';
import { wordOf } from '../../register/policies/whose-word.ts';
import { wordInWords } from '../../register/policies/word-in-words.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import { checkNotices } from '../../register/view/notice-completeness.ts';
import { titlesIn } from '../../register/view/titles.ts';
import type { RegisterView } from '../../register/view/view-model.ts';

/** `13-2-d`: `13(2)(d)`. */
const provisionOf = (point: string): string =>
  point
    .split('-')
    .map((part, index) => (index === 0 ? part : `(${part})`))
    .join('');

/** Whose text it is, where it is not the installation's. */
function whose(policies: RegisterView['policies'], id: string, t: Texts): [string, string][] {
  const word = wordInWords(wordOf(policies, 'notices', id), t);
  return word ? [[t('notice-check.whose'), word]] : [];
}

/** What every notice must tell by Art. 13 and 14, and what it does not, for an officer or an authority. */
export function noticesDocument(view: RegisterView): PrintDocument {
  const { language: spoken, timeZone } = view.tenant;
  const checks = checkNotices(view);
  const t = textsIn(spoken);
  const law = lawInWords(view.tenant, t);
  const titles = titlesIn(view.policies, spoken);
  return {
    title: t('notice-check.title', { citation: law.cite('13', '14') }),
    subtitle: t('notice-check.subtitle'),
    language: t.language,
    ...senderOf(view),
    date: t('notice-check.as-of', { day: t.dayOf(view.at, timeZone) }),
    blocks: checks.flatMap(({ notice, version, languages, activities, gaps, automatedDecisions }): Block[] => {
      const shown = view.policies.notices.find((one) => one.id === notice && one.version === version);
      return [
        { kind: 'heading', level: 2, text: t('notice-check.version', { notice, version }) },
        {
          kind: 'facts',
          rows: [
            [t('notice-check.since'), shown ? t.day(shown.validFrom) : '–'],
            [t('notice-check.languages'), t.list(languages.map(t.languageName))],
            ...whose(view.policies, `${notice} ${version}`, t),
            [t('notice-check.of'), activities.map(titles.activity).join('\n')],
            ...automatedDecisions.map(({ activity, basis, humanReview }): [string, string] => [
              t('notice-check.automated', { citation: law.cite('22') }),
              t('notice-check.automated-how', {
                activity: titles.activity(activity),
                basis: basis ?? t('notice-check.automated-no-basis'),
                review: humanReview ?? '',
                reviewed: humanReview ? 'yes' : 'no',
              }),
            ]),
            ...Object.entries(shown?.texts ?? {}).map(([language, { hash }]): [string, string] => [
              t('notice-check.hash', { language: t.languageName(language) }),
              hash,
            ]),
          ],
        },
        gaps.length === 0
          ? { kind: 'paragraph', text: t('notice-check.complete') }
          : { kind: 'paragraph', note: true, text: t('notice-check.gaps', { count: gaps.length }) },
        ...(gaps.length === 0
          ? []
          : [
              {
                kind: 'table' as const,
                caption: t('notice-check.missing'),
                columns: [
                  t('notice-check.article'),
                  t('notice-check.must-tell'),
                  t('notice-check.language'),
                  t('notice-check.why'),
                  t('notice-check.because'),
                ],
                rows: gaps.map(({ point, tells, language, why, activities: because }) => [
                  law.cite(provisionOf(point)),
                  t.maybe(`notice-check.tells.${point}`) ?? tells,
                  t.languageName(language),
                  t(`notice-check.why.${why}`),
                  because.map(titles.activity).join('\n'),
                ]),
              },
            ]),
      ];
    }),
  };
}
