import { Problem } from '../../foundations/contract/problem.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { type Robots, robotsOf, SHIPPED_LISTS, shippedRobots } from '../../law/robots.ts';
import { type InForce, refreshed, requireInForce } from './in-force.ts';
import { type Loaded, loadPolicies } from './load.ts';
import type { Category, ErasureRequestRule, Mistake, Notice, PolicySet, Purpose, RetentionRule } from './model.ts';

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
  /** As one tenant has them, now. Costs a look-up. */
  of(tenantId: string): PolicyView;
  /** What counts as a robot: by the shipped lists, and by the installation's own. */
  robots(): Robots;
  /** Reads the folder anew: a whole, valid set, or every mistake. Nothing is in force by that. */
  candidate(): Loaded;
  /** Decides by this set from now on. */
  adopt(next: PolicySet): void;
  /**
   * Which set is in force is a fact in the database (register/view/service.ts): after this, this instance's is, if its
   * folder has it.
   */
  refresh(store: Pick<Store, 'read'>): Promise<InForce>;
  /** @throws Problem `policies-superseded` */
  requireInForce(q: Query, hash: string): Promise<void>;
}

/**
 * @param options.first what the folder holds, where somebody has read it already
 * @param options.privateTargets whether messages may go to private addresses
 * @throws PolicyError with every mistake, when the folder is not valid.
 */
export function openPolicies(folder: string, options: { first?: Loaded; privateTargets?: boolean } = {}): Policies {
  const { privateTargets = false, first = loadPolicies(folder, privateTargets) } = options;
  if (!first.policies) throw new PolicyError(first.mistakes);
  let set: PolicySet = first.policies;
  let robots = robotsFor(set);
  let purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));

  const policies: Policies = {
    current: () => set,
    of: () => policies,
    purpose: (id) => purposes.get(id),
    category: (id) => set.categories.find((category) => category.id === id),
    requireCategory: (id) => {
      const category = policies.category(id);
      if (!category) throw new Problem('undeclared-category', `The policies declare no category "${id}".`);
      return category;
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
    robots: () => robots,
    candidate: () => loadPolicies(folder, privateTargets),
    adopt: (next) => {
      set = next;
      robots = robotsFor(next);
      purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));
    },
    refresh: (store) => refreshed(store, policies),
    requireInForce,
  };
  return policies;
}

function robotsFor({ robots }: PolicySet): Robots {
  if (!robots) return shippedRobots;
  const { list, version, licence, patterns } = robots;
  // COUNTER's lists are matched without regard to case (its README), and so is what an installation writes itself.
  return robotsOf([...SHIPPED_LISTS, { name: list, version, licence, caseSensitive: false, patterns }]);
}
