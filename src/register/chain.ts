import { inForce } from './agreements/in-force.ts';
import type { Agreement } from './agreements/model.ts';
import type { ActivityParty, Place } from './model.ts';
import type { IndexedActivity, PolicyIndex } from './policy-index.ts';
import type { Authorisation, ChainLink, PartyRecord, SubProcessorChangeRecord } from './view-model.ts';

export type Chain = (indexed: IndexedActivity) => ChainLink[];

interface ChainDeps {
  index: Pick<PolicyIndex, 'placesOf' | 'members'>;
  region: string | null;
  partiesById: ReadonlyMap<string, PartyRecord>;
  agreements: readonly Agreement[];
  changes: readonly SubProcessorChangeRecord[];
  at: Date;
}

const isController = ({ role }: ActivityParty) => role === 'controller' || role === 'joint-controller';
const actsForAnother = ({ role }: ActivityParty) => role === 'processor' || role === 'sub-processor';

/**
 * Who is what in an activity for one tenant: controllers, then whoever acts for them tier by tier, then recipients and
 * others (Art. 28(2), (4)). Costs as much as the activity has parties, however large the register.
 */
export function chainOf({ index, region, partiesById, agreements, changes, at }: ChainDeps): Chain {
  const byPair = new Map<string, { agreement: Agreement; covers: Uint8Array }[]>();
  for (const agreement of agreements) {
    if (!inForce(agreement, at)) continue;
    const pair = `${agreement.controller}\0${agreement.processor}`;
    const covers = index.members(agreement.activities);
    byPair.set(pair, [...(byPair.get(pair) ?? []), { agreement, covers }]);
  }
  const agreementBetween = (above: string, below: string, position: number) =>
    byPair.get(`${above}\0${below}`)?.find(({ covers }) => covers[position] === 1)?.agreement ?? null;
  const acted = changes.filter(({ status, objections }) => {
    const spared = objections.some(({ outcome }) => outcome === 'accommodated' || outcome === 'agreement-ended');
    return status === 'activated' && !spared;
  });

  /** What lets a sub-processor in: the newest of the agreement's own list and the changes after it. */
  const authorise = (party: string, processor: string, activity: string, above: Agreement): Authorisation => {
    let found: Authorisation = above.subProcessors.authorised.includes(party)
      ? { by: 'agreement', agreementId: above.agreementId }
      : null;
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
          ? { by: 'agreement', agreementId: agreement.agreementId }
          : null;
      const newest = agreement?.instructions.at(-1);
      return {
        party: partiesById.get(entry.party) as PartyRecord,
        role: entry.role,
        tier: tierOf(entry),
        actsFor,
        does: entry.does ?? null,
        agreement,
        instructions: newest ? { version: newest.version, issuedAt: new Date(newest.issuedAt) } : null,
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
