import type { Agreement, InstructionFact } from '../agreements/model.ts';
import { type Fact, factsAsOf, type PointOfView } from '../facts/as-of.ts';
import type { InstitutionDetails, PolicySet } from '../policies/model.ts';
import { type IndexedActivity, policyIndex } from '../policies/policy-index.ts';
import type { ChangeFact, NoticeFact, ObjectionFact } from '../sub-processors/facts.ts';
import { type Chain, chainOf } from './chain.ts';
import type { ActivityRecord, ChainLink, PartyRecord, RegisterView, SubProcessorChangeRecord } from './view-model.ts';

/** Chains that a view keeps of what it was asked: a view is of one instant, and the same few are asked again and again. */
const CHAINS = 32;

/** Puts the register of one tenant together from the policies that were in force and what people had recorded. */
export function buildView(
  tenant: RegisterView['tenant'],
  policies: PolicySet,
  facts: readonly Fact[],
  view: PointOfView,
): RegisterView {
  const index = policyIndex(policies);
  const region = tenant.region ?? policies.installation.homeRegion ?? null;
  const agreements = agreementsOf(facts, view);
  const changes = changesOf(tenant.id, facts, view);
  const parties = partiesOf(tenant.name, policies, facts, view);
  const partiesById = new Map(parties.map((party) => [party.id, party]));
  const own = parties.find(({ kind }) => kind === 'tenant') as PartyRecord;
  const chain: Chain = chainOf({ index, region, own, agreements, changes, at: view.at });

  const asked = new Map<IndexedActivity, ChainLink[]>();
  const chainAsked: Chain = (indexed) => {
    const known = asked.get(indexed);
    if (known) return known;
    const links = chain(indexed);
    if (asked.size >= CHAINS) asked.clear();
    asked.set(indexed, links);
    return links;
  };

  const record = (indexed: IndexedActivity, links = chainAsked(indexed)): ActivityRecord => {
    // Field by field: it is asked for at every decision, and copying whole costs more than the rest.
    return {
      id: indexed.id,
      title: indexed.title,
      activity: indexed.whole.activity,
      purpose: indexed.whole.purpose,
      purposeId: indexed.purposeId,
      basis: indexed.basis,
      categories: indexed.whole.categories,
      categoryIds: indexed.categoryIds,
      rules: indexed.whole.rules,
      chain: links,
      controllers: links.filter(({ tier }) => tier === 0).map(({ party }) => party),
    };
  };

  let all: ActivityRecord[] | undefined;
  return {
    tenant: { ...tenant, region, supervisoryAuthority: own.supervisoryAuthority ?? null },
    at: view.at,
    knownAt: view.knownAt,
    policies,
    policyHash: policies.hash,
    parties,
    get activities() {
      all ??= index.activities.map((indexed) => record(indexed, chain(indexed)));
      return all;
    },
    agreements,
    changes,
    party: (id) => partiesById.get(id),
    activity: (id) => {
      const indexed = index.activity(id);
      return indexed && record(indexed);
    },
    covering: (wanted) => index.covering(wanted).map((indexed) => record(indexed)),
    resolved: (wanted) =>
      index.covering(wanted).map((indexed) => ({
        id: indexed.id,
        title: indexed.title,
        purpose: indexed.purposeId,
        basis: indexed.basis,
        categories: indexed.categoryIds,
        // Asked for any of ten thousand: keeping what is not asked again would cost more than making it.
        chain: chain(indexed),
      })),
  };
}

/** The same register at a later instant at which nothing of it is different: see `nextChange`. */
export function movedTo(view: RegisterView, at: Date, knownAt: Date): RegisterView {
  return {
    tenant: view.tenant,
    at,
    knownAt,
    policies: view.policies,
    policyHash: view.policyHash,
    parties: view.parties,
    get activities() {
      return view.activities;
    },
    agreements: view.agreements,
    changes: view.changes,
    party: view.party,
    activity: view.activity,
    covering: view.covering,
    resolved: view.resolved,
  };
}

