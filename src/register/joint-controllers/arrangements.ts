import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { rightsUnder } from '../../law/rights.ts';
import { lawInWords } from '../view/law-in-words.ts';
import { lawTerms } from '../view/law-terms.ts';
import { senderOf } from '../view/letterhead.ts';
import { titleIn } from '../view/titles.ts';
import type { ActivityRecord, RegisterView } from '../view/view-model.ts';

const Controller = Type.Object(
  {
    party: Type.String(),
    name: Type.String(),
    address: OrNull(Type.String()),
    contact: OrNull(Type.String()),
  },
  closed,
);

const Arrangement = Type.Object(
  {
    activity: Type.String(),
    title: Type.String(),
    controllers: Type.Array(Controller),
    essence: OrNull(Type.String({ description: 'Null while no arrangement is recorded.' })),
    contactPoint: OrNull(Type.String({ description: 'One of the controllers.' })),
    answers: Type.Array(
      Type.Object({ right: Type.String(), inWords: Type.String(), party: Type.String(), name: Type.String() }, closed),
      { description: 'Which of them sees to which right. Every right can be exercised against each (Art. 26(3)).' },
    ),
  },
  { ...closed, title: 'JointArrangement' },
);

export const JointControllerList = Type.Object(
  {
    tenant: Type.String(),
    institution: Type.String(),
    at: Instant,
    arrangements: Type.Array(Arrangement),
  },
  { ...closed, title: 'JointControllerList' },
);
export type JointControllerList = Static<typeof JointControllerList>;

/**
 * What joint controllers must share out among themselves: the rights its basis gives, and the information of Art. 13 and
 * 14 (GDPR Art. 26(1)).
 */
function dutiesOf({ basis, categories, activity }: ActivityRecord): string[] {
  const given = rightsUnder(basis).flatMap(({ right, exists }) =>
    exists === 'no' || right === 'A77' || right === 'A19' ? [] : [right as string],
  );
  const fromElsewhere = categories.some(({ source }) => source === 'platform');
  const fromThePerson = categories.some(({ source }) => source === 'person' || source === 'observed');
  return [
    ...(fromThePerson ? ['A13'] : []),
    ...(fromElsewhere ? ['A14'] : []),
    ...given,
    ...(activity.automatedDecisions ? ['A22'] : []),
  ];
}

/** Rights and duties that the arrangement gives to nobody (REQ-A42). */
export function unanswered(record: ActivityRecord): string[] {
  const { joint } = record.activity;
  return joint ? dutiesOf(record).filter((duty) => joint.rights[duty] === undefined) : [];
}

/** The essence of each arrangement between joint controllers, as it is made available to everybody (Art. 26(2)). */
export function jointControllerList(view: RegisterView): JointControllerList {
  const { language } = view.tenant;
  const law = lawTerms(view.tenant, textsIn(language));
  const nameOf = (party: string) => view.party(party)?.name ?? party;
  return {
    tenant: view.tenant.id,
    institution: view.parties.find(({ kind }) => kind === 'tenant')?.name ?? view.tenant.name,
    at: view.at.toISOString(),
    arrangements: view.activities.flatMap(({ id, activity, chain }) => {
      const joint = chain.filter(({ role }) => role === 'joint-controller');
      if (joint.length === 0) return [];
      return [
        {
          activity: id,
          title: titleIn(activity, language),
          controllers: joint.map(({ party }) => ({
            party: party.id,
            name: party.name,
            address: party.address ?? null,
            contact: party.contact ?? null,
          })),
          essence: activity.joint?.essence ?? null,
          contactPoint: activity.joint?.contactPoint ?? null,
          answers: Object.entries(activity.joint?.rights ?? {})
            .map(([right, party]) => ({
              right,
              inWords: law.right(right),
              party,
              name: nameOf(party),
            }))
            .sort((a, b) => (a.right < b.right ? -1 : 1)),
        },
      ];
    }),
  };
}

/** The list as a page. */
export function jointControllerPage(list: JointControllerList, view: RegisterView): PrintDocument {
  const { tenant: portal } = view;
  const t = textsIn(portal.language);
  const law = lawTerms(portal, t);
  return {
    title: t('public-lists.joint.title'),
    subtitle: t('public-lists.joint.subtitle', { citation: lawInWords(portal, t).cite('26') }),
    language: t.language,
    ...senderOf(view),
    date: t('public-lists.as-of', { day: t.dayOf(new Date(list.at), portal.timeZone) }),
    blocks:
      list.arrangements.length === 0
        ? [{ kind: 'paragraph', text: t('public-lists.joint.nobody') }]
        : list.arrangements.flatMap((one): PrintDocument['blocks'] => [
            { kind: 'heading', level: 2, text: one.title },
            { kind: 'paragraph', text: one.essence ?? t('public-lists.joint.not-recorded') },
            {
              kind: 'facts',
              rows: [
                ...one.controllers.map(({ party, name, address, contact }): [string, string] => [
                  party === one.contactPoint
                    ? t('public-lists.joint.contact-point')
                    : t('public-lists.joint.controller'),
                  [name, address, contact].filter(Boolean).join('\n'),
                ]),
              ],
            },
            {
              kind: 'table',
              caption: t('public-lists.joint.who-answers'),
              columns: [
                t('public-lists.joint.right'),
                t('public-lists.joint.article'),
                t('public-lists.joint.answered-by'),
              ],
              rows: one.answers.map(({ right, inWords, name }) => [inWords, law.rightStandsIn(right), name]),
            },
          ]),
  };
}
