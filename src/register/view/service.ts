import type { Context, TenantScope } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { type Fact, factsAsOf, INSTALLATION } from '../facts/as-of.ts';
import { beginningOf, factCount, factsOf, overlayByHash, policySet } from '../facts/table.ts';
import type { PolicySet } from '../policies/model.ts';
import type { Policies } from '../policies/policies.ts';
import { saidBy } from '../policies/standing-overlays.ts';
import { merged, type OverlayFact } from '../policies/tenant-overlay.ts';
import { createEnactment } from './enactment.ts';
import { buildView, movedTo, nextChange } from './view.ts';
import type { RegisterView, Resolution } from './view-model.ts';

/** The question every read of the register takes: what was true then, by what was known then. Absent: now. */
export interface AsOf {
  at?: Date | undefined;
  knownAt?: Date | undefined;
}

export interface Question extends AsOf {
  category?: string | undefined;
  purpose?: string | undefined;
}

/** Views of so many tenants are kept, and so long without asking whether somebody else recorded something. */
const VIEWS = 1000;
const FRESH_MS = 2000;
/** Old sets of policies kept open for questions about the past. */
const OLD_SETS = 8;

interface Kept {
  facts: Fact[];
  view: RegisterView;
  viewedAt: number;
  /** The same as it was put together. */
  built: RegisterView;
  set: PolicySet;
  tenant: TenantScope;
  /** How many facts there were of all tenants when its own were last read. */
  total: number;
  /** When something of it begins or ends by itself. */
  changesAt: Date | null;
}

/**
 * The register as one thing, whatever of it is files and whatever people recorded: the one place that answers who is
 * controller, processor, sub-processor and recipient of what, at any instant, by what was known at any instant.
 */
