import { formTextsIn } from '../../foundations/messages/texts.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { ProcessingRecord } from './model.ts';

/** A record of processing as a document an officer can read, print and sign. */
export function recordDocument(record: ProcessingRecord, view: RegisterView): PrintDocument {
  const { timeZone } = view.tenant;
  const { title, party, rows, columns, emptyMandatory } = record;
  const t = formTextsIn(record.language);
  const empty = new Set(emptyMandatory.map(({ activity, column }) => `${activity}\0${column}`));
  const columnCalled = (id: string) => columns.find((column) => column.id === id)?.title ?? id;
  const activityCalled = (id: string) =>
    Object.values(rows.find(({ activity }) => activity === id)?.cells ?? {})[0]?.[0];
  const when = (text: string) => t.instant(new Date(text), timeZone);
  return {
    title,
    language: t.language,
    ...senderOf(view, view.party(party.id)),
    date: t('record-page.as-of', { when: when(record.at) }),
    blocks: [
      {
        kind: 'facts',
        rows: [
          [t('record-page.of'), party.name],
          [t('record-page.as-it-was'), when(record.at)],
          [t('record-page.as-known'), when(record.knownAt)],
          [t('record-page.activities'), t.number(rows.length)],
          [t('record-page.policies'), record.policyHash],
          [t('record-page.codes-from'), record.vocabularies.join(', ')],
        ],
      },
      ...(emptyMandatory.length === 0
        ? [{ kind: 'paragraph' as const, text: t('record-page.complete') }]
        : [
            { kind: 'paragraph' as const, note: true, text: t('record-page.empty', { count: emptyMandatory.length }) },
            {
              kind: 'list' as const,
              items: emptyMandatory.map(({ activity, column }) =>
                t('record-page.empty-cell', {
                  activity: activityCalled(activity) ?? activity,
                  column: columnCalled(column),
                }),
              ),
            },
          ]),
      ...(rows.length === 0 ? [{ kind: 'paragraph' as const, text: t('record-page.no-activity') }] : []),
      ...rows.flatMap(({ activity, cells }) => [
        { kind: 'heading' as const, level: 2 as const, text: Object.values(cells)[0]?.[0] ?? activity },
        {
          kind: 'facts' as const,
          rows: columns.map(({ id, title: name }): [string, string] => [
            name,
            empty.has(`${activity}\0${id}`) ? t('record-page.not-recorded') : (cells[id] ?? []).join('\n') || '–',
          ]),
        },
      ]),
      { kind: 'signature' as const, party: party.name },
    ],
  };
}
