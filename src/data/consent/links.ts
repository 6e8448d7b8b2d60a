import { type AnyColumn, aliasedTable, and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';

/** The category of the link between a visitor and an account. */
export const LINK_CATEGORY = 'consents.link';

/**
 * A condition on another domain's column of pseudonyms: it names a visitor linked to an account for which `account`
 * holds. Lets holds on an account protect its visitors' rows too, also those linked later.
 */
export function isVisitorOf(q: Query, tenantId: string, visitor: AnyColumn, account: (column: AnyColumn) => SQL): SQL {
  // Under a name of its own: the other table may be that of the links themselves.
  const l = aliasedTable(q.tables.subjectLinks, 'person_links');
  return sql`EXISTS (SELECT 1 FROM ${q.tables.subjectLinks} AS ${l} WHERE ${l.tenantId} = ${tenantId} AND ${l.visitorId} = ${visitor} AND ${account(l.accountId)})`;
}

/** The account a visitor is linked to: a hold on it protects the visitor's data too. */
export async function accountOfVisitor(q: Query, tenantId: string, visitorId: string): Promise<string | undefined> {
  const { subjectLinks: l } = q.tables;
  const [link] = await q
    .select({ accountId: l.accountId })
    .from(l)
    .where(and(eq(l.tenantId, tenantId), eq(l.visitorId, visitorId)));
  return link?.accountId;
}

/** The accounts these visitors are linked to, as a subquery. */
export function linkedAccountsOf(q: Query, tenantId: string, visitorIds: string[]) {
  const { subjectLinks: l } = q.tables;
  return q
    .select({ accountId: l.accountId })
    .from(l)
    .where(and(eq(l.tenantId, tenantId), inArray(l.visitorId, visitorIds)));
}

/** The visitors linked to each of these accounts. */
export async function visitorsByAccount(
  q: Query,
  tenantId: string,
  accountIds: string[],
): Promise<Map<string, string[]>> {
  const { subjectLinks: l } = q.tables;
  const rows = await q
    .select({ visitorId: l.visitorId, accountId: l.accountId })
    .from(l)
    .where(and(eq(l.tenantId, tenantId), inArray(l.accountId, accountIds)));
  const visitors = new Map<string, string[]>();
  for (const { accountId, visitorId } of rows) visitors.set(accountId, [...(visitors.get(accountId) ?? []), visitorId]);
  return visitors;
}

/** The account each of these visitors is linked to. */
export async function accountsByVisitor(
  q: Query,
  tenantId: string,
  visitorIds: string[],
): Promise<Map<string, string>> {
  const { subjectLinks: l } = q.tables;
  const rows = await q
    .select({ visitorId: l.visitorId, accountId: l.accountId })
    .from(l)
    .where(and(eq(l.tenantId, tenantId), inArray(l.visitorId, visitorIds)));
  return new Map(rows.map(({ visitorId, accountId }) => [visitorId, accountId]));
}
