import type { Block } from '../../../../foundations/print/model.ts';
import type { Speech } from './speech.ts';

/** Rows told in sentences, up to so many; more are easier to read side by side. */
const SENTENCES = 8;

/** One record as it is told: a sentence where there are few, cells where there are many. */
export interface Told {
  at: string;
  sentence: string;
  cells: string[];
}

/**
 * Records of one kind: a few as sentences, many as a table in which those that differ in nothing but the time of a day
 * share a row. Columns that say nothing are left out.
 */
export function told(records: readonly Told[], columns: readonly string[], say: Speech): Block[] {
  if (records.length <= SENTENCES)
    return [
      {
        kind: 'list',
        items: alike(
          records.map(({ sentence }) => sentence),
          say,
        ),
      },
    ];
  const rows = new Map<string, { day: string; times: string[]; cells: string[] }>();
  for (const { at, cells } of records) {
    const day = say.day(at);
    const key = [day, ...cells].join('\0');
    const row = rows.get(key) ?? { day, times: [], cells };
    row.times.push(say.timeOfDay(at));
    rows.set(key, row);
  }
  const used = columns.map((_, n) => records.some(({ cells }) => cells[n] !== ''));
  const kept = (cells: readonly string[]) => cells.filter((_, n) => used[n]);
  const { t } = say;
  return [
    {
      kind: 'table',
      caption: t('records-in-words.by-day'),
      columns: [t('records-in-words.column.when'), ...kept(columns)],
      rows: [...rows.values()].map(({ day, times, cells }) => [`${day}, ${someOf(times, say, TIMES)}`, ...kept(cells)]),
    },
  ];
}

/** Times of one day that are told in a row. */
const TIMES = 12;

/** The first few, and how many more. */
export function someOf(all: readonly string[], { t }: Speech, most: number): string {
  const different = [...new Set(all)];
  if (different.length <= most) return different.join(', ');
  const shown = different.slice(0, most - 1).join(', ');
  return t('records-in-words.and-more', { shown, count: different.length - most + 1 });
}

/** The same said several times is said once, with how often. */
export function alike(texts: readonly string[], { t }: Speech): string[] {
  const counts = new Map<string, number>();
  for (const one of texts) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([what, count]) => (count === 1 ? what : t('records-in-words.times', { what, count })));
}

/** What is alike by `keyOf`, in the order it was first met. */
export function alikeBy<T>(all: readonly T[], keyOf: (one: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return [...groups.values()];
}
