import Type, { type Static } from 'typebox';
import { closed, Instant } from '../../foundations/contract/schemas.ts';
import { type Texts, textsIn } from '../../foundations/messages/texts.ts';
import { vocabularyNames } from '../../law/vocabularies/versions.ts';
import type { Agreement } from '../../register/agreements/model.ts';
import { lawTerms } from '../../register/view/law-terms.ts';
import { titleIn } from '../../register/view/titles.ts';
import type { ActivityRecord, ChainLink, PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import {
  measures,
  noneIn,
  orNone,
  purposeIn,
  type RecordLine,
  representative,
  timeLimits,
  transfers,
} from './cells.ts';

const Entry = Type.Object(
  {
    id: Type.String(),
    label: Type.String(),
    values: Type.Array(Type.String()),
    mandatory: Type.Boolean(),
  },
  { ...closed, title: 'AnnexEntry' },
);
const Part = Type.Object(
  { heading: Type.String({ description: 'A party, an activity.' }), entries: Type.Array(Entry) },
  { ...closed, title: 'AnnexPart' },
);

/** The annexes of the standard contractual clauses between controllers and processors, Decision (EU) 2021/915. */
export const Annexes = Type.Object(
  {
    agreementId: Type.String(),
    title: Type.String(),
    status: Type.Enum(['draft', 'active', 'ended']),
    at: Instant,
    knownAt: Instant,
    policyHash: Type.String(),
    vocabularies: Type.Array(Type.String()),
    annexes: Type.Array(
      Type.Object(
        { number: Type.Enum(['I', 'II', 'III', 'IV']), title: Type.String(), parts: Type.Array(Part) },
        { ...closed, title: 'Annex' },
      ),
    ),
    emptyMandatory: Type.Array(
      Type.Object({ annex: Type.String(), part: Type.String(), entry: Type.String() }, closed),
      { description: 'Entries that must say something and say nothing.' },
    ),
  },
  { ...closed, title: 'Annexes' },
);
export type Annexes = Static<typeof Annexes>;
type Part = Static<typeof Part>;
type Entry = Static<typeof Entry>;

const must = (id: string, label: string, values: (string | null | undefined)[]): Entry => ({
  id,
  label,
  mandatory: true,
  values: values.filter((value): value is string => typeof value === 'string' && value.trim() !== ''),
});

/** What an annex is made from: the register, the agreement, and the words of the portal. */
interface Ground {
  view: RegisterView;
  agreement: Agreement;
  covered: ActivityRecord[];
  t: Texts;
}

/** Generated from the register: what the contract says is what runs. */
export function annexesOf(view: RegisterView, agreement: Agreement): Annexes {
  const t = textsIn(view.tenant.language);
  const covered = agreement.activities.flatMap((id) => view.activity(id) ?? []);
  const ground: Ground = { view, agreement, covered, t };
  const annexes: Annexes['annexes'] = [
    { number: 'I', title: t('annexes.parties'), parts: parties(ground) },
    { number: 'II', title: t('annexes.description'), parts: covered.map((one) => description(ground, one)) },
    { number: 'III', title: t('annexes.measures'), parts: covered.map((one) => security(ground, one)) },
    { number: 'IV', title: t('annexes.sub-processors'), parts: subProcessors(ground) },
  ];
  return {
    agreementId: agreement.agreementId,
    title: agreement.title,
    status: agreement.status,
    at: view.at.toISOString(),
    knownAt: view.knownAt.toISOString(),
    policyHash: view.policyHash,
    vocabularies: vocabularyNames(),
    annexes,
    emptyMandatory: annexes.flatMap(({ number, parts: all }) =>
      all.flatMap(({ heading, entries }) =>
        entries
          .filter(({ mandatory, values }) => mandatory && values.length === 0)
          .map(({ id }) => ({ annex: number, part: heading, entry: id })),
      ),
    ),
  };
}

const distinct = (values: string[]): string[] => [...new Set(values)];
const called = ({ activity }: ActivityRecord, { t }: Ground): string => titleIn(activity, t.language);

function signature({ agreement: { signedOn, file }, view, t }: Ground): string[] {
  if (!signedOn) return [t('annexes.not-signed')];
  return [
    t('annexes.signed', { day: t.dayOf(new Date(signedOn), view.tenant.timeZone) }),
    ...(file ? [`${file.name}, SHA-256 ${file.sha256}`] : []),
  ];
}

/** Who somebody is: the same wherever a party is listed. */
function whoItIs(party: Partial<PartyRecord>, { t }: Ground): Entry[] {
  const { name, address, country, contactPerson, contact, phone } = party;
  return [
    must('name', t('annexes.name'), [name]),
    must('address', t('annexes.address'), [
      address && [address, country && t.country(country)].filter(Boolean).join(', '),
    ]),
    must('contact', t('annexes.contact'), [
      contactPerson && [contactPerson, contact, phone].filter(Boolean).join(', '),
    ]),
  ];
}

/**
 * Who concludes the agreement, and as what: a party may decide on one processing and carry out another for somebody
 * else, so that its role is the one it has in each. Whoever decides and is no party to it is named too.
 */
function parties(ground: Ground): Part[] {
  const { view, agreement, covered, t } = ground;
  const concluding = [agreement.controller, agreement.processor];
  const signs = concluding.map((id, n): Part => {
    const party: Partial<PartyRecord> = view.party(id) ?? {};
    const { dataProtectionOfficer: officer } = party;
    return {
      heading: t(n === 0 ? 'annexes.instructs' : 'annexes.carries-out', { party: party.name ?? id }),
      entries: [
        ...whoItIs(party, ground),
        must('roles', t('annexes.role'), rolesOf(id, ground)),
        must('officer', t('annexes.officer'), [
          officer ? [officer.name, officer.contact, officer.phone].filter(Boolean).join(', ') : noneIn(t),
        ]),
        must('representative', t('annexes.representative'), representative(party as PartyRecord, t)),
        must('signature', t('annexes.signature'), signature(ground)),
      ],
    };
  });
  const deciding = new Map(covered.flatMap(({ controllers }) => controllers).map((party) => [party.id, party]));
  for (const id of concluding) deciding.delete(id);
  return [
    ...signs,
    ...[...deciding.values()].map(
      (party): Part => ({
        heading: t('annexes.decides', { party: party.name }),
        entries: [...whoItIs(party, ground), must('roles', t('annexes.role'), rolesOf(party.id, ground))],
      }),
    ),
  ];
}

/** `processor for Example University: Member accounts`: a line for each role, with the processing in which it is that. */
function rolesOf(id: string, ground: Ground): string[] {
  const lines = new Map<string, string[]>();
  for (const one of ground.covered)
    for (const link of one.chain)
      if (link.party.id === id && link.tier !== null) {
        const role = roleOf(link, ground);
        lines.set(role, [...(lines.get(role) ?? []), called(one, ground)]);
      }
  if (lines.size === 0) return [ground.t('annexes.no-role')];
  return [...lines].map(([role, activities]) =>
    ground.t('annexes.role-in', { role, activities: ground.t.list(activities) }),
  );
}

function roleOf({ role, actsFor }: ChainLink, { view, t }: Ground): string {
  const words = lawTerms(view.tenant, t).role(role);
  return actsFor === null ? words : t('annexes.role-for', { role: words, party: view.party(actsFor)?.name ?? actsFor });
}

/** The activity as the controller of this agreement sees it. */
function lineOf({ view, t }: Ground, activity: ActivityRecord, party: string): RecordLine {
  const record = view.party(party) ?? activity.controllers[0];
  const controller = activity.controllers[0] ?? record;
  const role = activity.chain.find((link) => link.party.id === party)?.role ?? 'processor';
  return { view, activity, role, party: record as PartyRecord, controller: controller as PartyRecord, t };
}

function description(ground: Ground, activity: ActivityRecord): Part {
  const { agreement, t } = ground;
  const line = lineOf(ground, activity, agreement.processor);
  const titled = (category: ActivityRecord['categories'][number]) => titleIn(category, t.language);
  const special = activity.categories.filter((category) => category.special);
  return {
    heading: called(activity, ground),
    entries: [
      must(
        'roles',
        t('annexes.who-is-who'),
        activity.chain
          .filter(({ tier, engaged }) => tier !== null && engaged)
          .map((link) => t('annexes.is', { party: link.party.name, role: roleOf(link, ground) })),
      ),
      must(
        'subjects',
        t('annexes.subjects'),
        activity.activity.subjects.map((one) => t.maybe(`law-terms.subject.${one}`) ?? one),
      ),
      must('categories', t('annexes.categories'), activity.categories.map(titled)),
      must(
        'special',
        t('annexes.special'),
        orNone(
          special.map((one) =>
            t('annexes.safeguarded', { category: titled(one), measures: measures(line).join('; ') }),
          ),
          line,
        ),
      ),
      must('nature', t('annexes.nature'), [agreement.nature]),
      must('purposes', t('annexes.purposes'), purposeIn(line, 'description')),
      must('duration', t('annexes.duration'), [agreement.duration, ...timeLimits(line)]),
      must(
        'sub-processing',
        t('annexes.sub-processing'),
        orNone(
          below(activity, agreement.processor).map(({ party, does }) =>
            t('annexes.sub-processes', {
              party: party.name,
              does: does ?? t('annexes.not-stated'),
              duration: agreement.duration ?? t('annexes.not-stated'),
            }),
          ),
          line,
        ),
      ),
    ],
  };
}

function security(ground: Ground, activity: ActivityRecord): Part {
  const line = lineOf(ground, activity, activity.controllers[0]?.id ?? '');
  const said = measures(line);
  return {
    heading: called(activity, ground),
    entries: [
      must(
        'measures',
        ground.t('annexes.measure'),
        activity.activity.measures.map(({ measure }, n) => `${said[n]} (DPV ${measure})`),
      ),
      must('deletion', ground.t('annexes.deletion'), timeLimits(line)),
    ],
  };
}

/** Whoever acts for a processor, directly or further down, and is let in. */
function below(activity: ActivityRecord, processor: string): ChainLink[] {
  const found: ChainLink[] = [];
  const above = new Set([processor]);
  for (const link of activity.chain)
    if (link.actsFor !== null && above.has(link.actsFor) && link.engaged) {
      above.add(link.party.id);
      found.push(link);
    }
  return found;
}

function subProcessors(ground: Ground): Part[] {
  const { agreement, covered, t } = ground;
  const byParty = new Map<string, { links: ChainLink[]; activities: ActivityRecord[] }>();
  for (const activity of covered)
    for (const link of below(activity, agreement.processor)) {
      const known = byParty.get(link.party.id) ?? { links: [], activities: [] };
      known.links.push(link);
      known.activities.push(activity);
      byParty.set(link.party.id, known);
    }
  const { authorisation, objectionWindow } = agreement.subProcessors;
  const terms: Part = {
    heading: t('annexes.authorisation'),
    entries: [
      must('authorisation', t('annexes.mode'), [
        t(authorisation === 'specific' ? 'annexes.specific' : 'annexes.general'),
      ]),
      must('window', t('annexes.window'), [t.duration(objectionWindow)]),
      ...(byParty.size === 0 ? [must('none', t('annexes.sub-processor'), [noneIn(t)])] : []),
    ],
  };
  return [terms, ...[...byParty.values()].map((one) => subProcessor(ground, one))];
}

function subProcessor(
  ground: Ground,
  { links, activities }: { links: ChainLink[]; activities: ActivityRecord[] },
): Part {
  const { view, t } = ground;
  const [{ party }] = links as [ChainLink, ...ChainLink[]];
  const moved = activities.flatMap((activity) => {
    const line = lineOf(ground, activity, party.id);
    return transfers({ ...line, activity: { ...activity, chain: links } }).filter((text) => text !== noneIn(t));
  });
  return {
    heading: party.name,
    entries: [
      ...whoItIs(party, ground),
      must('processing', t('annexes.processing'), distinct(links.flatMap(({ does }) => does ?? []))),
      must('activities', t('annexes.in-which'), distinct(activities.map((one) => called(one, ground)))),
      must('for', t('annexes.on-behalf'), distinct(links.map(({ actsFor }) => view.party(actsFor ?? '')?.name ?? ''))),
      must(
        'location',
        t('annexes.location'),
        distinct(
          links.flatMap(({ places }) =>
            places.map((place) =>
              t('record-cells.place', { title: titleIn(place, t.language), country: t.country(place.country) }),
            ),
          ),
        ),
      ),
      must('transfers', t('annexes.transfers'), orNone(distinct(moved), { t })),
    ],
  };
}
