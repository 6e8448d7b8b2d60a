import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import type { PolicySet } from '../../src/register/policies/model.ts';
import { openPolicies, type Policies, type PolicyView } from '../../src/register/policies/policies.ts';

/**
 * The policies of a folder as an installation has them whose officers have agreed to every rule and set no brake: most
 * tests sweep on fresh ground, and are about something else. What waits for whom is tested with the policies as they are
 * (test/data/retention/approval.int.test.ts).
 */
export function agreedPolicies(folder: string, policies: Policies = openPolicies(folder)): Policies {
  const agreed = new WeakMap<PolicySet, PolicySet>();
  const known = <View extends PolicyView>(view: View): View => ({
    ...view,
    current: () => {
      const set = view.current();
      const waiting = agreed.get(set) ?? withoutWaiting(set);
      agreed.set(set, waiting);
      return waiting;
    },
  });
  const views = new WeakMap<PolicyView, PolicyView>();
  const agreedTo = known(policies);
  agreedTo.of = (tenantId) => {
    const view = policies.of(tenantId);
    if (view === policies) return agreedTo;
    const seen = views.get(view) ?? known(view);
    views.set(view, seen);
    return seen;
  };
  return agreedTo;
}

/**
 * The shipped policies as files, in a folder inside `parent`: rules that officers have agreed to (`approval: brake`), and
 * a brake of this share and number.
 */
export function agreedFolder(parent: string, { rows = 1e9, share = 1 } = {}): string {
  const folder = mkdtempSync(join(parent, 'policies-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  const edit = (file: string, from: RegExp, to: string) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    if (!from.test(text)) throw new Error(`${file} does not say ${from}`);
    writeFileSync(path, text.replace(from, to));
  };
  edit(
    'installation.yaml',
    /brakeShare: 0\.2\n {2}brakeRows: 10000/,
    `brakeShare: ${share}\n  brakeRows: ${rows}\n  brakeBelow: 0`,
  );
  edit('retention.yaml', /^( {4})(after: )/gm, '$1approval: brake\n$1$2');
  return folder;
}

function withoutWaiting(set: PolicySet): PolicySet {
  const none = { brakeShare: 1, brakeRows: Number.MAX_SAFE_INTEGER, brakeBelow: 0 };
  return {
    ...set,
    rules: set.rules.map((rule) => ({ ...rule, approval: 'brake' as const })),
    installation: { ...set.installation, retention: { ...set.installation.retention, ...none } },
  };
}
