import { createHash, createHmac, randomBytes } from 'node:crypto';
import { reduceAddress } from '../../../law/reduce-address.ts';
import { joined } from '../../vault/derivation.ts';
import { type Change, isToken, TOKENS, type Token } from '../treatments.ts';
import type { CatalogueColumn } from './catalogue.ts';
import type { Dialect, Statement } from './engine.ts';

/** What is kept of an address (REQ-E03). */
export const KEEP = { ipv4: 24, ipv6: 48 };

/** What is done to the values of a column, one step after the other. */
export interface ComputedAct {
  column: CatalogueColumn;
  steps: readonly Change[];
  with?: string;
  of?: 'person' | 'value';
  draw?: 'key' | 'random';
}

/** A key for each use, of the portal and the holder; destroying it ends what joins values to what stands for them. */
export type TreatmentKey = (use: string) => Buffer;

const mac = (key: Buffer, ...parts: string[]) => createHmac('sha256', key).update(joined(parts)).digest('hex');

/** Whether a step needs the key. */
export const isKeyed = ({ steps, draw }: ComputedAct): boolean =>
  steps.some((step) => step === 'hmac' || step === 'pseudonym' || (step === 'format' && draw !== 'random'));

/**
 * What stands in place of a value. Whatever comes out is known again by its form (see `alreadyTreated`), so that no row
 * is treated twice.
 */
export function treatedValue(
  act: ComputedAct,
  value: string,
  person: string | undefined,
  key: TreatmentKey | undefined,
): string | null {
  let result: string | null = value;
  for (const step of act.steps) {
    if (result === null) return null;
    result = isToken(step) ? asToken(act, step, result, person, key) : lessOf(act, step, result, key);
  }
  return result;
}

function lessOf(act: ComputedAct, step: Change, value: string, key: TreatmentKey | undefined): string | null {
  if (step === 'truncate-ip') return reduceAddress(value, KEEP) ?? '';
  if (step === 'date-month' || step === 'date-year') return coarserDate(act.column, step, value);
  const drawn = act.draw === 'random' ? randomBytes(32) : undefined;
  return sameForm(value, drawn ?? needed(key)('format'), act.column.maxLength);
}

function needed(key: TreatmentKey | undefined): TreatmentKey {
  if (!key) throw new Error('The treatment has no key.');
  return key;
}

function asToken(
  { column, of, with: template }: ComputedAct,
  step: Token,
  value: string,
  person: string | undefined,
  key: TreatmentKey | undefined,
): string {
  const made: Record<Token, () => string> = {
    hash: () => createHash('sha256').update(value).digest('hex'),
    hmac: () => mac(needed(key)('hmac'), value),
    pseudonym: () => {
      const whose = of === 'value' || person === undefined ? ['value', value] : ['person', person];
      return mac(needed(key)('pseudonym'), ...whose);
    },
    random: () => randomBytes(32).toString('hex'),
  };
  const hex = made[step]();
  // A UUID of the eighth version says what somebody of their own has made (RFC 9562, 5.8).
  if (column.family === 'uuid')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  return templateOf(step, template).replace('{value}', hex.slice(0, TOKENS[step]));
}

/** What stands around a value of this kind. */
export const templateOf = (step: Token, template: string | undefined): string => template ?? `${step}-{value}`;

const DATE = /^(\d{4})-(\d{2})-\d{2}(?!\d)/;

/** The first day of the month, or of the year; what is no date becomes nothing, or the first day there was. */
function coarserDate({ family, nullable }: CatalogueColumn, step: Change, value: string): string | null {
  const [, year, month] = DATE.exec(value) ?? [];
  if (year === undefined && nullable) return null;
  const day = `${year ?? '1970'}-${step === 'date-year' ? '01' : (month ?? '01')}-01`;
  return family === 'instant' || family === 'local-instant' ? `${day} 00:00:00` : day;
}

/**
 * Letters no name is made of, and digits no number is: what is made of them alone was made here. A text that is too short
 * for that to be certain has one letter and one digit.
 */
const FORM = { small: 'jkqvwxz', large: 'JKQVWXZ', digit: '09' };
const SHORT = { small: 'x', large: 'X', digit: '0' };
const CERTAIN = 8;
const SEPARATORS = ' ._+/:,;()#&-';
const AT = '@example.invalid';
const ADDRESS = /^([^\s@]+)@[^\s@]+$/u;

function sameForm(value: string, key: Buffer, maxLength: number | null): string {
  const [, local] = ADDRESS.exec(value) ?? [];
  const room = (maxLength ?? Number.POSITIVE_INFINITY) - AT.length;
  if (local !== undefined && room > 0) return `${characters([...local].slice(0, room), value, key)}${AT}`;
  return characters([...value], value, key);
}

function characters(text: readonly string[], value: string, key: Buffer): string {
  const from = text.length < CERTAIN ? SHORT : FORM;
  let [stream, used, block] = [Buffer.alloc(0), 0, 0];
  const draw = (alphabet: string): string => {
    if (used >= stream.length) {
      stream = Buffer.from(mac(key, value, String(block++)), 'hex');
      used = 0;
    }
    return alphabet[(stream[used++] as number) % alphabet.length] as string;
  };
  return text
    .map((one) => {
      if (/\p{Lu}/u.test(one)) return draw(from.large);
      if (/\p{L}/u.test(one)) return draw(from.small);
      if (/\p{N}/u.test(one)) return draw(from.digit);
      if (/\s/.test(one)) return ' ';
      return SEPARATORS.includes(one) ? one : '-';
    })
    .join('');
}

/** Values that this act has made, as a condition; and so those that it has still to treat. */
export function alreadyTreated(sql: Dialect, name: string, act: ComputedAct): Statement {
  const { column } = act;
  const last = act.steps.at(-1) as Change;
  const text = sql.asText(name, column);
  if (isToken(last)) return column.family === 'uuid' ? like(text, UUID) : isTokenText(sql, text, last, act.with);
  if (last === 'format') return isSameForm(sql, text);
  const day = last === 'date-year' ? '____-01-01' : '____-__-01';
  const times = ['', '.0', '.00', '.000', '.0000', '.00000', '.000000', '+00'].map((rest) => ` 00:00:00${rest}`);
  const patterns = column.family === 'instant' || column.family === 'local-instant' ? times : [''];
  return { text: patterns.map((time) => `${text} LIKE '${day}${time}'`).join(' OR '), values: [] };
}

const UUID = '________-____-8___-8___-____________';
const like = (text: string, pattern: string): Statement => ({ text: `${text} LIKE '${pattern}'`, values: [] });

function isTokenText(sql: Dialect, text: string, step: Token, template: string | undefined): Statement {
  const [before = '', behind = ''] = templateOf(step, template).split('{value}');
  const [from, length] = [[...before].length, TOKENS[step]];
  const value = `substr(${text}, ${from + 1}, ${length})`;
  return {
    text: `substr(${text}, 1, ${from}) = ${sql.text} AND ${value} LIKE '${'_'.repeat(length)}' AND ${sql.onlyOf(value, '0-9a-f')} AND substr(${text}, ${from + length + 1}) = ${sql.text}`,
    values: [before, behind],
  };
}

function isSameForm(sql: Dialect, text: string): Statement {
  const rest = `replace(${text}, '${AT}', '')`;
  const of = ({ small, large, digit }: typeof FORM) => sql.onlyOf(rest, `${small}${large}${digit}${SEPARATORS}`);
  return {
    text: `${of(SHORT)} OR (${rest} LIKE '${'_'.repeat(CERTAIN)}%' AND ${of(FORM)})`,
    values: [],
  };
}
