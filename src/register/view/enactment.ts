import type { Context } from '../../foundations/contract/context.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { type Fact, INSTALLATION } from '../facts/as-of.ts';
import { recordFact } from '../facts/facts.ts';
import { factsOfKind, keepPolicySet, latestFact, overlayByHash, policySet, tenantPolicyFacts } from '../facts/table.ts';
import {
  changesByFolder,
  contradicted,
  contradiction,
  type FolderWord,
  recordFolderWords,
  type StandingWord,
  standingWords,
  wordsAfter,
} from '../facts/tenant-words.ts';
import { droppedInUse } from '../facts/uses.ts';
import { furtherPurposes } from '../policies/further-purposes.ts';
import type { Mistake, PolicySet } from '../policies/model.ts';
import type { Policies } from '../policies/policies.ts';
import { merged, type Overlay } from '../policies/tenant-overlay.ts';
import { type ChangedRule, changedRules } from '../policies/transitions.ts';

const isInForce = (last: Fact<{ hash: string }> | undefined, { hash }: PolicySet): boolean =>
  last?.validUntil === null && last.value?.hash === hash;

interface EnactmentParts {
  store: Store;
  policies: Pick<Policies, 'refreshTenants' | 'mistakesOf'>;
  forgetAll(): void;
}

/** Changes of rules that nobody has decided on, of all portals or of one. */
export interface UndecidedRules {
  tenantId: string | undefined;
  before: PolicySet;
  after: PolicySet;
  open: ChangedRule[];
}

const undecided = (before: PolicySet, after: PolicySet) =>
  changedRules(before, after).filter(({ decided }) => !decided);

/** What the folder says of institutions, and how it meets what they have decided themselves. */
export interface FolderWords {
  overlays: readonly Overlay[];
  /** At a start what an institution has decided itself stands, whatever its folder says; a reload is refused. */
  proposalsStand?: boolean;
}

/** What stands of institutions' words, what the folder changes of it, and what stands then. */
interface Coming {
  words: readonly StandingWord[];
  changes: readonly FolderWord[];
  after: Awaited<ReturnType<typeof wordsAfter>>;
}

