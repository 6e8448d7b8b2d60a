import { type AnyColumn, and, asc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import type { ProfileRow } from './table.ts';

/**
 * Accounts whose person was warned of the end before `before`, since they were last active; with `unreachable`, also those
 * without an address to warn them at.
 */
export function wasWarned(q: Query, before: Date, unreachable: boolean): SQL {
  const { profiles: t } = q.tables;
  const warned = sql`${t.warnedFor} = ${t.lastActivityAt} AND ${t.warnedAt} < ${sql.param(before, t.warnedAt)}`;
  return unreachable ? sql`((${warned}) OR ${t.emailSealed} IS NULL)` : sql`(${warned})`;
}

/** Accounts whose last activity lies before, free of holds, in pages by pseudonym. */
export async function inactiveAfter(
  q: Query,
  tenantId: string,
  {
    before,
    after,
    limit,
    free,
  }: { before: Date; after: string; limit: number; free: (subject: AnyColumn) => SQL | undefined },
): Promise<ProfileRow[]> {
  const { profiles: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), gt(t.subjectId, after), lt(t.lastActivityAt, before), free(t.subjectId)))
    .orderBy(asc(t.subjectId))
    .limit(limit);
}

/** Of an account that was last active then; false when it has been active since, or is gone. */
export async function noteWarned(
  tx: Query,
  { tenantId, subjectId, lastActivityAt }: Pick<ProfileRow, 'tenantId' | 'subjectId' | 'lastActivityAt'>,
  values: Partial<Pick<ProfileRow, 'warnedFor' | 'warnedAt' | 'warnedWith' | 'warningMessage'>>,
): Promise<boolean> {
  const { profiles: t } = tx.tables;
  const noted = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), eq(t.lastActivityAt, lastActivityAt)))
    .returning({ subjectId: t.subjectId });
  return noted.length === 1;
}

/** The account was active now; false when it has been since, or is gone. */
export async function noteActive(
  tx: Query,
  { tenantId, subjectId, lastActivityAt }: Pick<ProfileRow, 'tenantId' | 'subjectId' | 'lastActivityAt'>,
  now: Date,
): Promise<boolean> {
  const { profiles: t } = tx.tables;
  const noted = await tx
    .update(t)
    .set({
      lastActivityAt: now,
      warnedFor: null,
      warnedAt: null,
      warnedWith: null,
      warningMessage: null,
      version: sql`${t.version} + 1`,
    })
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), eq(t.lastActivityAt, lastActivityAt)))
    .returning({ subjectId: t.subjectId });
  return noted.length === 1;
}
