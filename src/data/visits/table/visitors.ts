import { and, asc, eq, gte, lte, sql } from 'drizzle-orm';
import type { Tables } from '../../../foundations/store/schema.ts';
import type { Query } from '../../../foundations/store/store.ts';

export type SeenVisitor = Tables['visitorsToday']['$inferInsert'];

/** Rows of one INSERT: four parameters each. */
const TOGETHER = 200;
const MOST_DAYS = 5000;

/** Whoever has been seen today is counted already. */
export async function noteVisitors(tx: Query, seen: readonly SeenVisitor[]): Promise<void> {
  const { visitorsToday: t } = tx.tables;
  for (let from = 0; from < seen.length; from += TOGETHER)
    await tx
      .insert(t)
      .values(seen.slice(from, from + TOGETHER))
      .onConflictDoNothing();
}

export async function daysSeen(q: Query, tenantId: string): Promise<string[]> {
  const { visitorsToday: t } = q.tables;
  const rows = await q.selectDistinct({ day: t.day }).from(t).where(eq(t.tenantId, tenantId));
  return rows.map(({ day }) => day);
}

/** Turns a day into counts, of at least k each, and forgets who was told apart. */
export async function closeDay(
  tx: Query,
  tenantId: string,
  day: string,
  minimumCell: number,
): Promise<{ published: number; suppressed: number }> {
  const { visitorsToday: t, visitorDays: d } = tx.tables;
  const ofDay = and(eq(t.tenantId, tenantId), eq(t.day, day));
  const cells = await tx
    .select({ portal: t.portal, visitors: sql<number>`count(*)`.mapWith(Number) })
    .from(t)
    .where(ofDay)
    .groupBy(t.portal);
  await tx.delete(t).where(ofDay);
  const kept = cells.filter(({ visitors }) => visitors >= minimumCell);
  if (kept.length > 0)
    await tx
      .insert(d)
      .values(kept.map((cell) => ({ tenantId, day, ...cell })))
      .onConflictDoNothing();
  return { published: kept.length, suppressed: cells.length - kept.length };
}

export async function visitorDays(
  q: Query,
  tenantId: string,
  from: string | undefined,
  until: string | undefined,
): Promise<{ day: string; portal: string; visitors: number }[]> {
  const { visitorDays: d } = q.tables;
  return q
    .select({ day: d.day, portal: d.portal, visitors: d.visitors })
    .from(d)
    .where(
      and(
        eq(d.tenantId, tenantId),
        from === undefined ? undefined : gte(d.day, from),
        until === undefined ? undefined : lte(d.day, until),
      ),
    )
    .orderBy(asc(d.day), asc(d.portal))
    .limit(MOST_DAYS);
}
