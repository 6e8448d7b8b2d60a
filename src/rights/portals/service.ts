import type { Context, TenantScope } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Register } from '../../register/view/service.ts';
import type { ActivityRecord, PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import type { ErasureService } from '../erasure/service.ts';
import type { JoinedPortal, PortalAnswer, PortalAnswers } from './model.ts';

export interface PortalDeps {
  register: Pick<Register, 'view'>;
  erasures: Pick<ErasureService, 'preview'>;
  /** The caller in every portal of the installation. */
  everywhere(context: Context): Promise<Context[]>;
  vault: Vault;
  /** Whether this instance serves a portal's region. */
  serves(tenant: TenantScope): boolean;
  /** Writes a look down in the portal it was a look into. */
  recordReading(context: Context): Promise<void>;
  /** The service itself in another portal, for what is carried out there by an order given here. */
  contextIn(context: Context, tenantId: string): Promise<Context | undefined>;
}

/**
 * A person may be known in several portals of one installation. What a request of theirs is about follows from who
 * answers (GDPR Art. 4(7), 12, 26): one answer where the same controllers, or joint ones, answer; separate ones where not.
 */
export function createPortals({ register, erasures, vault, everywhere, serves, contextIn, recordReading }: PortalDeps) {
  /**
   * Every other portal that holds anything of an account, and who answers for it.
   * @throws Problem `forbidden` for whoever may act in one portal only: what others hold is not theirs to see.
   */
  async function answering(
    context: Context,
    reference: string,
  ): Promise<Omit<PortalAnswers, 'portals'> & { portals: Found[] }> {
    if (!context.principal.everyTenant)
      throw new Problem(
        'forbidden',
        'Only who acts for the whole installation may look into other portals. Ask its data protection officer.',
      );
    if (!reference.startsWith('account:'))
      throw invalidField('/subject', 'must be an account: a visitor is known in one portal only');
    const ref = parseSubjectRef(reference);
    const own = await register.view(context);
    const asked = controllersOf(own, own.activities);
    const portals: Found[] = [];
    const elsewhere: PortalAnswers['elsewhere'] = [];
    for (const there of await everywhere(context)) {
      if (there.tenant.id === context.tenant.id) continue;
      if (!serves(there.tenant)) {
        elsewhere.push({ tenant: there.tenant.id, name: there.tenant.name });
        continue;
      }
      const { categories } = await erasures.preview(there, reference);
      const held = categories.filter(({ rows }) => rows !== 0);
      if (held.length === 0) continue;
      if (context.reading) {
        const { subjectId } = await subjectOf(vault, there.tenant.id, ref);
        await recordReading({ ...there, reading: { ...context.reading, subjects: new Set([subjectId]), lookups: [] } });
      }
      const view = await register.view(there);
      const found = foundIn(view, held, new Set(asked.keys()));
      portals.push({ ...found, isLeaving: there.tenant.leaving === true });
    }
    return { controllers: named(asked), portals, elsewhere };
  }

  return {
    contextIn,

    /** As the officer sees it; `joined`: those that the request is answered for already. */
    async of(context: Context, reference: string, joined: readonly JoinedPortal[]): Promise<PortalAnswers> {
      const { controllers, portals, elsewhere } = await answering(context, reference);
      const isJoined = (tenant: string) => joined.some((one) => one.tenant === tenant);
      return {
        controllers,
        portals: portals.map(({ shown }) => ({ ...shown, joined: isJoined(shown.tenant) })),
        elsewhere,
      };
    },

    /**
     * What of these portals a request can be answered for.
     * @throws Problem naming a portal where nothing is held, or others answer
     */
    async joinable(context: Context, reference: string, wanted: readonly string[]): Promise<JoinedPortal[]> {
      const { portals } = await answering(context, reference);
      // What leaves is dealt with there, before it is gone.
      const possible = portals
        .filter(({ shown, isLeaving }) => shown.answers !== 'separately' && !isLeaving)
        .map(({ shown }) => shown.tenant);
      return wanted.map((tenant, n) => {
        const found = portals.find(({ shown }) => shown.tenant === tenant);
        if (!found || !possible.includes(tenant))
          throw invalidField(
            `/portals/${n}`,
            `must be a portal that holds data of the person and for which the same controllers answer: ${possible.join(', ') || 'there is none'}`,
          );
        return found.joined;
      });
    },
  };
}

export type PortalService = ReturnType<typeof createPortals>;

interface Found {
  shown: Omit<PortalAnswer, 'joined'>;
  joined: JoinedPortal;
  isLeaving: boolean;
}

/** Who answers, by what tells them apart between portals. */
function controllersOf(view: RegisterView, activities: readonly ActivityRecord[]): Map<string, PartyRecord> {
  return new Map(
    activities.flatMap(({ controllers }) =>
      controllers.map((party): [string, PartyRecord] => [keyOf(view, party), party]),
    ),
  );
}

/**
 * An organisation is the same under one id. An institution is its portal's own, and the same as another's only where
 * both are recorded under one legal name in one country.
 */
function keyOf({ tenant }: RegisterView, { id, kind, legalName, country }: PartyRecord): string {
  if (kind === 'organisation') return `organisation ${id}`;
  return legalName && country ? `institution ${country} ${legalName.trim().toLowerCase()}` : `portal ${tenant.id}`;
}

const named = (controllers: ReadonlyMap<string, PartyRecord>) =>
  [...controllers.values()].map(({ id, name }) => ({ party: id, name }));

function foundIn(
  view: RegisterView,
  held: readonly { category: string; rows: number | null }[],
  asked: ReadonlySet<string>,
): Omit<Found, 'isLeaving'> {
  const answersFor = (activity: ActivityRecord) =>
    [...controllersOf(view, [activity]).keys()].some((controller) => asked.has(controller));
  const categories = held.map(({ category, rows }) => {
    const activities = view.covering({ category });
    return {
      category,
      rows,
      together: activities.some(answersFor),
      controllers: named(controllersOf(view, activities)),
    };
  });
  const together = categories.filter((one) => one.together);
  const theirs = held.flatMap(({ category }) => view.covering({ category }));
  const isWhole = theirs.length > 0 && theirs.every(answersFor);
  const { id, name } = view.tenant;
  return {
    shown: {
      tenant: id,
      name,
      answers: together.length === 0 ? 'separately' : isWhole ? 'together' : 'in-part',
      categories,
    },
    joined: {
      tenant: id,
      categories: together.map(({ category }) => category),
      purposes: isWhole ? null : [...new Set(theirs.filter(answersFor).map(({ purposeId }) => purposeId))],
    },
  };
}