/** How a set of policies comes into force: what keeps it from that, and that it is written down. */
export function createEnactment({ store, policies, forgetAll }: EnactmentParts) {
  /** The same for each institution's word over the set: that of the folder, and what was decided by a proposal. */
  async function mistakesOfInstitutions(
    q: Query,
    { before, next }: { before: PolicySet | undefined; next: PolicySet },
    { overlays, proposalsStand = false }: FolderWords,
    { words, changes, after }: Coming,
  ): Promise<Mistake[]> {
    const mistakes = proposalsStand ? [] : contradicted(words, overlays).map(contradiction);
    // The folder's were held against its own set when it was read.
    for (const { overlay, proposal } of after) if (proposal) mistakes.push(...policies.mistakesOf(overlay, next));
    if (!before) return mistakes;
    for (const { tenantId } of [...changes, ...words]) {
      const standing = words.find((word) => word.tenantId === tenantId)?.now?.value;
      const was = standing && (await overlayByHash(q, tenantId, standing.overlay));
      const is = after.find(({ overlay }) => overlay.tenantId === tenantId)?.overlay;
      const [earlier, later] = [was ? merged(before, was) : before, is ? merged(next, is) : next];
      if (earlier.hash === before.hash && later.hash === next.hash) continue;
      const ofAll = new Set(furtherPurposes(before, next).map(({ message }) => message));
      for (const mistake of furtherPurposes(earlier, later))
        if (!ofAll.has(mistake.message)) mistakes.push({ ...mistake, file: `tenants/${tenantId}/${mistake.file}` });
    }
    return mistakes;
  }

  return {
    /**
     * Rules that a set changes, for all or for an institution, of which nobody has said what becomes of the rows collected
     * under them.
     */
    async undecidedInChange(next: PolicySet, now: Date, { overlays }: FolderWords): Promise<UndecidedRules[]> {
      return store.read(async (q) => {
        const inForce = await latestFact<{ hash: string }>(q, INSTALLATION, 'policies', 'policies');
        const before = inForce?.value ? await policySet(q, inForce.value.hash) : undefined;
        if (!before) return [];
        const words = standingWords(await tenantPolicyFacts(q), now);
        const changes = changesByFolder(words, overlays);
        const after = await wordsAfter(q, words, changes);
        const found: UndecidedRules[] = [{ tenantId: undefined, before, after: next, open: undecided(before, next) }];
        const ids = found.flatMap(({ open }) => open.map(({ was }) => was.id));
        for (const tenantId of new Set([...changes, ...words].map((one) => one.tenantId))) {
          const standing = words.find((word) => word.tenantId === tenantId)?.now?.value;
          const was = standing && (await overlayByHash(q, tenantId, standing.overlay));
          const is = after.find(({ overlay }) => overlay.tenantId === tenantId)?.overlay;
          const [earlier, later] = [was ? merged(before, was) : before, is ? merged(next, is) : next];
          const own = undecided(earlier, later).filter(({ was: rule }) => !ids.includes(rule.id));
          found.push({ tenantId, before: earlier, after: later, open: own });
        }
        return found.filter(({ open }) => open.length > 0);
      });
    },

    /**
     * What keeps a valid set of policies from coming into force after those that are: what people recorded, in any
     * tenant, that would be left without its party or activity, further purposes without an assessment, and what an
     * institution has decided itself.
     */
    async mistakesInChange(next: PolicySet, now: Date, words: FolderWords = { overlays: [] }): Promise<Mistake[]> {
      return store.read(async (q) => {
        const facts = [...(await factsOfKind(q, 'agreement')), ...(await factsOfKind(q, 'sub-processor-change'))];
        const inForce = await latestFact<{ hash: string }>(q, INSTALLATION, 'policies', 'policies');
        const before = inForce?.value ? await policySet(q, inForce.value.hash) : undefined;
        const standing = standingWords(await tenantPolicyFacts(q), now);
        const changes = changesByFolder(standing, words.overlays);
        const after = await wordsAfter(q, standing, changes);
        const ofTenant = (tenantId: string) => {
          const word = after.find(({ overlay }) => overlay.tenantId === tenantId);
          return word ? merged(next, word.overlay) : next;
        };
        const found = [
          ...droppedInUse(next, facts, now, ofTenant),
          ...(before ? furtherPurposes(before, next) : []),
          ...(await mistakesOfInstitutions(q, { before, next }, words, { words: standing, changes, after })),
        ];
        return [...new Map(found.map((mistake) => [`${mistake.file} ${mistake.message}`, mistake])).values()];
      });
    },

    /**
     * Records that a set of policies is in force from now on, and keeps it whole; once per change. The same of what
     * the folder says of institutions; without `words` theirs stay as they are. `note` writes down in the same
     * transaction that the word of an institution has changed.
     */
    async recordPolicies(
      context: Context,
      next: PolicySet,
      words?: FolderWords,
      note?: (tx: Query, change: FolderWord, effective: PolicySet) => Promise<unknown>,
    ): Promise<void> {
      const nothingNew = await store.read(async (q) => {
        const inForce = await latestFact<{ hash: string }>(q, INSTALLATION, 'policies', 'policies');
        if (!isInForce(inForce, next)) return false;
        if (!words) return true;
        return changesByFolder(standingWords(await tenantPolicyFacts(q), context.clock()), words.overlays).length === 0;
      });
      if (!nothingNew)
        await store.write(async (tx) => {
          await keepPolicySet(tx, next, context.clock());
          const last = await latestFact<{ hash: string }>(tx, INSTALLATION, 'policies', 'policies');
          if (!isInForce(last, next))
            await recordFact(tx, context, {
              tenantId: INSTALLATION,
              kind: 'policies',
              entityId: 'policies',
              onVersion: last?.version ?? 0,
              value: { hash: next.hash },
              validFrom: 'now',
              policyHash: next.hash,
            });
          if (!words) return;
          for (const change of await recordFolderWords(tx, context, next, words.overlays))
            await note?.(tx, change, change.overlay ? merged(next, change.overlay) : next);
        });
      await policies.refreshTenants(store);
      forgetAll();
    },
  };
}
