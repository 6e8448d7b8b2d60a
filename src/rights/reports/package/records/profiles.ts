import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { OBTAINED, obtainedInWords } from './obtained.ts';
import { type Speech, shown } from './speech.ts';

const INSTANTS = new Set(['createdAt', 'updatedAt', 'lastActivityAt', 'closedAt', 'warnedFor', 'warnedAt']);

/** Who it is comes first, when the row was kept last. */
const LAST = [
  'statement',
  'createdAt',
  'updatedAt',
  'lastActivityAt',
  'closedAt',
  'warnedFor',
  'warnedAt',
  'warnedWith',
];
const FIRST = ['title', 'name', 'account'];
const byPlace = (one: string, other: string): number =>
  LAST.indexOf(one) - LAST.indexOf(other) || FIRST.indexOf(other) - FIRST.indexOf(one);

/** One row a person: what there is, each with what it is called. */
export function profile(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  return records.map((record): Block => {
    const inOrder = Object.keys(record.fields)
      .filter((field) => !OBTAINED.includes(field))
      .sort(byPlace);
    const rows = inOrder.flatMap((field): [string, string][] => {
      const value = record.fields[field];
      if (Array.isArray(value)) return value.length === 0 ? [] : [[say.field('', field), t.list(value)]];
      const content = shown(record, field, say);
      if (content === undefined) return [];
      if (field === 'warnedWith') return [[say.field('', field), t.duration(content)]];
      if (INSTANTS.has(field)) return [[say.field('', field), say.moment(content)]];
      return [[say.field('', field), field === 'country' ? t.country(content) : content]];
    });
    const obtained = obtainedInWords(record, say);
    if (obtained.length > 0) rows.push([t('records-in-words.obtained.label'), obtained.join('; ')]);
    return rows.length > 0 ? { kind: 'facts', rows } : { kind: 'paragraph', text: t('records-in-words.nothing-in-it') };
  });
}
