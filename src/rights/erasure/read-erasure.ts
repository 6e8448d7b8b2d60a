import type { Context } from '../../foundations/contract/context.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Erasure } from './model.ts';
import { requireErasure } from './table.ts';

/** What came of an erasure; of one that runs, that it does. @throws Problem `not-found` */
export async function readErasure(store: Store, { tenant }: Context, erasureId: string): Promise<Erasure> {
  const row = await store.read((q) => requireErasure(q, tenant.id, erasureId));
  if (row.status === 'finished') return row.outcome;
  return {
    erasureId,
    status: 'running',
    verdict: null,
    keyDestroyed: false,
    startedAt: row.startedAt.toISOString(),
    finishedAt: null,
    certificateId: null,
    holders: [],
  };
}
