import { Problem } from '../problem.ts';
import { type Loaded, loadPolicies } from './load.ts';
import type {
  Category,
  ErasureRequestRule,
  Mistake,
  Notice,
  PartyRole,
  PolicySet,
  Purpose,
  RetentionRule,
} from './model.ts';

export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly mistakes: Mistake[];
  constructor(mistakes: Mistake[]) {
    super(`The policies have ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}.`);
    this.mistakes = mistakes;
  }
}

/** A processing activity that covers a category, with its parties by name. */
interface CoveringActivity {
  id: string;
  title: string;
  purpose: Purpose;
  parties: { name: string; role: PartyRole; country: string | null; contact: string | null }[];
  transfers: { country: string; tool: string }[];
}

/** The register as the other domains ask it; always answers from one whole, valid set of policies. */
export interface Register {
  policies(): PolicySet;
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
  activitiesFor(categoryId: string, tenantName: string): CoveringActivity[];
  controllersFor(purposeId: string, tenantName: string): string[];
  /** Reads the folder anew: a whole, valid set, or every mistake. Nothing is in force by that. */
  candidate(): Loaded;
  /** Puts a set in force. */
  adopt(next: PolicySet): void;
}

/** @throws PolicyError with every mistake, when the folder is not valid. */
export function openRegister(folder: string): Register {
  const first = loadPolicies(folder);
  if (!first.policies) throw new PolicyError(first.mistakes);
  let set: PolicySet = first.policies;
  const controllers = new Map<string, string[]>();
  let purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));

  const named = (partyId: string, tenantName: string) => {
    const party = set.parties.find(({ id }) => id === partyId);
    return {
      name: party?.kind === 'tenant' ? tenantName : (party?.name ?? partyId),
      country: party?.country ?? null,
      contact: party?.contact ?? null,
    };
  };

  const register: Register = {
    policies: () => set,
    purpose: (id) => purposes.get(id),
    category: (id) => set.categories.find((category) => category.id === id),
    requireCategory: (id) => {
      const category = register.category(id);
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
    activitiesFor: (categoryId, tenantName) =>
      set.activities
        .filter((activity) => activity.categories.includes(categoryId))
        .map((activity) => ({
          id: activity.id,
          title: activity.title,
          purpose: purposes.get(activity.purpose) as Purpose,
          parties: activity.parties.map(({ party, role }) => ({ ...named(party, tenantName), role })),
          transfers: [...activity.transfers],
        })),
    controllersFor: (purposeId, tenantName) => {
      // Asked for every decision on consent: worked out once per purpose and institution.
      const name = `${purposeId}\0${tenantName}`;
      const known = controllers.get(name);
      if (known) return known;
      const parties = set.activities
        .filter((activity) => activity.purpose === purposeId)
        .flatMap((activity) => activity.parties)
        .filter(({ role }) => role === 'controller' || role === 'joint-controller');
      const names = [...new Set(parties.map(({ party }) => named(party, tenantName).name))];
      controllers.set(name, names);
      return names;
    },
    candidate: () => loadPolicies(folder),
    adopt: (next) => {
      set = next;
      purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));
      controllers.clear();
    },
  };
  return register;
}
