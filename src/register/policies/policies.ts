import { Problem } from '../../foundations/contract/problem.ts';
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

/** The register as the other domains ask it; always answers from one whole, valid set of policies. */
export interface Policies {
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
  /** Reads the folder anew: a whole, valid set, or every mistake. Nothing is in force by that. */
  candidate(): Loaded;
  /** Puts a set in force. */
  adopt(next: PolicySet): void;
}

/** @throws PolicyError with every mistake, when the folder is not valid. */
export function openPolicies(folder: string, privateTargets = false): Policies {
  const first = loadPolicies(folder, privateTargets);
  if (!first.policies) throw new PolicyError(first.mistakes);
  let set: PolicySet = first.policies;
  let purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));

  const policies: Policies = {
    current: () => set,
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
    candidate: () => loadPolicies(folder, privateTargets),
    adopt: (next) => {
      set = next;
      purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));
    },
  };
  return policies;
}
