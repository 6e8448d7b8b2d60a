import type { Activity, Category, Party, PolicySet, Purpose, RetentionRule } from '../../register/model.ts';
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

function named(party: Party | undefined, institution: string): NamedParty {
  return {
    id: party?.id ?? 'unknown',
    name: party === undefined || party.kind === 'tenant' ? institution : party.name,
    address: party?.address ?? NOT_STATED,
    email: party?.contact ?? NOT_STATED,
    phone: party?.phone ?? NOT_STATED,
    country: party?.country ?? null,
  };
}

/** Puts together what is known of an event from its row and the policies. */
export function factsOf(
  event: EventRow,
  policies: PolicySet,
  institution: ReceiptFacts['institution'],
  principal: string,
  base: string,
): ReceiptFacts {
  const purpose = policies.purposes.find(({ id }) => id === event.purposeId);
  const inWords = (texts: Record<string, string> | undefined) =>
    texts?.[event.language] ?? texts?.[policies.installation.defaultLanguage];
  const activities = policies.activities.filter((activity) => activity.purpose === event.purposeId);
  const partiesOf = (...roles: string[]) => {
    const ids = activities.flatMap(({ parties }) => parties.filter(({ role }) => roles.includes(role)));
    return [...new Set(ids.map(({ party }) => party))].map((id) =>
      named(
        policies.parties.find((party) => party.id === id),
        institution.name,
      ),
    );
  };
  const ids = new Set(activities.flatMap(({ categories }) => categories));
  const known = partiesOf('controller', 'joint-controller');
  // The names were recorded with the event; addresses are those of today.
  const controllers = event.controllers.map(
    (name) => known.find((party) => party.name === name) ?? { ...named(undefined, name), name },
  );
  const recipients = partiesOf('processor', 'sub-processor', 'recipient', 'third-party');
  const self = `${base}/receipts/${institution.id}/${event.eventId}`;
  return {
    receiptId: event.eventId,
    event,
    institution,
    purpose,
    purposeTitle: inWords(purpose?.title) ?? event.purposeId,
    purposeDescription: inWords(purpose?.description) ?? '',
    categories: policies.categories.filter(({ id }) => ids.has(id)),
    controllers,
    recipients,
    storage: {
      place:
        [...new Set([...known, ...recipients].map(({ country }) => country).filter(Boolean))].join(', ') || NOT_STATED,
      rules: policies.rules
        .filter(({ category }) => ids.has(category))
        .map(({ category, action, after }) => ({
          ...{ category, action, after },
          title: policies.categories.find(({ id }) => id === category)?.title ?? category,
        })),
    },
    validity: {
      until: event.expiresAt,
      duration: purpose?.consent?.duration ?? NOT_STATED,
      inWords:
        event.expiresAt === null ? 'until withdrawn' : `until ${event.expiresAt.toISOString()}, or until withdrawn`,
    },
    transfers: activities.flatMap(({ transfers }) => transfers),
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
