import { and, asc, eq, gt, gte, lt, or, type SQL, sql } from 'drizzle-orm';
import type { BatchLimit, BatchOutcome, DueRows } from '../../../foundations/holders/holder.ts';
import {
  type CategoryRows,
  eraseRows,
  fateOf,
  isMeant,
  leftToOldWords,
  leftToOthers,
  type RowSource,
  updateRows,
} from '../../../foundations/holders/table-rows.ts';
import type { Tables } from '../../../foundations/store/schema.ts';
import type { Query } from '../../../foundations/store/store.ts';
import { forgetting, type Life } from '../table.ts';

/** Rows read at a time where they must be read one by one; a page takes a few milliseconds. */
const PAGE = 2000;

/** Visits of one life that a rule is due for and no stronger one takes, whatever protects them. */
export function dueVisits(q: Query, due: DueRows, life: Life): SQL | undefined {
  const { visits: t } = q.tables;
  return and(
    eq(t.tenantId, due.tenantId),
    eq(t.life, life),
    lt(t.occurredAt, due.before),
    isMeant(rowsOfLife(q.tables, life), due),
    due.among?.(t.visitId),
    leftToOthers(sourceOf(q, due, life).stronger),
    leftToOldWords(sourceOf(q, due, life).leaves),
  );
}

function sourceOf(q: Query, due: DueRows, life: Life): RowSource {
  const { occurredAt } = q.tables.visits;
  return {
    ...rowsOfLife(q.tables, life),
    clock: { expression: occurredAt, like: occurredAt },
    leaves: due.leaves?.map(({ before }) => ({ clock: { expression: occurredAt, like: occurredAt }, before })),
    stronger: due.stronger?.map((its) => ({ source: sourceOf(q, its, life), due: its })),
  };
}

export interface DueVisit {
  visitId: string;
  /** As it is stored: people are only told apart by it, and a million need not be read back for that. */
  subjectId: string | null;
  occurredAt: Date;
  /** What becomes of it: see `fateOf`. */
  fate: number;
}

/** The due visits in order of time, page by page, so that nothing else waits long for its turn. */
export async function* pagesOfDue(q: Query, due: DueRows, life: Life): AsyncGenerator<DueVisit[]> {
  const { visits: t } = q.tables;
  const fate = fateOf(rowsOfLife(q.tables, life), due).mapWith(Number);
  for (let last: DueVisit | undefined; ; ) {
    const after: SQL | undefined =
      last &&
      and(gte(t.occurredAt, last.occurredAt), or(gt(t.occurredAt, last.occurredAt), gt(t.visitId, last.visitId)));
    const page: DueVisit[] = await q
      .select({
        visitId: t.visitId,
        subjectId: sql<string | null>`${t.subjectId}`,
        occurredAt: t.occurredAt,
        fate,
      })
      .from(t)
      .where(and(dueVisits(q, due, life), after))
      .orderBy(asc(t.occurredAt), asc(t.visitId))
      .limit(PAGE);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    last = page.at(-1);
  }
}

/** Visits of one life from an instant on, counted in steps: one count over a million rows would hold everybody up. */
export async function countVisitsFrom(q: Query, tenantId: string, life: Life, from: Date): Promise<number> {
  const { visits: t } = q.tables;
  const step = PAGE * 10;
  let count = 0;
  let after: SQL | undefined = gte(t.occurredAt, from);
  for (;;) {
    const rest: SQL | undefined = and(eq(t.tenantId, tenantId), eq(t.life, life), after);
    const [last] = await q
      .select({ visitId: t.visitId, occurredAt: t.occurredAt })
      .from(t)
      .where(rest)
      .orderBy(asc(t.occurredAt), asc(t.visitId))
      .limit(1)
      .offset(step - 1);
    if (!last) {
      const [tail] = await q
        .select({ count: sql<number>`count(*)`.mapWith(Number) })
        .from(t)
        .where(rest);
      return count + (tail?.count ?? 0);
    }
    count += step;
    after = and(gte(t.occurredAt, last.occurredAt), or(gt(t.occurredAt, last.occurredAt), gt(t.visitId, last.visitId)));
    await new Promise((next) => setImmediate(next));
  }
}

/** The visits of one life, as rows that rules are about. */
export function rowsOfLife({ visits: t }: Pick<Tables, 'visits'>, life: Life): CategoryRows {
  return { table: t, key: t.visitId, subjects: [t.subjectId], where: eq(t.life, life) };
}

/** Treats the next batch of what is due with one statement. */
export async function treatDue(tx: Query, due: DueRows, life: Life, batch: BatchLimit): Promise<BatchOutcome> {
  const source = sourceOf(tx, due, life);
  return due.action === 'reduce'
    ? updateRows(tx, source, due, batch, forgetting(tx, { timeZone: due.timeZone, at: due.before }))
    : eraseRows(tx, source, due, batch);
}
