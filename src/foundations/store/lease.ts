import { and, eq, lte, or, type SQL, sql } from 'drizzle-orm';
import { Problem } from '../contract/problem.ts';
import type { Query, Store } from './store.ts';

/** Work that only one process at a time may do: a row with an end, and a number that grows with every new owner. */
export interface Lease {
  tenantId: string;
  name: string;
  owner: string;
  fence: number;
}

/** Milliseconds a lease lives without being renewed; longer than any single batch. */
export const LEASE_LIFE = 20_000;

/** Takes the lease if it is free, ended, or already this owner's; undefined when another works. */
export async function acquireLease(store: Store, now: Date, wanted: Omit<Lease, 'fence'>): Promise<Lease | undefined> {
  const expiresAt = new Date(now.getTime() + LEASE_LIFE);
  return store.write(async (tx) => {
    const { leases: t } = tx.tables;
    const [row] = await tx
      .insert(t)
      .values({ ...wanted, fence: 1, expiresAt })
      .onConflictDoUpdate({
        target: [t.tenantId, t.name],
        set: { owner: wanted.owner, expiresAt, fence: sql`${t.fence} + 1` },
        setWhere: or(lte(t.expiresAt, now), eq(t.owner, wanted.owner)) as SQL,
      })
      .returning({ fence: t.fence });
    return row && { ...wanted, fence: row.fence };
  });
}

/**
 * Renews the lease inside the transaction whose work it protects: a owner that lost it to another cannot commit.
 * @throws Problem `lease-held`
 */
export async function holdLease(tx: Query, now: Date, lease: Lease): Promise<void> {
  const { leases: t } = tx.tables;
  const mine = and(eq(t.tenantId, lease.tenantId), eq(t.name, lease.name), eq(t.fence, lease.fence));
  const renewed = await tx
    .update(t)
    .set({ expiresAt: new Date(now.getTime() + LEASE_LIFE) })
    .where(mine)
    .returning({ fence: t.fence });
  if (renewed.length === 0) throw new Problem('lease-held', 'Another process has taken over this work.');
}

/** Gives the lease back at once, if it is still this owner's. */
export async function releaseLease(store: Store, lease: Lease): Promise<void> {
  await store.write(async (tx) => {
    const { leases: t } = tx.tables;
    await tx
      .update(t)
      .set({ expiresAt: new Date(0) })
      .where(and(eq(t.tenantId, lease.tenantId), eq(t.name, lease.name), eq(t.fence, lease.fence)));
  });
}
