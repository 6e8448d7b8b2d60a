import type { Texts } from '../../../foundations/messages/texts.ts';
import { rulesOf } from '../../../law/jurisdictions.ts';
import { REQUEST_RULES, rulesInForce } from '../../../law/rule-sets.ts';
import {
  basisPoint,
  type ERASURE_EXCEPTIONS,
  LAWFUL_BASES,
  type LawfulBasis,
  UK_BASIS,
} from '../../../law/vocabulary.ts';
import { contactOf } from '../../../register/view/contact.ts';
import { authorityOf, type LawInWords } from '../../../register/view/law-in-words.ts';
import type { RegisterView } from '../../../register/view/view-model.ts';
import type { RequestType } from '../types.ts';
import type { Facts, ReasonCode, Template } from './model.ts';
import { visible, visibleLine } from './visible.ts';

/** Kinds that go to an address nobody has confirmed yet: they name nobody. */
const NAMELESS: readonly Template[] = ['identity-asked'];
/** What the clock of a request waits for: told as what the letter itself has just asked. */
const ASKING: readonly Template[] = ['identity-asked', 'documents-asked', 'clarification-asked', 'fee-asked'];

const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');

/** Whose letter it is: the institution as the register has it. */
function institutionOf(view: Pick<RegisterView, 'parties' | 'tenant'>) {
  const party = view.parties.find(({ kind }) => kind === 'tenant');
  return { name: party?.name ?? view.tenant.name, contact: contactOf(party) };
}

/** Reasons that name a provision, by the numbers of the GDPR. */
const CITED: Partial<Record<ReasonCode, string>> = {
  'further-copy': '15(3)',
  exception: '17(3)',
  'national-restriction': '23',
};
/** Where each exception of Art. 17(3) stands. */
const EXCEPTION_AT: Record<(typeof ERASURE_EXCEPTIONS)[number], string> = {
  JustificationA17Archiving: '17(3)(d)',
  JustificationA17FreedomOfExpression: '17(3)(a)',
  JustificationA17LegalClaims: '17(3)(e)',
  JustificationA17LegallyRequired: '17(3)(b)',
  JustificationA17OfficialAuthority: '17(3)(b)',
  JustificationA17PublicHealth: '17(3)(c)',
  JustificationA17PublicInterest: '17(3)(b)',
};
const HOLD_AT: Record<string, string> = { restriction: '18', 'access-request': '15' };
const BASES: readonly string[] = [...LAWFUL_BASES, UK_BASIS];

interface Speaking {
  view: RegisterView;
  t: Texts;
  law: LawInWords;
  now: Date;
}

/**
 * Every value a letter can put in, of what its facts know; what they do not know is undefined, and a letter that names
 * it is not made. Facts, words and names are shown as text, whatever they hold.
 */
