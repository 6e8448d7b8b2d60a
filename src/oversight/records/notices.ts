import type { Block, PrintDocument } from '../../foundations/print/model.ts';
import { localDay } from '../../law/duration.ts';
import { checkNotices } from '../../register/view/notice-completeness.ts';
import type { RegisterView } from '../../register/view/view-model.ts';

/** What every notice must tell by Art. 13 and 14, and what it does not, for an officer or an authority. */
export function noticesDocument(view: RegisterView): PrintDocument {
  const checks = checkNotices(view);
  const titleOf = (id: string) => view.activity(id)?.title ?? id;
  return {
    title: 'Notices held against Art. 13 and 14 GDPR',
    subtitle: 'What each notice must tell, for the activities it is the notice of, in every language it is shown in.',
    language: 'en',
    institution: view.parties.find(({ kind }) => kind === 'tenant')?.name ?? view.tenant.name,
    date: `As of ${localDay(view.at, view.tenant.timeZone)}`,
    blocks: checks.flatMap(({ notice, version, languages, activities, gaps, automatedDecisions }): Block[] => {
      const shown = view.policies.notices.find((one) => one.id === notice && one.version === version);
      return [
        { kind: 'heading', level: 2, text: `${notice}, version ${version}` },
        {
          kind: 'facts',
          rows: [
            ['Shown since', shown?.validFrom ?? '–'],
            ['Languages', languages.join(', ')],
            ['Notice of', activities.map(titleOf).join('\n')],
            ...automatedDecisions.map(({ activity, basis, humanReview }): [string, string] => [
              'Decided by machine alone (Art. 22)',
              `${titleOf(activity)}: ${basis ?? 'no basis is stated'}${humanReview ? `; human review: ${humanReview}` : ''}`,
            ]),
            ...Object.entries(shown?.texts ?? {}).map(([language, { hash }]): [string, string] => [
              `SHA-256 (${language})`,
              hash,
            ]),
          ],
        },
        gaps.length === 0
          ? { kind: 'paragraph', text: 'Tells everything that these activities make necessary.' }
          : { kind: 'paragraph', note: true, text: `${gaps.length} points are missing.` },
        ...(gaps.length === 0
          ? []
          : [
              {
                kind: 'table' as const,
                caption: 'Missing',
                columns: ['Article', 'Must tell', 'Language', 'Why', 'Because of'],
                rows: gaps.map(({ article, tells, language, why, activities: because }) => [
                  article,
                  tells,
                  language,
                  why,
                  because.map(titleOf).join('\n'),
                ]),
              },
            ]),
      ];
    }),
  };
}
