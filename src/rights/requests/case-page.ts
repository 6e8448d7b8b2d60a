import { selector, type Texts, textsIn } from '../../foundations/messages/texts.ts';
import type { Block, PrintDocument } from '../../foundations/print/model.ts';
import { localDay } from '../../law/duration.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { File } from './case-file.ts';
import { clockInWords, complaintInWords } from './clock-in-words.ts';
import type { Said } from './letters/model.ts';
import { groundIn } from './letters/values.ts';
import { historyShown } from './shown.ts';
import type { RequestType } from './types.ts';

/** A request from receipt to end, as a document for people: in the language and zone of the portal. */
export function casePage(
  file: File,
  view: RegisterView,
  labels: ReadonlyMap<string, string>,
  outcome: Said,
): PrintDocument {
  const { row, life, timing } = file;
  const { timeZone, language } = view.tenant;
  const t = textsIn(language);
  const law = lawInWords(view.tenant, t);
  const when = (iso: string) => t.instant(new Date(iso), timeZone);
  const right = (type: RequestType) =>
    t('request-file.right-is', { what: t('request-file.type', { type: selector(type) }), citation: law.article(type) });
  const { clock, complaint, dueOn } = timing;
  const blocks: Block[] = [
    {
      kind: 'facts',
      rows: [
        [
          t('request-file.right'),
          life.then ? t('request-file.then', { first: right(life.type), second: right(life.then) }) : right(life.type),
        ],
        [t('request-file.state'), t(`request-file.state.${life.state}`)],
        [t('request-file.received'), when(life.received.at.toISOString())],
        [t('request-file.last-day'), dueOn === null ? '–' : t.day(dueOn)],
        ...importedRow(file, view, t),
      ],
    },
    { kind: 'heading', level: 2, text: t('request-file.clock') },
    {
      kind: 'list',
      items: clock ? clockInWords(clock, t) : complaint ? complaintInWords(complaint, t) : [],
    },
    { kind: 'heading', level: 2, text: t('request-file.history') },
    {
      kind: 'table',
      caption: t('request-file.events', { count: file.events.length }),
      columns: [
        t('request-file.number'),
        t('request-file.what'),
        t('request-file.when'),
        t('request-file.recorded'),
        t('request-file.by'),
      ],
      rows: historyShown(file).items.map(({ seq, kind, occurredAt, recordedAt, recordedBy, struck }) => {
        const what = t.maybe(`request-file.event.${kind}`) ?? kind;
        return [
          String(seq),
          struck ? t('request-file.struck', { what }) : what,
          when(occurredAt),
          when(recordedAt),
          labels.get(recordedBy) ?? recordedBy,
        ];
      }),
    },
    ...outcomeBlocks(outcome, view),
    ...life.letters.flatMap((letter): Block[] => [
      { kind: 'heading', level: 3, text: letter.subject },
      ...letter.text
        .trim()
        .split(/\n{2,}/)
        .map((text): Block => ({ kind: 'paragraph', text })),
    ]),
  ];
  return {
    title: t('request-file.title', { reference: row.reference }),
    subtitle: t('request-file.subtitle', { citation: law.cite('5(2)', '12') }),
    language: t.language,
    ...senderOf(view),
    date: t('request-file.times', { zone: timeZone }),
    blocks,
  };
}

/** Of what was dealt with elsewhere: since when it is here, and who vouches for it. */
function importedRow({ row, life }: File, view: RegisterView, t: Texts): [string, string][] {
  if (!row.importedAt) return [];
  const { party, reason } = life.received.vouchedBy ?? {};
  const named = view.policies.parties.find(({ id }) => id === party)?.name ?? party;
  const who = [named, reason].filter((one) => one !== undefined).join(': ') || 'none';
  const day = t.day(localDay(row.importedAt, view.tenant.timeZone));
  return [[t('request-file.imported'), t('request-file.imported-on', { day, who })]];
}

/** What was done, as the letter says it. */
function outcomeBlocks({ done, kept, held }: Said, { tenant }: RegisterView): Block[] {
  const t = textsIn(tenant.language);
  const ground = groundIn(t, lawInWords(tenant, t));
  const because = (items: Said['kept'] = []) =>
    items.map(({ category, grounds }) =>
      t('request-file.because', { category, ground: grounds.map(ground).join('; ') }),
    );
  const parts: [string, string[]][] = [
    [t('request-file.done'), done ?? []],
    [t('request-file.kept'), because(kept)],
    [t('request-file.held'), because(held)],
  ];
  return parts.flatMap(([text, items]): Block[] =>
    items.length === 0
      ? []
      : [
          { kind: 'heading', level: 2, text },
          { kind: 'list', items },
        ],
  );
}
