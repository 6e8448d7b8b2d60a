import type { Block, PrintDocument } from '../../../foundations/print/model.ts';
import type { Look } from '../looks.ts';
import { cited, rightsOfOthers } from './facts.ts';
import { historyInWords, looksInWords } from './log-in-words.ts';
import type { AccessFacts, Facts, PackageRecord, PortabilityFacts, RedactionDecisions, Withheld } from './model.ts';
import { kindsBlocks, purposeRows, recipientRows, rightRows, transferItems } from './processing-in-words.ts';
import type { Speech } from './records/speech.ts';
import { isOfProfile, tellRecords } from './records/tell-records.ts';

/** Rows of each kind of data, and of each list, on paper; a reader turns to the tables for the rest. */
export const SHOWN_ROWS = 100;

/** Rows of one name, as far as they are shown, and how many there are. */
interface Shown<T> {
  rows: T[];
  count: number;
}

export interface DocumentRows {
  copy: (Shown<PackageRecord> & { category: string; title: string })[];
  redactions: Shown<{ category: string; record: string; field: string; reason: string }>;
  decided: RedactionDecisions;
  withheld: Withheld;
  accessLog: Shown<Look>;
  history: Shown<{ at: string; action: string; role: string }>;
}

/**
 * What a person reads: first their data, then what it is for, where it goes, how long it stays, and what they may ask.
 * Every record stands in it in words, as far as `SHOWN_ROWS`; every value stands in the files beside it. What there is
 * none of is said in one paragraph. The same document becomes the page and the PDF.
 */
export function packageDocument(facts: Facts, rows: DocumentRows, say: Speech): PrintDocument {
  const { t } = say;
  const kind = facts.subjectKind === 'account' ? 'package.subtitle-account' : 'package.subtitle-visitor';
  return {
    title: t(facts.kind === 'access' ? 'package.title-access' : 'package.title-portability'),
    subtitle: t(kind, { linked: facts.linkedVisitors }),
    language: facts.language,
    institution: facts.institution,
    date: t('package.as-of', { when: t.instant(new Date(facts.snapshotAt), say.timeZone) }),
    blocks: [
      ...(facts.portals ? [paragraph(t('package.portals', { portals: facts.portals.join(', ') }))] : []),
      ...missingBlocks(facts, say),
      ...(facts.kind === 'access' ? accessBlocks(facts, rows, say) : portabilityBlocks(facts, rows, say)),
      heading(t('package.head-files')),
      { kind: 'facts', rows: fileRows(facts, say) },
    ],
  };
}

const heading = (text: string, level: 2 | 3 = 2): Block => ({ kind: 'heading', text, level });
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

function missingBlocks({ missing }: Facts, { t }: Speech): Block[] {
  if (missing.length === 0) return [];
  return [
    heading(t('package.head-missing')),
    { kind: 'paragraph', text: t('package.incomplete'), note: true },
    { kind: 'list', items: missing.map(({ holder, inWords }) => t('package.missing', { holder, why: inWords })) },
  ];
}

function accessBlocks(facts: AccessFacts, rows: DocumentRows, say: Speech): Block[] {
  const { t, law } = say;
  const { records, held, searched } = facts.confirmation;
  const head = (text: string, ...provisions: string[]) => heading(cited(text, law.cite(...provisions), say));
  const notFound = searched.filter((one) => one.records === 0).map(({ title }) => title);
  const transfers = transferItems(facts, say);
  const redacted = redactionItems(facts, rows, say);
  const looks = rows.accessLog.count > 0;
  const history = historyInWords(rows.history.rows, say);
  const empty = [
    ...(transfers.length === 0 ? [cited(t('package.no-transfers'), law.cite('15(2)'), say)] : []),
    ...(facts.automatedDecisions.exist ? [] : [facts.automatedDecisions.inWords]),
    ...(looks ? [] : [t('package.no-looks')]),
    ...(history.length === 0 ? [t('package.no-history')] : []),
  ];
  return [
    head(t('package.head-short'), '15(1)'),
    paragraph(
      held
        ? `${t('package.held', { records, kinds: rows.copy.length })} ${t('package.zone', { zone: say.timeZone })}`
        : facts.confirmation.inWords,
    ),
    ...(notFound.length > 0 ? [paragraph(t('package.looked-for', { kinds: notFound.join('; ') }))] : []),
    ...(held
      ? [
          head(t('package.head-copy'), '15(3)'),
          ...copyBlocks(rows, say),
          head(t('package.head-purposes'), '15(1)(a)'),
          { kind: 'facts' as const, rows: purposeRows(facts, say) },
          head(t('package.head-kinds'), '15(1)'),
          ...kindsBlocks(facts, say),
          head(t('package.head-recipients'), '15(1)(c)'),
          { kind: 'facts' as const, rows: recipientRows(facts, say) },
        ]
      : []),
    ...(transfers.length > 0
      ? [head(t('package.head-transfers'), '15(2)'), { kind: 'list' as const, items: transfers }]
      : []),
    ...(facts.automatedDecisions.exist
      ? [head(t('package.head-decisions'), '15(1)(h)'), paragraph(facts.automatedDecisions.inWords)]
      : []),
    head(t('package.head-rights'), '15(1)(e)'),
    { kind: 'facts', rows: rightRows(facts, say) },
    paragraph(`${cited(t('package.complaint', facts.complaint), law.complaint, say)}.`),
    ...(held
      ? [
          heading(t('package.head-redactions')),
          {
            kind: 'list' as const,
            items: [
              ...(redacted.length > 0 ? redacted : [t('package.no-redactions')]),
              ...withheldItems(facts, rows, say),
            ],
          },
        ]
      : []),
    ...(looks
      ? [heading(t('package.head-looks')), looksInWords(rows.accessLog.rows, say), ...restOf(rows.accessLog, say)]
      : []),
    ...(history.length > 0 ? [heading(t('package.head-history')), ...history, ...restOf(rows.history, say)] : []),
    ...(empty.length > 0 ? [heading(t('package.head-none')), paragraph(empty.join(' '))] : []),
  ];
}

