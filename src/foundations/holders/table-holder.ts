import type { AnyColumn } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';
import type {
  CategoryOutcome,
  ColumnClaim,
  DueRows,
  ErasureOrder,
  Holder,
  HolderDescription,
  Person,
} from './holder.ts';
import { eraseRows, planRows, type RowClock, type RowSource } from './table/rows.ts';
import {
  countRowsOf,
  countTouchedRows,
  distinctSubjects,
  eraseRowsOf,
  type TouchedSource,
  touchedSubjectsOf,
} from './table/subjects.ts';

/** One category in one table: which rows, about whom, when they came and changed, and what their retention counts from. */
export interface CategorySource extends TouchedSource {
  /** By the names in the description: a column, or what is worked out of several. */
  clocks: Record<string, AnyColumn | RowClock>;
}

export type CategorySources = (tables: Tables) => Record<string, CategorySource>;

export interface TableHolderParts extends HolderDescription {
  id: string;
  /** Every category that may be about people. */
  sources: CategorySources;
  export: Holder['export'];
  /** Absent: the rows of every category go, unless they are to be kept. */
  erase?: Holder['erase'];
  /** Absent: one look at the rows of the category. */
  plan?: Holder['plan'];
  /** Absent: what is due is deleted. */
  sweep?: Holder['sweep'];
  spentScopes?: Holder['spentScopes'];
}

/** A holder that keeps its categories in tables of the store: what is the same for all of them, and what each adds. */
export function createTableHolder(parts: TableHolderParts): Holder {
  const { id, sources, export: exported, erase, plan, sweep, spentScopes, ...description } = parts;
  return {
    id,
    describe: () => description,
    export: exported,
    erase: erase ?? ((tx, person, order) => eraseCategories(tx, sources(tx.tables), person, order)),
    async count(q, person) {
      const counts: Record<string, number> = {};
      for (const [category, source] of Object.entries(sources(q.tables)))
        counts[category] = await countRowsOf(q, source, person);
      return counts;
    },
    subjects: (q, tenantId, after, limit) =>
      distinctSubjects(q, Object.values(sources(q.tables)), tenantId, after, limit),
    countTouched: (q, wanted) => countTouchedRows(q, sources(q.tables)[wanted.category], wanted),
    touchedSubjects: (q, wanted, after, limit) =>
      touchedSubjectsOf(q, sources(q.tables)[wanted.category], wanted, after, limit),
    plan: plan ?? ((q, due) => planRows(q, rowSource(sources, q, due), due)),
    sweep: sweep ?? ((tx, due, batch) => eraseRows(tx, rowSource(sources, tx, due), due, batch)),
    spentScopes,
  };
}

/** The rows a rule is about, with the clock it counts from. */
export function rowSource(sources: CategorySources, q: Query, due: DueRows): RowSource {
  const source = sources(q.tables)[due.category];
  const clock = source?.clocks[due.clock];
  if (!source || !clock) throw new Error(`No clock "${due.clock}" is kept for "${due.category}".`);
  return { ...source, clock: 'expression' in clock ? clock : { expression: clock, like: clock } };
}

async function eraseCategories(
  tx: Query,
  sources: Record<string, CategorySource>,
  person: Person,
  order: ErasureOrder,
): Promise<CategoryOutcome[]> {
  const outcomes: CategoryOutcome[] = [];
  for (const [category, source] of Object.entries(sources)) {
    const outcome = emptyOutcome(order, category);
    if (isKept(order, category)) outcome.retained = await countRowsOf(tx, source, person);
    else outcome.removed = await eraseRowsOf(tx, source, person);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Of a category for which nothing has been done yet, with the ground of what is kept. */
export function emptyOutcome(order: ErasureOrder, category: string): CategoryOutcome {
  const { ground, reviewAt } = order.decisions[category] ?? {};
  return { category, removed: 0, reduced: 0, retained: 0, ground, reviewAt };
}

/** Whether the order leaves a category as it is. */
export function isKept(order: ErasureOrder, category: string): boolean {
  return ['retain', 'held'].includes(order.decisions[category]?.action ?? 'erase');
}

/** A column without personal data, and why it has none. */
export const structure = (reason: string): ColumnClaim => ({ structure: reason });

/** Claims columns for a category: with the name in exports, or null and the reason why they are not exported. */
export const claimsFor =
  (category: string, also?: string[]) =>
  (exportedAs: string | null, reason?: string): ColumnClaim => ({ category, also, exportedAs, reason });
