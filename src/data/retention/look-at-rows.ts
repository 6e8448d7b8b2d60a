import { HolderFault } from '../../foundations/holders/external.ts';
import type { PolicySet } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { LookAtRows } from '../../register/proposals/numbers.ts';
import { type DueDeps, dueSummary, rulesInOrder } from './due-rows.ts';

/** What a set of policies that is not in force would find due: the same look that plans take. Touches nothing. */
export function createLookAtRows(deps: DueDeps): LookAtRows {
  return async (context, set, asOf, rules) => {
    const policies = policiesOf(deps.policies, context.tenant.id, set);
    const found: Awaited<ReturnType<LookAtRows>> = new Map();
    for (const rule of rulesInOrder(policies.of(context.tenant.id)))
      if (rules.includes(rule.id))
        found.set(
          rule.id,
          await dueSummary({ ...deps, policies }, context, rule, asOf).catch((error: unknown) => {
            if (!(error instanceof HolderFault)) throw error;
            return { due: null, digest: '' };
          }),
        );
    return found;
  };
}

/** As if this set decided for the tenant. */
function policiesOf(policies: Policies, tenantId: string, set: PolicySet): Policies {
  const view = { ...policies.of(tenantId), current: () => set };
  return { ...policies, of: () => view };
}
