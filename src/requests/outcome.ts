import type { CategoryOutcome, ErasureDecision } from '../holders/holder.ts';
import { groundInWords } from './decisions.ts';
import type { ErasedCategory, Erasure } from './model.ts';

/** A decision and an outcome as they are kept while an erasure runs: JSON. */
export type KeptDecision = Omit<ErasureDecision, 'reviewAt'> & { reviewAt?: string };
export type KeptOutcome = Omit<CategoryOutcome, 'reviewAt'> & { reviewAt?: string };

/**
 * What became of the categories of one holder: what was decided and what the holder says it did, held against what a
 * second look still finds.
 */
export function outcomeOfHolder(
  decisions: KeptDecision[],
  outcomes: KeptOutcome[],
  remaining: Record<string, number>,
): ErasedCategory[] {
  return decisions.map((decision) => {
    const outcome = outcomes.find(({ category }) => category === decision.category);
    const left = remaining[decision.category] ?? 0;
    // Rows may have to stay because another category of the same holder, kept in them, is held or retained.
    const mustBeGone = decision.action === 'erase' || decision.action === 'reduce';
    const because =
      mustBeGone && left > 0 && left <= (outcome?.retained ?? 0) ? keptBeside(decisions, remaining) : undefined;
    return outcomeOfCategory(because ? { ...because, category: decision.category } : decision, outcome, left);
  });
}

function keptBeside(decisions: KeptDecision[], remaining: Record<string, number>): KeptDecision | undefined {
  return decisions.find(
    ({ action, category }) => (action === 'held' || action === 'retain') && (remaining[category] ?? 0) > 0,
  );
}

function outcomeOfCategory(
  decision: KeptDecision,
  { removed = 0, reduced = 0, retained = 0 }: Partial<KeptOutcome> = {},
  remaining: number,
): ErasedCategory {
  const result = resultOf(decision.action, { removed, reduced, retained, remaining });
  const explained = result === 'held' || result === 'retained' || result === 'reduced';
  return {
    category: decision.category,
    result,
    removed,
    reduced,
    retained: Math.max(retained, result === 'held' ? remaining : 0),
    remaining,
    ground: explained ? (decision.ground ?? null) : null,
    groundInWords: explained ? groundInWords(decision.ground) : null,
    reviewAt: explained && decision.reviewAt ? new Date(decision.reviewAt).toISOString() : null,
  };
}

function resultOf(
  action: ErasureDecision['action'],
  { removed, reduced, retained, remaining }: { removed: number; reduced: number; retained: number; remaining: number },
): ErasedCategory['result'] {
  if (remaining > 0) return action === 'held' ? 'held' : action === 'retain' ? 'retained' : 'failed';
  if (reduced > 0) return 'reduced';
  if (removed > 0) return 'removed';
  return retained > 0 ? 'retained' : 'nothing-held';
}

export function verdictOf(holders: Erasure['holders']): Erasure['verdict'] {
  const results = new Set(holders.flatMap(({ categories }) => categories.map(({ result }) => result)));
  if (results.has('failed')) return 'incomplete';
  return results.has('held') || results.has('retained') || results.has('reduced')
    ? 'complete-with-exceptions'
    : 'complete';
}
