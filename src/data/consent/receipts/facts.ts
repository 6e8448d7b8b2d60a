import type { Activity, Category, Purpose, RetentionRule } from '../../../register/policies/model.ts';
import type { PartyRecord, RegisterView } from '../../../register/view/view-model.ts';
import type { EventRow } from '../table.ts';

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
  /** How long the decision stands. */
  validity: { until: Date | null; duration: string; inWords: string };
  /** Where the data is, and what becomes of it when. */
  storage: {
    place: string;
    rules: { category: string; title: string; action: RetentionRule['action']; after: string }[];
  };
  transfers: Activity['transfers'];
  authority: { name: string; contact: string };
  /** The receipt's own name for its holder: the one the audit log uses. */
  principal: string;
  links: { receipt: string; notice: string; withdraw: string; context: string; keys: string };
}

/** What Kantara and ISO 27560 want of every party, and a policy need not say. */
const NOT_STATED = 'not stated';

function named(party: PartyRecord): NamedParty {
  const { id, name, address = NOT_STATED, contact = NOT_STATED, phone = NOT_STATED, country = null } = party;
  return { id, name, address, email: contact, phone, country };
}

const unknown = (name: string): NamedParty => ({
  id: 'unknown',
  name,
  address: NOT_STATED,
  email: NOT_STATED,
  phone: NOT_STATED,
  country: null,
});

/** Puts together what is known of an event from its row and the register as it was at that instant. */
export function factsOf(event: EventRow, register: RegisterView, principal: string, base: string): ReceiptFacts {
  const { policies, tenant } = register;
  const institution = {
    id: tenant.id,
    name: tenant.name,
    jurisdiction: tenant.jurisdiction,
    timeZone: tenant.timeZone,
  };
  const purpose = policies.purposes.find(({ id }) => id === event.purposeId);
  const inWords = (texts: Record<string, string> | undefined) =>
    texts?.[event.language] ?? texts?.[policies.installation.defaultLanguage];
  const activities = register.covering({ purpose: event.purposeId });
  const engaged = activities.flatMap(({ chain }) => chain).filter((link) => link.engaged);
  const parties = (wanted: (link: (typeof engaged)[number]) => boolean) => [
    ...new Map(engaged.filter(wanted).map(({ party }) => [party.id, named(party)])).values(),
  ];
  const known = parties(({ tier }) => tier === 0);
  // The names are those recorded with the event, whatever the parties are called by now.
  const same = known.length === event.controllers.length;
  const controllers = event.controllers.map((name, index) => ({
    ...(known.find((party) => party.name === name) ?? (same ? known[index] : undefined) ?? unknown(name)),
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
    categories: policies.categories.filter(({ id }) => ids.has(id)),
    controllers,
    recipients,
    storage: {
      place: [...new Set(countries)].join(', ') || NOT_STATED,
      rules: policies.rules
        .filter(({ category }) => ids.has(category))
        .map(({ category, action, after }) => ({
          category,
          action,
          after,
          title: policies.categories.find(({ id }) => id === category)?.title ?? category,
        })),
    },
    validity: {
      until: event.expiresAt,
      duration: purpose?.consent?.duration ?? NOT_STATED,
      inWords:
        event.expiresAt === null ? 'until withdrawn' : `until ${event.expiresAt.toISOString()}, or until withdrawn`,
    },
    transfers: engaged.flatMap(({ transfers }) => transfers),
    authority: policies.installation.supervisoryAuthority,
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

export const noticeName = ({ noticeId, noticeMajor, noticeMinor }: EventRow) =>
  `${noticeId} ${noticeMajor}.${noticeMinor}`;
