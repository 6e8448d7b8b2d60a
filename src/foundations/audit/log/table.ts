import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { Tables } from '../../store/schema.ts';
import type { Query } from '../../store/store.ts';
import type { AuditRow } from '../table.ts';
import { SALT_BYTES } from './leaf.ts';

export type HeadRow = Tables['logHeads']['$inferSelect'];

export async function findHead(q: Query, tenantId: string): Promise<HeadRow | undefined> {
  const { logHeads: t } = q.tables;
  const [row] = await q.select().from(t).where(eq(t.tenantId, tenantId));
  return row;
}

/** The head of a log, locked until the end of the transaction: whoever else wants to sequence this log waits. */
export async function lockHead(tx: Query, tenantId: string, now: Date): Promise<HeadRow | undefined> {
  const { logHeads: t } = tx.tables;
  const [row] = await tx.update(t).set({ updatedAt: now }).where(eq(t.tenantId, tenantId)).returning();
  return row;
}

/** Begins a log, unless somebody was first. */
export async function insertHead(
  tx: Query,
  head: Pick<HeadRow, 'tenantId' | 'origin' | 'leafVersion' | 'updatedAt'>,
): Promise<void> {
  const { logHeads: t } = tx.tables;
  const empty = { generation: 1, size: 0, checkpoint: null, checkpointSize: 0, signedAt: null };
  await tx
    .insert(t)
    .values({ ...head, ...empty })
    .onConflictDoNothing();
}

/** The head of a log that came from elsewhere, over one that was here before it went there. */
export async function putHead(tx: Query, head: HeadRow): Promise<void> {
  const { logHeads: t } = tx.tables;
  await tx
    .insert(t)
    .values(head)
    .onConflictDoUpdate({ target: [t.tenantId], set: head });
}

/** Logs that ended elsewhere, the newest first. */
export async function finishedLogs(q: Query, tenantId: string): Promise<Tables['finishedLogs']['$inferSelect'][]> {
  const { finishedLogs: t } = q.tables;
  return q.select().from(t).where(eq(t.tenantId, tenantId)).orderBy(desc(t.generation));
}

export async function setSize(tx: Query, tenantId: string, size: number): Promise<void> {
  const { logHeads: t } = tx.tables;
  await tx.update(t).set({ size }).where(eq(t.tenantId, tenantId));
}

/** Stores a signed checkpoint, unless a larger one of the same log stands. */
export async function setCheckpoint(
  tx: Query,
  { tenantId, generation }: Pick<HeadRow, 'tenantId' | 'generation'>,
  signed: { checkpoint: string; checkpointSize: number; signedAt: Date },
): Promise<void> {
  const { logHeads: t } = tx.tables;
  await tx
    .update(t)
    .set(signed)
    .where(and(eq(t.tenantId, tenantId), eq(t.generation, generation), lt(t.checkpointSize, signed.checkpointSize)));
}

/** Gives the log a new name, under which nothing has been signed yet. */
export async function renameHead(
  tx: Query,
  tenantId: string,
  { generation, origin, leafVersion }: Pick<HeadRow, 'generation' | 'origin' | 'leafVersion'>,
): Promise<void> {
  const { logHeads: t } = tx.tables;
  await tx
    .update(t)
    .set({ generation, origin, leafVersion, checkpoint: null, checkpointSize: 0, signedAt: null })
    .where(eq(t.tenantId, tenantId));
}

/** Tenants with entries that have no place yet. */
export async function tenantsPending(q: Query): Promise<string[]> {
  const { auditPending: t } = q.tables;
  return (await q.selectDistinct({ tenantId: t.tenantId }).from(t)).map(({ tenantId }) => tenantId);
}

/** Tenants whose log has leaves of an older version than those this program adds. */
export async function tenantsOfOlderVersion(q: Query, leafVersion: number): Promise<string[]> {
  const { logHeads: t } = q.tables;
  const rows = await q.select({ tenantId: t.tenantId }).from(t).where(lt(t.leafVersion, leafVersion));
  return rows.map(({ tenantId }) => tenantId);
}

/** Tenants whose log holds more than its newest checkpoint says. */
export async function tenantsUnsigned(q: Query): Promise<string[]> {
  const { logHeads: t } = q.tables;
  const rows = await q.select({ tenantId: t.tenantId }).from(t).where(lt(t.checkpointSize, t.size));
  return rows.map(({ tenantId }) => tenantId);
}

/** Entries without a place, and since when the oldest waits. The count stops at `most`. */
export async function pendingEntries(q: Query, most: number): Promise<{ count: number; oldest: Date | undefined }> {
  const { auditPending: t, auditEntries: entries } = q.tables;
  const some = q.select({ entryId: t.entryId }).from(t).limit(most).as('some');
  const [counted] = await q.select({ count: sql<number>`count(*)`.mapWith(Number) }).from(some);
  let oldest: Date | undefined;
  for (const tenantId of counted?.count ? await tenantsPending(q) : []) {
    const [row] = await q
      .select({ recordedAt: entries.recordedAt })
      .from(t)
      .innerJoin(entries, and(eq(entries.tenantId, t.tenantId), eq(entries.entryId, t.entryId)))
      .where(eq(t.tenantId, tenantId))
      .orderBy(asc(t.entryId))
      .limit(1);
    if (row && (!oldest || row.recordedAt < oldest)) oldest = row.recordedAt;
  }
  return { count: counted?.count ?? 0, oldest };
}

