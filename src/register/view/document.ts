import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import { RIGHTS, rightsUnder } from '../../law/rights.ts';
import type { LawfulBasis } from '../../law/vocabulary.ts';
import { Agreement } from '../agreements/model.ts';
import { AutomatedDecisionBasis, ResearchSafeguards } from '../policies/duties-model.ts';
import { Category, InstitutionDetails, Place, RetentionRule, Transfer } from '../policies/model.ts';
import { Transition } from '../policies/transitions-model.ts';
import { Word, Words, wordMember } from '../policies/whose-word.ts';
import { lawTerms } from './law-terms.ts';
import type { ActivityRecord, ChainLink, PartyRecord, RegisterView, Resolution } from './view-model.ts';

export const RegisterParty = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    kind: Type.Enum(['tenant', 'organisation']),
    region: Type.Optional(Type.String()),
    ...InstitutionDetails.properties,
  },
  { ...closed, title: 'RegisterParty' },
);

const Link = Type.Object(
  {
    party: Type.String(),
    name: Type.String(),
    role: Type.String(),
    tier: OrNull(Type.Integer()),
    actsFor: OrNull(Type.String()),
    does: OrNull(Type.String()),
    engaged: Type.Boolean({ description: 'False: named, and not yet authorised; it does not process.' }),
    agreementId: OrNull(Type.String()),
    instructions: OrNull(Type.Object({ version: Type.Integer(), issuedAt: Instant }, closed)),
    authorisation: OrNull(
      Type.Object({ by: Type.Enum(['agreement', 'change']), id: Type.String(), since: OrNull(Instant) }, closed),
    ),
    places: Type.Array(Place),
    transfers: Type.Array(Transfer),
  },
  { ...closed, title: 'ChainLink' },
);

const ResolvedActivity = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    purpose: Type.String(),
    basis: Type.String(),
    categories: Type.Array(Type.String()),
    word: Type.Optional(Word),
    automatedDecisionBasis: Type.Optional(AutomatedDecisionBasis),
    safeguards: Type.Optional(ResearchSafeguards),
    rights: Type.Array(
      Type.Object(
        {
          right: Type.Enum([...RIGHTS]),
          exists: Type.Enum(['yes', 'limited', 'no']),
          reason: OrNull(Type.String({ description: 'Why not, or how far.' })),
        },
        closed,
      ),
      { description: 'Rights of the persons concerned, as the basis gives them.' },
    ),
    chain: Type.Array(Link),
  },
  { ...closed, title: 'ResolvedActivity' },
);
const point = { at: Instant, knownAt: Instant, policyHash: Type.String() };

export const ResolutionDocument = Type.Object(
  { ...point, activities: Type.Array(ResolvedActivity) },
  { ...closed, title: 'Resolution' },
);

const Change = Type.Object(
  {
    changeId: Type.String(),
    kind: Type.Enum(['addition', 'replacement', 'removal']),
    party: Type.String(),
    replaces: OrNull(Type.String()),
    processor: Type.String(),
    activities: Type.Array(Type.String()),
    reason: Type.String(),
    status: Type.Enum(['announced', 'activated', 'withdrawn']),
    announcedAt: Instant,
    activatedAt: OrNull(Instant),
    windowEndsAt: OrNull(Instant),
    objections: Type.Integer(),
  },
  { ...closed, title: 'RegisterChange' },
);

export const RegisterDocument = Type.Object(
  {
    ...point,
    tenant: Type.Object(
      { id: Type.String(), name: Type.String(), jurisdiction: Type.String(), region: OrNull(Type.String()) },
      closed,
    ),
    parties: Type.Array(RegisterParty),
    activities: Type.Array(ResolvedActivity),
    categories: Type.Array(Category),
    rules: Type.Array(RetentionRule),
    transitions: Type.Optional(Type.Array(Transition)),
    places: Type.Array(Place),
    agreements: Type.Array(Agreement),
    changes: Type.Array(Change),
    words: Type.Optional(Words),
  },
  { ...closed, title: 'Register' },
);

export type RegisterDocument = Static<typeof RegisterDocument>;

const linkOf = (link: ChainLink): Static<typeof Link> => ({
  party: link.party.id,
  name: link.party.name,
  role: link.role,
  tier: link.tier,
  actsFor: link.actsFor,
  does: link.does,
  engaged: link.engaged,
  agreementId: link.agreement?.agreementId ?? null,
  instructions: link.instructions && { ...link.instructions, issuedAt: link.instructions.issuedAt.toISOString() },
  authorisation:
    link.authorisation &&
    (link.authorisation.by === 'agreement'
      ? { by: 'agreement', id: link.authorisation.agreementId, since: null }
      : { by: 'change', id: link.authorisation.changeId, since: link.authorisation.since.toISOString() }),
  places: link.places,
  transfers: link.transfers,
});

/** For the answers of the interface, which are English. */
const rightsShown = (basis: LawfulBasis) =>
  rightsUnder(basis).map((one) => ({ ...one, reason: lawTerms({ jurisdiction: 'EU' }, textsIn('en')).bound(one) }));

const activityOf = (
  { policies }: RegisterView,
  { id, title, activity, basis, chain }: ActivityRecord,
): Static<typeof ResolvedActivity> => ({
  id,
  title,
  basis,
  purpose: activity.purpose,
  categories: activity.categories,
  ...wordMember(policies, 'activities', id),
  automatedDecisionBasis: activity.automatedDecisionBasis,
  safeguards: activity.safeguards,
  rights: rightsShown(basis),
  chain: chain.map(linkOf),
});

export function resolutionDocument({
  at,
  knownAt,
  policyHash,
  activities,
}: Resolution): Static<typeof ResolutionDocument> {
  return {
    at: at.toISOString(),
    knownAt: knownAt.toISOString(),
    policyHash,
    activities: activities.map((activity) => ({
      ...activity,
      rights: rightsShown(activity.basis),
      chain: activity.chain.map(linkOf),
    })),
  };
}

export function partyDocument({ id, name, kind, region, ...details }: PartyRecord): Static<typeof RegisterParty> {
  const { legalName: _, ...stated } = details as PartyRecord;
  return { ...stated, id, name, kind, region };
}

/** The whole register of one tenant as plain JSON: the same for the same two instants. */
export function registerDocument(view: RegisterView): RegisterDocument {
  const { id, name, jurisdiction, region } = view.tenant;
  return {
    at: view.at.toISOString(),
    knownAt: view.knownAt.toISOString(),
    policyHash: view.policyHash,
    tenant: { id, name, jurisdiction, region },
    parties: view.parties.map(partyDocument),
    activities: view.activities.map((activity) => activityOf(view, activity)),
    categories: view.policies.categories,
    rules: view.policies.rules,
    transitions: view.policies.transitions,
    places: view.policies.places,
    agreements: view.agreements,
    changes: view.changes.map((change) => ({
      changeId: change.changeId,
      kind: change.kind,
      party: change.party,
      replaces: change.replaces,
      processor: change.processor,
      activities: change.activities,
      reason: change.reason,
      status: change.status,
      announcedAt: change.announcedAt.toISOString(),
      activatedAt: change.activatedAt?.toISOString() ?? null,
      windowEndsAt: change.notice?.windowEndsAt.toISOString() ?? null,
      objections: change.objections.length,
    })),
    ...(view.policies.words ? { words: view.policies.words } : {}),
  };
}
