import type { Context } from '../../foundations/contract/context.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Erasure } from './model.ts';
import { findProposal, requireErasure } from './table.ts';

/** What came of an erasure; of one that is proposed or runs, that it is. @throws Problem `not-found` */
export async function readErasure(store: Store, { tenant }: Context, erasureId: string): Promise<Erasure> {
  const proposal = await store.read((q) => findProposal(q, tenant.id, erasureId));
  if (proposal)
    return {
      erasureId,
      status: proposal.status === 'proposed' ? 'awaiting-approval' : 'not-agreed',
      verdict: null,
      keyDestroyed: false,
      startedAt: proposal.startedAt.toISOString(),
      finishedAt: proposal.outcome.decidedAt ?? null,
      certificateId: null,
      ground: proposal.outcome.ground,
      holders: [],
    };
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
