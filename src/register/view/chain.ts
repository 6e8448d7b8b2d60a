import { inForce } from '../agreements/in-force.ts';
import type { Agreement } from '../agreements/model.ts';
import type { ActivityParty, Place } from '../policies/model.ts';
import type { IndexedActivity, PolicyIndex } from '../policies/policy-index.ts';
import type { Authorisation, ChainLink, PartyRecord, SubProcessorChangeRecord } from './view-model.ts';

export type Chain = (indexed: IndexedActivity) => ChainLink[];

interface ChainDeps {
  index: Pick<PolicyIndex, 'placesOf' | 'members' | 'party' | 'partyId'>;
  region: string | null;
  /** The institution, as it stands for this tenant; all other parties are everybody's. */
  own: PartyRecord;
  agreements: readonly Agreement[];
  changes: readonly SubProcessorChangeRecord[];
  at: Date;
}

/** An agreement in force, with what an answer needs of it. */
interface Standing {
  controller: string;
  processor: string;
  covers: Uint8Array;
  authorised: string[];
  instructions: ChainLink['instructions'];
  authorisation: Authorisation;
  agreement: Agreement;
}

/** So many agreements are looked through one by one. */
const FEW = 8;

const isController = ({ role }: ActivityParty) => role === 'controller' || role === 'joint-controller';
const actsForAnother = ({ role }: ActivityParty) => role === 'processor' || role === 'sub-processor';

/**
 * Who is what in an activity for one tenant: controllers, then whoever acts for them tier by tier, then recipients and
 * others (Art. 28(2), (4)). Costs as much as the activity has parties, however large the register.
 */
export function chainOf({ index, region, own, agreements, changes, at }: ChainDeps): Chain {
  const ownId = index.partyId(own.id);
  // The ids are those of the policies, the same texts for every tenant: what differs from tenant to tenant is one small
  // object for each agreement, and nothing else is touched on the way to an answer.
  const standing = agreements.flatMap((agreement): Standing[] => {
    if (!inForce(agreement, at)) return [];
    const newest = agreement.instructions.at(-1);
    return [
      {
        controller: index.partyId(agreement.controller),
        processor: index.partyId(agreement.processor),
        covers: index.members(agreement.activities),
        authorised: agreement.subProcessors.authorised.map(index.partyId),
        instructions: newest ? { version: newest.version, issuedAt: new Date(newest.issuedAt) } : null,
        authorisation: { by: 'agreement', agreementId: agreement.agreementId },
        agreement,
      },
    ];
  });
  const byPair = new Map<string, Standing[]>();
  if (standing.length > FEW)
    for (const one of standing) {
      const pair = `${one.controller}\0${one.processor}`;
      byPair.set(pair, [...(byPair.get(pair) ?? []), one]);
    }
  const agreementBetween = (above: string, below: string, position: number): Standing | null => {
    const among = standing.length > FEW ? (byPair.get(`${above}\0${below}`) ?? []) : standing;
    for (const one of among)
      if (one.covers[position] === 1 && one.controller === above && one.processor === below) return one;
    return null;
  };
  const acted = changes.filter(({ status, objections }) => {
    const spared = objections.some(({ outcome }) => outcome === 'accommodated' || outcome === 'agreement-ended');
    return status === 'activated' && !spared;
  });

  /** What lets a sub-processor in: the newest of the agreement's own list and the changes after it. */
  const authorise = (party: string, processor: string, activity: string, above: Standing): Authorisation => {
    let found: Authorisation = above.authorised.includes(party) ? above.authorisation : null;
    for (const change of acted) {
      if (change.processor !== processor || !change.activities.includes(activity) || !change.activatedAt) continue;
      const leaves = change.kind === 'removal' ? change.party : change.replaces;
      if (leaves === party) found = null;
      else if (change.kind !== 'removal' && change.party === party)
        found = { by: 'change', changeId: change.changeId, since: change.activatedAt };
    }
    return found;
  };

  /** In the tenant's region where it has a place there; otherwise wherever it is. */
  const placesOf = (party: string): Place[] => {
    const places = index.placesOf(party);
    const near = places.filter((place) => place.region === region);
    return near.length > 0 ? near : [...places];
  };

  return ({ id, parties, transfers, position }) => {
    const here = parties.filter(
      ({ regions }) => regions === undefined || (region !== null && regions.includes(region)),
    );
    const controllers = here.filter(isController);
    const processors = here.filter(({ role }) => role === 'processor');
    const parentOf = (entry: ActivityParty): string | null =>
      entry.for ?? (entry.role === 'processor' ? controllers[0]?.party : processors[0]?.party) ?? null;
    // A chain is short: looking through it costs less than a map.
    const entryOf = (party: string | null) => here.find((entry) => entry.party === party);
    const tierOf = (entry: ActivityParty, seen = 0): number | null => {
      if (isController(entry)) return 0;
      if (!actsForAnother(entry) || seen > here.length) return null;
      const parent = entryOf(parentOf(entry));
      const above = parent ? tierOf(parent, seen + 1) : entry.role === 'processor' ? 0 : 1;
      return above === null ? null : above + 1;
    };
    const links = here.map((entry): ChainLink => {
      const acts = actsForAnother(entry);
      const actsFor = acts ? parentOf(entry) : null;
      const agreement = actsFor === null ? null : agreementBetween(actsFor, entry.party, position);
      const parent = actsFor === null ? undefined : entryOf(actsFor);
      const above =
        entry.role === 'sub-processor' && parent && actsForAnother(parent)
          ? agreementBetween(parentOf(parent) ?? '', parent.party, position)
          : null;
      const authorisation: Authorisation = above
        ? authorise(entry.party, actsFor as string, id, above)
        : agreement && entry.role === 'processor'
          ? agreement.authorisation
          : null;
      return {
        party: (entry.party === ownId ? own : index.party(entry.party)) as PartyRecord,
        role: entry.role,
        tier: tierOf(entry),
        actsFor,
        does: entry.does ?? null,
        agreement: agreement?.agreement ?? null,
        instructions: agreement?.instructions ?? null,
        authorisation,
        // Without an agreement there is nothing that could authorise: it processes as declared, and that is a finding.
        engaged: above === null || authorisation !== null,
        places: placesOf(entry.party),
        transfers: transfers.filter(({ importer }) => importer === entry.party),
      };
    });
    return links.sort((a, b) => (a.tier ?? Number.MAX_SAFE_INTEGER) - (b.tier ?? Number.MAX_SAFE_INTEGER));
  };
}