export function createRegister({ store, policies }: { store: Store; policies: Policies }) {
  const views = new Map<string, Kept>();
  const oldSets = new Map<string, PolicySet>();
  /** How many facts there are of all tenants, asked every two seconds once for all of them. */
  let recorded = { total: -1, checkedAt: Number.NEGATIVE_INFINITY };

  async function recount(now: number): Promise<void> {
    recorded = { total: await store.read((q) => factCount(q)), checkedAt: now };
  }

  const scope = ({ id, name, timeZone, jurisdiction, language, region }: TenantScope): RegisterView['tenant'] => ({
    id,
    name,
    timeZone,
    jurisdiction,
    language,
    region,
  });

  async function remembered(name: string, find: () => Promise<PolicySet | undefined>): Promise<PolicySet> {
    const known = oldSets.get(name) ?? (await find());
    if (!known) throw new Problem('internal-error', 'A set of policies that was in force is not kept.');
    oldSets.delete(name);
    oldSets.set(name, known);
    for (const oldest of oldSets.keys()) if (oldSets.size > OLD_SETS) oldSets.delete(oldest);
    return known;
  }

  /** The installation's set of this hash, with the word over it that an institution had. */
  async function setOf(q: Query, hash: string, word: Fact<OverlayFact> | undefined): Promise<PolicySet> {
    const current = policies.current();
    const base = hash === current.hash ? current : await remembered(hash, () => policySet(q, hash));
    if (!word?.value) return base;
    const { overlay: wanted } = word.value;
    const said = saidBy(word);
    return remembered([hash, word.tenantId, wanted, said.since, said.proposal].join(' '), async () => {
      const overlay = await overlayByHash(q, word.tenantId, wanted);
      return overlay && merged(base, overlay, said);
    });
  }

  /** The register of the context's tenant now. Costs a look-up; every two seconds one count in the database for all. */
  async function current(context: Context): Promise<RegisterView> {
    const { tenant } = context;
    const now = context.clock();
    const set = policies.of(tenant.id).current();
    const sinceCount = now.getTime() - recorded.checkedAt;
    if (sinceCount < 0 || sinceCount >= FRESH_MS) await recount(now.getTime());
    const { total } = recorded;
    const kept = views.get(tenant.id);
    const same = kept?.set === set && kept.tenant === tenant && kept.total === total;
    if (kept && same && (kept.changesAt === null || now < kept.changesAt)) {
      const age = now.getTime() - kept.viewedAt;
      if (age >= FRESH_MS) {
        kept.view = movedTo(kept.built, now, now > kept.built.knownAt ? now : kept.built.knownAt);
        kept.viewedAt = now.getTime();
      }
      if (age >= 0) return kept.view;
    }
    const facts = await store.read(async (q) =>
      kept && (await factCount(q, tenant.id)) === kept.facts.length ? kept.facts : factsOf(q, tenant.id),
    );
    // By what is recorded now, including what an instance with a faster clock recorded.
    const knownAt = facts.reduce((latest, { recordedAt }) => (recordedAt > latest ? recordedAt : latest), now);
    const view = buildView(scope(tenant), set, facts, { at: now, knownAt });
    views.delete(tenant.id);
    views.set(tenant.id, {
      facts,
      view,
      built: view,
      viewedAt: now.getTime(),
      set,
      tenant,
      total,
      changesAt: nextChange(facts, now),
    });
    for (const oldest of views.keys()) if (views.size > VIEWS) views.delete(oldest);
    return view;
  }

  /**
   * The register of the context's tenant as of `at`, as it was known at `knownAt` (both now when absent).
   * @throws Problem `not-found` for a time before the register begins, `invalid-request` for one that has not come.
   */
  async function view(context: Context, { at, knownAt }: AsOf = {}): Promise<RegisterView> {
    if (at === undefined && knownAt === undefined) return current(context);
    const now = context.clock();
    if (knownAt && knownAt > now)
      throw new Problem('invalid-request', 'What will be known is not known yet.', {
        errors: [{ pointer: '?known-at', detail: 'must not lie in the future' }],
      });
    const point = { at: at ?? now, knownAt: knownAt ?? now };
    return store.read(async (q) => {
      const facts = await factsOf(q, context.tenant.id);
      const [inForce] = factsAsOf<{ hash: string }>(facts, 'policies', point);
      if (!inForce?.value) {
        const begins = facts.find(({ kind }) => kind === 'policies')?.recordedAt.toISOString();
        throw new Problem(
          'not-found',
          `The register has nothing of that time${begins ? `: it begins ${begins}` : ''}.`,
        );
      }
      const [word] = factsAsOf<OverlayFact>(facts, 'tenant-policies', point);
      return buildView(scope(context.tenant), await setOf(q, inForce.value.hash, word), facts, point);
    });
  }

  return {
    view,
    ...createEnactment({ store, policies, forgetAll: () => views.clear() }),

    /**
     * The register when something happened, by what is known now. Of what happened before the register began (data
     * that was here before it), its beginning.
     */
    async viewOfEvent(context: Context, at: Date): Promise<RegisterView> {
      const begins = await store.read((q) => beginningOf(q));
      return view(context, { at: begins && at < begins ? begins : at });
    },

    /** Forgets what is remembered of a tenant (`*`: of all): whoever records calls it after the commit. */
    forget(tenantId: string): void {
      recorded = { total: -1, checkedAt: Number.NEGATIVE_INFINITY };
      if (tenantId === INSTALLATION) views.clear();
      else views.delete(tenantId);
    },

    /**
     * One question, one answer, everywhere: for this tenant, this category, this purpose, at this instant: who is
     * controller, who processes on whose instruction, under which agreement, where. Without category or purpose every
     * activity answers.
     */
    async resolve(context: Context, { category, purpose, at, knownAt }: Question): Promise<Resolution> {
      const seen = await view(context, { at, knownAt });
      return {
        at: seen.at,
        knownAt: seen.knownAt,
        policyHash: seen.policyHash,
        activities: seen.resolved({ category, purpose }),
      };
    },
  };
}

export type Register = ReturnType<typeof createRegister>;
