import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import { type CarryOutDeps, carryOutErasure } from './carry-out-erasure.ts';
import { erasureScope } from './erase-outside.ts';
import type { Erasure, ErasureOrder, ErasureProposal } from './model.ts';
import { type OrderDeps, orderErasure, previewErasure } from './order-erasure.ts';
import { readErasure } from './read-erasure.ts';
import { decideProposal, findProposal, insertProposal, openProposals, type ProposedErasure } from './table.ts';

type ProposeDeps = OrderDeps & CarryOutDeps;

/** How long a proposal waits for the second person. */
const UNDECIDED_MS = 7 * 24 * 3_600_000;
const placeOf = (tenant: string, row: string) => ({ tenant, row, table: 'erasures', column: 'order_sealed' });
const actorOf = ({ principal: { id, role } }: Context) => ({ id, role });

/**
 * An erasure that differs from what the policies decide cannot be taken back: one officer proposes it, and it is carried
 * out when another agrees, as for a request of the person. What it would do is kept sealed meanwhile.
 * @throws Problem naming what of the order cannot be; `plan-changed` when its preview no longer holds.
 */
export async function proposeErasure(
  deps: ProposeDeps,
  context: Context,
  reference: string,
  order: ErasureOrder,
): Promise<Erasure> {
  const { store, audit, vault } = deps;
  const tenantId = context.tenant.id;
  const { digest } = await previewErasure(deps, context, reference, order);
  if (order.digest !== undefined && order.digest !== digest)
    throw new Problem(
      'plan-changed',
      'What would be erased is no longer what the preview said. Look at a new preview.',
    );
  const { subjectId } = await subjectOf(vault, tenantId, parseSubjectRef(reference));
  const startedAt = context.clock();
  const erasureId = uuidv7(startedAt);
  const key = await vault.key(tenantId, erasureScope(erasureId));
  const orderSealed = key.seal(placeOf(tenantId, erasureId), JSON.stringify({ reference, order }));
  const { ground } = order;
  const standing = await writeOnce(store, context, async (tx) => {
    const outcome = { proposedBy: actorOf(context), ground };
    await insertProposal(tx, { tenantId, erasureId, subjectId, startedAt, outcome, orderSealed });
    const decided = Object.keys(order.categories ?? {});
    await audit.add(tx, context, {
      action: 'erasure.proposed',
      detail: { erasure: erasureId, ground, decided, items: order.items?.length ?? 0 },
    });
    return erasureId;
  });
  // It was proposed before: what this call has sealed is of no use to anybody.
  if (standing !== erasureId) await vault.shred(tenantId, [erasureScope(erasureId)]);
  return readErasure(store, context, standing);
}

/** @throws Problem `not-found`; `conflict` once it is decided, or nobody has decided it in time. */
async function waiting({ store }: ProposeDeps, context: Context, erasureId: string): Promise<ProposedErasure> {
  const row = await store.read((q) => findProposal(q, context.tenant.id, erasureId));
  if (!row) throw new Problem('not-found', 'There is no proposal of this id that waits.');
  if (row.status !== 'proposed' || context.clock().getTime() - row.startedAt.getTime() > UNDECIDED_MS)
    throw new Problem(
      'conflict',
      'This was not agreed to, or not in time. Propose it anew: POST /v1/subjects/{id}/erasure/order.',
    );
  return row;
}

async function opened({ vault }: ProposeDeps, { tenantId, erasureId, orderSealed }: ProposedErasure) {
  const key = await vault.existingKey(tenantId, erasureScope(erasureId));
  const text = orderSealed && key?.open(placeOf(tenantId, erasureId), orderSealed);
  if (!text) throw new Problem('conflict', 'What was proposed has been destroyed. Propose it anew.');
  return JSON.parse(text) as { reference: string; order: ErasureOrder };
}

/** What would be done, of whom, for whoever is to agree to it. */
export async function readProposal(deps: ProposeDeps, context: Context, erasureId: string): Promise<ErasureProposal> {
  const row = await waiting(deps, context, erasureId);
  const { reference, order } = await opened(deps, row);
  if (row.subjectId) showing(context, row.subjectId);
  const { proposedBy } = row.outcome;
  return { erasureId, subject: reference, order, proposedBy: proposedBy.id, proposedAt: row.startedAt.toISOString() };
}

/** The second person agrees: it is carried out. @throws Problem `forbidden` for whoever proposed it. */
export async function approveProposal(deps: ProposeDeps, context: Context, erasureId: string): Promise<Erasure> {
  const { store, outside } = deps;
  const row = await store.read((q) => findProposal(q, context.tenant.id, erasureId));
  // A repeated agreement answers what came of the first.
  if (!row) return carryOutErasure(deps, context, erasureId);
  const proposal = await waiting(deps, context, erasureId);
  const { proposedBy } = proposal.outcome;
  if (proposedBy.id === context.principal.id)
    throw new Problem(
      'forbidden',
      'This cannot be taken back: another person than the one who proposed it must agree.',
    );
  const { reference, order } = await opened(deps, proposal);
  const decided = { requestedBy: proposedBy, approvedBy: [actorOf(context)], proposed: erasureId };
  await orderErasure(deps, context, reference, { ...order, ...decided });
  const erasure = await carryOutErasure(deps, context, erasureId);
  if (!erasure.parts) await outside.forgetKnown(context, erasureId);
  return erasure;
}

/** It is not carried out, and nothing of it is kept. */
export async function rejectProposal(deps: ProposeDeps, context: Context, erasureId: string): Promise<Erasure> {
  await endProposal(deps, context, await waiting(deps, context, erasureId));
  return readErasure(deps.store, context, erasureId);
}

async function endProposal({ store, audit, vault }: ProposeDeps, context: Context, row: ProposedErasure) {
  const { tenantId, erasureId } = row;
  await writeOnce(store, context, async (tx) => {
    const decided = { decidedBy: actorOf(context), decidedAt: context.clock().toISOString() };
    const ended = { status: 'not-agreed' as const, subjectId: null, outcome: { ...row.outcome, ...decided } };
    if (await decideProposal(tx, row, ended))
      await audit.add(tx, context, { action: 'erasure.not-agreed', detail: { erasure: erasureId } });
    return {};
  });
  await vault.shred(tenantId, [erasureScope(erasureId)]);
}

/** Ends proposals that nobody has decided in time; answers how many. */
export async function endStaleProposals(deps: ProposeDeps, context: Context): Promise<number> {
  const before = new Date(context.clock().getTime() - UNDECIDED_MS);
  const stale = await deps.store.read((q) => openProposals(q, context.tenant.id, before));
  for (const row of stale) await endProposal(deps, context, row);
  return stale.length;
}
