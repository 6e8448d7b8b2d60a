import type { Draft } from '../../data/certificates/service.ts';
import type { ErasureDecision } from '../../foundations/holders/holder.ts';
import { groundInWords } from './decide-categories.ts';
import type { Decisions, Intent, PartOutcome, ToldOutcome } from './intent.ts';
import type { ErasedCategory, Erasure } from './model.ts';

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
  decisions: ErasureDecision[],
  outcomes: ToldOutcome[],
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
    const kept = Math.max(left, outcome?.retained ?? 0);
    return outcomeOfCategory(because ? { ...because, category } : decision, claimed, { left, kept }, outcome?.items);
  });
}

/** What each holder did, those inside first: what it says, held against the second look. */
export function resultsOf(
  holders: readonly { id: string }[],
  { decisions, done, earlier = {}, found }: Pick<Intent, 'decisions' | 'done' | 'earlier' | 'found'>,
  remaining: Record<string, number>,
  parts: readonly { holder: string; outcome: PartOutcome }[],
): Erasure['holders'] {
  const inside = holders.map(({ id }) => {
    const own = Object.values(decisions).filter(({ category }) => category.split('.')[0] === id);
    return { holder: id, categories: outcomeOfHolder(own, inAll(earlier[id], done[id]), { found, remaining }) };
  });
  return [...inside, ...resultsOutside(parts)];
}

/** What each holder outside did, as far as is known. */
export function resultsOutside(parts: readonly { holder: string; outcome: PartOutcome }[]): Erasure['holders'] {
  return parts.map(({ holder, outcome: { decisions, outcomes, earlier, remaining = {} } }) => {
    const own = Object.values(decisions);
    const categories =
      outcomes === undefined
        ? own.map(unreached)
        : outcomeOfHolder(own, inAll(earlier, outcomes), { found: undefined, remaining });
    return { holder, categories };
  });
}

/** What a holder did in all, before a hold ended and after it; what stays is what stayed last. */
export function inAll(earlier: readonly ToldOutcome[] = [], now: readonly ToldOutcome[] = []): ToldOutcome[] {
  const before = new Map(earlier.map((one) => [one.category, one]));
  const again = now.map((one) => {
    const first = before.get(one.category);
    before.delete(one.category);
    if (!first) return one;
    const items = { ...first.items };
    for (const [how, count] of Object.entries(one.items ?? {}) as [keyof typeof items, number][])
      items[how] = (items[how] ?? 0) + count;
    return {
      ...one,
      removed: first.removed + one.removed,
      reduced: first.reduced + one.reduced,
      items: first.items || one.items ? items : undefined,
    };
  });
  return [...again, ...before.values()];
}

/** A category of a holder outside that has not done its part: nobody knows what is there. */
function unreached({ category }: ErasureDecision): ErasedCategory {
  return {
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
  };
}

/** What was decided, read from what came of it: of a finished erasure nothing else is left. */
export function decisionsOf(erasure: Erasure, outside: readonly { outcome: PartOutcome }[]): Decisions {
  const actions = { held: 'held', retained: 'retain', reduced: 'reduce' } as const;
  const inside = erasure.holders.flatMap(({ categories }) =>
    categories.map(({ category, result }): [string, ErasureDecision] => [
      category,
      { category, action: actions[result as keyof typeof actions] ?? 'erase' },
    ]),
  );
  const theirs = outside.flatMap(({ outcome }) => Object.entries(outcome.decisions));
  return Object.fromEntries([...inside, ...theirs]);
}

function keptBeside(decisions: ErasureDecision[], remaining: Record<string, number>): ErasureDecision | undefined {
  return decisions.find(
    ({ action, category }) => (action === 'held' || action === 'retain') && (remaining[category] ?? 0) > 0,
  );
}

/** A holder's own count, where rows are left not beyond what can have gone. */
function believed({ removed = 0, reduced = 0 }: Partial<ToldOutcome> = {}, found: number | undefined, left: number) {
  if (left === 0 || found === undefined) return { removed, reduced };
  const gone = Math.max(0, found - left);
  return { removed: Math.min(removed, gone), reduced: Math.min(reduced, Math.max(0, gone - removed)) };
}

function outcomeOfCategory(
  decision: ErasureDecision,
  { removed, reduced }: { removed: number; reduced: number },
  { left, kept }: { left: number; kept: number },
  items: ToldOutcome['items'],
): ErasedCategory {
  // What is kept on purpose may be found by nobody any more: a pseudonym that went stands in no row.
  const remaining = decision.action === 'held' || decision.action === 'retain' ? kept : left;
  const result = resultOf(decision.action, { removed, reduced, remaining });
  const stays = result === 'held' || result === 'retained';
  const explained = stays || result === 'reduced';
  return {
    category: decision.category,
    result,
    removed,
    reduced,
    retained: stays ? remaining : 0,
    remaining: left,
    ground: explained ? (decision.ground ?? null) : null,
    groundInWords: explained ? groundInWords(decision.ground) : null,
    reviewAt: explained && decision.reviewAt ? decision.reviewAt.toISOString() : null,
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
export function findingsOf(decisions: Decisions, holders: Erasure['holders']): Draft['findings'][number][] {
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
