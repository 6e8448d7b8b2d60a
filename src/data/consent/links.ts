import { and, eq } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';

/** The category of the link between a visitor and an account. */
export const LINK_CATEGORY = 'consents.link';

/** The account a visitor is linked to: a hold on it protects the visitor's data too. */
export async function accountOfVisitor(q: Query, tenantId: string, visitorId: string): Promise<string | undefined> {
  const { subjectLinks: l } = q.tables;
  const [link] = await q
    .select({ accountId: l.accountId })
    .from(l)
    .where(and(eq(l.tenantId, tenantId), eq(l.visitorId, visitorId)));
  return link?.accountId;
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
    .where(and(eq(l.tenantId, tenantId), isOneOf(q, l.accountId, valueList(l.accountId, accountIds))));
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
    .where(and(eq(l.tenantId, tenantId), isOneOf(q, l.visitorId, valueList(l.visitorId, visitorIds))));
  return new Map(rows.map(({ visitorId, accountId }) => [visitorId, accountId]));
}
