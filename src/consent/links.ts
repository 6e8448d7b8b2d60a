import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../store/store.ts';

/**
 * A condition on another domain's column of pseudonyms: it names a visitor linked to an account for which `account`
 * holds. Lets holds on an account protect its visitors' rows too, also those linked later.
 */
export function isVisitorOf(q: Query, tenantId: string, visitor: AnyColumn, account: (column: AnyColumn) => SQL): SQL {
  const { subjectLinks: l } = q.tables;
  return sql`EXISTS (SELECT 1 FROM ${l} WHERE ${l.tenantId} = ${tenantId} AND ${l.visitorId} = ${visitor} AND ${account(l.accountId)})`;
}
