import type { Draft } from '../../data/certificates/service.ts';
import type { CategoryOutcome, ErasureDecision } from '../../foundations/holders/holder.ts';
import { groundInWords } from './decisions.ts';
import type { ErasedCategory, Erasure } from './model.ts';

/** A decision and an outcome as they are kept while an erasure runs: JSON. */
export type KeptDecision = Omit<ErasureDecision, 'reviewAt'> & { reviewAt?: string };
export type KeptOutcome = Omit<CategoryOutcome, 'reviewAt'> & { reviewAt?: string };

/** Rows per category: found before the act (where that is known), and still found after it. */
export interface Looks {
  found: Record<string, number> | undefined;
  remaining: Record<string, number>;
}

/**
 * What became of the categories of one holder: what was decided and what the holder says it did, held against what a
 * second look still finds.
 */
export function outcomeOfHolder(
  decisions: KeptDecision[],
  outcomes: KeptOutcome[],
  { found, remaining }: Looks,
): ErasedCategory[] {
  return decisions.map((decision) => {
    const { category } = decision;
    const outcome = outcomes.find((one) => one.category === category);
    const left = remaining[category] ?? 0;
    // Rows may have to stay because another category of the same holder, kept in them, is held or retained.
    const mustBeGone = decision.action === 'erase' || decision.action === 'reduce';
    const because =
      mustBeGone && left > 0 && left <= (outcome?.retained ?? 0) ? keptBeside(decisions, remaining) : undefined;
    const claimed = believed(outcome, found?.[category], left);
    return outcomeOfCategory(because ? { ...because, category } : decision, claimed, left, outcome?.items);
  });
}

/** The categories of a holder outside that has not done its part: nobody knows what is there. */
export function outcomeUnreached(decisions: KeptDecision[]): ErasedCategory[] {
  return decisions.map(({ category }) => ({
    category,
    result: 'failed',
    removed: 0,
    reduced: 0,
    retained: 0,
    remaining: 0,
    unreached: true,
    ground: null,
    groundInWords: null,
    reviewAt: null,
  }));
}

function keptBeside(decisions: KeptDecision[], remaining: Record<string, number>): KeptDecision | undefined {
  return decisions.find(
    ({ action, category }) => (action === 'held' || action === 'retain') && (remaining[category] ?? 0) > 0,
  );
}

/** A holder's own count, where rows are left not beyond what can have gone. */
function believed({ removed = 0, reduced = 0 }: Partial<KeptOutcome> = {}, found: number | undefined, left: number) {
  if (left === 0 || found === undefined) return { removed, reduced };
  const gone = Math.max(0, found - left);
  return { removed: Math.min(removed, gone), reduced: Math.min(reduced, Math.max(0, gone - removed)) };
}

function outcomeOfCategory(
  decision: KeptDecision,
  { removed, reduced }: { removed: number; reduced: number },
  remaining: number,
  items: KeptOutcome['items'],
): ErasedCategory {
  const result = resultOf(decision.action, { removed, reduced, remaining });
  const stays = result === 'held' || result === 'retained';
  const explained = stays || result === 'reduced';
  return {
    category: decision.category,
    result,
    removed,
    reduced,
    retained: stays ? remaining : 0,
    remaining,
    ground: explained ? (decision.ground ?? null) : null,
    groundInWords: explained ? groundInWords(decision.ground) : null,
    reviewAt: explained && decision.reviewAt ? new Date(decision.reviewAt).toISOString() : null,
    items,
    neededFor: stays && decision.neededFor ? decision.neededFor : undefined,
  };
}

function resultOf(
  action: ErasureDecision['action'],
  { removed, reduced, remaining }: { removed: number; reduced: number; remaining: number },
): ErasedCategory['result'] {
  if (remaining > 0) return action === 'held' ? 'held' : action === 'retain' ? 'retained' : 'failed';
  // What should have gone and is only reduced is still there.
  if (reduced > 0) return action === 'erase' ? 'failed' : 'reduced';
  return removed > 0 ? 'removed' : 'nothing-held';
}

/** What the certificate says of each category, in the order of the holders. */
export function findingsOf(
  decisions: Record<string, KeptDecision>,
  holders: Erasure['holders'],
): Draft['findings'][number][] {
  return holders
    .flatMap(({ categories }) => categories)
    .map(
      ({
        category,
        result,
        removed,
        reduced,
        retained,
        remaining,
        ground,
        groundInWords: words,
        reviewAt,
        unreached,
      }) => ({
        category,
        rule: null,
        action: decisions[category]?.action ?? 'erase',
        before: null,
        removed,
        reduced,
        anonymised: 0,
        retained,
        failed: result === 'failed' ? remaining : 0,
        suppressed: 0,
        ground,
        groundInWords: words,
        until: reviewAt,
        unreached,
      }),
    );
}

export const plain = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;
