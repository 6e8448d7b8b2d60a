import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { LookedAt, PlanService } from './plan.ts';
import { type Reach, sameReach } from './reach.ts';
import { setDigest } from './reviewed-set.ts';
import { loadSweep, waitingIn } from './sweep-record.ts';
import { oneAtATime, putApproval, type StepRow, stepsOf, updateStep, updateSweep } from './table.ts';

export interface ApproveDeps {
  store: Store;
  audit: Audit;
  policies: Policies;
  plans: PlanService;
}

/** Rules by name, as the sweep says them; or all that wait, as one reviewed set says them. */
export type Approved = { rules: string[] } | { reviewDigest: string };

/**
 * Lets rules through that wait. Four eyes: not by whoever started the sweep; what the schedule started, by any officer.
 * What is approved is what the sweep says is due, or what the reviewed set of this digest said: it is looked at again,
 * and where anything else is due by now the sweep says the new numbers, which are approved by asking again.
 * @throws Problem `forbidden`; `conflict` naming a rule that does not wait, or whose holder is silent; `plan-changed`;
 * `policies-superseded` where a rule seems gone to an instance that is behind.
 */
export async function approveRules(
  { store, audit, policies, plans }: ApproveDeps,
  context: Context,
  sweepId: string,
  approved: Approved,
): Promise<void> {
  const tenantId = context.tenant.id;
  const { sweep, steps } = await loadSweep(store, context, sweepId);
  if (sweep.requestedBy === context.principal.id)
    throw new Problem('forbidden', 'Somebody else than who asked for the sweep must approve it.');
  const { hash: policyHash } = policies.of(tenantId).current();
  const reviewDigest = 'reviewDigest' in approved ? approved.reviewDigest : undefined;
  // A rule that is gone is in no set: its step is superseded with the approval.
  const stillWaiting = (some: StepRow[]) => waitingIn(some).filter((rule) => plans.isInForce(context, rule));
  const rules = 'rules' in approved ? approved.rules : stillWaiting(steps);
  // A fault found here is told only inside: a repeated request gets its first answer.
  const again = await (async () => {
    if (rules.length === 0) throw new Problem('conflict', 'Nothing of this sweep waits for approval.');
    refuseOthers(steps, rules);
    return plans.lookClosely(context, sweep.asOf, rules);
  })().catch((fault: unknown) => ({ fault }));

  const changed = await writeOnce(store, context, async (tx) => {
    await oneAtATime(tx, tenantId);
    const now = await stepsOf(tx, tenantId, sweepId);
    refuseOthers(now, rules);
    if ('fault' in again) throw again.fault;
    const silent = again.filter(({ fault }) => fault !== null).map(({ planned }) => planned.rule);
    if (silent.length > 0)
      throw new Problem(
        'conflict',
        `The holder cannot be asked now, for: ${silent.join(', ')}. Approve once it answers.`,
      );
    const waiting = new Map(now.map((step) => [step.ruleId, step]));
    // One that has come to wait since is in no set that was reviewed.
    const isWhole = stillWaiting(now).length === again.length;
    const asReviewed = isWhole && setDigest(sweep, again) === reviewDigest;
    const others = again.filter((looked) =>
      reviewDigest === undefined ? !isAsSeen(waiting.get(looked.planned.rule), looked) : !asReviewed,
    );
    for (const looked of others)
      await updateStep(
        tx,
        { tenantId, sweepId, ruleId: looked.planned.rule },
        lookedValues(looked, waiting.get(looked.planned.rule)?.treated),
      );
    if (others.length > 0) return others.map(({ planned }) => planned.rule);
    const approvedAt = context.clock();
    for (const looked of again) {
      const { planned, reach } = looked;
      const ruleId = planned.rule;
      const seen = reviewDigest === undefined ? {} : lookedValues(looked, waiting.get(ruleId)?.treated);
      const values = { ...seen, status: 'waiting', approvedBy: context.principal.id };
      await updateStep(tx, { tenantId, sweepId, ruleId }, values);
      await putApproval(tx, { tenantId, ruleId, reach, sweepId, approvedBy: context.principal.id, approvedAt });
    }
    const gone = waitingIn(now).filter((rule) => !plans.isInForce(context, rule));
    // An instance that is behind does not know what is gone.
    if (gone.length > 0) await policies.requireInForce(tx, tenantId, policyHash);
    for (const ruleId of gone) await updateStep(tx, { tenantId, sweepId, ruleId }, { status: 'superseded' });
    await updateSweep(tx, tenantId, sweepId, {
      status: 'running',
      finishedAt: null,
      approvedBy: context.principal.id,
      policyHash,
    });
    await audit.add(tx, context, {
      action: 'sweep.approved',
      detail: {
        sweep: sweepId,
        rules,
        reviewDigest,
        due: Object.fromEntries(again.map(({ planned }) => [planned.rule, planned.due])),
        digests: Object.fromEntries(again.map(({ planned }) => [planned.rule, planned.digest])),
      },
    });
    return [];
  });
  if (changed.length > 0)
    throw new Problem(
      'plan-changed',
      `What is due has changed since the sweep planned it, for: ${changed.join(', ')}. It says the new numbers now; look at them and approve again.`,
      { members: { rules: changed } },
    );
}

/** @throws Problem `conflict` naming a rule that does not wait. */
function refuseOthers(steps: StepRow[], rules: string[]): void {
  const waiting = waitingIn(steps);
  for (const [index, rule] of rules.entries())
    if (!waiting.includes(rule))
      throw invalidField(
        `/rules/${index}`,
        `must be a rule that waits: ${waiting.join(', ') || 'none does'}`,
        'conflict',
      );
}

/** Whether what is due now is what the step says, under the same rule. */
export function isAsSeen(step: StepRow | undefined, { planned, reach, fault }: LookedAt): boolean {
  return (
    fault === null && step?.digest === planned.digest && step.reach !== null && sameReach(step.reach as Reach, reach)
  );
}

/** What a step remembers of a look, beside the rows it has treated before. */
export function lookedValues({ planned, reach, wait, fault }: LookedAt, treated = 0) {
  return {
    due: treated + planned.due,
    people: planned.people,
    held: planned.held,
    kept: planned.keptBy.length > 0 ? planned.keptBy.map(({ condition, rows }) => ({ id: condition, rows })) : null,
    unwarned: planned.unwarned,
    digest: fault === null ? planned.digest : null,
    reach,
    waitsFor: wait?.for ?? null,
    waitsInWords: wait?.why ?? null,
  };
}
