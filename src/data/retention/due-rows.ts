import type { Context } from '../../foundations/contract/context.ts';
import { type ExternalDue, type ExternalHolder, HolderFault } from '../../foundations/holders/external.ts';
import type { DueRows, DueSummary, Holder, RetentionAction } from '../../foundations/holders/holder.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { holderOfCategory, type RuleInForce, rulesInForce } from '../../register/policies/transitions.ts';
import { boundsOf, externalDue, PATIENCE } from './external-due.ts';
import { purposesOf } from './hold-kinds.ts';
import { protection } from './holds.ts';
import type { HoldsOutsideDeps } from './holds-outside.ts';
import type { StandsStill } from './model.ts';

type ExternalSweeper = ExternalHolder & Required<Pick<ExternalHolder, 'plan' | 'sweep'>>;

export interface DueDeps extends HoldsOutsideDeps {
  store: Store;
  policies: Policies;
  holders: Holder[];
  externalHolders: ExternalHolder[];
}

/**
 * The most destructive first: what is due under two rules gets the stronger action, and nothing that one rule of a sweep
 * makes is taken up by the next rule of the same sweep — so that a sweep does exactly what its plan said.
 */
const ORDER: RetentionAction[] = ['erase', 'anonymise', 'aggregate', 'pseudonymise', 'reduce'];

/** The rules in the order of a sweep. */
export function rulesInOrder({ current }: Pick<Policies, 'current'>): RuleInForce[] {
  return rulesInForce(current()).sort(
    (a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || (a.id < b.id ? -1 : 1),
  );
}

/** The holder of a category: one inside the database, or one outside that has clocks to count from. */
export type RuleHolder = { inside: Holder } | { outside: ExternalSweeper };

const holderIdOf = (policies: Pick<Policies, 'current'>, { category, old }: Pick<RuleInForce, 'category' | 'old'>) =>
  old?.holder ?? holderOfCategory(policies.current(), category);

/** @throws HolderFault `misconfigured` where the policies name a holder that this instance was not started with. */
export function holderOf(
  { holders, externalHolders, policies }: DueDeps,
  tenantId: string,
  rule: Pick<RuleInForce, 'category' | 'old'>,
): RuleHolder {
  const id = holderIdOf(policies.of(tenantId), rule);
  const inside = holders.find((holder) => holder.id === id);
  if (inside) return { inside };
  const outside = externalHolders.find((holder) => holder.id === id);
  if (!outside?.plan || !outside.sweep) throw new HolderFault(id, 'misconfigured');
  return { outside: outside as ExternalSweeper };
}

/**
 * The rules that come before one and may reach the same rows of its holder: a row due under several is the first one's,
 * whether that runs, waits or was not asked for.
 */
function strongerThan(policies: Pick<Policies, 'current'>, rule: RuleInForce, its: RuleHolder): RuleInForce[] {
  const rules = rulesInOrder(policies);
  const before = rules.slice(
    0,
    rules.findIndex(({ id }) => id === rule.id),
  );
  if ('outside' in its) {
    const id = holderIdOf(policies, rule);
    return before.filter((one) => holderIdOf(policies, one) === id);
  }
  const takenAlong = its.inside.describe().goesWith?.[rule.category] ?? [];
  return before.filter(
    ({ category, action }) => category === rule.category || (action === 'erase' && takenAlong.includes(category)),
  );
}

/** What a rule treats at an instant, with the holds as they are in this query. */
export async function dueRows(
  deps: Pick<DueDeps, 'policies'>,
  q: Query,
  context: Context,
  rule: RuleInForce,
  asOf: Date,
  inside: Holder,
): Promise<DueRows> {
  const policies = deps.policies.of(context.tenant.id);
  const { hash, installation } = policies.current();
  const now = context.clock();
  const of = async (one: RuleInForce): Promise<DueRows> => ({
    tenantId: context.tenant.id,
    timeZone: context.tenant.timeZone,
    category: one.category,
    action: one.action,
    clock: one.from,
    ...boundsOf(context, one, asOf),
    minimumCell: one.minimumCell ?? installation.retention.minimumCell,
    policyHash: hash,
    at: now,
    asOf,
    notHeld: await protection(q, context.tenant.id, one.category, now, {
      purposes: purposesOf(policies, one.category),
      action: one.action,
    }),
  });
  const stronger: DueRows[] = [];
  for (const one of strongerThan(deps.policies.of(context.tenant.id), rule, { inside })) stronger.push(await of(one));
  return { ...(await of(rule)), stronger };
}

/** What a rule treats at a holder outside, with the holds as they are now. */
export async function dueOutside(
  deps: DueDeps,
  context: Context,
  rule: RuleInForce,
  asOf: Date,
  outside: ExternalSweeper,
): Promise<{ due: ExternalDue; standsStill?: StandsStill }> {
  const stronger: ExternalDue[] = [];
  for (const one of strongerThan(deps.policies.of(context.tenant.id), rule, { outside }))
    stronger.push((await externalDue(deps, context, outside, one, asOf)).due);
  const { due, standsStill } = await externalDue(deps, context, outside, rule, asOf);
  return { due: { ...due, stronger }, standsStill };
}

/** What a rule would treat now, wherever its rows are. @throws HolderFault */
export async function dueSummary(
  deps: DueDeps,
  context: Context,
  rule: RuleInForce,
  asOf: Date,
): Promise<DueSummary & { standsStill?: StandsStill }> {
  const its = holderOf(deps, context.tenant.id, rule);
  if ('outside' in its) {
    const { due, standsStill } = await dueOutside(deps, context, rule, asOf, its.outside);
    return { ...(await its.outside.plan(due, AbortSignal.timeout(PATIENCE))), standsStill };
  }
  return deps.store.read(async (q) => its.inside.plan(q, await dueRows(deps, q, context, rule, asOf, its.inside)));
}
