import { type Texts, textsIn } from '../../../../foundations/messages/texts.ts';
import type { PolicySet } from '../../../../register/policies/model.ts';
import { type LawInWords, lawInWords } from '../../../../register/view/law-in-words.ts';
import { lawTerms } from '../../../../register/view/law-terms.ts';
import type { RegisterView } from '../../../../register/view/view-model.ts';
import type { PackageRecord } from '../model.ts';

/** What a package speaks with: its language and law, the portal's zone, and the names of what codes stand for. */
export interface Speech {
  t: Texts;
  law: LawInWords;
  terms: ReturnType<typeof lawTerms>;
  timeZone: string;
  /** A day as people write it, of an instant or of a day. */
  day(text: string): string;
  /** An instant in the portal's zone, which the document names once. */
  moment(text: string): string;
  timeOfDay(text: string): string;
  /** A code in words: the message `<prefix>.<code>`; where there is none, the code taken apart. */
  code(prefix: string, code: unknown): string;
  purpose(id: string): string;
  category(id: string): string;
  party(id: string): string;
  notice(id: string, version: string): PolicySet['notices'][number] | undefined;
  /** A relation, role or attribute as the policies call it; with `value`, that of an attribute. */
  standing(kind: string, id: string, attribute?: string): string;
  /** What a field is called: by the holder outside that keeps it, by us, or its own name taken apart. */
  field(category: string, name: string): string;
}

/** `nameAsPublished`, `last_login`, `clicked-accept`: name as published, last login, clicked accept. */
export const takenApart = (code: string): string =>
  code
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/(?<=[\p{Ll}\d])\p{Lu}/gu, (letter) => ` ${letter.toLowerCase()}`)
    .trim();

const translated = (titles: Readonly<Record<string, string>>, language: string): string | undefined =>
  titles[language] ?? titles['en'] ?? Object.values(titles)[0];

/** The title of a category in the language of the reader. */
export const titleOf = ({ title, titles }: { title: string; titles?: Record<string, string> }, t: Texts): string =>
  titles?.[t.language] ?? title;

export function speechOf(view: RegisterView, language: string): Speech {
  const t = textsIn(language);
  const { timeZone } = view.tenant;
  const { categories, purposes, notices, holders = [], relations: terms } = view.policies;
  const outside = new Map(holders.map((holder) => [holder.id, fieldTitlesOf(holder)]));
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  return {
    t,
    law: lawInWords(view.tenant, t),
    terms: lawTerms(view.tenant, t),
    timeZone,
    day: (text) => (isDay(text) ? t.day(text) : t.dayOf(new Date(text), timeZone)),
    moment: (text) => (isDay(text) ? t.day(text) : t.moment(new Date(text), timeZone)),
    timeOfDay: (text) => t.timeOfDay(new Date(text), timeZone),
    code: (prefix, code) => t.maybe(`${prefix}.${code}`) ?? takenApart(String(code)),
    purpose: (id) => {
      const purpose = purposes.find((one) => one.id === id);
      return (purpose && translated(purpose.title, t.language)) ?? takenApart(id);
    },
    category: (id) => {
      const category = categories.find((one) => one.id === id);
      return category ? titleOf(category, t) : takenApart(id.replaceAll('.', ' '));
    },
    party: (id) => view.party(id)?.name ?? takenApart(id),
    notice: (id, version) => notices.find((one) => one.id === id && one.version === version),
    standing: (kind, id, attribute) => {
      const all =
        kind === 'relation'
          ? terms?.relations
          : kind === 'role'
            ? terms?.roles
            : kind === 'attribute'
              ? terms?.attributes
              : terms?.attributes.find((one) => one.id === attribute)?.values;
      const found = (all as { id: string; title: string; titles?: Record<string, string> }[] | undefined)?.find(
        (one) => one.id === id,
      );
      return found ? titleOf(found, t) : takenApart(id);
    },
    field: (category, name) => {
      const holder = categories.find(({ id }) => id === category)?.holder ?? '';
      const titles = outside.get(holder);
      if (titles) return translated(titles[name] ?? {}, t.language) ?? takenApart(name);
      return t.maybe(`records-in-words.field.${name}`) ?? takenApart(name);
    },
  };
}

/** Titles of columns and fields, as far as the declaration of a holder outside has them, by name in exports. */
function fieldTitlesOf(holder: NonNullable<PolicySet['holders']>[number]): Record<string, Record<string, string>> {
  if (holder.kind === 'webhook')
    return Object.assign({}, ...Object.values(holder.categories).map(({ titles = {} }) => titles));
  return Object.fromEntries(
    holder.tables.flatMap(({ columns }) =>
      Object.entries(columns).flatMap(([column, { exportAs = column, titles }]) =>
        titles ? [[exportAs, titles] as const] : [],
      ),
    ),
  );
}

export const text = (record: PackageRecord, field: string): string | undefined => {
  const value = record.fields[field];
  return value === null || value === undefined || value === '' ? undefined : String(value);
};

/** Whether a field stands empty because it is not shown (Art. 15(4)). */
export const isHidden = (record: PackageRecord, field: string): boolean =>
  record.redacted?.[field] !== undefined && record.fields[field] === null;

/** What a field has for a reader: its value, that it is not shown, or nothing. */
export const shown = (record: PackageRecord, field: string, { t }: Speech): string | undefined =>
  isHidden(record, field) ? t('records-in-words.not-shown') : text(record, field);

/** `head`, with what is said besides in brackets, as a sentence. */
export function sentence(head: string, besides: readonly (string | undefined | false)[] = []): string {
  const said = besides.filter((one): one is string => typeof one === 'string' && one !== '');
  return said.length === 0 ? `${head}.` : `${head} (${said.join('; ')}).`;
}

/** Characters of one text that are told; the rest is in the files. */
const LONGEST = 1000;

/** A text as far as it is told. */
export const cut = (words: string, { t }: Speech): string =>
  words.length <= LONGEST ? words : t('records-in-words.cut', { text: words.slice(0, LONGEST).trimEnd() });
