import { createHash } from 'node:crypto';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { ReviewedSet } from './model.ts';
import type { LookedAt, PlanService } from './plan.ts';
import { loadSweep, waitingIn } from './sweep-record.ts';
import type { SweepRow } from './table.ts';

/** SHA-256 over all that waits in a sweep: which rules, how they stand, and exactly which rows are due under each. */
export function setDigest({ sweepId, asOf }: Pick<SweepRow, 'sweepId' | 'asOf'>, looked: LookedAt[]): string {
  const rules = looked
    .map(({ planned, reach, fault }) => ({
      rule: planned.rule,
      before: planned.before,
      due: planned.due,
      people: planned.people,
      digest: fault === null ? planned.digest : null,
      reach: { ...reach },
    }))
    .sort((one, other) => (one.rule < other.rule ? -1 : 1));
  return createHash('sha256')
    .update(canonical({ sweep: sweepId, asOf: asOf.toISOString(), rules }))
    .digest('hex');
}

/** All that waits in a sweep, as it is now, to be approved as one by its digest. @throws Problem `not-found` */
export async function reviewedSet(
  { store, plans }: { store: Store; plans: PlanService },
  context: Context,
  sweepId: string,
): Promise<ReviewedSet> {
  const { sweep, steps } = await loadSweep(store, context, sweepId);
  const waiting = waitingIn(steps).filter((rule) => plans.isInForce(context, rule));
  const looked = waiting.length === 0 ? [] : await plans.lookClosely(context, sweep.asOf, waiting);
  return {
    sweepId,
    asOf: sweep.asOf.toISOString(),
    requestedBy: sweep.requestedBy,
    rules: looked.map(({ planned }) => planned),
    silent: looked.filter(({ fault }) => fault !== null).map(({ planned }) => planned.rule),
    due: looked.reduce((sum, { planned }) => sum + planned.due, 0),
    reviewDigest: setDigest(sweep, looked),
  };
}
