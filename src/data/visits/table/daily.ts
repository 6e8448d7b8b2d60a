import { and, asc, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { BatchLimit, BatchOutcome, DueRows, DueSummary } from '../../../foundations/holders/holder.ts';
import type { Query } from '../../../foundations/store/store.ts';
import { localDay } from '../../../law/duration.ts';

/** Days before the bound that no older word decides. */
const ended = (q: Query, { tenantId, before, timeZone, leaves = [] }: DueRows): SQL | undefined => {
  const { visitDays: d } = q.tables;
  return and(
    eq(d.tenantId, tenantId),
    lt(d.day, localDay(before, timeZone)),
    ...leaves.map((one) => gte(d.day, localDay(one.before, timeZone))),
  );
};

/** Daily counts belong to nobody; a rule may still end their life, by whole days. */
const due = (q: Query, rows: DueRows): SQL | undefined => {
  return and(ended(q, rows), rows.notHeld(undefined));
};

/** The days of counts that are due, in order; each is one line of the digest. */
export async function planDaily(
  q: Query,
  rows: DueRows,
  digest: (line: string) => void,
): Promise<Omit<DueSummary, 'digest'>> {
  const { visitDays: d } = q.tables;
  const count = sql<number>`count(*)`.mapWith(Number);
  const days = await q.select({ day: d.day, count }).from(d).where(due(q, rows)).groupBy(d.day).orderBy(asc(d.day));
  const [all] = await q.select({ count }).from(d).where(eq(d.tenantId, rows.tenantId));
  const [overdue] = await q.select({ count }).from(d).where(ended(q, rows));
  for (const { day, count: cells } of days) digest(`${day} ${cells}`);
  const free = days.reduce((sum, day) => sum + day.count, 0);
  return {
    due: free,
    held: (overdue?.count ?? 0) - free,
    people: 0,
    total: all?.count ?? 0,
    oldest: days[0] ? new Date(`${days[0].day}T00:00:00Z`) : null,
    sample: days.slice(0, 5).map(({ day }) => day),
  };
}

/** Erases whole days of counts until the batch is full. */
export async function eraseDaily(tx: Query, rows: DueRows, batch: BatchLimit): Promise<BatchOutcome> {
  const { visitDays: d } = tx.tables;
  const [last] = await tx
    .select({ day: d.day })
    .from(d)
    .where(due(tx, rows))
    .orderBy(asc(d.day))
    .limit(1)
    .offset(batch.rows - 1);
  const chosen = and(due(tx, rows), last && sql`NOT ${gt(d.day, last.day)}`);
  const treated = await tx.run(tx.delete(d).where(chosen).getSQL());
  return { treated, suppressed: 0, cursor: null, done: !last };
}
