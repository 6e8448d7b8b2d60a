import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { localDay } from '../../law/duration.ts';
import { lawInWords } from '../view/law-in-words.ts';
import { lawTerms } from '../view/law-terms.ts';
import { senderOf } from '../view/letterhead.ts';
import { titleIn, titlesIn } from '../view/titles.ts';
import type { ChainLink, RegisterView } from '../view/view-model.ts';

/** What must be readily available of every tier (EDPB Opinion 22/2024, paras 25–32; REQ-A46). */
const ListedProcessor = Type.Object(
  {
    party: Type.String(),
    name: Type.String(),
    role: Type.Enum(['processor', 'sub-processor']),
    tier: Type.Integer({ description: '1: acts for the controller; 2 and more: further down.' }),
    actsFor: Type.String(),
    address: Type.String(),
    country: Type.String(),
    contact: Type.String(),
    contactPerson: Type.String(),
    processing: Type.String(),
    activities: Type.Array(Type.String()),
    locations: Type.Array(Type.String()),
    transferTools: Type.Array(Type.String(), { description: 'Empty: the data stays inside the EEA.' }),
  },
  { ...closed, title: 'ListedProcessor' },
);
const ListedChange = Type.Object(
  {
    changeId: Type.String(),
    kind: Type.Enum(['addition', 'replacement', 'removal']),
    party: Type.String(),
    name: Type.String(),
    replaces: OrNull(Type.String()),
    activities: Type.Array(Type.String()),
    reason: Type.String(),
    status: Type.Enum(['announced', 'activated', 'withdrawn']),
    announcedAt: Instant,
    objectionsUntil: OrNull(Instant),
    activatedAt: OrNull(Instant),
  },
  { ...closed, title: 'ListedChange' },
);

export const SubProcessorList = Type.Object(
  {
    tenant: Type.String(),
    institution: Type.String(),
    at: Instant,
    processors: Type.Array(ListedProcessor),
    changes: Type.Array(ListedChange, { description: 'Newest first.' }),
    emptyMandatory: Type.Array(Type.Object({ party: Type.String(), field: Type.String() }, closed)),
  },
  { ...closed, title: 'SubProcessorList' },
);
export type SubProcessorList = Static<typeof SubProcessorList>;

/** Everybody who processes on an institution's behalf, tier by tier, and what was announced to change. */
export function subProcessorList(view: RegisterView): SubProcessorList {
  const { language } = view.tenant;
  const t = textsIn(language);
  const law = lawTerms(view.tenant, t);
  const calls = titlesIn(view.policies, language);
  const byParty = new Map<
    string,
    { link: ChainLink & { actsFor: string; tier: number }; activities: string[]; all: ChainLink[] }
  >();
  for (const { activity, chain } of view.activities)
    for (const link of chain) {
      if (link.tier === null || link.tier === 0 || link.actsFor === null || !link.engaged) continue;
      const key = `${link.actsFor}\0${link.party.id}`;
      const known = byParty.get(key) ?? {
        link: { ...link, actsFor: link.actsFor, tier: link.tier },
        activities: [],
        all: [],
      };
      known.activities.push(titleIn(activity, language));
      known.all.push(link);
      byParty.set(key, known);
    }
  const distinct = (values: string[]) => [...new Set(values)];
  const processors = [...byParty.values()]
    .sort((a, b) => a.link.tier - b.link.tier)
    .map(({ link: { party, role, tier, actsFor }, activities, all }) => ({
      party: party.id,
      name: party.name,
      role: role as 'processor' | 'sub-processor',
      tier,
      actsFor: view.party(actsFor)?.name ?? actsFor,
      address: party.address ?? '',
      country: party.country ?? '',
      contact: party.contact ?? '',
      contactPerson: party.contactPerson ?? '',
      processing: distinct(all.flatMap(({ does }) => does ?? [])).join('; '),
      activities: distinct(activities),
      // Who has no place of its own works from its seat.
      locations: distinct(
        all.flatMap(({ places }) =>
          places.length > 0
            ? places.map((one) =>
                t('public-lists.place', { title: titleIn(one, language), country: t.country(one.country) }),
              )
            : party.country
              ? t.country(party.country)
              : [],
        ),
      ),
      transferTools: distinct(
        all.flatMap(({ transfers }) =>
          transfers.map(({ country, tool }) =>
            t('public-lists.transfer', { country: t.country(country), tool: law.transferTool(tool) }),
          ),
        ),
      ),
    }));
  const emptyMandatory = processors.flatMap((processor) =>
    (['address', 'country', 'contact', 'contactPerson', 'processing'] as const)
      .filter((field) => processor[field] === '')
      .map((field) => ({ party: processor.party, field: field as string }))
      .concat(processor.locations.length === 0 ? [{ party: processor.party, field: 'locations' }] : []),
  );
  const titles = (ids: string[]) => ids.map(calls.activity);
  return {
    tenant: view.tenant.id,
    institution: institutionOf(view),
    at: view.at.toISOString(),
    processors,
    emptyMandatory,
    changes: view.changes
      .filter(({ notice }) => notice !== null)
      .map((change) => ({
        changeId: change.changeId,
        kind: change.kind,
        party: change.party,
        name: view.party(change.party)?.name ?? change.party,
        replaces: change.replaces === null ? null : (view.party(change.replaces)?.name ?? change.replaces),
        activities: titles(change.activities),
        reason: change.reason,
        status: change.status,
        announcedAt: change.announcedAt.toISOString(),
        objectionsUntil: change.notice?.windowEndsAt.toISOString() ?? null,
        activatedAt: change.activatedAt?.toISOString() ?? null,
      }))
      .sort((a, b) => (a.announcedAt < b.announcedAt ? 1 : -1)),
  };
}

