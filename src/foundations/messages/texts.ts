import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIntl, createIntlCache, type IntlShape } from '@formatjs/intl';
import { packageRoot } from '../process/package-root.ts';
import { type MessageId, PARTIAL } from './parts.ts';

/** What a message may name: text, numbers, days and instants already put in words. */
type Values = Record<string, string | number | boolean>;

/** The texts of one language: ICU messages, and days, instants, periods and lists as that language writes them. */
export interface Texts {
  /** The language spoken, which may be another than the one asked for: what `lang` of a page or a paper says. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** A message with its values. @throws Error where a value that it names is missing: never a gap that reads like a fact */
  (id: MessageId, values?: Values): string;
  /** Where the id is made of a code that may be new: undefined where there is no such message. */
  maybe(id: string, values?: Values): string | undefined;
  /** A local day (`YYYY-MM-DD`): 3 May 2026. */
  day(day: string): string;
  /** A local day with its weekday: Sunday 3 May 2026. */
  weekday(day: string): string;
  /** The local day of an instant in a zone: 3 May 2026. */
  dayOf(at: Date, timeZone: string): string;
  /** An instant in a zone, which is named: 3 May 2026 at 14:05 (Europe/Berlin). */
  instant(at: Date, timeZone: string): string;
  /** The same where a paper names its zone once: 3 May 2026, 14:05. */
  moment(at: Date, timeZone: string): string;
  /** The time of day alone, likewise: 14:05. */
  timeOfDay(at: Date, timeZone: string): string;
  /** A country (ISO 3166-1 alpha-2): Germany. What is none stays as it is. */
  country(code: string): string;
  /** A language by its tag: German. */
  languageName(tag: string): string;
  /** An ISO 8601 duration: 30 days. */
  duration(iso: string): string;
  number(value: number): string;
  /** An amount in minor units of a currency (ISO 4217): €12.50. */
  money(minor: number, currency: string): string;
  /** a, b and c. */
  list(items: readonly string[]): string;
}

/** A code as a message selects by it, which knows no hyphens: `fee-paid` is `fee_paid` there. */
export const selector = (code: string): string => code.replaceAll('-', '_');

/** What is spoken where a language has no texts, or lacks one. */
const FALLBACK = 'en';
/** English days are written as most of Europe writes them. */
const LOCALES: Record<string, string> = { en: 'en-GB', de: 'de-DE', fr: 'fr-FR' };
const shipped = join(packageRoot, 'src', 'foundations', 'messages');

type Messages = Record<string, string>;

function readFolder(folder: string): Messages {
  const messages: Messages = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const part = file.slice(0, -'.json'.length);
    const texts = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Messages;
    for (const [key, text] of Object.entries(texts)) messages[`${part}.${key}`] = text;
  }
  return messages;
}

/** Languages that persons are spoken to in: those with a whole folder of texts, English first. */
export function languagesIn(folder: string = spokenFrom.folder): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !Object.hasOwn(PARTIAL, entry.name))
    .map(({ name }) => name)
    .sort((one, other) => Number(other === FALLBACK) - Number(one === FALLBACK) || (one < other ? -1 : 1));
}

/**
 * Reads the folders of languages below one folder; each language is read when it is first spoken. `forms`: also those
 * that have only the texts of some forms.
 */
