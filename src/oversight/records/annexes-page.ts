import { textsIn } from '../../foundations/messages/texts.ts';
import type { Block, PrintDocument } from '../../foundations/print/model.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { Annexes } from './annexes.ts';

/** The annexes to print, sign and file. */
export function annexesDocument(annexes: Annexes, view: RegisterView): PrintDocument {
  const { language, timeZone } = view.tenant;
  const t = textsIn(language);
  const when = (instant: string) => t.instant(new Date(instant), timeZone);
  const empty = annexes.emptyMandatory;
  const agreement = view.agreements.find(({ agreementId }) => agreementId === annexes.agreementId);
  const signing = agreement ? [agreement.controller, agreement.processor] : [];
  const blocks: Block[] = [
    {
      kind: 'facts',
      rows: [
        [t('annexes.agreement'), t('annexes.in-state', { title: annexes.title, status: annexes.status })],
        [t('annexes.as-it-was'), when(annexes.at)],
        [t('annexes.as-known'), when(annexes.knownAt)],
        [t('annexes.codes-from'), annexes.vocabularies.join(', ')],
      ],
    },
    ...(empty.length === 0
      ? []
      : [
          { kind: 'paragraph' as const, note: true, text: t('annexes.empty', { count: empty.length }) },
          {
            kind: 'list' as const,
            items: empty.map(({ annex, part, entry }) => t('annexes.empty-entry', { annex, part, entry })),
          },
        ]),
    ...annexes.annexes.flatMap(({ number, title, parts }): Block[] => [
      { kind: 'heading', level: 2, text: t('annexes.annex', { number, title }) },
      ...(parts.length === 0 ? [{ kind: 'list' as const, items: [] }] : []),
      ...parts.flatMap(({ heading, entries }): Block[] => [
        { kind: 'heading', level: 3, text: heading },
        {
          kind: 'facts',
          rows: entries.map(({ label, values }): [string, string] => [
            label,
            values.join('\n') || t('annexes.to-complete'),
          ]),
        },
      ]),
    ]),
    ...signing.map((id): Block => ({ kind: 'signature', party: view.party(id)?.name ?? id })),
  ];
  return {
    title: t('annexes.title', { citation: lawInWords(view.tenant, t).cite('28') }),
    language: t.language,
    ...senderOf(view),
    date: t('annexes.as-of', { when: when(annexes.at) }),
    blocks,
  };
}
