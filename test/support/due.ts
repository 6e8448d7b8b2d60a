import type { SQL } from 'drizzle-orm';
import { inArray, not } from 'drizzle-orm';
import type { DueRows, ErasureOrder, Holder, RetentionAction } from '../../src/foundations/holders/holder.ts';
import type { Store } from '../../src/foundations/store/store.ts';

/** The due rows of one rule, with these subjects under a hold. */
export function dueRows(
  rule: { category: string; action: RetentionAction; clock: string; before: Date },
  held: string[] = [],
): DueRows {
  return {
    tenantId: 'north',
    timeZone: 'Europe/Berlin',
    minimumCell: 5,
    policyHash: 'sweep-policy',
    at: rule.before,
    ...rule,
    notHeld: (column) => (column && held.length > 0 ? (not(inArray(column, held)) as SQL) : undefined),
  };
}

/** Sweeps batch by batch until nothing is due; answers how many rows each batch treated. */
export async function sweepAll(store: Store, holder: Holder, due: DueRows, rows: number): Promise<number[]> {
  const treated: number[] = [];
  for (let cursor: string | null = null, done = false; !done; ) {
    const outcome = await store.write((tx) => holder.sweep(tx, due, { rows, cursor }));
    treated.push(outcome.treated);
    ({ cursor, done } = outcome);
  }
  return treated;
}

/** An order of erasure with these decisions. */
export function erasureOrder(decisions: Record<string, Partial<ErasureOrder['decisions'][string]>>): ErasureOrder {
  return {
    at: new Date('2026-07-01T00:00:00Z'),
    policyHash: 'erasure-policy',
    decisions: Object.fromEntries(
      Object.entries(decisions).map(([category, decision]) => [category, { category, action: 'erase', ...decision }]),
    ),
  };
}

export async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Names a holder says it exports for a category, as its description has them. */
export function exportedNames(holder: Holder, category: string): string[] {
  const names = new Set<string>();
  for (const columns of Object.values(holder.describe().columns))
    for (const claim of Object.values(columns))
      if (
        'category' in claim &&
        claim.exportedAs !== null &&
        [claim.category, ...(claim.also ?? [])].includes(category)
      )
        names.add(claim.exportedAs);
  return [...names].sort();
}
