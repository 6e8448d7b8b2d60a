import { and, asc, eq, gt, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { DueRows } from '../../../foundations/holders/holder.ts';
import type { Query } from '../../../foundations/store/store.ts';
import type { Life } from '../table.ts';

/** Visits that somebody has named: one, or those of a time, as the rows tell them. */
export type NamedVisits = { visitId: string } | VisitsOfTime;
export interface VisitsOfTime {
  from: Date;
  until: Date;
  portal?: string;
  /** Networks as rows keep them; absent: any, and visits without an address too. */
  networks?: string[];
  /** Keyed hashes of one address, one for each month; then only what is kept in full. */
  indexes?: string[];
}

const PAGE = 2000;

export interface MatchingVisit {
  visitId: string;
  /** As it is stored: people are only told apart by it. */
  subjectId: string | null;
  occurredAt: Date;
  held: boolean;
}

function matching(q: Query, tenantId: string, life: Life, named: NamedVisits): SQL | undefined {
  const { visits: t } = q.tables;
  const mine = and(eq(t.tenantId, tenantId), eq(t.life, life));
  if ('visitId' in named) return and(mine, eq(t.visitId, named.visitId));
  const { from, until, portal, networks, indexes } = named;
  return and(
    mine,
    gte(t.occurredAt, from),
    lt(t.occurredAt, until),
    portal === undefined ? undefined : eq(t.portal, portal),
    networks && inArray(t.network, networks),
    indexes && inArray(t.addressIndex, indexes),
  );
}

/** Whether anything of a life can be told to be among them. */
const tells = (named: NamedVisits, life: Life): boolean =>
  'visitId' in named ||
  ((named.indexes === undefined || life === 'full') && named.networks?.length !== 0 && named.indexes?.length !== 0);

/** The visits that are meant, in order of time, page by page, so that nothing else waits long for its turn. */
export async function* pagesOfMatching(
  q: Query,
  tenantId: string,
  life: Life,
  named: NamedVisits,
  notHeld: DueRows['notHeld'],
): AsyncGenerator<MatchingVisit[]> {
  if (!tells(named, life)) return;
  const { visits: t } = q.tables;
  const free = notHeld(t.subjectId);
  const held = free === undefined ? sql`0` : sql`CASE WHEN ${free} THEN 0 ELSE 1 END`;
  for (let last: MatchingVisit | undefined; ; ) {
    const after: SQL | undefined =
      last &&
      and(gte(t.occurredAt, last.occurredAt), or(gt(t.occurredAt, last.occurredAt), gt(t.visitId, last.visitId)));
    const page: MatchingVisit[] = await q
      .select({
        visitId: t.visitId,
        subjectId: sql<string | null>`${t.subjectId}`,
        occurredAt: t.occurredAt,
        held: sql`${held}`.mapWith((value) => Number(value) === 1),
      })
      .from(t)
      .where(and(matching(q, tenantId, life, named), after))
      .orderBy(asc(t.occurredAt), asc(t.visitId))
      .limit(PAGE);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    last = page.at(-1);
    await new Promise((next) => setImmediate(next));
  }
}

/** Erases some of them that no hold keeps; answers how many. */
export async function eraseMatching(
  tx: Query,
  tenantId: string,
  life: Life,
  named: NamedVisits,
  { notHeld, rows }: { notHeld: DueRows['notHeld']; rows: number },
): Promise<number> {
  if (!tells(named, life)) return 0;
  const { visits: t } = tx.tables;
  const some = tx
    .select({ visitId: t.visitId })
    .from(t)
    .where(and(matching(tx, tenantId, life, named), notHeld(t.subjectId)))
    .limit(rows);
  return tx.run(
    tx
      .delete(t)
      .where(and(eq(t.tenantId, tenantId), inArray(t.visitId, some)))
      .getSQL(),
  );
}

/** The networks of visits of a time. */
export async function networksOf(q: Query, tenantId: string, { from, until }: VisitsOfTime): Promise<string[]> {
  const { visits: t } = q.tables;
  const rows = await q
    .selectDistinct({ network: t.network })
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        inArray(t.life, ['full', 'reduced']),
        gte(t.occurredAt, from),
        lt(t.occurredAt, until),
      ),
    );
  return rows.flatMap(({ network }) => network ?? []);
}

/** How many visits of these days (`2026-05-03`) are counted. */
export async function countedOn(
  q: Query,
  tenantId: string,
  { first, last, portal }: { first: string; last: string; portal: string | undefined },
): Promise<number> {
  const { visitDays: d } = q.tables;
  const [row] = await q
    .select({ visits: sql<number>`coalesce(sum(${d.visits}), 0)`.mapWith(Number) })
    .from(d)
    .where(
      and(
        eq(d.tenantId, tenantId),
        gte(d.day, first),
        sql`${d.day} <= ${last}`,
        portal === undefined ? undefined : eq(d.portal, portal),
      ),
    );
  return row?.visits ?? 0;
}