/**
 * Gives the next places, from `size` on, to pending entries: at most `limit`, oldest first, or to the one that is named.
 * `salts` has 32 bytes for each. Answers those entries.
 */
export async function placePending(
  tx: Query,
  tenantId: string,
  { size, limit, version, salts, only }: { size: number; limit: number; version: number; salts: Buffer; only?: string },
): Promise<PlacedEntry[]> {
  const { auditPending: pending, logLeaves: leaves } = tx.tables;
  // One value for all of them: cut by the engine, the entries need not come here and go back.
  const bytes = tx.engine === 'sqlite' ? sql`${salts}` : sql`CAST(${salts} AS bytea)`;
  const wanted = only === undefined ? sql`` : sql` AND entry_id = ${only}`;
  const placed = await tx.run(sql`
    INSERT INTO ${leaves} (tenant_id, leaf_index, entry_id, version, salt)
    SELECT tenant_id, ${size} - 1 + place, entry_id, CAST(${version} AS integer),
           substr(${bytes}, CAST(place * ${SALT_BYTES} - ${SALT_BYTES - 1} AS integer), ${SALT_BYTES}) FROM (
      SELECT tenant_id, entry_id, row_number() OVER (ORDER BY entry_id) AS place FROM (
        SELECT tenant_id, entry_id FROM ${pending} WHERE tenant_id = ${tenantId}${wanted} ORDER BY entry_id LIMIT ${limit}
      ) AS next) AS numbered`);
  if (placed === 0) return [];
  await tx.run(sql`
    DELETE FROM ${pending} WHERE tenant_id = ${tenantId} AND entry_id IN (
      SELECT entry_id FROM ${leaves} WHERE tenant_id = ${tenantId} AND leaf_index >= ${size})`);
  const rows = await entriesBetween(tx, tenantId, size, placed);
  if (rows.length !== placed) throw new Error('An entry that waits for its place in the log is not there.');
  return rows;
}

/** An entry at its place, with what hides it there. */
export interface PlacedEntry {
  leafIndex: number;
  version: number;
  salt: Buffer;
  entry: AuditRow;
}

function placedEntries(q: Query) {
  const { logLeaves: leaves, auditEntries: entries } = q.tables;
  return q
    .select({ leafIndex: leaves.leafIndex, version: leaves.version, salt: leaves.salt, entry: entries })
    .from(leaves)
    .innerJoin(entries, and(eq(entries.tenantId, leaves.tenantId), eq(entries.entryId, leaves.entryId)));
}

/** The entries at the places `from` to `from + count - 1`, in order. */
export async function entriesBetween(q: Query, tenantId: string, from: number, count: number): Promise<PlacedEntry[]> {
  const { logLeaves: t } = q.tables;
  return placedEntries(q)
    .where(and(eq(t.tenantId, tenantId), gte(t.leafIndex, from), lt(t.leafIndex, from + count)))
    .orderBy(asc(t.leafIndex));
}

/** An entry at its place; undefined while it has none. */
export async function entryPlaced(q: Query, tenantId: string, entryId: string): Promise<PlacedEntry | undefined> {
  const { logLeaves: t } = q.tables;
  const [placed] = await placedEntries(q).where(and(eq(t.tenantId, tenantId), eq(t.entryId, entryId)));
  return placed;
}

export async function findTile(
  q: Query,
  tenantId: string,
  level: number,
  tileIndex: number,
): Promise<Buffer | undefined> {
  const { logTiles: t } = q.tables;
  const [row] = await q
    .select({ hashes: t.hashes })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.level, level), eq(t.tileIndex, tileIndex)));
  return row?.hashes;
}

/** Writes a tile, or lets it grow: the engine refuses anything else (see the migration `proof-evidence`). */
export async function putTile(
  tx: Query,
  tile: { tenantId: string; level: number; tileIndex: number; hashes: Buffer },
): Promise<void> {
  const { logTiles: t } = tx.tables;
  await tx
    .insert(t)
    .values(tile)
    .onConflictDoUpdate({ target: [t.tenantId, t.level, t.tileIndex], set: { hashes: tile.hashes } });
}

/** The largest checkpoint of a log that witnesses have cosigned. */
export async function findWitnessed(
  q: Query,
  tenantId: string,
  generation: number,
): Promise<Tables['logWitnessed']['$inferSelect'] | undefined> {
  const { logWitnessed: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.generation, generation)))
    .orderBy(desc(t.size))
    .limit(1);
  return row;
}

/** Keeps a cosigned checkpoint, unless another instance was first. */
export async function insertWitnessed(tx: Query, row: Tables['logWitnessed']['$inferInsert']): Promise<void> {
  await tx.insert(tx.tables.logWitnessed).values(row).onConflictDoNothing();
}
