import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { localDay } from '../../law/duration.ts';
import { TRANSFER_TOOL_IN_WORDS } from '../../law/vocabularies/transfer-tools.ts';
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
  const byParty = new Map<
    string,
    { link: ChainLink & { actsFor: string; tier: number }; activities: string[]; all: ChainLink[] }
  >();
  for (const { title, chain } of view.activities)
    for (const link of chain) {
      if (link.tier === null || link.tier === 0 || link.actsFor === null || !link.engaged) continue;
      const key = `${link.actsFor}\0${link.party.id}`;
      const known = byParty.get(key) ?? {
        link: { ...link, actsFor: link.actsFor, tier: link.tier },
        activities: [],
        all: [],
      };
      known.activities.push(title);
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
          places.length > 0 ? places.map(({ title, country }) => `${title} (${country})`) : (party.country ?? []),
        ),
      ),
      transferTools: distinct(
        all.flatMap(({ transfers }) =>
          transfers.map(({ country, tool }) => `${country}: ${TRANSFER_TOOL_IN_WORDS[tool]}`),
        ),
      ),
    }));
  const emptyMandatory = processors.flatMap((processor) =>
    (['address', 'country', 'contact', 'contactPerson', 'processing'] as const)
      .filter((field) => processor[field] === '')
      .map((field) => ({ party: processor.party, field: field as string }))
      .concat(processor.locations.length === 0 ? [{ party: processor.party, field: 'locations' }] : []),
  );
  const titles = (ids: string[]) => ids.map((id) => view.activity(id)?.title ?? id);
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

const KIND = { addition: 'new', replacement: 'in place of', removal: 'leaves' } as const;

/** The list as a page. */
export function subProcessorPage(list: SubProcessorList, timeZone: string): PrintDocument {
  const day = (instant: string | null) => (instant === null ? '–' : localDay(new Date(instant), timeZone));
  const until = (instant: string | null) =>
    instant === null ? '–' : localDay(new Date(new Date(instant).getTime() - 1), timeZone);
  return {
    title: 'Who processes personal data for this portal',
    subtitle: 'Processors and sub-processors, what they do, where, and what is about to change (GDPR Art. 28).',
    language: 'en',
    institution: list.institution,
    date: `As of ${day(list.at)}`,
    blocks: [
      { kind: 'heading', level: 2, text: 'Now' },
      ...(list.processors.length === 0
        ? [{ kind: 'paragraph' as const, text: 'Nobody processes personal data for this portal on behalf of another.' }]
        : []),
      ...list.processors.flatMap((one) => [
        { kind: 'heading' as const, level: 3 as const, text: one.name },
        {
          kind: 'facts' as const,
          rows: [
            ['Role', `${one.role}, acts for ${one.actsFor}`],
            ['What it does', one.processing || 'not stated'],
            ['For', one.activities.join('\n')],
            ['Address', one.address || 'not stated'],
            ['Contact', [one.contactPerson, one.contact].filter(Boolean).join(', ') || 'not stated'],
            ['Where the data is', one.locations.join('\n') || 'not stated'],
            ['Outside the EEA', one.transferTools.join('\n') || 'no'],
          ] as [string, string][],
        },
      ]),
      { kind: 'heading', level: 2, text: 'Changes' },
      {
        kind: 'table',
        caption: 'Announced and made',
        columns: ['Announced', 'What', 'For', 'Why', 'Objections until', 'In force since'],
        rows: list.changes.map((change) => [
          day(change.announcedAt),
          `${change.name}: ${KIND[change.kind]}${change.replaces ? ` ${change.replaces}` : ''}`,
          change.activities.join('\n'),
          change.reason,
          until(change.objectionsUntil),
          change.status === 'withdrawn' ? 'withdrawn' : day(change.activatedAt),
        ]),
      },
    ],
  };
}

const xml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll(/[^\t\n\r\x20-\uFFFF]/g, '');

/** The changes as a feed (RFC 4287): one entry per change, which is updated as it goes on. */
export function subProcessorFeed(list: SubProcessorList, listUrl: string): string {
  const entries = list.changes.map((change) => {
    const updated = change.activatedAt ?? change.announcedAt;
    const title = `${change.name}: ${KIND[change.kind]}${change.replaces ? ` ${change.replaces}` : ''} (${change.status})`;
    const text = `${change.reason} For: ${change.activities.join(', ')}.${change.objectionsUntil ? ` Objections until ${change.objectionsUntil}.` : ''}`;
    return `<entry><id>urn:uuid:${xml(change.changeId)}</id><title>${xml(title)}</title><updated>${updated}</updated><published>${change.announcedAt}</published><link rel="alternate" href="${xml(listUrl)}"/><summary>${xml(text)}</summary></entry>`;
  });
  const updated = list.changes
    .map(({ activatedAt, announcedAt }) => activatedAt ?? announcedAt)
    .sort()
    .at(-1);
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${xml(listUrl)}</id><title>${xml(`Sub-processors of ${list.institution}`)}</title><updated>${updated ?? '1970-01-01T00:00:00.000Z'}</updated><author><name>${xml(list.institution)}</name></author><link rel="alternate" type="text/html" href="${xml(listUrl)}"/><link rel="self" type="application/atom+xml" href="${xml(listUrl)}.atom"/>
${entries.join('\n')}
</feed>
`;
}
