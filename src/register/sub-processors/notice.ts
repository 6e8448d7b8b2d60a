import { type Texts, textsIn } from '../../foundations/messages/texts.ts';
import type { Outgoing } from '../../foundations/outbox/model.ts';
import { endOfPeriod, localDay } from '../../law/duration.ts';
import { composeLetter, type LetterId } from '../policies/letters.ts';
import { titlesIn } from '../view/titles.ts';
import type { PartyRecord } from '../view/view-model.ts';
import type { Affected } from './affected.ts';
import type { ChangeFact } from './facts.ts';

/**
 * When silence begins to count: the day on which the notice came is not counted, and the last day of the window is the
 * controller's to its end (Reg. 1182/71 Art. 3(1), (2)(b)), in the controller's own time zone.
 */
export function windowEnd(from: Date, window: string, timeZone: string): Date {
  return endOfPeriod(endOfPeriod(from, window, timeZone), 'P1D', timeZone);
}

/** The last whole day on which an objection is in time. */
const lastDay = (end: Date, timeZone: string) => localDay(new Date(end.getTime() - 1), timeZone);

/** Of several contracts the one that gives the controller the most: asked in words before silence, then the longest. */
export function governing(affected: Affected[], now: Date): { affected: Affected; windowEndsAt: Date } {
  const ends = affected.map((one) => ({
    affected: one,
    windowEndsAt: windowEnd(now, one.agreement.subProcessors.objectionWindow, one.view.tenant.timeZone),
  }));
  const rank = ({ affected: one }: (typeof ends)[number]) =>
    one.agreement.subProcessors.authorisation === 'specific' ? 1 : 0;
  ends.sort((a, b) => rank(b) - rank(a) || b.windowEndsAt.getTime() - a.windowEndsAt.getTime());
  const [first] = ends;
  if (!first) throw new RangeError('Nobody is affected.');
  return first;
}

const addressOf = ({ name, address, country }: PartyRecord, t: Texts) =>
  [name, address, country && t.country(country)].filter(Boolean).join(', ');

export interface NoticeInput {
  changeId: string;
  change: ChangeFact;
  letter: LetterId;
  topic: string;
  /** The list of sub-processors as the public sees it. */
  listUrl: string;
  windowEndsAt: Date | null;
}

/**
 * What one institution is told, by each channel it has: data for its webhook, a letter for its mailbox. None when it
 * has no channel.
 */
export function noticesTo({ view, agreement, activities }: Affected, input: NoticeInput): Outgoing[] {
  const { changeId, change, letter, topic, listUrl, windowEndsAt } = input;
  const controller = view.parties.find(({ kind }) => kind === 'tenant');
  const party = view.party(change.party);
  if (!controller || !party) return [];
  const { language, timeZone } = view.tenant;
  const t = textsIn(language);
  const titles = titlesIn(view.policies, language);
  const places = view.policies.places.filter((place) => place.party === party.id);
  const { authorisation } = agreement.subProcessors;
  const day = windowEndsAt && t.day(lastDay(windowEndsAt, timeZone));
  const { subject, text } = composeLetter(view.policies, letter, language, {
    controller: controller.name,
    processor: view.party(change.processor)?.name ?? change.processor,
    party: party.name,
    who: [addressOf(party, t), party.contactPerson, party.contact].filter(Boolean).join(', '),
    change: t(`notices.${change.kind}`, {
      party: party.name,
      replaced: change.replaces ? (view.party(change.replaces)?.name ?? change.replaces) : '',
    }),
    activities: activities.map(titles.activity).join(', '),
    place:
      [...new Set(places.map(({ country }) => t.country(country)))].join(', ') ||
      (party.country ? t.country(party.country) : '–'),
    reason: change.reason,
    window: day ? t(`notices.window.${authorisation}`, { day }) : t('notices.window.none'),
    authorisation: t('notices.how'),
    date: t.dayOf(new Date(change.activatedAt ?? change.announcedAt), timeZone),
    list: listUrl,
  });
  const message = {
    party: controller.id,
    topic,
    subject,
    text,
    data: {
      tenant: view.tenant.id,
      changeId,
      kind: change.kind,
      status: change.status,
      subProcessor: { id: party.id, name: party.name, address: party.address ?? null, country: party.country ?? null },
      replaces: change.replaces,
      processor: change.processor,
      activities,
      reason: change.reason,
      agreementId: agreement.agreementId,
      authorisation,
      objectionsUntil: windowEndsAt?.toISOString() ?? null,
    },
  };
  const { webhook, email } = controller.notices ?? {};
  return [
    ...(webhook ? [{ ...message, delivery: { channel: 'webhook' as const, url: webhook } }] : []),
    ...(email ? [{ ...message, delivery: { channel: 'email' as const, address: email } }] : []),
  ];
}
