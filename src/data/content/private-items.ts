import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';
import { doiLink } from './identifiers.ts';

/** Items of these people that are in draft, by DOI: for whoever explains by them. */
export async function privateItemsOf(
  q: Query,
  tenantId: string,
  subjectIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const { associations: t } = q.tables;
  const rows = await q
    .select({ doi: t.doi })
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.visibility, 'private'),
        isNull(t.minimisedAt),
        isOneOf(q, t.subjectId, valueList(t.subjectId, subjectIds)),
      ),
    )
    .orderBy(asc(t.associationId))
    .limit(limit);
  return rows.map(({ doi }) => doiLink(doi));
}
