import { type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';

/**
 * Accounts whose person was warned of the end before `before`, since they were last active; with `unreachable`, also those
 * without an address to warn them at.
 */
export function wasWarned(q: Query, before: Date, unreachable: boolean): SQL {
  const { profiles: t } = q.tables;
  const warned = sql`${t.warnedFor} = ${t.lastActivityAt} AND ${t.warnedAt} < ${sql.param(before, t.warnedAt)}`;
  return unreachable ? sql`((${warned}) OR ${t.emailSealed} IS NULL)` : sql`(${warned})`;
}
