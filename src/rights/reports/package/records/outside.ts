import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { cut, isHidden, type Speech, takenApart } from './speech.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** A text without a gap that is longer than this is a file, a picture or a key: nobody reads it on paper. */
const READABLE = 200;

/** Records of a holder outside: what each value is called, by the titles of its declaration, and the value in words. */
export function outside(records: readonly PackageRecord[], say: Speech, category: string): Block[] {
  const { t } = say;
  const items = records.map((record) => {
    const values = Object.keys(record.fields).flatMap((field) => {
      const value = isHidden(record, field) ? t('records-in-words.not-shown') : valueInWords(record.fields[field], say);
      return value === '' ? [] : [t('records-in-words.labelled', { label: say.field(category, field), value })];
    });
    const when = say.moment(record.at);
    return t('records-in-words.labelled', {
      label: when,
      value: values.length > 0 ? values.join('; ') : t('records-in-words.nothing-in-it'),
    });
  });
  return [{ kind: 'list', items }];
}

/** How deep lists and objects within one another are told. */
const DEEPEST = 4;

/** A value for a reader: no notation of programs. */
export function valueInWords(value: unknown, say: Speech, depth = 0): string {
  const { t } = say;
  if (depth > DEEPEST) return t('records-in-words.deeper');
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return t(value ? 'records-in-words.yes' : 'records-in-words.no');
  if (typeof value === 'number') return t.number(value);
  if (Array.isArray(value))
    return value
      .map((one) => valueInWords(one, say, depth + 1))
      .filter((one) => one !== '')
      .join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, inside]) => [takenApart(name), valueInWords(inside, say, depth + 1)] as const)
      .filter(([, inside]) => inside !== '')
      .map(([label, inside]) => t('records-in-words.labelled', { label, value: inside }))
      .join(', ');
  const words = String(value);
  if (DAY.test(words)) return isReal(words) ? say.day(words) : words;
  if (INSTANT.test(words)) return isReal(words) ? say.moment(words) : words;
  const structured = parsed(words);
  if (structured !== undefined) return valueInWords(structured, say, depth);
  if (words.length > READABLE && !/\s/.test(words)) return t('records-in-words.long-value', { count: words.length });
  return cut(words, say);
}

const isReal = (words: string): boolean => !Number.isNaN(new Date(words).getTime());

/** Columns that keep JSON come as its text. */
function parsed(words: string): object | undefined {
  if (!/^\s*[[{]/.test(words)) return undefined;
  try {
    const value: unknown = JSON.parse(words);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