export function valuesOf(
  template: Template,
  facts: Facts,
  { view, t, law, now }: Speaking,
): Record<string, string | undefined> {
  const { timeZone } = view.tenant;
  const authority = authorityOf(view, t);
  const institution = institutionOf(view);
  const { type, then, dueOn, reasons, fee, restriction, limits, other, next, delivery, copyBefore } = facts;
  const right = (one: RequestType) => t('letters.right', { what: t(`letters.type.${one}`), article: law.article(one) });
  const name = facts.name === null || NAMELESS.includes(template) ? '' : visibleLine(facts.name);
  const scope = (all: string, of: Facts['categories']) => of && list(of === 'all' ? [all] : of.map(visibleLine));
  return {
    reference: visibleLine(facts.reference),
    right: then ? t('letters.both', { first: right(type), second: right(then) }) : right(type),
    received: t.day(facts.receivedOn),
    today: t.dayOf(now, timeZone),
    greeting: name ? t('letters.dear', { name }) : t('letters.hello'),
    institution: visibleLine(institution.name),
    contact: visibleLine(institution.contact ?? institution.name),
    law: law.statute,
    article: law.article(type),
    authority: visibleLine(`${authority.name}, ${authority.contact}`),
    court: law.court,
    elsewhere: law.elsewhere,
    due: dueOn === null ? undefined : t.day(dueOn),
    when: whenAnswered(template, facts, t),
    longer: facts.extended
      ? t('letters.extended-already')
      : dueOn === null
        ? ''
        : (t.maybe(`jurisdictions.longer-${law.regime}`, { article: law.cite('12(3)') }) ??
          t('letters.longer', { article: law.cite('12(3)') })),
    within: t('jurisdictions.within', {
      length: rulesInForce(REQUEST_RULES, rulesOf(view.tenant.jurisdiction), facts.receivedOn).reply,
    }),
    once: t('jurisdictions.once', { regime: law.regime }),
    code: facts.code,
    'kept-out': facts.keptOut === undefined ? undefined : facts.keptOut ? t('letters.kept-out') : '',
    expires: facts.validUntil && t.instant(new Date(facts.validUntil), timeZone),
    reasons: reasons && list(reasons.map((code) => reasonIn(code, t, law))),
    words: facts.words === undefined ? '' : visible(facts.words),
    asked: facts.identifiers
      ? list(facts.identifiers.map((code) => t(`letters.asked.${code}`)))
      : facts.asked && list(facts.asked.map(visibleLine)),
    fee: fee && t.money(fee.amount, fee.currency),
    'charge-law': reasons && (reasons.includes('further-copy') ? law.cite('15(3)') : law.cite('12(5)(a)')),
    costs:
      fee &&
      facts.costs &&
      list(facts.costs.map(({ what, amount }) => t('letters.cost', { what, amount: t.money(amount, fee.currency) }))),
    earlier: copyBefore
      ? t(copyBefore.unchanged ? 'letters.unchanged' : 'letters.earlier-copy', { day: t.day(copyBefore.on) })
      : facts.earlierRequests?.length
        ? t('letters.earlier', { days: t.list(facts.earlierRequests.map((one) => t.day(one))) })
        : '',
    provision: restriction && visibleLine(restriction.provision),
    review: restriction && t.day(restriction.reviewOn),
    scope: facts.categories === 'all' ? t('letters.scope-whole') : scope('', facts.categories),
    limits: limits && limitsIn(limits, t),
    categories: scope(allOf(facts, t), facts.categories),
    done:
      facts.done &&
      list(
        [...facts.done.map(visibleLine), ...(facts.statement ? [t('letters.statement')] : [])].concat(
          facts.done.length === 0 && !facts.statement ? [t('letters.nothing-done')] : [],
        ),
      ),
    kept: facts.kept && explained(facts.kept, t, law),
    held: facts.held && explained(facts.held, t, law),
    unfinished:
      facts.unfinished &&
      list(
        facts.unfinished.map(({ place, since }) =>
          t('letters.unfinished', {
            place: place === null ? t('letters.place-itself') : visibleLine(place),
            day: t.day(since),
          }),
        ),
      ),
    recipients: facts.recipients && recipientsIn(template, facts.recipients, t, law),
    records: facts.records === undefined ? undefined : t('letters.records', { count: facts.records }),
    delivery: delivery && deliveryIn(delivery, t, law, timeZone),
    charge: facts.feePaid === undefined ? undefined : t(facts.feePaid ? 'letters.charge.paid' : 'letters.charge.free'),
    next:
      next === undefined
        ? undefined
        : next === null
          ? ''
          : t('letters.next', { what: right(next.type), day: t.day(next.dueOn) }),
    other: other && otherIn(other, t),
    marketing:
      facts.marketing === undefined
        ? undefined
        : facts.marketing
          ? t('letters.marketing', { article: law.cite('21(3)') })
          : '',
    withdrawn:
      facts.withdrawn === undefined
        ? undefined
        : t('letters.withdrawn', { count: facts.withdrawn, article: law.cite('7(3)') }),
    effect:
      facts.withdrawn === undefined
        ? undefined
        : t('letters.effect', { count: facts.withdrawn, article: law.cite('17(1)(b)') }),
    restricted: t('letters.restricted', { type }),
  };
}

/** When the answer comes, of the clock as it stands with what the letter tells of. */
function whenAnswered(template: Template, { type, dueOn, standsStill, restarts }: Facts, t: Texts): string {
  if (type === 'complaint') return t('letters.when.outcome');
  if (standsStill !== null)
    return t(restarts ? 'letters.when.begins' : 'letters.when.stands-still', { awaited: standsStill });
  if (dueOn === null) return '';
  const day = t.day(dueOn);
  if (ASKING.includes(template)) return t('letters.when.runs-on', { day });
  return template === 'acknowledged' ? t('letters.when.answer', { day }) : t('letters.when.again', { day });
}