export function createTexts(folder: string = shipped, { forms = false } = {}): (language: string) => Texts {
  const spoken = new Map<string, Texts>();
  const cache = createIntlCache();

  function speak(language: string): Texts {
    const locale = LOCALES[language] ?? language;
    const own = readFolder(join(folder, language));
    const messages = language === FALLBACK ? own : { ...readFolder(join(folder, FALLBACK)), ...own };
    const intl: IntlShape<string> = createIntl(
      {
        locale,
        messages,
        onError: (error) => {
          throw error;
        },
      },
      cache,
    );
    const of = (id: string, values?: Values) => intl.formatMessage({ id }, values, { ignoreTag: true }) as string;
    const day = (at: Date, timeZone: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(at);
    return Object.assign((id: MessageId, values?: Values) => of(id, values), {
      language,
      direction: directionOf(language),
      maybe: (id: string, values?: Values) => (Object.hasOwn(messages, id) ? of(id, values) : undefined),
      day: (one: string) => day(new Date(one), 'UTC'),
      weekday: (one: string) =>
        new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(one)),
      dayOf: day,
      instant: (at: Date, timeZone: string) => {
        const style = { dateStyle: 'long', timeStyle: 'short', timeZone } as const;
        return `${new Intl.DateTimeFormat(locale, style).format(at)} (${timeZone})`;
      },
      moment: (at: Date, timeZone: string) =>
        `${day(at, timeZone)}, ${new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(at)}`,
      timeOfDay: (at: Date, timeZone: string) =>
        new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(at),
      country: (code: string) => nameOf('region', /^[A-Z]{2}$/, code, locale),
      languageName: (tag: string) => nameOf('language', /^[a-z]{2,3}(-[A-Z]{2})?$/, tag, locale),
      duration: (iso: string) => durationIn(locale, iso),
      number: (value: number) => new Intl.NumberFormat(locale).format(value),
      money: (minor: number, currency: string) => {
        const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
        return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
      },
      list: (items: readonly string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items),
    });
  }

  return (language) => {
    const [short = FALLBACK] = language.split('-');
    const chosen = [language, short].find(
      (one) =>
        /^[a-z]{2,3}(-[A-Z]{2})?$/.test(one) &&
        (forms || !Object.hasOwn(PARTIAL, one)) &&
        existsSync(join(folder, one)),
    );
    const name = chosen ?? FALLBACK;
    const texts = spoken.get(name) ?? speak(name);
    spoken.set(name, texts);
    return texts;
  };
}

export function directionOf(language: string): 'ltr' | 'rtl' {
  const locale = new Intl.Locale(language) as Intl.Locale & { getTextInfo?: () => { direction?: 'ltr' | 'rtl' } };
  return locale.getTextInfo?.().direction ?? 'ltr';
}

function nameOf(type: 'region' | 'language', pattern: RegExp, code: string, locale: string): string {
  return pattern.test(code) ? (new Intl.DisplayNames(locale, { type, fallback: 'code' }).of(code) ?? code) : code;
}

const UNITS = { Y: 'years', M: 'months', W: 'weeks', D: 'days' } as const;
const TIME_UNITS = { H: 'hours', M: 'minutes', S: 'seconds' } as const;

function durationIn(locale: string, iso: string): string {
  const [, date = '', time = ''] = /^P([^T]*)(?:T(.+))?$/.exec(iso) ?? [];
  const units: Record<string, number> = {};
  for (const [, count, unit] of date.matchAll(/(\d{1,9})([YMWD])/g))
    units[UNITS[unit as keyof typeof UNITS]] = Number(count);
  for (const [, count, unit] of time.matchAll(/(\d{1,9})([HMS])/g))
    units[TIME_UNITS[unit as keyof typeof TIME_UNITS]] = Number(count);
  const parts = Object.entries(units).map(([unit, count]) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: unit.slice(0, -1), unitDisplay: 'long' }).format(count),
  );
  if (parts.length === 0) throw new RangeError('A duration is written in ISO 8601, such as P30D.');
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(parts);
}

const readFrom = (folder: string) => ({
  folder,
  texts: createTexts(folder),
  forms: createTexts(folder, { forms: true }),
});
let spokenFrom = readFrom(shipped);

/** The texts in a language, such as `de` or `de-AT`; English where there are none. */
export const textsIn = (language: string): Texts => spokenFrom.texts(language);

/** The texts of a form that demands its language, also where persons are not spoken to in it. */
export const formTextsIn = (language: string): Texts => spokenFrom.forms(language);

/** Takes all texts from another folder, for a test of a language that is not shipped; answers how to go back. */
export function speakFrom(folder: string): () => void {
  const before = spokenFrom;
  spokenFrom = readFrom(folder);
  return () => {
    spokenFrom = before;
  };
}
