import type { Context, TenantScope } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { flowsFreely, transferStands } from '../../law/adequacy.ts';
import { regimeOf } from '../../law/jurisdictions.ts';
import type { Mistake, Place } from '../policies/model.ts';
import { type Policies, PolicyError } from '../policies/policies.ts';
import type { Register } from './service.ts';
import type { ActivityRecord, RegisterView } from './view-model.ts';

/** Anything that holds data at a place: inside the database (no place of its own) or outside. */
interface PlacedHolder {
  id: string;
  describe(): { place?: string };
}

interface LocationDeps {
  policies: Policies;
  register: Pick<Register, 'view'>;
  /** The region this instance serves (`LETHE_REGION`); undefined: all of them. */
  region: string | undefined;
  /** The place its database is kept at (`LETHE_PLACE`); undefined: the one of the region. */
  place: string | undefined;
}

/** Whether something goes to this party in this country under a transfer that stands, in every one of the activities. */
function covered(view: RegisterView, activities: readonly ActivityRecord[], party: string, country: string): boolean {
  return (
    activities.length > 0 &&
    activities.every(({ chain }) =>
      chain.some((link) =>
        link.transfers.some(
          (transfer) =>
            transfer.importer === party &&
            transfer.country === country &&
            transferStands({
              ...transfer,
              regime: regimeOf(view.tenant.jurisdiction),
              importerFrameworks: link.party.frameworks ?? [],
              at: view.at,
            }).stands,
        ),
      ),
    )
  );
}

/** A place in the portal's own region may keep its data; another one only under a transfer (GDPR Art. 44). */
function placeFits(view: RegisterView, place: Place, activities = view.activities): boolean {
  const { region } = view.tenant;
  return region === null || place.region === region || covered(view, activities, place.party, place.country);
}

/** Where portals are, which of them this instance serves, and where their data may lie. */
export function createLocation({ policies, register, region, place }: LocationDeps) {
  const installation = () => policies.current().installation;
  const regionOf = (tenant: TenantScope) => tenant.region ?? installation().homeRegion ?? null;
  const serves = (tenant: TenantScope) => region === undefined || regionOf(tenant) === region;
  const placeOf = (id: string) => policies.current().places.find((one) => one.id === id);

  /** The place of this instance for a kind of data: named, or the first of its region (or of the home region). */
  function defaultPlace(keeps: Place['keeps'][number]): Place | undefined {
    const home = region ?? installation().homeRegion;
    return policies.current().places.find((one) => one.region === home && one.keeps.includes(keeps));
  }

  return {
    serves,
    region,

    /** @throws Problem `misdirected-request` for a portal of another region, naming it and the address that serves it. */
    check(tenant: TenantScope): void {
      if (serves(tenant)) return;
      const theirs = regionOf(tenant);
      const address = installation().regions?.find(({ id }) => id === theirs)?.url;
      throw new Problem('misdirected-request', 'This portal is in another region, and served by the instance there.', {
        members: { region: theirs, address },
      });
    },

    /** @throws Problem when the policies declare no such region; null is the home region. */
    checkRegion(wanted: string | null | undefined): void {
      if (wanted === undefined || wanted === null) return;
      const known = (installation().regions ?? []).map(({ id }) => id);
      if (!known.includes(wanted))
        throw invalidField('/region', `is no region of the policies; there are: ${known.join(', ') || 'none'}`);
    },

    /** Those of the portals whose data may not lie at a place. @throws Problem when there is no such place. */
    async refusedAt(
      contexts: readonly Context[],
      keeps: Place['keeps'][number],
      placeId?: string,
    ): Promise<{ place: Place | undefined; refused: string[] }> {
      const wanted = placeId === undefined ? defaultPlace(keeps) : placeOf(placeId);
      if (!wanted) {
        if (placeId === undefined) return { place: undefined, refused: [] };
        throw new Problem('unprocessable-request', 'The policies (places.yaml) have no place of this id.');
      }
      if (!wanted.keeps.includes(keeps))
        throw new Problem('unprocessable-request', `By the policies (places.yaml) this place does not keep ${keeps}.`);
      const refused: string[] = [];
      for (const context of contexts)
        if (serves(context.tenant) && !placeFits(await register.view(context), wanted)) refused.push(context.tenant.id);
      return { place: wanted, refused };
    },

    /** Whether a party may be handed data of the portal: inside the Union or the region, or under a transfer. */
    async recipientFits(context: Context, partyId: string, categories: readonly string[]): Promise<boolean> {
      const view = await register.view(context);
      const country = view.party(partyId)?.country;
      if (country === undefined || flowsFreely(regimeOf(view.tenant.jurisdiction), country)) return true;
      const regions = view.policies.installation.regions ?? [];
      if (regions.find(({ id }) => id === view.tenant.region)?.countries.includes(country)) return true;
      const concerned = view.activities.filter(({ activity }) =>
        activity.categories.some((category) => categories.includes(category)),
      );
      return covered(view, concerned, partyId, country);
    },

    /**
     * What keeps this instance from starting: a region or place the policies do not declare, a holder whose place is
     * not one for the data of a portal it serves.
     * @throws PolicyError
     */
    async checkStart(contexts: readonly Context[], holders: readonly PlacedHolder[]): Promise<void> {
      const mistakes: Mistake[] = [];
      const mistake = (file: string, message: string, remedy: string) =>
        mistakes.push({ file, line: 1, column: 1, pointer: '', message, remedy });
      const regions = (installation().regions ?? []).map(({ id }) => id);
      if (region !== undefined && !regions.includes(region))
        mistake(
          'installation.yaml',
          'LETHE_REGION names a region that the policies do not declare.',
          `Declared: ${regions.join(', ') || 'none'}.`,
        );
      const own = place === undefined ? (region === undefined ? undefined : defaultPlace('database')) : placeOf(place);
      if (place !== undefined && !own)
        mistake('places.yaml', 'LETHE_PLACE names a place that the policies do not declare.', 'Declare it there.');
      if (mistakes.length > 0) throw new PolicyError(mistakes);
      for (const context of contexts) {
        if (!serves(context.tenant)) continue;
        const view = await register.view(context);
        for (const holder of holders) {
          const named = holder.describe().place;
          const its = named === undefined ? own : placeOf(named);
          if (named !== undefined && !its)
            mistake(
              'places.yaml',
              `The holder ${holder.id} keeps data at a place that is not declared.`,
              'Declare it.',
            );
          const concerned = view.activities.filter(({ categories }) =>
            categories.some((category) => category.holder === holder.id),
          );
          if (its && !placeFits(view, its, concerned))
            mistake(
              'places.yaml',
              `The holder ${holder.id} keeps data of portal ${context.tenant.id} at ${its.id}, in region ${its.region} instead of ${view.tenant.region}; no transfer covers that now.`,
              'Serve the portal from its own region, or declare a transfer that stands.',
            );
        }
      }
      if (mistakes.length > 0) throw new PolicyError(mistakes);
    },
  };
}
