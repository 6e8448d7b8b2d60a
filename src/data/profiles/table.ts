import { and, asc, eq, gt, isNotNull } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';

export type ProfileRow = Query['tables']['profiles']['$inferSelect'];
export type NewProfileRow = Query['tables']['profiles']['$inferInsert'];

export async function findProfile(q: Query, tenantId: string, subjectId: string): Promise<ProfileRow | undefined> {
  const { profiles: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId)));
  return rows[0];
}

/** The profiles of several people, by pseudonym. */
export async function findProfiles(q: Query, tenantId: string, subjectIds: string[]): Promise<Map<string, ProfileRow>> {
  const { profiles: t } = q.tables;
  if (subjectIds.length === 0) return new Map();
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isOneOf(q, t.subjectId, valueList(t.subjectId, subjectIds))));
  return new Map(rows.map((row) => [row.subjectId, row]));
}

export async function findProfilesByEmail(
  q: Query,
  tenantId: string,
  emailIndex: string,
  limit: number,
): Promise<ProfileRow[]> {
  const { profiles: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.emailIndex, emailIndex)))
    .orderBy(asc(t.subjectId))
    .limit(limit);
}

/** All profiles that hold an address, in pages, by pseudonym. */
export async function profilesAfter(q: Query, tenantId: string, after: string, limit: number): Promise<ProfileRow[]> {
  const { profiles: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), gt(t.subjectId, after), isNotNull(t.emailIndex)))
    .orderBy(asc(t.subjectId))
    .limit(limit);
}

/** False when somebody else made it first. */
export async function insertProfile(tx: Query, row: NewProfileRow): Promise<boolean> {
  const { profiles: t } = tx.tables;
  const made = await tx.insert(t).values(row).onConflictDoNothing().returning({ subjectId: t.subjectId });
  return made.length === 1;
}

const sameState = (q: Query, read: ProfileRow) => {
  const { profiles: t } = q.tables;
  return and(
    eq(t.tenantId, read.tenantId),
    eq(t.subjectId, read.subjectId),
    eq(t.version, read.version),
    eq(t.createdAt, read.createdAt),
    eq(t.updatedAt, read.updatedAt),
  );
};

/** False when the row is no longer as it was read. */
export async function updateProfile(tx: Query, read: ProfileRow, values: Partial<NewProfileRow>): Promise<boolean> {
  const { profiles: t } = tx.tables;
  const changed = await tx.update(t).set(values).where(sameState(tx, read)).returning({ subjectId: t.subjectId });
  return changed.length === 1;
}

/** False when the row is no longer as it was read. */
export async function deleteProfile(tx: Query, read: ProfileRow): Promise<boolean> {
  const { profiles: t } = tx.tables;
  const gone = await tx.delete(t).where(sameState(tx, read)).returning({ subjectId: t.subjectId });
  return gone.length === 1;
}
