import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { WaitsFor } from './approval.ts';
import type { Sweep } from './model.ts';
import { findSweep, type StepRow, type SweepRow, stepsOf, updateSweep } from './table.ts';

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
    steps: steps.map(toStep),
  };
}

export function toStep(step: StepRow): Sweep['steps'][number] {
  return {
    rule: step.ruleId,
    status: step.status as Sweep['steps'][number]['status'],
    due: step.due,
    people: step.people,
    waits:
      step.status === 'awaiting-approval' && step.waitsFor !== null
        ? { for: step.waitsFor as WaitsFor, inWords: step.waitsInWords ?? '' }
        : null,
    approvedBy: step.approvedBy,
    held: step.held,
    unwarned: step.unwarned,
    treated: step.treated,
    suppressed: step.suppressed,
    batches: step.batches,
    certificateId: step.certificateId,
  };
}

/** The rules of a sweep that wait for an officer. */
export const waitingIn = (steps: StepRow[]): string[] =>
  steps.filter(({ status }) => status === 'awaiting-approval').map(({ ruleId }) => ruleId);

/** Whether a rule of a sweep left rows that were due. */
export const leftRows = ({ status, remaining }: Pick<StepRow, 'status' | 'remaining'>): boolean =>
  status === 'failed' || (remaining ?? 0) > 0;

/** How a sweep stands once nothing of it runs any more. */
export function standingOf(steps: StepRow[]): 'awaiting-approval' | 'incomplete' | 'completed' {
  if (steps.some(({ status }) => status === 'awaiting-approval')) return 'awaiting-approval';
  return steps.some(leftRows) ? 'incomplete' : 'completed';
}

/** Writes down how a sweep stands of which something waits no longer. */
export async function settle(tx: Query, tenantId: string, sweepId: string): Promise<void> {
  await updateSweep(tx, tenantId, sweepId, { status: standingOf(await stepsOf(tx, tenantId, sweepId)) });
}
