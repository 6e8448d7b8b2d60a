import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Sweep } from './model.ts';
import { findSweep, type StepRow, type SweepRow, stepsOf } from './table.ts';

/** A sweep as it is kept. @throws Problem `not-found` */
export async function loadSweep(
  store: Store,
  context: Context,
  sweepId: string,
): Promise<{ sweep: SweepRow; steps: StepRow[] }> {
  const { sweep, steps } = await store.read(async (q) => ({
    sweep: await findSweep(q, context.tenant.id, sweepId),
    steps: await stepsOf(q, context.tenant.id, sweepId),
  }));
  if (!sweep) throw new Problem('not-found', 'There is no sweep of this id.');
  return { sweep, steps };
}

/** A sweep as callers see it. */
export async function sweepOf(store: Store, context: Context, sweepId: string): Promise<Sweep> {
  const { sweep, steps } = await loadSweep(store, context, sweepId);
  return toSweep(sweep, steps);
}

export function toSweep(row: SweepRow, steps: StepRow[]): Sweep {
  return {
    sweepId: row.sweepId,
    asOf: row.asOf.toISOString(),
    status: row.status as Sweep['status'],
    planDigest: row.planDigest,
    policyHash: row.policyHash,
    requestedBy: row.requestedBy,
    approvedBy: row.approvedBy,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    failure: row.failure,
    certificateId: row.certificateId,
    steps: steps.map((step) => ({
      rule: step.ruleId,
      status: step.status as Sweep['steps'][number]['status'],
      due: step.due,
      held: step.held,
      treated: step.treated,
      suppressed: step.suppressed,
      batches: step.batches,
    })),
  };
}
