import { crc32 } from 'node:zlib';
import type Database from 'better-sqlite3';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Fence, KeyGeneration, KeyPlace } from './fence.ts';
import type { Query } from './store.ts';

/**
 * Which keys may still be relied on is a fact in the database: keys lie elsewhere, several processes remember them, and
 * a write under a key that another process has destroyed could never be read. So destroying is announced here before
 * it begins and told when it is done, and a write reads the generation of what it rests on in its own transaction,
 * locking it against the next announcement until it has committed.
 */

/** Destroying one key touches the writes of one bucket only. Part of the stored format: never change it. */
export const BUCKETS = 64;

export function bucketOf(scope: string): number {
  return crc32(scope) % BUCKETS;
}

const these = (q: Query, tenantId: string, buckets: readonly number[]) => {
  const { keyGenerations: t } = q.tables;
  return and(eq(t.tenantId, tenantId), inArray(t.bucket, [...buckets]));
};

/** The generations of a tenant as they are committed. */
export async function generationsOf(q: Query, tenantId: string): Promise<KeyGeneration[]> {
  const { keyGenerations: t } = q.tables;
  return q.select().from(t).where(eq(t.tenantId, tenantId));
}

/** A tenant's buckets, all at once, before the first of them is relied on. */
export async function makeGenerations(tx: Query, tenantId: string): Promise<void> {
  const rows = Array.from({ length: BUCKETS }, (_, bucket) => ({ tenantId, bucket, generation: 1, underWay: 0 }));
  await tx.insert(tx.tables.keyGenerations).values(rows).onConflictDoNothing();
}

/** Waits until no write rests on these buckets any more, and lets none begin. In order: nobody meets anybody. */
export async function lockGenerations(tx: Query, tenantId: string, buckets: readonly number[]): Promise<void> {
  const { keyGenerations: t } = tx.tables;
  const locked = () =>
    tx.rows(
      sql`SELECT ${t.bucket} FROM ${t} WHERE ${these(tx, tenantId, buckets)} ORDER BY ${t.bucket} ${sql.raw(tx.engine === 'postgres' ? 'FOR UPDATE' : '')}`,
    );
  if ((await locked()).length === new Set(buckets).size) return;
  await makeGenerations(tx, tenantId);
  await locked();
}

/** Keys of these (locked) buckets are about to be destroyed. */
export async function announceDestruction(tx: Query, tenantId: string, buckets: readonly number[]): Promise<void> {
  const { keyGenerations: t } = tx.tables;
  await tx
    .update(t)
    .set({ underWay: sql`${t.underWay} + 1` })
    .where(these(tx, tenantId, buckets));
}

/** They are destroyed, or nobody is at it any more: whatever was known of these (locked) buckets is to be asked anew. */
export async function concludeDestruction(tx: Query, tenantId: string, buckets: readonly number[]): Promise<void> {
  const { keyGenerations: t } = tx.tables;
  await tx
    .update(t)
    .set({
      generation: sql`${t.generation} + 1`,
      underWay: sql`CASE WHEN ${t.underWay} > 0 THEN ${t.underWay} - 1 ELSE 0 END`,
    })
    .where(these(tx, tenantId, buckets));
}

/** What was announced by somebody who died; false when it has moved since it was seen so. */
export async function concludeAbandoned(tx: Query, seen: KeyGeneration): Promise<boolean> {
  const { keyGenerations: t } = tx.tables;
  const moved = await tx
    .update(t)
    .set({ generation: seen.generation + 1, underWay: 0 })
    .where(
      and(these(tx, seen.tenantId, [seen.bucket]), eq(t.generation, seen.generation), eq(t.underWay, seen.underWay)),
    )
    .returning({ bucket: t.bucket });
  return moved.length === 1;
}

/** PostgreSQL: rides on the BEGIN of the write. A row that an announcement is changing is waited for. */
export function fenceText({ places }: Fence, literal: (text: string) => string): string {
  const of = ({ tenantId, bucket }: KeyPlace) => `(${literal(tenantId)}, ${bucket})`;
  const [only] = places;
  const which =
    places.length === 1 && only
      ? `tenant_id = ${literal(only.tenantId)} AND bucket = ${only.bucket}`
      : `(tenant_id, bucket) IN (${places.map(of).join(', ')})`;
  return `SELECT tenant_id, bucket, generation, under_way FROM key_generations WHERE ${which} ORDER BY tenant_id, bucket FOR SHARE`;
}

/** Rows of `fenceText` as the driver gives them. */
export function generationsFrom(rows: Record<string, unknown>[]): KeyGeneration[] {
  return rows.map((row) => ({
    tenantId: row['tenant_id'] as string,
    bucket: Number(row['bucket']),
    generation: Number(row['generation']),
    underWay: Number(row['under_way']),
  }));
}

/**
 * SQLite: has the one writer, so that what was read stands until another process commits. Then, and only then, it is
 * read again: within one process a write asks nothing.
 */
export function rememberedGenerations(writer: Database.Database) {
  const version = writer.prepare<[], number>('PRAGMA data_version').pluck();
  const select = writer.prepare<[string, number], KeyGeneration>(
    'SELECT tenant_id AS tenantId, bucket, generation, under_way AS underWay FROM key_generations WHERE tenant_id = ? AND bucket = ?',
  );
  const known = new Map<string, KeyGeneration>();
  let seen: number | undefined;
  return {
    /** At the beginning of a transaction that holds the write lock. */
    begin(): void {
      const now = version.get();
      if (now !== seen) known.clear();
      seen = now;
    },
    /** After a write of this process that may have changed them. */
    forget: () => known.clear(),
    find(places: readonly KeyPlace[]): KeyGeneration[] {
      const found: KeyGeneration[] = [];
      for (const { tenantId, bucket } of places) {
        const name = `${bucket} ${tenantId}`;
        const row = known.get(name) ?? select.get(tenantId, bucket);
        if (!row) continue;
        known.set(name, row);
        found.push(row);
      }
      return found;
    },
  };
}
