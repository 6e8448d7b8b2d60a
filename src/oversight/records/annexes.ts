import Type, { type Static } from 'typebox';
import { closed, Instant } from '../../foundations/contract/schemas.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { Block, PrintDocument } from '../../foundations/print/model.ts';
import { vocabularyNames } from '../../law/vocabularies/versions.ts';
import type { Agreement } from '../../register/agreements/model.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import type { ActivityRecord, ChainLink, PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import { measures, noneIn, orNone, purposeIn, type RecordLine, timeLimits, transfers } from './cells.ts';

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

const none = noneIn(textsIn('en'));

const must = (id: string, label: string, values: (string | null | undefined)[]): Entry => ({
  id,
  label,
  mandatory: true,
  values: values.filter((value): value is string => typeof value === 'string' && value.trim() !== ''),
});

/** Generated from the register: what the contract says is what runs. */
export function annexesOf(view: RegisterView, agreement: Agreement): Annexes {
  const covered = agreement.activities.flatMap((id) => view.activity(id) ?? []);
  const annexes: Annexes['annexes'] = [
    { number: 'I', title: 'List of parties', parts: parties(view, agreement) },
    {
      number: 'II',
      title: 'Description of the processing',
      parts: covered.map((one) => description(view, agreement, one)),
    },
    {
      number: 'III',
      title: 'Technical and organisational measures, including for the security of the data',
      parts: covered.map((one) => security(view, one)),
    },
    { number: 'IV', title: 'List of sub-processors', parts: subProcessors(view, agreement, covered) },
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
    emptyMandatory: annexes.flatMap(({ number, parts }) =>
      parts.flatMap(({ heading, entries }) =>
        entries
          .filter(({ mandatory, values }) => mandatory && values.length === 0)
          .map(({ id }) => ({ annex: number, part: heading, entry: id })),
      ),
    ),
  };
}

const signature = ({ signedOn, file }: Agreement): string[] =>
  signedOn
    ? [`signed on ${signedOn.slice(0, 10)}`, ...(file ? [`${file.name}, SHA-256 ${file.sha256}`] : [])]
    : ['not signed yet'];

function parties(view: RegisterView, agreement: Agreement): Part[] {
  const one = (id: string, role: 'Controller' | 'Processor'): Part => {
    const party: Partial<PartyRecord> = view.party(id) ?? {};
    const officer = party.dataProtectionOfficer;
    const { representative } = party;
    return {
      heading: `${role}: ${party.name ?? id}`,
      entries: [
        must('name', 'Name', [party.name]),
        must('address', 'Address', [party.address && [party.address, party.country].filter(Boolean).join(', ')]),
        must('contact', 'Contact person, position and contact details', [
          party.contactPerson && [party.contactPerson, party.contact, party.phone].filter(Boolean).join(', '),
        ]),
        must('officer', 'Data protection officer', [
          officer ? [officer.name, officer.contact, officer.phone].filter(Boolean).join(', ') : none,
        ]),
        must('representative', 'Representative in the Union', [
          representative ? [representative.name, representative.contact].join(', ') : none,
        ]),
        must('signature', 'Signature and date', signature(agreement)),
      ],
    };
  };
  return [one(agreement.controller, 'Controller'), one(agreement.processor, 'Processor')];
}

/** The activity as the controller of this agreement sees it. */
function lineOf(view: RegisterView, activity: ActivityRecord, party: string): RecordLine {
  const record = view.party(party) ?? activity.controllers[0];
  const controller = activity.controllers[0] ?? record;
  const role = activity.chain.find((link) => link.party.id === party)?.role ?? 'processor';
  const t = textsIn('en');
  return { view, activity, role, party: record as PartyRecord, controller: controller as PartyRecord, t };
}

function description(view: RegisterView, agreement: Agreement, activity: ActivityRecord): Part {
  const line = lineOf(view, activity, agreement.processor);
  const special = activity.categories.filter((category) => category.special);
  return {
    heading: activity.title,
    entries: [
      must('subjects', 'Categories of data subjects', [...activity.activity.subjects]),
      must(
        'categories',
        'Categories of personal data',
        activity.categories.map(({ title }) => title),
      ),
      must(
        'special',
        'Sensitive data, and the restrictions and safeguards that apply',
        orNone(
          special.map(({ title }) => `${title}: ${measures(line).join('; ')}`),
          line,
        ),
      ),
      must('nature', 'Nature of the processing', [agreement.nature]),
      must(
        'purposes',
        'Purposes for which the data is processed on behalf of the controller',
        purposeIn(line, 'description'),
      ),
      must('duration', 'Duration of the processing', [agreement.duration, ...timeLimits(line)]),
      must(
        'sub-processing',
        'Processing by sub-processors: subject matter, nature and duration',
        orNone(
          below(activity, agreement.processor).map(
            ({ party, does }) => `${party.name}: ${does ?? 'not stated'}; ${agreement.duration}`,
          ),
          line,
        ),
      ),
    ],
  };
}

