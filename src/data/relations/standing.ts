import { and, eq, gt, gte, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { hot } from '../../foundations/store/hot.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';

export type StandingRow = Tables['standings']['$inferSelect'];
export type StandingKind = 'relation' | 'role' | 'attribute';

/** What is asked of people's standing; without a value any. */
export interface Standing {
  kind: StandingKind;
  name: string;
  values?: readonly string[];
}

const attributes = hot<{ tenantId: string }, { id: string }[]>('standings_attributes', (q) => {
  const { standings: t } = q.tables;
  return q
    .select({ id: t.standingId })
    .from(t)
    .where(and(eq(t.tenantId, sql.placeholder('tenantId')), eq(t.kind, 'attribute')))
    .limit(1);
});

/** Whether any attribute is said of anybody: asked with every visit of a known visitor. */
export const anyAttribute = async (q: Query, tenantId: string): Promise<boolean> =>
  (await attributes(q, { tenantId })).length > 0;

function said(q: Query, tenantId: string, { kind, name, values }: Standing, at: Date, endedSince?: Date): SQL {
  const { standings: t } = q.tables;
  return and(
    eq(t.tenantId, tenantId),
    eq(t.kind, kind),
    eq(t.name, name),
    values && inArray(t.value, [...values]),
    or(isNull(t.since), lte(t.since, at)),
    or(isNull(t.until), endedSince ? gte(t.until, endedSince) : gt(t.until, at)),
  ) as SQL;
}

/**
 * Accounts of whom this is so at an instant, by root pseudonym; with `endedSince` also those of whom it was until then
 * or later.
 */
export async function accountsStanding(
  q: Query,
  tenantId: string,
  standing: Standing,
  at: Date,
  endedSince?: Date,
): Promise<Set<string>> {
  const { standings: t } = q.tables;
  const rows = await q
    .selectDistinct({ subjectId: t.subjectId })
    .from(t)
    .where(said(q, tenantId, standing, at, endedSince));
  return new Set(rows.map(({ subjectId }) => subjectId));
}

/** What makes it so of these accounts. */
export async function standingsOf(
  q: Query,
  tenantId: string,
  subjectIds: readonly string[],
  standing: Standing,
  at: Date,
  endedSince?: Date,
): Promise<StandingRow[]> {
  const { standings: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(
      and(said(q, tenantId, standing, at, endedSince), isOneOf(q, t.subjectId, valueList(t.subjectId, subjectIds))),
    );
}
