import { and, eq } from 'drizzle-orm';
import type { Query } from './store.ts';

/**
 * The one lawful way to delete evidence (or drop its sealed part): inside `fn` the triggers on append-only tables let
 * this tenant's rows go. The unlocking row lives and dies in the same transaction, so no other one ever sees it.
 */
export async function withEvidenceUnlocked<T>(
  tx: Query,
  tenantId: string,
  reason: string,
  fn: () => Promise<T>,
): Promise<T> {
  const { evidenceUnlocks: t } = tx.tables;
  const unlock = { tenantId, unlockId: crypto.randomUUID(), reason };
  await tx.insert(t).values(unlock);
  const value = await fn();
  await tx.delete(t).where(and(eq(t.tenantId, tenantId), eq(t.unlockId, unlock.unlockId)));
  return value;
}
