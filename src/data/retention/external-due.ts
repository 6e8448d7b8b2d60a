import type { Context } from '../../foundations/contract/context.ts';
import type { ExternalDue, ExternalHolder } from '../../foundations/holders/external.ts';
import { dueBefore, startOfDayNamed } from '../../law/duration.ts';
import type { RuleInForce } from '../../register/policies/transitions.ts';
import type { ConditionDeps } from './conditions.ts';
import { type HoldsOutsideDeps, heldOutside, keptOutside } from './holds-outside.ts';
import type { StandsStill } from './model.ts';

/** Milliseconds a holder outside may take for one step of a plan or a sweep. */
export const PATIENCE = 600_000;

/** Below which instant a rule's rows are due, and which of them are another word's. */
export function boundsOf(
  { tenant: { timeZone } }: Context,
  { after, counted, old, leaves }: RuleInForce,
  asOf: Date,
): Pick<ExternalDue, 'before' | 'leaves'> {
  const ends = dueBefore(asOf, after, timeZone, counted);
  const until = old && startOfDayNamed(old.until, timeZone);
  return {
    before: until && until < ends ? until : ends,
    leaves: leaves?.map((one) => ({ clock: one.clock, before: startOfDayNamed(one.until, timeZone) })),
  };
}

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
  rule: RuleInForce,
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
    ...boundsOf(context, rule, asOf),
    minimumCell: rule.minimumCell ?? installation.retention.minimumCell,
    policyHash: hash,
    at: context.clock(),
    held: held === 'all' || kept.held === 'all' ? 'all' : [...held, ...kept.held],
  };
  return { due, standsStill: standsStill ?? kept.standsStill, heldAlone: held };
}
