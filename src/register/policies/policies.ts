import { Problem } from '../../foundations/contract/problem.ts';
import { type Clock, systemClock } from '../../foundations/process/clock.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { type Robots, robotsOf, SHIPPED_LISTS, shippedRobots } from '../../law/robots.ts';
import { tenantPolicyCount } from '../facts/table.ts';
import { checkOverlay } from './check-overlay.ts';
import { type InForce, refreshed, requireInForce } from './in-force.ts';
import { type Loaded, loadPolicies } from './load.ts';
import type { Category, ErasureRequestRule, Mistake, Notice, PolicySet, Purpose, RetentionRule } from './model.ts';
import { effective, readStretches, type Stretches, stretchAt } from './standing-overlays.ts';
import type { Overlay } from './tenant-overlay.ts';

export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly mistakes: Mistake[];
  constructor(mistakes: Mistake[]) {
    super(`The policies have ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}.`);
    this.mistakes = mistakes;
  }
}

/** The policies as one portal has them: the installation's, or its institution's own word over them (`of`). */
export interface PolicyView {
  current(): PolicySet;
  purpose(id: string): Purpose | undefined;
  category(id: string): Category | undefined;
  /** @throws Problem `undeclared-category`: data nobody has declared is refused at the door (REQ-A04). */
  requireCategory(id: string): Category;
  notice(id: string, version: string): Notice | undefined;
  /** The newest version in force of a notice (by local day). */
  currentNotice(id: string, day: string): Notice | undefined;
  /** The notices in force that ask for a purpose. */
  noticesFor(purposeId: string, day: string): Notice[];
  rulesFor(categoryId: string): RetentionRule[];
  erasureRequestFor(categoryId: string): ErasureRequestRule | undefined;
}

/**
 * The register as the other domains ask it; always answers from one whole, valid set of policies. Asked itself it
 * answers for the installation; what is decided for a portal is asked of `of(tenant.id)`.
 */
export interface Policies extends PolicyView {
  /** As one tenant has them, now. Costs a look-up; a set that begins at an instant is there from that instant on. */
  of(tenantId: string): PolicyView;
  /** The institution's own word that stands for a tenant now, by its hash; undefined: none. */
  overlayOf(tenantId: string): string | undefined;
  /** What counts as a robot: by the shipped lists, and by the installation's own. */
  robots(): Robots;
  /** What the folder, as it was read last and adopted, says institutions have decided. */
  overlays(): readonly Overlay[];
  /** Every mistake of an institution's word over a set of the installation, that of now when absent. */
  mistakesOf(overlay: Overlay, base?: PolicySet): Mistake[];
  /** Reads the folder anew: a whole, valid set, or every mistake. Nothing is in force by that. */
  candidate(): Loaded;
  /** Decides by this set from now on. */
  adopt(next: PolicySet, overlays?: readonly Overlay[]): void;
  /** By which clock it is told what is in force now. */
  by(clock: Clock): void;
  /**
   * Which set is in force is a fact in the database (register/view/service.ts): after this, this instance's is, if its
   * folder has it; and so is the word of every institution.
   */
  refresh(store: Pick<Store, 'read'>): Promise<InForce>;
  /** The same for institutions alone: one count where nothing has changed. */
  refreshTenants(store: Pick<Store, 'read'>): Promise<void>;
  /**
   * That what was decided by this set for a tenant may still be carried out.
   * @throws Problem `policies-superseded`
   */
  requireInForce(q: Query, tenantId: string, hash: string): Promise<void>;
}

/**
 * @param options.first what the folder holds, where somebody has read it already
 * @param options.privateTargets whether messages may go to private addresses
 * @throws PolicyError with every mistake, when the folder is not valid.
 */