function security(view: RegisterView, activity: ActivityRecord): Part {
  return {
    heading: activity.title,
    entries: [
      must(
        'measures',
        'Measures',
        activity.activity.measures.map(({ measure, text }) => `${text} (DPV ${measure})`),
      ),
      must('deletion', 'Limiting storage', timeLimits(lineOf(view, activity, activity.controllers[0]?.id ?? ''))),
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

function subProcessors(view: RegisterView, agreement: Agreement, covered: ActivityRecord[]): Part[] {
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
    heading: 'Authorisation',
    entries: [
      must('authorisation', 'Mode (Clause 7.7(a))', [
        authorisation === 'specific'
          ? 'specific prior authorisation: the controller agrees to each sub-processor in words'
          : 'general written authorisation: the controller is told beforehand and may object',
      ]),
      must('window', 'Time to object', [objectionWindow]),
      ...(byParty.size === 0 ? [must('none', 'Sub-processors', [none])] : []),
    ],
  };
  const distinct = (values: string[]) => [...new Set(values)];
  return [
    terms,
    ...[...byParty.values()].map(({ links, activities }): Part => {
      const [{ party }] = links as [ChainLink, ...ChainLink[]];
      return {
        heading: party.name,
        entries: [
          must('name', 'Name', [party.name]),
          must('address', 'Address', [party.address && [party.address, party.country].filter(Boolean).join(', ')]),
          must('contact', 'Contact person, position and contact details', [
            party.contactPerson && [party.contactPerson, party.contact, party.phone].filter(Boolean).join(', '),
          ]),
          must('processing', 'Description of the processing', distinct(links.flatMap(({ does }) => does ?? []))),
          must('activities', 'In which processing', distinct(activities.map(({ title }) => title))),
          must('for', 'On whose behalf', distinct(links.map(({ actsFor }) => view.party(actsFor ?? '')?.name ?? ''))),
          must(
            'location',
            'Where the data is',
            distinct(links.flatMap(({ places }) => places.map(({ title, country }) => `${title} (${country})`))),
          ),
          must(
            'transfers',
            'Transfers to third countries, and their tool',
            orNone(
              distinct(
                activities.flatMap((activity) =>
                  transfers({ ...lineOf(view, activity, party.id), activity: { ...activity, chain: links } }).filter(
                    (text) => text !== none,
                  ),
                ),
              ),
              { t: textsIn('en') },
            ),
          ),
        ],
      };
    }),
  ];
}

/** The annexes to print, sign and file. */
export function annexesDocument(annexes: Annexes, view: RegisterView): PrintDocument {
  const day = (instant: string) => instant.slice(0, 10);
  const empty = annexes.emptyMandatory;
  const blocks: Block[] = [
    {
      kind: 'facts',
      rows: [
        ['Agreement', `${annexes.title} (${annexes.status})`],
        ['As it was', day(annexes.at)],
        ['As known', day(annexes.knownAt)],
        ['Codes from', annexes.vocabularies.join(', ')],
      ],
    },
    ...(empty.length === 0
      ? []
      : [
          { kind: 'paragraph' as const, note: true, text: `${empty.length} entries must still be completed:` },
          { kind: 'list' as const, items: empty.map(({ annex, part, entry }) => `Annex ${annex}, ${part}: ${entry}`) },
        ]),
    ...annexes.annexes.flatMap(({ number, title, parts }): Block[] => [
      { kind: 'heading', level: 2, text: `Annex ${number}: ${title}` },
      ...(parts.length === 0 ? [{ kind: 'list' as const, items: [] }] : []),
      ...parts.flatMap(({ heading, entries }): Block[] => [
        { kind: 'heading', level: 3, text: heading },
        {
          kind: 'facts',
          rows: entries.map(({ label, values }): [string, string] => [label, values.join('\n') || 'TO BE COMPLETED']),
        },
      ]),
    ]),
  ];
  return {
    title: 'Annexes to the agreement on processing (GDPR Art. 28; Decision (EU) 2021/915)',
    language: 'en',
    ...senderOf(view),
    date: `Generated from the register as of ${day(annexes.at)}`,
    blocks,
  };
}
