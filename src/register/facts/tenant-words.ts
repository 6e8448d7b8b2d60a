import type { Context } from '../../foundations/contract/context.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Mistake, PolicySet } from '../policies/model.ts';
import { merged, type Overlay, type OverlayFact, type Said } from '../policies/tenant-overlay.ts';
import { type Fact, factAsOf } from './as-of.ts';
import { recordFact } from './facts.ts';
import { keepOverlay, keepPolicySet, latestFact, overlayByHash, tenantPolicyFacts } from './table.ts';

/** The one entity that facts of kind `tenant-policies` are about, in each tenant. */
export const TENANT_POLICIES = 'policies';
const FOREVER = new Date(8.64e15);

/** What stands of one institution's word, now and later, by all that is recorded. */
export interface StandingWord {
  tenantId: string;
  /** Undefined: none stands. */
  now: Fact<OverlayFact> | undefined;
  /** What is to begin by itself. */
  later: Fact<OverlayFact>[];
}

/** Of every institution that ever had a word of its own. */
export function standingWords(facts: readonly Fact<OverlayFact>[], now: Date): StandingWord[] {
  return [...new Set(facts.map(({ tenantId }) => tenantId))].map((tenantId) => {
    const own = facts.filter((fact) => fact.tenantId === tenantId);
    const at = (instant: Date) => factAsOf(own, { at: instant, knownAt: FOREVER });
    const begins = own.map(({ validFrom }) => validFrom).filter((instant) => instant > now);
    const standing = at(now);
    return {
      tenantId,
      now: standing?.value ? standing : undefined,
      later: begins.flatMap((instant) => {
        const fact = at(instant);
        return fact?.value && fact.validFrom.getTime() === instant.getTime() ? [fact] : [];
      }),
    };
  });
}

/** A tenant whose folder says otherwise than the proposal that stands there. */
export interface Contradiction {
  tenantId: string;
  folder: Overlay;
  standing: Fact<OverlayFact>;
}

/** What an accepted proposal stands over: a reload never overrides it silently. */
export function contradicted(words: readonly StandingWord[], overlays: readonly Overlay[]): Contradiction[] {
  return overlays.flatMap((folder) => {
    const standing = words.find(({ tenantId }) => tenantId === folder.tenantId)?.now;
    return standing?.value?.from === 'proposal' && standing.value.overlay !== folder.hash
      ? [{ tenantId: folder.tenantId, folder, standing }]
      : [];
  });
}

/** A contradiction as the mistake that keeps a reload from happening. */
export function contradiction({ tenantId, folder, standing }: Contradiction): Mistake {
  const { overlay, proposal } = standing.value as OverlayFact;
  const since = standing.validFrom.toISOString().slice(0, 10);
  return {
    file: `tenants/${tenantId}`,
    line: 1,
    column: 1,
    pointer: '',
    message: `The folder of ${tenantId} says otherwise (${folder.hash}) than what the institution itself has decided, in force since ${since} (${overlay}${proposal ? `, proposal ${proposal}` : ''}).`,
    remedy: `Put what is in force into the folder (lethe policies export --tenant ${tenantId} --to policies/tenants/${tenantId}), or take the folder away; the institution decides anew by a proposal.`,
  };
}

/** A change of what stands for one institution, by its folder. */
export interface FolderWord {
  tenantId: string;
  /** Null: the folder is gone, and its word ends. */
  overlay: Overlay | null;
  before: string | null;
}

/** What the folder changes: new words and others, and those that are no longer there. Proposals stand. */
export function changesByFolder(words: readonly StandingWord[], overlays: readonly Overlay[]): FolderWord[] {
  const changed = overlays.flatMap((overlay): FolderWord[] => {
    const standing = words.find(({ tenantId }) => tenantId === overlay.tenantId)?.now?.value;
    if (standing?.from === 'proposal' || standing?.overlay === overlay.hash) return [];
    return [{ tenantId: overlay.tenantId, overlay, before: standing?.overlay ?? null }];
  });
  const gone = words.flatMap(({ tenantId, now }): FolderWord[] =>
    now?.value?.from === 'folder' && !overlays.some((one) => one.tenantId === tenantId)
      ? [{ tenantId, overlay: null, before: now.value.overlay }]
      : [],
  );
  return [...changed, ...gone];
}

/** The words that stand and will, with what the folder changes; each with what is to be said of its entries. */
export async function wordsAfter(
  q: Query,
  words: readonly StandingWord[],
  changes: readonly FolderWord[],
): Promise<{ overlay: Overlay; said: Said; proposal: boolean }[]> {
  const after: { overlay: Overlay; said: Said; proposal: boolean }[] = changes.flatMap(({ overlay }) =>
    overlay ? [{ overlay, said: {}, proposal: false }] : [],
  );
  for (const { tenantId, now, later } of words) {
    const changes_ = changes.some((one) => one.tenantId === tenantId);
    for (const fact of [...(now && !changes_ ? [now] : []), ...later]) {
      const { overlay: hash, from } = fact.value as OverlayFact;
      const overlay = await overlayByHash(q, tenantId, hash);
      if (overlay) after.push({ overlay, said: {}, proposal: from === 'proposal' });
    }
  }
  return after;
}

/**
 * Records what the folder changes, from now on, and keeps every set that will decide for a tenant whole: what an old
 * hash means. Answers what it recorded.
 */
export async function recordFolderWords(
  tx: Query,
  context: Context,
  base: PolicySet,
  overlays: readonly Overlay[],
): Promise<FolderWord[]> {
  const facts = await tenantPolicyFacts(tx);
  // An instance with a faster clock may have recorded what is ahead of this one's: that stands, too.
  const now = facts.reduce((latest, { recordedAt }) => (recordedAt > latest ? recordedAt : latest), context.clock());
  const words = standingWords(facts, now);
  const changes = changesByFolder(words, overlays);
  for (const { overlay } of await wordsAfter(tx, words, changes)) {
    await keepOverlay(tx, overlay, now);
    await keepPolicySet(tx, merged(base, overlay), now, overlay.tenantId);
  }
  for (const { tenantId, overlay } of changes) {
    const last = await latestFact(tx, tenantId, 'tenant-policies', TENANT_POLICIES);
    // What is to begin later by a proposal begins.
    const next = words.find((word) => word.tenantId === tenantId)?.later.map(({ validFrom }) => validFrom.getTime());
    await recordFact<OverlayFact>(tx, context, {
      tenantId,
      kind: 'tenant-policies',
      entityId: TENANT_POLICIES,
      onVersion: last?.version ?? 0,
      value: overlay && { overlay: overlay.hash, from: 'folder' },
      validFrom: 'now',
      validUntil: next?.length ? new Date(Math.min(...next)) : null,
      policyHash: overlay ? merged(base, overlay).hash : base.hash,
    });
  }
  return changes;
}
