import type { Context } from '../../foundations/contract/context.ts';
import type { ExternalDue, ExternalHolder } from '../../foundations/holders/external.ts';
import { dueBefore } from '../../law/duration.ts';
import type { RetentionRule } from '../../register/policies/model.ts';
import type { ConditionDeps } from './conditions.ts';
import { type HoldsOutsideDeps, heldOutside, keptOutside } from './holds-outside.ts';
import type { StandsStill } from './model.ts';

/** Milliseconds a holder outside may take for one step of a plan or a sweep. */
export const PATIENCE = 600_000;

/**
 * What a rule treats at a holder outside, with the holds as they are now; whom a condition keeps is spared like somebody
 * held (`heldAlone`: without them). Where nothing tells what the holder calls a
 * person under a hold, the hold protects the whole category there, and it is said why: what was destroyed cannot be
 * brought back.
 */
export async function externalDue(
  deps: HoldsOutsideDeps & Pick<ConditionDeps, 'holders'>,
  context: Context,
  holder: Pick<ExternalHolder, 'id' | 'describe'>,
  rule: RetentionRule,
  asOf: Date,
): Promise<{ due: ExternalDue; standsStill?: StandsStill; heldAlone: ExternalDue['held'] }> {
  const { hash, installation } = deps.policies.of(context.tenant.id).current();
  const { held, standsStill } = await heldOutside(deps, context, holder, rule);
  const kept = await keptOutside(deps, context, holder, rule, asOf);
  const due: ExternalDue = {
    tenantId: context.tenant.id,
    timeZone: context.tenant.timeZone,
    category: rule.category,
    action: rule.action,
    clock: rule.from,
    before: dueBefore(asOf, rule.after, context.tenant.timeZone, rule.counted),
    minimumCell: rule.minimumCell ?? installation.retention.minimumCell,
    policyHash: hash,
    at: context.clock(),
    held: held === 'all' || kept.held === 'all' ? 'all' : [...held, ...kept.held],
  };
  return { due, standsStill: standsStill ?? kept.standsStill, heldAlone: held };
}
