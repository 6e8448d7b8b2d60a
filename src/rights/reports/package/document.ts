import type { Block, PrintDocument } from '../../../foundations/print/model.ts';
import type { AccessFacts, Facts, PackageRecord, PortabilityFacts, RedactionDecisions, Withheld } from './model.ts';
import { fieldInWords, wordsOf } from './words.ts';
import type { Words } from './words-model.ts';

/** Rows of each kind of data, and of each list, on paper; a reader turns to the tables for the rest. */
export const SHOWN_ROWS = 100;

/** Rows of one name, as far as they are shown, and how many there are. */
interface Shown<T> {
  rows: T[];
  count: number;
  file: string;
}

export interface DocumentRows {
  copy: (Shown<PackageRecord> & { category: string; title: string; fields: string[] })[];
  redactions: Shown<{ category: string; record: string; field: string; reason: string }>;
  decided: RedactionDecisions;
  withheld: Withheld;
  accessLog: Shown<{ at: string; what: string; purposeInWords: string; role: string }>;
  history: Shown<{ at: string; action: string; role: string }>;
}

/** What a person reads: the same document becomes the page and the PDF. */
export function packageDocument(facts: Facts, rows: DocumentRows): PrintDocument {
  const words = wordsOf(facts.language);
  const titles = new Map(rows.copy.map(({ category, title }) => [category, title]));
  const before = facts.kind === 'access' ? accessBlocks(facts, words) : portabilityBlocks(facts, words);
  return {
    title: words.title[facts.kind],
    subtitle: words.subtitle(facts.subjectKind, facts.linkedVisitors),
    language: facts.language,
    institution: facts.institution,
    date: words.asOf(instant(facts.snapshotAt)),
    blocks: [
      ...missingBlocks(facts, words),
      ...before,
      heading(words.headings.copy),
      ...rows.copy.flatMap((one) => copyBlocks(one, facts, words)),
      ...redactionBlocks(rows, titles, facts, words),
      ...(facts.kind === 'access' ? logBlocks(rows, words) : []),
      heading(words.headings.files),
      { kind: 'facts', rows: words.files.filter(([name]) => facts.kind === 'access' || name !== 'log.json') },
    ],
  };
}

const heading = (text: string, level: 2 | 3 = 2): Block => ({ kind: 'heading', text, level });
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

/** `2026-03-01T12:00:00.000Z` for a reader: 2026-03-01 12:00:00 UTC. */
const instant = (text: string): string => text.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function missingBlocks({ missing }: Facts, words: Words): Block[] {
  if (missing.length === 0) return [];
  return [
    heading(words.headings.missing),
    { kind: 'paragraph', text: words.incomplete, note: true },
    { kind: 'list', items: missing.map(({ holder, inWords }) => `${holder}: ${inWords}`) },
  ];
}

