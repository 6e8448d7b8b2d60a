import type { PrintDocument } from '../../foundations/print/model.ts';
import type { ProcessingRecord } from './model.ts';

/** A record of processing as a document an officer can read, print and sign. */
export function recordDocument(record: ProcessingRecord): PrintDocument {
  const { title, party, set, rows, columns, emptyMandatory } = record;
  const empty = new Set(emptyMandatory.map(({ activity, column }) => `${activity}\0${column}`));
  const titleOf = (id: string) => columns.find((column) => column.id === id)?.title ?? id;
  const instant = (text: string) => `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
  return {
    title,
    language: set === 'cnil' ? 'fr' : 'en',
    institution: party.name,
    date: `Generated from the register as of ${instant(record.at)}`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Of', party.name],
          ['As it was', instant(record.at)],
          ['As known', instant(record.knownAt)],
          ['Activities', String(rows.length)],
          ['Policies', record.policyHash],
          ['Codes from', record.vocabularies.join(', ')],
        ],
      },
      ...(emptyMandatory.length === 0
        ? [{ kind: 'paragraph' as const, text: 'Every mandatory cell says something.' }]
        : [
            {
              kind: 'paragraph' as const,
              note: true,
              text: `${emptyMandatory.length} mandatory cell${emptyMandatory.length === 1 ? ' is' : 's are'} empty:`,
            },
            {
              kind: 'list' as const,
              items: emptyMandatory.map(({ activity, column }) => `${activity}: ${titleOf(column)}`),
            },
          ]),
      ...(rows.length === 0
        ? [
            {
              kind: 'paragraph' as const,
              text: 'This party has no activity in this role. Its activities are declared in the policies.',
            },
          ]
        : []),
      ...rows.flatMap(({ activity, cells }) => [
        { kind: 'heading' as const, level: 2 as const, text: Object.values(cells)[0]?.[0] ?? activity },
        {
          kind: 'facts' as const,
          rows: columns.map(({ id, title: name }): [string, string] => [
            name,
            empty.has(`${activity}\0${id}`) ? 'NOT RECORDED' : (cells[id] ?? []).join('\n') || '–',
          ]),
        },
      ]),
    ],
  };
}