/** The first instant after `at` at which something recorded begins or ends by itself; null: none will. */
export function nextChange(facts: readonly Fact[], at: Date): Date | null {
  let next: Date | null = null;
  const consider = (instant: Date | null) => {
    if (instant && instant > at && (next === null || instant < next)) next = instant;
  };
  for (const { kind, validFrom, validUntil, value } of facts) {
    consider(validFrom);
    consider(validUntil);
    if (kind !== 'agreement' || value === null) continue;
    const terms = value as Pick<Agreement, 'validFrom' | 'validUntil'>;
    consider(new Date(terms.validFrom));
    consider(terms.validUntil === null ? null : new Date(terms.validUntil));
  }
  return next;
}

/** Parties of the files, the institution with what was recorded of it. */
function partiesOf(portal: string, policies: PolicySet, facts: readonly Fact[], view: PointOfView): PartyRecord[] {
  const recorded = new Map(
    factsAsOf<InstitutionDetails>(facts, 'institution', view).map(({ entityId, value }) => [entityId, value]),
  );
  return policies.parties.map((party) => {
    if (party.kind !== 'tenant') return party;
    const details = recorded.get(party.id);
    return { ...party, ...details, name: details?.legalName ?? portal };
  });
}

function agreementsOf(facts: readonly Fact[], view: PointOfView): Agreement[] {
  const instructions = new Map<string, Fact<InstructionFact>[]>();
  for (const fact of facts as readonly Fact<InstructionFact>[])
    if (fact.kind === 'instruction' && fact.value && fact.recordedAt <= view.knownAt && fact.validFrom <= view.at)
      instructions.set(fact.entityId, [...(instructions.get(fact.entityId) ?? []), fact]);
  return factsAsOf<Omit<Agreement, 'agreementId' | 'instructions'>>(facts, 'agreement', view).map(
    ({ entityId, value }) => ({
      ...(value as Omit<Agreement, 'agreementId' | 'instructions'>),
      agreementId: entityId,
      instructions: (instructions.get(entityId) ?? []).map(({ version, value: said, validFrom, recordedBy }) => ({
        version,
        text: said?.text ?? '',
        sha256: said?.sha256 ?? '',
        permits: said?.permits ?? {},
        signature: said?.signature ?? null,
        issuedAt: validFrom.toISOString(),
        issuedBy: recordedBy,
      })),
    }),
  );
}

function changesOf(tenantId: string, facts: readonly Fact[], view: PointOfView): SubProcessorChangeRecord[] {
  const own = facts.filter((fact) => fact.tenantId === tenantId);
  const notices = new Map(
    factsAsOf<NoticeFact>(own, 'sub-processor-notice', view).map(({ entityId, value }) => [entityId, value]),
  );
  const objections = factsAsOf<ObjectionFact>(own, 'objection', view);
  return factsAsOf<ChangeFact>(facts, 'sub-processor-change', view).flatMap(({ entityId, value }) => {
    if (!value) return [];
    const notice = notices.get(entityId);
    return [
      {
        changeId: entityId,
        kind: value.kind,
        party: value.party,
        replaces: value.replaces,
        processor: value.processor,
        activities: value.activities,
        reason: value.reason,
        status: value.status,
        announcedAt: new Date(value.announcedAt),
        activatedAt: value.activatedAt === null ? null : new Date(value.activatedAt),
        notice: notice
          ? {
              agreementId: notice.agreementId,
              sentAt: new Date(notice.sentAt),
              deliveredAt: notice.deliveredAt ? new Date(notice.deliveredAt) : null,
              messages: notice.messages ?? [],
              window: notice.window,
              windowEndsAt: new Date(notice.windowEndsAt),
              authorisation: notice.authorisation,
            }
          : null,
        approvedAt: notice?.approvedAt ? new Date(notice.approvedAt) : null,
        objections: objections.flatMap(({ entityId: objectionId, value: objection }) =>
          objection?.changeId === entityId
            ? [
                {
                  objectionId,
                  grounds: objection.grounds,
                  receivedAt: new Date(objection.receivedAt),
                  late: objection.late,
                  outcome: objection.outcome,
                  settledAt: objection.settledAt === null ? null : new Date(objection.settledAt),
                },
              ]
            : [],
        ),
      },
    ];
  });
}