const institutionOf = (view: RegisterView): string =>
  view.parties.find(({ kind }) => kind === 'tenant')?.name ?? view.tenant.name;

/** Whose list it is: its language, zone and law. */
type Portal = RegisterView['tenant'];

const changeInWords = ({ name, kind, replaces }: SubProcessorList['changes'][number], { language }: Portal): string =>
  textsIn(language)('public-lists.change', { name, kind, replaces: replaces ?? '' });

/** The last whole day on which an objection is in time. */
const lastDay = (instant: string, timeZone: string) => localDay(new Date(new Date(instant).getTime() - 1), timeZone);

/** The list as a page. */
export function subProcessorPage(list: SubProcessorList, view: RegisterView): PrintDocument {
  const { tenant: portal } = view;
  const { language, timeZone } = portal;
  const t = textsIn(language);
  const { role } = lawTerms(portal, t);
  const day = (instant: string | null) => (instant === null ? '–' : t.dayOf(new Date(instant), timeZone));
  const until = (instant: string | null) => (instant === null ? '–' : t.day(lastDay(instant, timeZone)));
  const notStated = t('public-lists.not-stated');
  return {
    title: t('public-lists.title'),
    subtitle: t('public-lists.subtitle', { citation: lawInWords(portal, t).cite('28') }),
    language: t.language,
    ...senderOf(view),
    date: t('public-lists.as-of', { day: day(list.at) }),
    blocks: [
      { kind: 'heading', level: 2, text: t('public-lists.now') },
      ...(list.processors.length === 0 ? [{ kind: 'paragraph' as const, text: t('public-lists.nobody') }] : []),
      ...list.processors.flatMap((one) => [
        { kind: 'heading' as const, level: 3 as const, text: one.name },
        {
          kind: 'facts' as const,
          rows: [
            [t('public-lists.role'), t('public-lists.role-for', { role: role(one.role), whom: one.actsFor })],
            [t('public-lists.does'), one.processing || notStated],
            [t('public-lists.for'), one.activities.join('\n')],
            [t('public-lists.address'), one.address || notStated],
            [t('public-lists.contact'), [one.contactPerson, one.contact].filter(Boolean).join(', ') || notStated],
            [t('public-lists.where'), one.locations.join('\n') || notStated],
            [t('public-lists.outside'), one.transferTools.join('\n') || t('public-lists.no')],
          ] as [string, string][],
        },
      ]),
      { kind: 'heading', level: 2, text: t('public-lists.changes') },
      {
        kind: 'table',
        caption: t('public-lists.announced-and-made'),
        columns: [
          t('public-lists.announced'),
          t('public-lists.what'),
          t('public-lists.for'),
          t('public-lists.why'),
          t('public-lists.objections-until'),
          t('public-lists.in-force'),
        ],
        rows: list.changes.map((change) => [
          day(change.announcedAt),
          changeInWords(change, portal),
          change.activities.join('\n'),
          change.reason,
          until(change.objectionsUntil),
          change.status === 'withdrawn' ? t('public-lists.withdrawn') : day(change.activatedAt),
        ]),
      },
    ],
  };
}

const xml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll(/[^\t\n\r\x20-\uFFFF]/g, '');

/** The changes as a feed (RFC 4287): one entry per change, which is updated as it goes on. */
export function subProcessorFeed(list: SubProcessorList, listUrl: string, portal: Portal): string {
  const t = textsIn(portal.language);
  const entries = list.changes.map((change) => {
    const { status, reason, activities, objectionsUntil } = change;
    const updated = change.activatedAt ?? change.announcedAt;
    const title = t('public-lists.feed.entry', { change: changeInWords(change, portal), status });
    const until = objectionsUntil === null ? 'none' : t.day(lastDay(objectionsUntil, portal.timeZone));
    const text = t('public-lists.feed.text', { reason, activities: activities.join(', '), until });
    return `<entry><id>urn:uuid:${xml(change.changeId)}</id><title>${xml(title)}</title><updated>${updated}</updated><published>${change.announcedAt}</published><link rel="alternate" href="${xml(listUrl)}"/><summary>${xml(text)}</summary></entry>`;
  });
  const updated = list.changes
    .map(({ activatedAt, announcedAt }) => activatedAt ?? announcedAt)
    .sort()
    .at(-1);
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${xml(listUrl)}</id><title>${xml(t('public-lists.feed.title', { institution: list.institution }))}</title><updated>${updated ?? '1970-01-01T00:00:00.000Z'}</updated><author><name>${xml(list.institution)}</name></author><link rel="alternate" type="text/html" href="${xml(listUrl)}"/><link rel="self" type="application/atom+xml" href="${xml(listUrl)}.atom"/>
${entries.join('\n')}
</feed>
`;
}
