import type { Context } from '../../foundations/contract/context.ts';
import { type ExternalDue, type ExternalHolder, HolderFault } from '../../foundations/holders/external.ts';
import type { DueRows, DueSummary, Holder, RetentionAction } from '../../foundations/holders/holder.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { dueBefore } from '../../law/duration.ts';
import { conditionsFirst } from '../../register/policies/conditions.ts';
import { shortestWarning } from '../../register/policies/inactivity-model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { holderOfCategory, type RuleInForce, rulesInForce } from '../../register/policies/transitions.ts';
import { wasWarned } from '../profiles/warned.ts';
import { conditionsFor } from './conditions.ts';
import { boundsOf, externalDue, PATIENCE } from './external-due.ts';
import { purposesOf } from './hold-kinds.ts';
import { protection } from './holds.ts';
import type { HoldsOutsideDeps } from './holds-outside.ts';
import type { StandsStill } from './model.ts';
import { inReview, notReviewed } from './review-table.ts';

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
const ORDER: RetentionAction[] = ['erase', 'anonymise', 'aggregate', 'pseudonymise', 'reduce', 'review'];

/** The rules by strength. */
export function rulesInOrder({ current }: Pick<Policies, 'current'>): RuleInForce[] {
  return rulesInForce(current()).sort(
    (a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || (a.id < b.id ? -1 : 1),
  );
}

/**
 * The rules in the order of a sweep: by strength, but each before those that end what its conditions look at, so that what
 * the plan saw kept stays kept by the same sweep.
 */
export const rulesToRun = (policies: Pick<Policies, 'current'>): RuleInForce[] =>
  conditionsFirst(rulesInOrder(policies), policies.current());

/** The holder of a category: one inside the database, or one outside that has clocks to count from. */
export type RuleHolder = { inside: Holder } | { outside: ExternalSweeper };

export const holderIdOf = (
  policies: Pick<Policies, 'current'>,
  { category, old }: Pick<RuleInForce, 'category' | 'old'>,
) => old?.holder ?? holderOfCategory(policies.current(), category);

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

/** What of a rule's rows is further left out: of a review what somebody looks at, of a rule that warns who was not. */
function amongOf(q: Query, context: Context, rule: RuleInForce, asOf: Date): DueRows['among'] {
  if (rule.action === 'review') return (key) => notReviewed(q, context.tenant.id, rule.old?.of ?? rule.id, key, asOf);
  if (!rule.inactivity) return undefined;
  const before = dueBefore(asOf, shortestWarning(rule.inactivity), context.tenant.timeZone);
  const warned = wasWarned(q, before, rule.inactivity.unreachable === 'run');
  return () => warned;
}

/**
 * What a rule treats at an instant, with the holds as they are in this query; of a review exactly its rows, whatever their
 * period.
 */
export async function dueRows(
  deps: Pick<DueDeps, 'policies' | 'holders'>,
  q: Query,
  context: Context,
  rule: RuleInForce,
  asOf: Date,
  inside: Holder,
  reviewId: string | null = null,
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
    among: amongOf(q, context, one, asOf),
    minimumCell: one.minimumCell ?? installation.retention.minimumCell,
    policyHash: hash,
    at: now,
    asOf,
    notHeld: await protection(q, context.tenant.id, one.category, now, {
      purposes: purposesOf(policies, one.category),
      action: one.action,
    }),
    ...(await conditionsFor(deps, q, context, one, asOf)),
  });
  if (reviewId !== null) {
    const among: DueRows['among'] = (key) => inReview(q, context.tenant.id, reviewId, key);
    // Exactly these, whoever they are about and whichever word their period was.
    return { ...(await of(rule)), before: now, among, leaves: undefined, isMeant: undefined };
  }
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
): Promise<{ due: ExternalDue; standsStill?: StandsStill; heldAlone: ExternalDue['held'] }> {
  const stronger: ExternalDue[] = [];
  for (const one of strongerThan(deps.policies.of(context.tenant.id), rule, { outside }))
    stronger.push((await externalDue(deps, context, outside, one, asOf)).due);
  const { due, ...rest } = await externalDue(deps, context, outside, rule, asOf);
  return { due: { ...due, stronger }, ...rest };
}

/** What a rule would treat now, wherever its rows are. @throws HolderFault */
export async function dueSummary(
  deps: DueDeps,
  context: Context,
  rule: RuleInForce,
  asOf: Date,
  reviewId: string | null = null,
): Promise<DueSummary & { standsStill?: StandsStill }> {
  const its = holderOf(deps, context.tenant.id, rule);
  if ('outside' in its) {
    const { due, standsStill, heldAlone } = await dueOutside(deps, context, rule, asOf, its.outside);
    const summary = await its.outside.plan(due, AbortSignal.timeout(PATIENCE));
    if (!rule.unless) return { ...summary, standsStill };
    // A holder outside is told of one list of people to spare: asked again without the kept, the difference is theirs.
    const { held } = await its.outside.plan({ ...due, held: heldAlone }, AbortSignal.timeout(PATIENCE));
    const kept = [{ id: rule.unless.map(({ id }) => id).join('+'), rows: Math.max(0, summary.held - held) }];
    return { ...summary, held, kept, standsStill };
  }
  return deps.store.read(async (q) => {
    const due = await dueRows(deps, q, context, rule, asOf, its.inside, reviewId);
    const summary = await its.inside.plan(q, due);
    if (!rule.inactivity || reviewId !== null) return summary;
    const all = await its.inside.plan(q, { ...due, among: undefined });
    // Who is held was not warned: what is held is so all the same.
    return { ...summary, held: all.held, kept: all.kept, unwarned: all.due - summary.due };
  });
}
