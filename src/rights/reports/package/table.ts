import { and, asc, desc, eq, gte, inArray, isNull, lt, lte, ne, notInArray } from 'drizzle-orm';
import type { Tables } from '../../../foundations/store/schema.ts';
import type { Query } from '../../../foundations/store/store.ts';

export type PackageRow = Tables['packages']['$inferSelect'];
type Key = Pick<PackageRow, 'tenantId' | 'packageId'>;

export async function insertPackage(tx: Query, row: PackageRow): Promise<void> {
  await tx.insert(tx.tables.packages).values(row);
}

export async function findPackage(q: Query, { tenantId, packageId }: Key): Promise<PackageRow | undefined> {
  const { packages: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.packageId, packageId)));
  return row;
}

/** The package of a request that is under way or made: the same request gets the same one. */
export async function packageOfRequest(
  q: Query,
  tenantId: string,
  requestId: string,
  kind: string,
): Promise<PackageRow | undefined> {
  const { packages: t } = q.tables;
  const standing = notInArray(t.status, ['failed', 'destroyed']);
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.requestId, requestId), eq(t.kind, kind), standing))
    .orderBy(desc(t.packageId))
    .limit(1);
  return row;
}

/** Newest first: ids are UUIDv7. */
export async function packagesBefore(
  q: Query,
  tenantId: string,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<PackageRow[]> {
  const { packages: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), before === undefined ? undefined : lt(t.packageId, before)))
    .orderBy(desc(t.packageId))
    .limit(limit);
}

export async function packagesInStatus(q: Query, tenantId: string, status: string): Promise<PackageRow[]> {
  const { packages: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.status, status)))
    .orderBy(asc(t.packageId));
}

/** Packages whose period is over. */
export async function packagesToDestroy(q: Query, tenantId: string, now: Date): Promise<PackageRow[]> {
  const { packages: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), ne(t.status, 'destroyed'), lte(t.destroyAfter, now)))
    .orderBy(asc(t.packageId));
}

/** Changes a package that stands in one of these states; false when it no longer does. */
export async function updatePackage(
  tx: Query,
  { tenantId, packageId }: Key,
  from: string[],
  values: Partial<PackageRow>,
): Promise<boolean> {
  const { packages: t } = tx.tables;
  const changed = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.packageId, packageId), inArray(t.status, from)))
    .returning({ packageId: t.packageId });
  return changed.length === 1;
}

/** Changes a released package while its link is the one that was read: of any number at once one gets through. */
export async function moveReleased(tx: Query, read: PackageRow, values: Partial<PackageRow>): Promise<boolean> {
  const { packages: t } = tx.tables;
  const { tenantId, packageId, linkHash } = read;
  const link = linkHash === null ? isNull(t.linkHash) : eq(t.linkHash, linkHash);
  const moved = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.packageId, packageId), eq(t.status, 'released'), link))
    .returning({ packageId: t.packageId });
  return moved.length === 1;
}

export async function insertChunk(tx: Query, key: Key, position: number, contentSealed: Buffer): Promise<void> {
  const { tenantId, packageId } = key;
  await tx.insert(tx.tables.packageChunks).values({ tenantId, packageId, position, contentSealed });
}

export async function findChunk(q: Query, { tenantId, packageId }: Key, position: number): Promise<Buffer | undefined> {
  const { packageChunks: t } = q.tables;
  const [row] = await q
    .select({ contentSealed: t.contentSealed })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.packageId, packageId), eq(t.position, position)));
  return row?.contentSealed;
}

/** Deletes at most `limit` pieces from position `from` to before `until`; answers how many. */
export async function deleteChunks(
  tx: Query,
  { tenantId, packageId }: Key,
  { from, until, limit }: { from: number; until: number; limit: number },
): Promise<number> {
  const { packageChunks: t } = tx.tables;
  const mine = and(eq(t.tenantId, tenantId), eq(t.packageId, packageId), gte(t.position, from), lt(t.position, until));
  const positions = (
    await tx.select({ position: t.position }).from(t).where(mine).orderBy(asc(t.position)).limit(limit)
  ).map(({ position }) => position);
  if (positions.length > 0)
    await tx.delete(t).where(and(eq(t.tenantId, tenantId), eq(t.packageId, packageId), inArray(t.position, positions)));
  return positions.length;
}

/**
 * Takes the pseudonyms of an erased person out of packages that were made for them; what they have received is destroyed
 * with the next run of the job, what they are still owed is not.
 */
export async function forgetSubjects(tx: Query, tenantId: string, subjectIds: string[], now: Date): Promise<void> {
  const { packages: t } = tx.tables;
  const theirs = and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds));
  await tx
    .update(t)
    .set({ destroyAfter: now })
    .where(and(theirs, inArray(t.status, ['delivered', 'failed'])));
  await tx.update(t).set({ subjectId: null }).where(theirs);
}
