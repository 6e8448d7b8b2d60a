import { and, asc, desc, eq, gt, isNotNull, lt, lte } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type DisclosureRow = Tables['disclosures']['$inferSelect'];

export async function insertDisclosure(tx: Query, row: DisclosureRow): Promise<void> {
  await tx.insert(tx.tables.disclosures).values(row);
}

export async function findDisclosure(
  q: Query,
  tenantId: string,
  disclosureId: string,
): Promise<DisclosureRow | undefined> {
  const { disclosures: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.disclosureId, disclosureId)));
  return row;
}

/** Newest first: ids are UUIDv7. */
export async function listDisclosures(
  q: Query,
  tenantId: string,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<DisclosureRow[]> {
  const { disclosures: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), before === undefined ? undefined : lt(t.disclosureId, before)))
    .orderBy(desc(t.disclosureId))
    .limit(limit);
}

/** What was released to a party up to an instant, the oldest first. */
export async function handedOver(q: Query, tenantId: string, until: Date): Promise<DisclosureRow[]> {
  const { disclosures: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isNotNull(t.recipient), lte(t.usedAt, until)))
    .orderBy(asc(t.usedAt));
}

/** Moves on from one status to another; false when it is no longer there, or its time is over. */
export async function moveDisclosure(
  tx: Query,
  { tenantId, disclosureId }: Pick<DisclosureRow, 'tenantId' | 'disclosureId'>,
  from: string,
  now: Date,
  values: Partial<DisclosureRow>,
): Promise<boolean> {
  const { disclosures: t } = tx.tables;
  const moved = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.disclosureId, disclosureId), eq(t.status, from), gt(t.expiresAt, now)))
    .returning({ disclosureId: t.disclosureId });
  return moved.length === 1;
}