function accessBlocks(facts: AccessFacts, words: Words): Block[] {
  const { labels, headings } = words;
  const titles = new Map(facts.confirmation.searched.map(({ category, title }) => [category, title]));
  const inWords = (categories: string[]) => categories.map((id) => titles.get(id) ?? id).join('; ');
  return [
    heading(headings.confirmation),
    paragraph(facts.confirmation.inWords),
    {
      kind: 'table',
      caption: headings.categories.replace(/ \(.*/, ''),
      columns: [labels.category, labels.records],
      rows: facts.confirmation.searched.map(({ title, records }) => [title, String(records)]),
    },
    ...(facts.confirmation.held
      ? [
          heading(headings.purposes),
          ...facts.purposes.flatMap((one): Block[] => [
            heading(one.title, 3),
            {
              kind: 'facts',
              rows: [
                [labels.purpose, one.description],
                [labels.basis, one.basisInWords],
                ...(one.legitimateInterest === null
                  ? []
                  : [[labels.interest, one.legitimateInterest] as [string, string]]),
                [labels.about, inWords(one.categories)],
              ],
            },
          ]),
          heading(headings.categories),
          {
            kind: 'table' as const,
            caption: labels.about,
            columns: [labels.category, labels.records, labels.special],
            rows: facts.categories.map(({ title, records, special }) => [
              title,
              String(records),
              special ? labels.yes : labels.no,
            ]),
          },
          heading(headings.recipients),
          ...facts.recipients.flatMap((one): Block[] => [
            heading(one.name, 3),
            {
              kind: 'facts',
              rows: (
                [
                  [labels.role, one.roleInWords],
                  [labels.does, one.does],
                  [labels.onBehalfOf, one.onBehalfOf],
                  [labels.contact, one.contact],
                  [labels.countries, one.countries.join(', ')],
                  [labels.about, inWords(one.categories)],
                ] as [string, string | null][]
              ).filter((row): row is [string, string] => row[1] !== null && row[1] !== ''),
            },
          ]),
          heading(headings.periods),
          {
            kind: 'table' as const,
            caption: labels.periods,
            columns: [labels.category, labels.periods, labels.onErasure],
            rows: facts.periods.map(({ title, periods, onErasureRequest }) => [
              title,
              periods.join('; '),
              onErasureRequest,
            ]),
          },
        ]
      : []),
    heading(headings.rights),
    ...facts.rights.map(
      ({ right, offered, standings }): Block => ({
        kind: 'facts',
        rows: [[`${right}: ${words.offered(offered)}`, rightInWords(standings)]],
      }),
    ),
    heading(headings.complaint),
    paragraph(words.complaint(facts.complaint.authority, facts.complaint.contact)),
    ...(facts.confirmation.held
      ? [
          heading(headings.sources),
          {
            kind: 'table' as const,
            caption: labels.source,
            columns: [labels.category, labels.source],
            rows: facts.sources.map(({ title, sourceInWords }) => [title, sourceInWords]),
          },
        ]
      : []),
    heading(headings.automatedDecisions),
    paragraph(facts.automatedDecisions.inWords),
    heading(headings.transfers),
    ...(facts.transfers.length === 0
      ? [paragraph(words.noTransfers)]
      : [
          {
            kind: 'table' as const,
            caption: labels.safeguard,
            columns: [labels.importer, labels.country, labels.safeguard, labels.measures, labels.about],
            rows: facts.transfers.map(({ importer, country, toolInWords, supplementaryMeasures, categories }) => [
              importer,
              country,
              toolInWords,
              supplementaryMeasures.join('; '),
              inWords(categories),
            ]),
          },
        ]),
  ];
}

/** `contract: follows from the basis`; bases that stand alike share a line. */
function rightInWords(standings: AccessFacts['rights'][number]['standings']): string {
  const lines = new Map<string, Set<string>>();
  for (const { basisInWords, reasonInWords } of standings) {
    const bases = lines.get(reasonInWords) ?? new Set();
    bases.add(basisInWords);
    lines.set(reasonInWords, bases);
  }
  return [...lines].map(([why, bases]) => `${[...bases].join(', ')}: ${why}`).join('\n');
}

function portabilityBlocks(facts: PortabilityFacts, words: Words): Block[] {
  const { labels, headings } = words;
  return [
    heading(headings.scope),
    paragraph(words.scope),
    {
      kind: 'table',
      caption: labels.about,
      columns: [labels.category, labels.basis, labels.source, labels.records],
      rows: facts.scope.map(({ title, basisInWords, source, records }) => [
        title,
        basisInWords,
        source,
        String(records),
      ]),
    },
    heading(headings.leftOut),
    {
      kind: 'table',
      caption: labels.reason,
      columns: [labels.category, labels.reason],
      rows: facts.leftOut.map(({ title, reasonInWords }) => [title, reasonInWords]),
    },
  ];
}

/** Columns that can be read side by side; records with more fields are shown one below the other. */
const WIDEST = 5;

function copyBlocks({ title, fields, rows, count, file }: DocumentRows['copy'][number], facts: Facts, words: Words) {
  const cell = (record: PackageRecord, field: string): string => {
    const shown = inCell(record.fields[field], words);
    if (record.redacted?.[field] === undefined) return shown;
    return record.fields[field] === null ? words.labels.redacted : shown;
  };
  const names = fields.map((field) => fieldInWords(field, facts.language));
  const blocks: Block[] =
    fields.length <= WIDEST
      ? [
          {
            kind: 'table',
            caption: `${title} (${count})`,
            columns: [words.labels.at, ...names],
            rows: rows.map((record) => [instant(record.at), ...fields.map((field) => cell(record, field))]),
          },
        ]
      : [
          heading(`${title} (${count})`, 3),
          ...rows.flatMap((record, n): Block[] => [
            paragraph(`${words.record(n + 1, count)}, ${instant(record.at)}`),
            {
              kind: 'facts',
              rows: fields.map((field, at): [string, string] => [names[at] as string, cell(record, field)]),
            },
          ]),
        ];
  return [...blocks, ...restOf({ rows, count, file }, words)];
}

function inCell(value: unknown, { labels }: Words): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'boolean') return value ? labels.yes : labels.no;
  if (typeof value === 'string' && INSTANT.test(value)) return instant(value);
  return value === null || value === undefined ? '' : String(value);
}

const restOf = ({ rows, count, file }: Shown<unknown>, words: Words): Block[] =>
  count > rows.length ? [{ kind: 'paragraph', text: words.rest(rows.length, count, file), note: true }] : [];

function redactionBlocks(rows: DocumentRows, titles: Map<string, string>, facts: Facts, words: Words): Block[] {
  const { redactions, decided, withheld } = rows;
  const { labels } = words;
  const reasons = words.redactionReasons as Record<string, string>;
  return [
    heading(words.headings.redactions),
    ...(redactions.count === 0
      ? [paragraph(words.noRedactions)]
      : [
          {
            kind: 'table' as const,
            caption: `${labels.redacted} (${redactions.count})`,
            columns: [labels.category, labels.records, labels.field, labels.reason],
            rows: redactions.rows.map(({ category, record, field, reason }) => [
              titles.get(category) ?? category,
              record,
              fieldInWords(field, facts.language),
              reasons[reason] ?? reason,
            ]),
          },
          ...restOf(redactions, words),
        ]),
    ...(decided.length === 0
      ? []
      : [
          {
            kind: 'list' as const,
            items: decided.map(
              ({ category, field, reasonInWords }) =>
                `${titles.get(category) ?? category}, ${fieldInWords(field, facts.language)}: ${reasonInWords}`,
            ),
          },
        ]),
    { kind: 'list', items: withheld.map(({ what, reason }) => `${what}: ${reason}`) },
  ];
}

function logBlocks({ accessLog, history }: DocumentRows, words: Words): Block[] {
  const { labels, headings } = words;
  return [
    heading(headings.accessLog),
    ...(accessLog.count === 0
      ? [paragraph(words.noLooks)]
      : [
          {
            kind: 'table' as const,
            caption: `${headings.accessLog} (${accessLog.count})`,
            columns: [labels.at, labels.what, labels.why, labels.role],
            rows: accessLog.rows.map(({ at, what, purposeInWords, role }) => [instant(at), what, purposeInWords, role]),
          },
          ...restOf(accessLog, words),
        ]),
    heading(headings.history),
    {
      kind: 'table',
      caption: `${headings.history} (${history.count})`,
      columns: [labels.at, labels.action, labels.role],
      rows: history.rows.map(({ at, action, role }) => [instant(at), action, role]),
    },
    ...restOf(history, words),
  ];
}
