import { type Texts, textsIn } from '../../../foundations/messages/texts.ts';
import type { Activity, Category, Purpose, RetentionRule } from '../../../register/policies/model.ts';
import { ruleInWords } from '../../../register/policies/rule-in-words.ts';
import { periodsInWords } from '../../../register/policies/word-in-words.ts';
import { authorityOf } from '../../../register/view/law-in-words.ts';
import { lawTerms } from '../../../register/view/law-terms.ts';
import { textIn, titleIn } from '../../../register/view/titles.ts';
import type { PartyRecord, RegisterView } from '../../../register/view/view-model.ts';
import type { EventRow } from '../table.ts';
import { vouchedAs } from '../views.ts';

/** A party as a receipt names it. */
export interface NamedParty {
  id: string;
  name: string;
  address: string;
  email: string;
  phone: string;
  country: string | null;
}

/** Everything a receipt says, gathered once; the forms below only arrange it. */
export interface ReceiptFacts {
  receiptId: string;
  event: EventRow;
  institution: { id: string; name: string; jurisdiction: string; timeZone: string };
  /** Absent when the policies no longer have it. */
  purpose: Purpose | undefined;
  purposeTitle: string;
  purposeDescription: string;
  /** Consent to areas of research, with the ethics vote (Recital 33). */
  research: Purpose['research'];
  /** Kinds of data the purpose needs, in words. */
  categories: Pick<Category, 'id' | 'title' | 'special' | 'source'>[];
  controllers: NamedParty[];
  recipients: NamedParty[];
  /** Of a decision that was not recorded here: when it was imported, and who vouches for it. */
  imported: { at: Date; inWords: string } | undefined;
  /** How long the decision stands. */
  validity: { until: Date | null; duration: string; inWords: string };
  /** Where the data is, and what becomes of it when. */
  storage: {
    place: string;
    /** Kinds of data that no rule ends. */
    forGood: { title: string; inWords: string }[];
    rules: {
      category: string;
      title: string;
      action: RetentionRule['action'];
      after: string;
      counted?: RetentionRule['counted'];
      inWords: string;
    }[];
  };
  transfers: Activity['transfers'];
  authority: { name: string; contact: string };
  /** The receipt's own name for its holder: the one the audit log uses. */
  principal: string;
  links: { receipt: string; notice: string; withdraw: string; context: string; keys: string };
}

/** A party; what Kantara and ISO 27560 want of every one, and a policy need not say, is said not to be stated. */
function named(party: PartyRecord, notStated: string): NamedParty {
  const { id, name, address = notStated, contact = notStated, phone = notStated, country = null } = party;
  return { id, name, address, email: contact, phone, country };
}

const unknown = (name: string, notStated: string): NamedParty => ({
  id: 'unknown',
  name,
  address: notStated,
  email: notStated,
  phone: notStated,
  country: null,
});

/** Puts together what is known of an event from its row and the register as it was at that instant. */
export function factsOf(event: EventRow, register: RegisterView, principal: string, base: string): ReceiptFacts {
  const { policies, tenant } = register;
  const t = textsIn(event.language);
  const notStated = t('receipt.not-stated');
  const institution = {
    id: tenant.id,
    name: tenant.name,
    jurisdiction: tenant.jurisdiction,
    timeZone: tenant.timeZone,
  };
  const purpose = policies.purposes.find(({ id }) => id === event.purposeId);
  const inWords = (texts: Record<string, string> | undefined) => texts && textIn(texts, event.language, policies);
  const activities = register.covering({ purpose: event.purposeId });
  const engaged = activities.flatMap(({ chain }) => chain).filter((link) => link.engaged);
  const parties = (wanted: (link: (typeof engaged)[number]) => boolean) => [
    ...new Map(engaged.filter(wanted).map(({ party }) => [party.id, named(party, notStated)])).values(),
  ];
  const known = parties(({ tier }) => tier === 0);
  // The names are those recorded with the event, whatever the parties are called by now.
  const same = known.length === event.controllers.length;
  const controllers = event.controllers.map((name, index) => ({
    ...(known.find((party) => party.name === name) ?? (same ? known[index] : undefined) ?? unknown(name, notStated)),
    name,
  }));
  const recipients = parties(({ tier }) => tier !== 0);
  const places = engaged.flatMap((link) => link.places.map(({ country }) => country));
  const ids = new Set(activities.flatMap(({ activity }) => activity.categories));
  const self = `${base}/receipts/${tenant.id}/${event.eventId}`;
  const countries = places.length > 0 ? places : [...known, ...recipients].flatMap(({ country }) => country ?? []);
  return {
    receiptId: event.eventId,
    event,
    institution,
    purpose,
    purposeTitle: inWords(purpose?.title) ?? event.purposeId,
    purposeDescription: inWords(purpose?.description) ?? '',
    research: purpose?.research,
    categories: policies.categories
      .filter(({ id }) => ids.has(id))
      .map((category) => ({ ...category, title: titleIn(category, event.language) })),
    controllers,
    recipients,
    imported: event.importedAt
      ? {
          at: event.importedAt,
          inWords: t('receipt.imported', {
            day: t.dayOf(event.importedAt, tenant.timeZone),
            vouched: vouchedAs(event) ?? notStated,
          }),
        }
      : undefined,
    storage: {
      place: [...new Set(countries)].join(', ') || notStated,
      forGood: policies.categories
        .filter(({ id, kept }) => ids.has(id) && kept)
        .flatMap((category) =>
          periodsInWords(category, policies, t, lawTerms(tenant, t).exception).map((inWords) => ({
            title: titleIn(category, event.language),
            inWords,
          })),
        ),
      rules: policies.rules
        .filter(({ category }) => ids.has(category))
        .map((rule) => {
          const { category, action, after, counted } = rule;
          const kind = policies.categories.find(({ id }) => id === category);
          const title = kind ? titleIn(kind, event.language) : category;
          return { category, action, after, counted, title, inWords: ruleInWords(rule, policies, t) };
        }),
    },
    validity: {
      until: event.expiresAt,
      duration: purpose?.consent?.duration ?? notStated,
      inWords: standsUntil(event.expiresAt, tenant.timeZone, t),
    },
    transfers: engaged.flatMap(({ transfers }) => transfers),
    authority: authorityOf(register, t),
    principal,
    links: {
      receipt: self,
      notice: `${base}/notices/${event.noticeHash}`,
      withdraw: `${self}/withdrawal`,
      context: `${base}/contexts/receipt-v1.jsonld`,
      keys: `${base}/.well-known/jwks.json`,
    },
  };
}

const standsUntil = (until: Date | null, timeZone: string, t: Texts): string =>
  until === null ? t('receipt.until.withdrawn') : t('receipt.until.permits', { day: t.dayOf(until, timeZone) });

export const noticeName = ({ noticeId, noticeMajor, noticeMinor }: EventRow) =>
  `${noticeId} ${noticeMajor}.${noticeMinor}`;
