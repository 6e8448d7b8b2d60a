import { type AnyColumn, and, asc, count, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type ReviewRow = Tables['retentionReviews']['$inferSelect'];

/** States in which nobody need look anew: somebody is to, or it is being done. */
const UNDERWAY = ['open', 'proposed', 'treating'];

/** Rows of a rule that wait for a person already, or that one has decided to keep until a day that has not come. */
const isReviewed = (q: Query, tenantId: string, ruleId: string, key: AnyColumn, asOf: Date): SQL => {
  const { retentionReviewRows: r, retentionReviews: v } = q.tables;
  const states = sql.join(
    UNDERWAY.map((state) => sql`${state}`),
    sql`, `,
  );
  return sql`EXISTS (SELECT 1 FROM ${r} JOIN ${v} ON ${v.tenantId} = ${r.tenantId} AND ${v.reviewId} = ${r.reviewId}
    WHERE ${r.tenantId} = ${tenantId} AND ${r.ruleId} = ${ruleId} AND ${r.rowKey} = ${key}
    AND (${v.state} IN (${states}) OR (${v.state} = 'kept' AND ${v.keptUntil} > ${sql.param(asOf, v.keptUntil)})))`;
};

export const notReviewed = (q: Query, tenantId: string, ruleId: string, key: AnyColumn, asOf: Date): SQL =>
  sql`NOT ${isReviewed(q, tenantId, ruleId, key, asOf)}`;

/** The rows of one review. */
export const inReview = (q: Query, tenantId: string, reviewId: string, key: AnyColumn): SQL => {
  const { retentionReviewRows: r } = q.tables;
  return sql`${key} IN (SELECT ${r.rowKey} FROM ${r} WHERE ${r.tenantId} = ${tenantId} AND ${r.reviewId} = ${reviewId})`;
};

/** Opens a review of these rows; one that stood in an earlier review of the rule stands in this one from now on. */
export async function insertReview(tx: Query, row: ReviewRow, keys: string[]): Promise<void> {
  const { retentionReviews: v, retentionReviewRows: r } = tx.tables;
  const { tenantId, ruleId, reviewId } = row;
  await tx.insert(v).values(row);
  await tx
    .insert(r)
    .values(keys.map((rowKey) => ({ tenantId, ruleId, rowKey, reviewId })))
    .onConflictDoUpdate({ target: [r.tenantId, r.ruleId, r.rowKey], set: { reviewId } });
}

export async function findReview(q: Query, tenantId: string, reviewId: string): Promise<ReviewRow | undefined> {
  const { retentionReviews: v } = q.tables;
  const [row] = await q
    .select()
    .from(v)
    .where(and(eq(v.tenantId, tenantId), eq(v.reviewId, reviewId)));
  return row;
}

/** Reviews in these states, the oldest first. */
export async function reviewsIn(
  q: Query,
  tenantId: string,
  { states, rule, after, limit }: { states?: string[]; rule?: string; after?: string; limit: number },
): Promise<ReviewRow[]> {
  const { retentionReviews: v } = q.tables;
  return q
    .select()
    .from(v)
    .where(
      and(
        eq(v.tenantId, tenantId),
        states && inArray(v.state, states),
        rule === undefined ? undefined : eq(v.ruleId, rule),
        after === undefined ? undefined : gt(v.reviewId, after),
      ),
    )
    .orderBy(asc(v.reviewId))
    .limit(limit);
}

/** False when it is no longer in one of these states. */
export async function moveReview(
  tx: Query,
  { tenantId, reviewId }: Pick<ReviewRow, 'tenantId' | 'reviewId'>,
  from: string[],
  values: Partial<ReviewRow>,
): Promise<boolean> {
  const { retentionReviews: v } = tx.tables;
  const moved = await tx
    .update(v)
    .set(values)
    .where(and(eq(v.tenantId, tenantId), eq(v.reviewId, reviewId), inArray(v.state, from)))
    .returning({ id: v.reviewId });
  return moved.length > 0;
}

export async function keysOfReview(q: Query, tenantId: string, reviewId: string): Promise<string[]> {
  const { retentionReviewRows: r } = q.tables;
  const rows = await q
    .select({ key: r.rowKey })
    .from(r)
    .where(and(eq(r.tenantId, tenantId), eq(r.reviewId, reviewId)))
    .orderBy(asc(r.rowKey));
  return rows.map(({ key }) => key);
}

export async function dropKeys(tx: Query, tenantId: string, reviewId: string, keys: string[]): Promise<void> {
  const { retentionReviewRows: r } = tx.tables;
  await tx.delete(r).where(and(eq(r.tenantId, tenantId), eq(r.reviewId, reviewId), inArray(r.rowKey, keys)));
}

/** Reviews that wait for somebody, and since when the oldest does. */
export async function waitingReviews(q: Query, tenantId: string): Promise<{ waiting: number; oldest: Date | null }> {
  const { retentionReviews: v } = q.tables;
  const of = and(eq(v.tenantId, tenantId), inArray(v.state, ['open', 'proposed']));
  const [all] = await q.select({ waiting: count() }).from(v).where(of);
  const [first] = await q.select({ openedAt: v.openedAt }).from(v).where(of).orderBy(asc(v.openedAt)).limit(1);
  return { waiting: all?.waiting ?? 0, oldest: first?.openedAt ?? null };
}

/** Of these rows those that wait in a review of the rule, or that one has decided to keep. */
export async function reviewedKeys(
  q: Query,
  { tenantId, ruleId, asOf }: { tenantId: string; ruleId: string; asOf: Date },
  keys: string[],
): Promise<Set<string>> {
  const { retentionReviewRows: r, retentionReviews: v } = q.tables;
  if (keys.length === 0) return new Set();
  const rows = await q
    .select({ key: r.rowKey })
    .from(r)
    .innerJoin(v, and(eq(v.tenantId, r.tenantId), eq(v.reviewId, r.reviewId)))
    .where(
      and(
        eq(r.tenantId, tenantId),
        eq(r.ruleId, ruleId),
        inArray(r.rowKey, keys),
        or(inArray(v.state, UNDERWAY), and(eq(v.state, 'kept'), gt(v.keptUntil, asOf))),
      ),
    );
  return new Set(rows.map(({ key }) => key));
}

/** What a review says of its rows ends with it. */
export async function forgetKeys(tx: Query, tenantId: string, keys: string[]): Promise<void> {
  const { retentionReviewRows: r } = tx.tables;
  if (keys.length > 0) await tx.delete(r).where(and(eq(r.tenantId, tenantId), inArray(r.rowKey, keys)));
}