export function openPolicies(folder: string, options: { first?: Loaded; privateTargets?: boolean } = {}): Policies {
  const { privateTargets = false, first = loadPolicies(folder, privateTargets) } = options;
  if (!first.policies) throw new PolicyError(first.mistakes);
  let base = viewOf(first.policies);
  let overlays: readonly Overlay[] = first.overlays;
  let robots = robotsFor(first.policies);
  let clock = systemClock;
  let tenants = new Map<string, TenantPolicies>();
  let recorded = -1;

  const policies: Policies = {
    current: () => base.current(),
    purpose: (id) => base.purpose(id),
    category: (id) => base.category(id),
    requireCategory: (id) => base.requireCategory(id),
    notice: (id, version) => base.notice(id, version),
    currentNotice: (id, day) => base.currentNotice(id, day),
    noticesFor: (purposeId, day) => base.noticesFor(purposeId, day),
    rulesFor: (categoryId) => base.rulesFor(categoryId),
    erasureRequestFor: (categoryId) => base.erasureRequestFor(categoryId),
    of: (tenantId) => tenants.get(tenantId)?.at(clock().getTime(), base).view ?? policies,
    overlayOf: (tenantId) => tenants.get(tenantId)?.at(clock().getTime(), base).overlay,
    robots: () => robots,
    overlays: () => overlays,
    mistakesOf: (overlay, over = base.current()) => checkOverlay(over, overlay, { privateTargets }),
    candidate: () => loadPolicies(folder, privateTargets),
    adopt: (next, itsOverlays = overlays) => {
      base = viewOf(next);
      overlays = itsOverlays;
      robots = robotsFor(next);
    },
    by: (its) => {
      clock = its;
    },
    refresh: async (store) => {
      await policies.refreshTenants(store);
      return refreshed(store, policies);
    },
    refreshTenants: async (store) => {
      const count = await store.read((q) => tenantPolicyCount(q));
      if (count === recorded) return;
      const stretches = await store.read((q) => readStretches(q));
      tenants = new Map([...stretches].map(([tenantId, its]) => [tenantId, tenantPolicies(its)]));
      recorded = count;
    },
    requireInForce: async (q, tenantId, hash) => {
      const own = { tenantId, base: base.current().hash, overlay: policies.overlayOf(tenantId) };
      await requireInForce(q, hash, { ...own, effective: policies.of(tenantId).current().hash }, clock());
    },
  };
  return policies;
}

interface TenantView {
  from: number;
  until: number;
  over: PolicyView;
  /** Undefined: the installation's. */
  view: PolicyView | undefined;
  overlay: string | undefined;
}

interface TenantPolicies {
  /** At an instant, over the installation's set of now. */
  at(now: number, base: PolicyView): TenantView;
}

/** Made once for each stretch of time and each set of the installation. */
function tenantPolicies(stretches: Stretches): TenantPolicies {
  let last: TenantView | undefined;
  return {
    at: (now, base) => {
      if (last && last.over === base && last.from <= now && now < last.until) return last;
      const { from, until, standing } = stretchAt(stretches, now);
      const view = standing ? viewOf(effective(base.current(), { standing })) : undefined;
      last = { from, until, over: base, view, overlay: standing?.overlay.hash };
      return last;
    },
  };
}

function viewOf(set: PolicySet): PolicyView {
  const purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));
  const category = (id: string) => set.categories.find((one) => one.id === id);
  return {
    current: () => set,
    purpose: (id) => purposes.get(id),
    category,
    requireCategory: (id) => {
      const known = category(id);
      if (!known) throw new Problem('undeclared-category', `The policies declare no category "${id}".`);
      return known;
    },
    notice: (id, version) => set.notices.find((notice) => notice.id === id && notice.version === version),
    currentNotice: (id, day) => set.notices.filter((notice) => notice.id === id && notice.validFrom <= day).at(-1),
    noticesFor: (purposeId, day) => {
      const newest = new Map<string, Notice>();
      for (const notice of set.notices) if (notice.validFrom <= day) newest.set(notice.id, notice);
      return [...newest.values()].filter((notice) => notice.purposes.includes(purposeId));
    },
    rulesFor: (categoryId) => set.rules.filter((rule) => rule.category === categoryId),
    erasureRequestFor: (categoryId) => set.erasureRequests.find((rule) => rule.category === categoryId),
  };
}

function robotsFor({ robots }: PolicySet): Robots {
  if (!robots) return shippedRobots;
  const { list, version, licence, patterns } = robots;
  // COUNTER's lists are matched without regard to case (its README), and so is what an installation writes itself.
  return robotsOf([...SHIPPED_LISTS, { name: list, version, licence, caseSensitive: false, patterns }]);
}