function portabilityBlocks(facts: PortabilityFacts, rows: DocumentRows, say: Speech): Block[] {
  const { t, law } = say;
  const redacted = redactionItems(facts, rows, say);
  const found = facts.scope.filter(({ records }) => records > 0);
  const nothing = facts.scope.filter(({ records }) => records === 0).map(({ title }) => title);
  const others = cited(t('package.scope-others'), law.cite('20(4)'), say);
  return [
    heading(cited(t('package.head-scope'), law.cite('20(1)'), say)),
    paragraph(`${t('package.scope')} ${others} ${t('package.zone', { zone: say.timeZone })}`),
    ...(found.length > 0
      ? [
          {
            kind: 'table' as const,
            caption: t('package.caption-kinds'),
            columns: [t('package.kind-column'), t('package.basis-column'), t('package.source-column')],
            rows: found.map(({ title, basisInWords, source, records }) => [
              t('package.counted', { title, count: records }),
              basisInWords,
              source,
            ]),
          },
        ]
      : []),
    ...(nothing.length > 0 ? [paragraph(t('package.looked-for', { kinds: nothing.join('; ') }))] : []),
    ...(rows.copy.length > 0 ? [heading(t('package.head-copy')), ...copyBlocks(rows, say)] : []),
    ...(redacted.length > 0 ? [heading(t('package.head-redactions')), { kind: 'list' as const, items: redacted }] : []),
    heading(t('package.head-left-out')),
    {
      kind: 'list',
      items: (['basis', 'source'] as const).flatMap((reason) => {
        const kinds = facts.leftOut.filter((one) => one.reason === reason);
        if (kinds.length === 0) return [];
        const why = cited(t(`package.left-out.${reason}`), law.cite(reason === 'basis' ? '20(1)(a)' : '20(1)'), say);
        return [t('records-in-words.labelled', { label: kinds.map(({ title }) => title).join('; '), value: why })];
      }),
    },
    paragraph(cited(t('package.left-out-answer'), law.article('access'), say)),
  ];
}

function copyBlocks({ copy }: DocumentRows, say: Speech): Block[] {
  const mine = copy.filter(({ category }) => isOfProfile(category));
  const profile = mine.flatMap(({ category, rows, count }) => [
    ...tellRecords(category, rows, say),
    ...restOf({ rows, count }, say),
  ]);
  const others = copy
    .filter(({ category }) => !isOfProfile(category))
    .flatMap(({ category, title, rows, count }) => [
      heading(count > 1 ? say.t('package.counted', { title, count }) : title, 3),
      ...tellRecords(category, rows, say),
      ...restOf({ rows, count }, say),
    ]);
  return mine.length > 0 ? [heading(say.t('package.profile'), 3), ...together(profile), ...others] : others;
}

/** Values of one row that lie in several kinds of data, one below the other. */
function together(blocks: readonly Block[]): Block[] {
  const rows = blocks.flatMap((block) => (block.kind === 'facts' ? block.rows : []));
  return [
    ...(rows.length > 0 ? [{ kind: 'facts' as const, rows }] : []),
    ...blocks.filter(({ kind }) => kind !== 'facts'),
  ];
}

const restOf = ({ rows, count }: Shown<unknown>, { t }: Speech): Block[] =>
  count > rows.length
    ? [{ kind: 'paragraph', text: t('package.rest', { shown: rows.length, all: count }), note: true }]
    : [];

/** What is not shown of the records, by kind, field and reason, and what an officer decided. */
function redactionItems({ kind }: Facts, { redactions, decided }: DocumentRows, say: Speech): string[] {
  const { t } = say;
  const place = rightsOfOthers(kind, say);
  const groups = new Map<string, { category: string; field: string; reason: string; count: number }>();
  for (const { category, field, reason } of redactions.rows) {
    const key = [category, field, reason].join('\0');
    const group = groups.get(key) ?? { category, field, reason, count: 0 };
    group.count += 1;
    groups.set(key, group);
  }
  const each = [...groups.values()].map(({ category, field, reason, count }) =>
    t('package.redacted', {
      kind: say.category(category),
      field: say.field(category, field),
      count,
      why: cited(say.code('package.redaction', reason), place, say),
    }),
  );
  const chosen = decided.map(({ category, field, decision, reasonInWords }) =>
    t(`package.decided-${decision}`, {
      kind: say.category(category),
      field: say.field(category, field),
      why: reasonInWords,
    }),
  );
  const { rows, count } = redactions;
  return [...each, ...(count > rows.length ? [t('package.rest', { shown: rows.length, all: count })] : []), ...chosen];
}

/** What stands in the same rows and is not in the copy; the reasons, one by one, are in data.json. */
function withheldItems({ kind }: Facts, { withheld }: DocumentRows, say: Speech): string[] {
  const { t } = say;
  if (withheld.length === 0) return [];
  const others = cited(t('package.withheld-others'), rightsOfOthers(kind, say), say);
  return withheld.length > 1 ? [others, t('package.withheld-internal')] : [others];
}

function fileRows({ kind }: Facts, { t }: Speech): [string, string][] {
  const files = [
    'report',
    'data',
    'tables',
    ...(kind === 'access' ? (['log'] as const) : (['linked'] as const)),
    'manifest',
  ];
  return (files as ('report' | 'data' | 'tables' | 'log' | 'linked' | 'manifest')[]).map((file) => [
    t(`package.file.${file}`),
    t(`package.file.${file}-is`),
  ]);
}
