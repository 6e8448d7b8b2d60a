import type { PolicySet } from '../../src/register/policies/model.ts';
import { openPolicies, type Policies } from '../../src/register/policies/policies.ts';

/**
 * The policies of a folder as an installation has them whose officers have agreed to every rule and set no brake: most
 * tests sweep on fresh ground, and are about something else. What waits for whom is tested with the policies as they are
 * (test/data/retention/approval.int.test.ts).
 */
export function agreedPolicies(folder: string): Policies {
  const policies = openPolicies(folder);
  const agreed = new WeakMap<PolicySet, PolicySet>();
  return {
    ...policies,
    current: () => {
      const set = policies.current();
      const known = agreed.get(set) ?? withoutWaiting(set);
      agreed.set(set, known);
      return known;
    },
  };
}

function withoutWaiting(set: PolicySet): PolicySet {
  const none = { brakeShare: 1, brakeRows: Number.MAX_SAFE_INTEGER, brakeBelow: 0 };
  return {
    ...set,
    rules: set.rules.map((rule) => ({ ...rule, approval: 'brake' as const })),
    installation: { ...set.installation, retention: { ...set.installation.retention, ...none } },
  };
}