function reasonIn(code: ReasonCode, t: Texts, law: LawInWords): string {
  const provision = CITED[code];
  return t(`letters.reason.${code}`, provision ? { article: law.cite(provision) } : {});
}

/** What "all" is, of a request of this type. */
function allOf({ type, marketing }: Facts, t: Texts): string {
  if (type === 'objection') return t(marketing ? 'letters.direct-marketing' : 'letters.all-objectionable');
  return t(type === 'consent-withdrawal' ? 'letters.all-consents' : 'letters.all-data');
}

/** Why something stays, in words: a code of the law or of a hold; words of an officer stay as they are. */
export const groundIn =
  (t: Texts, law: LawInWords) =>
  (code: string): string => {
    const exception = EXCEPTION_AT[code as keyof typeof EXCEPTION_AT];
    if (exception !== undefined)
      return t('law-terms.with', {
        what: t(`law-terms.exception.${code as keyof typeof EXCEPTION_AT}`),
        citation: law.cite(exception),
      });
    if (BASES.includes(code))
      return t('law-terms.still-needed', { basis: t(`law-terms.basis.${basisPoint(code as LawfulBasis)}`) });
    const at = HOLD_AT[code];
    return t.maybe(`letters.hold.${code}`, at ? { article: law.cite(at) } : {}) ?? visibleLine(code);
  };

/** Each kind of data and why it stays. */
function explained(items: NonNullable<Facts['kept']>, t: Texts, law: LawInWords): string {
  if (items.length === 0) return list([t('letters.nothing-kept')]);
  const because = (grounds: readonly string[]) =>
    grounds.map(groundIn(t, law)).reduce((first, second) => t('letters.several', { first, second }));
  return list(
    items.map(({ category, grounds }) =>
      t('letters.explained', { what: visibleLine(category), why: because(grounds) }),
    ),
  );
}

/** What recipients are told of, by the letter that says so. */
const TOLD_OF: Partial<Record<Template, string>> = {
  'answered-erasure': 'erasure',
  'erasure-held': 'held',
  'answered-restriction': 'restriction',
};

function recipientsIn(
  template: Template,
  recipients: NonNullable<Facts['recipients']>,
  t: Texts,
  law: LawInWords,
): string {
  const each = list(
    recipients.map(({ name, told, on }) =>
      t(`letters.recipient.${told}`, { name: visibleLine(name), day: on ? t.day(on) : '' }),
    ),
  );
  if (template === 'recipients-told') return recipients.length > 0 ? each : t('letters.no-recipients');
  const about = { act: TOLD_OF[template] ?? 'change', article: law.cite('19') };
  return recipients.length > 0
    ? t('letters.recipients', { ...about, list: each })
    : t('letters.recipients-none', about);
}

function limitsIn(limits: NonNullable<Facts['limits']>, t: Texts): string {
  return limits
    .map(({ provision, reviewOn, categories }) =>
      t('letters.limit', {
        scope: categories === 'all' ? 'whole' : 'part',
        provision: visibleLine(provision),
        categories: categories === 'all' ? '' : list(categories.map(visibleLine)),
        day: t.day(reviewOn),
      }),
    )
    .join('\n\n');
}

function otherIn({ reference, dueOn, answeredOn }: NonNullable<Facts['other']>, t: Texts): string {
  if (answeredOn !== null) return t('letters.other.answered', { reference, day: t.day(answeredOn) });
  return dueOn === null
    ? t('letters.other.still', { reference })
    : t('letters.other.open', { reference, day: t.day(dueOn) });
}

/** How a copy comes. */
function deliveryIn(delivery: NonNullable<Facts['delivery']>, t: Texts, law: LawInWords, timeZone: string): string {
  switch (delivery.by) {
    case 'link':
      return t('letters.delivery.link', { url: delivery.url, until: t.instant(new Date(delivery.until), timeZone) });
    case 'passphrase':
      return t('letters.delivery.file');
    case 'transfer': {
      const { controller, on } = delivery;
      return t('letters.delivery.transfer', {
        controller: visibleLine(controller),
        day: t.day(on),
        law: law.cite('20(2)'),
      });
    }
  }
}
