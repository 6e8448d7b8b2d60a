import { contactOf } from '../../../register/view/contact.ts';
import type { RegisterView } from '../../../register/view/view-model.ts';
import { ARTICLES, type Language, type RequestType } from '../types.ts';
import type { Facts, Template } from './model.ts';
import { PHRASES } from './phrases.ts';
import { visible, visibleLine } from './visible.ts';

/** Kinds that go to an address nobody has confirmed yet: they name nobody. */
const NAMELESS: readonly Template[] = ['identity-asked'];

/** A local day (`YYYY-MM-DD`) as the language writes it. */
function dayIn(language: Language, day: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day));
}

/** The local day of an instant, as the language writes it. */
export function todayIn(language: Language, at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'long', timeZone }).format(at);
}

function instantIn(language: Language, at: Date, timeZone: string): string {
  const text = new Intl.DateTimeFormat(locale(language), { dateStyle: 'long', timeStyle: 'short', timeZone }).format(
    at,
  );
  return `${text} (${timeZone})`;
}

const locale = (language: Language) => (language === 'de' ? 'de-DE' : 'en-GB');
const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');

/** Whose letter it is: the institution as the register has it. */
function institutionOf(view: RegisterView) {
  const party = view.parties.find(({ kind }) => kind === 'tenant');
  return { name: party?.name ?? view.tenant.name, contact: contactOf(party) };
}

/** Every value a letter can put in. Facts, words and names are shown as text, whatever they hold. */
export function valuesOf(
  template: Template,
  facts: Facts,
  view: RegisterView,
  language: Language,
  now: Date,
): Record<string, string> {
  const words = PHRASES[language as 'en'];
  const { timeZone, jurisdiction } = view.tenant;
  const place = jurisdiction === 'GB' ? 'GB' : 'EU';
  const { details = {} } = facts;
  const { supervisoryAuthority: authority } = view.policies.installation;
  const institution = institutionOf(view);
  const day = (of: string | null | undefined) => (of ? dayIn(language, of) : undefined);
  const right = (type: RequestType) => `${words.types[type]} (${article(type, place, language)})`;
  // An empty list says that there is none; of what nobody has said, nothing is claimed.
  const lines = (items: readonly string[] | undefined) =>
    list(items === undefined ? [words.unknown] : items.length > 0 ? items.map(visibleLine) : [words.none]);
  const explained = (items: readonly { category: string; ground: string }[] | undefined) =>
    list(
      items?.length
        ? items.map(
            ({ category, ground }) => `${visibleLine(category)}: ${words.exceptions[ground] ?? visibleLine(ground)}`,
          )
        : [words.none],
    );
  const name = facts.name === null || NAMELESS.includes(template) ? '' : visibleLine(facts.name);
  const reasons = list(facts.reasons.map((code) => words.reasons[code]));
  return {
    reference: visibleLine(facts.reference),
    right: facts.then ? words.both(right(facts.type), right(facts.then)) : right(facts.type),
    received: dayIn(language, facts.receivedOn),
    today: todayIn(language, now, timeZone),
    greeting: name ? words.dear(name) : words.hello,
    institution: visibleLine(institution.name),
    contact: visibleLine(institution.contact ?? institution.name),
    law: words.law[place],
    article: words.review[place],
    authority: visibleLine(`${authority.name}, ${authority.contact}`),
    court: words.court[place],
    elsewhere: place === 'GB' ? '' : words.elsewhere,
    due: day(facts.dueOn) ?? words.atOnce,
    lifting: day(facts.dueOn) ?? words.atOnce,
    code: facts.code ?? '',
    expires: details.validUntil ? instantIn(language, new Date(details.validUntil), timeZone) : words.unknown,
    reasons,
    outcome: reasons,
    words: visible(facts.words ?? ''),
    asked: facts.asked.length > 0 ? list(facts.asked.map(visibleLine)) : '',
    fee: visibleLine(facts.fee ?? words.unknown),
    costs: list(
      details.costs?.map(({ what, amount }) => `${words.costs[what]}: ${visibleLine(amount)}`) ?? [
        visibleLine(facts.fee ?? words.unknown),
      ],
    ),
    earlier: details.earlierRequests?.length
      ? words.earlier(details.earlierRequests.map((one) => dayIn(language, one)).join('; '))
      : '',
    provision: visibleLine(details.restriction?.provision ?? words.unknown),
    review: day(details.restriction?.reviewOn) ?? words.unknown,
    categories: details.categories === 'all' ? list([words.all]) : lines(details.categories),
    done: lines(details.done),
    kept: explained(details.kept),
    held: explained(details.held),
    unfinished: list(
      (details.unfinished ?? []).map(
        ({ place: where, since }) => `${visibleLine(where)} (${words.since(dayIn(language, since))})`,
      ),
    ),
    recipients: list(
      details.recipients?.length
        ? details.recipients.map(
            ({ name: who, told, on }) =>
              `${visibleLine(who)}: ${words.told[told]}${on ? ` ${words.on(dayIn(language, on))}` : ''}`,
          )
        : [words.none],
    ),
    link: visibleLine(facts.link ?? words.withThis),
    records: details.records === undefined ? '' : words.records(details.records),
  };
}

/** Where a right stands, as the language and the country cite it. */
function article(type: RequestType, place: 'EU' | 'GB', language: Language): string {
  const words = PHRASES[language as 'en'];
  if (type === 'complaint') return words.complaint;
  if (type === 'human-review') return words.review[place];
  const [, number = '', paragraph] = /^Art\. (\d+)(?:\((\d+)\))?$/.exec(ARTICLES[type]) ?? [];
  return `${words.article(number, paragraph)} ${words.law[place]}`;
}
