import { and, asc, eq, gt, inArray, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Of } from './model.ts';
import type { ObtainedState } from './obtaining.ts';

/**
 * The columns of `tables/obtained.ts` are those of this domain, wherever they lie: a duty to tell somebody lives and ends
 * with the row it is about.
 */
const tableOf = (q: Query, of: Of) =>
  (of === 'items' ? q.tables.associations : q.tables.profiles) as Tables['associations'];

const OPEN = 'open';

export type ItemRow = Tables['associations']['$inferSelect'];
export type ProfileRow = Tables['profiles']['$inferSelect'];

interface Wanted {
  tenantId: string;
  state: string;
  until: string | undefined;
  limit: number;
}

/** Associations of which somebody is to be told, or was, by day and id. */
export async function itemsToTell(
  q: Query,
  { tenantId, state, until, limit }: Wanted,
  after: { by: string; id: string } | undefined,
): Promise<ItemRow[]> {
  const { associations: t } = q.tables;
  const beyond = after && or(gt(t.informBy, after.by), and(eq(t.informBy, after.by), gt(t.associationId, after.id)));
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.informState, state),
        until === undefined ? undefined : lte(t.informBy, until),
        beyond,
      ),
    )
    .orderBy(asc(t.informBy), asc(t.associationId))
    .limit(limit);
}

/** The same of profiles. A pseudonym has no place in an address: pages are told by how many rows came before. */
export async function profilesToTell(
  q: Query,
  { tenantId, state, until, limit }: Wanted,
  skipped: number,
): Promise<ProfileRow[]> {
  const { profiles: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(
      and(eq(t.tenantId, tenantId), eq(t.informState, state), until === undefined ? undefined : lte(t.informBy, until)),
    )
    .orderBy(asc(t.informBy), asc(t.subjectId))
    .limit(limit)
    .offset(skipped);
}

export interface OpenCount {
  from: string;
  open: number;
  overdue: number;
  earliest: string;
}

/** How many are open, of each kind of source, and how many of them should have been told before `today`. */
export async function countOpen(q: Query, of: Of, tenantId: string, today: string): Promise<OpenCount[]> {
  const t = tableOf(q, of);
  const rows = await q
    .select({
      from: t.obtainedFrom,
      open: sql<number>`count(*)`.mapWith(Number),
      overdue: sql<number>`count(CASE WHEN ${lt(t.informBy, today)} THEN 1 END)`.mapWith(Number),
      earliest: sql<string>`min(${t.informBy})`,
    })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.informState, OPEN)))
    .groupBy(t.obtainedFrom)
    .orderBy(asc(t.obtainedFrom));
  return rows.map((row) => ({ ...row, from: row.from ?? '' }));
}

/** What is open of some people, whatever it is about. */
const openOf = (q: Query, of: Of, tenantId: string, subjectIds: string[]) => {
  const t = tableOf(q, of);
  return and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds), eq(t.informState, OPEN));
};

/** Changes what is open of some people, where `only` holds; answers how many rows. */
export async function settleOpen(
  tx: Query,
  of: Of,
  tenantId: string,
  subjectIds: string[],
  values: Partial<ObtainedState>,
  only?: (t: Tables['associations']) => SQL | undefined,
): Promise<number> {
  const t = tableOf(tx, of);
  const changed = await tx
    .update(t)
    .set(values)
    .where(and(openOf(tx, of, tenantId, subjectIds), only?.(t)))
    .returning({ by: t.informBy });
  return changed.length;
}

/** Whether anything about these people came from somebody else. */
export async function anyObtained(q: Query, of: Of, tenantId: string, subjectIds: string[]): Promise<boolean> {
  const t = tableOf(q, of);
  const [row] = await q
    .select({ from: t.obtainedFrom })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds), sql`${t.obtainedFrom} IS NOT NULL`))
    .limit(1);
  return row !== undefined;
}

/** Settles everything open that came from one kind of source, by one statement. */
export async function settleSource(
  tx: Query,
  of: Of,
  tenantId: string,
  from: string,
  values: Partial<ObtainedState>,
): Promise<number> {
  const t = tableOf(tx, of);
  const assignments = Object.entries(values).map(([name, value]) => {
    const column = t[name as keyof ObtainedState];
    return sql`${sql.identifier(column.name)} = ${sql.param(value, column)}`;
  });
  return tx.run(
    sql`UPDATE ${t} SET ${sql.join(assignments, sql`, `)} WHERE ${and(
      eq(t.tenantId, tenantId),
      eq(t.informState, OPEN),
      eq(t.obtainedFrom, from),
    )}`,
  );
}
