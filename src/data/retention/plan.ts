import { createHash } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { type ExternalHolder, HolderFault } from '../../foundations/holders/external.ts';
import type { DueRows, DueSummary, Holder, RetentionAction } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { dueBefore } from '../../law/duration.ts';
import type { RetentionRule } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { externalDue, PATIENCE } from './external-due.ts';
import { purposesOf } from './hold-kinds.ts';
import { protection } from './holds.ts';
import type { WhoIs } from './holds-outside.ts';
import type { Plan, PlannedRule, StandsStill } from './model.ts';
import { findPlan, insertPlan, type PlanRow } from './table.ts';

type ExternalSweeper = ExternalHolder & Required<Pick<ExternalHolder, 'plan' | 'sweep'>>;

interface HolderDeps {
  policies: Policies;
  holders: Holder[];
  externalHolders: ExternalHolder[];
}

export interface PlanDeps extends HolderDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  /** Whom a hold protects, as holders outside know them. */
  whoIs?: WhoIs | undefined;
}

/**
 * The most destructive first: what is due for two actions gets the stronger one, and nothing that one rule of a sweep
 * makes is taken up by the next rule of the same sweep — so that a sweep does exactly what its plan said.
 */
const ORDER: RetentionAction[] = ['erase', 'anonymise', 'aggregate', 'pseudonymise', 'reduce'];

/** The rules in the order of a sweep. @throws Problem for a rule the policies do not have. */
function rulesInOrder(policies: Policies, wanted: string[] | undefined): RetentionRule[] {
  const { rules } = policies.current();
  for (const [index, id] of (wanted ?? []).entries())
    if (!rules.some((rule) => rule.id === id))
      throw invalidField(`/rules/${index}`, 'must be the id of a rule in the policies');
  return rules
    .filter(({ id }) => !wanted || wanted.includes(id))
    .sort((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || (a.id < b.id ? -1 : 1));
}

/** The holder of a category: one inside the database, or one outside that has clocks to count from. */
export type RuleHolder = { inside: Holder } | { outside: ExternalSweeper };

/** @throws HolderFault `misconfigured` where the policies name a holder that this instance was not started with. */
export function holderOf({ holders, externalHolders, policies }: HolderDeps, category: string): RuleHolder {
  const id = policies.current().categories.find((one) => one.id === category)?.holder ?? category.split('.')[0];
  const inside = holders.find((holder) => holder.id === id);
  if (inside) return { inside };
  const outside = externalHolders.find((holder) => holder.id === id);
  if (!outside?.plan || !outside.sweep) throw new HolderFault(id ?? category, 'misconfigured');
  return { outside: outside as ExternalSweeper };
}

/** What a rule treats at an instant, with the holds as they are in this query. */
export async function dueRows(
  q: Query,
  context: Context,
  policies: Policies,
  rule: RetentionRule,
  asOf: Date,
): Promise<DueRows> {
  const { hash, installation } = policies.current();
  const now = context.clock();
  return {
    tenantId: context.tenant.id,
    timeZone: context.tenant.timeZone,
    category: rule.category,
    action: rule.action,
    clock: rule.from,
    before: dueBefore(asOf, rule.after, context.tenant.timeZone),
    minimumCell: rule.minimumCell ?? installation.retention.minimumCell,
    policyHash: hash,
    at: now,
    notHeld: await protection(q, context.tenant.id, rule.category, now, {
      purposes: purposesOf(policies, rule.category),
      action: rule.action,
    }),
  };
}

/** Stands for what a holder that cannot be asked would have due. */
const NOT_KNOWN: DueSummary = { due: 0, held: 0, total: 0, oldest: null, digest: '0'.repeat(64), sample: [] };

/** The brake: more than a share of the category *and* more than a number of rows waits for a person (REQ-E05). */
export function brakes(
  due: number,
  total: number,
  { brakeShare, brakeRows }: { brakeShare: number; brakeRows: number },
): boolean {
  return due > Math.max(brakeShare * total, brakeRows);
}

/** What a rule would treat now, wherever its rows are. @throws HolderFault */
export async function dueSummary(
  deps: PlanDeps,
  context: Context,
  rule: RetentionRule,
  asOf: Date,
): Promise<DueSummary & { standsStill?: StandsStill }> {
  const its = holderOf(deps, rule.category);
  if ('outside' in its) {
    const { due, standsStill } = await externalDue(deps, context, its.outside, rule, asOf);
    return { ...(await its.outside.plan(due, AbortSignal.timeout(PATIENCE))), standsStill };
  }
  return deps.store.read(async (q) => its.inside.plan(q, await dueRows(q, context, deps.policies, rule, asOf)));
}

export function createPlans(deps: PlanDeps) {
  const { store, audit, policies } = deps;
  /** Looks, touches nothing. */
  async function look(context: Context, asOf: Date, wanted: string[] | undefined): Promise<PlannedRule[]> {
    const { retention } = policies.current().installation;
    const planned: PlannedRule[] = [];
    for (const rule of rulesInOrder(policies, wanted)) {
      const summary: Awaited<ReturnType<typeof dueSummary>> = await dueSummary(deps, context, rule, asOf).catch(
        (error: unknown) => {
          // One that is down keeps nobody from the rest; its rule is tried in the sweep, and fails there for all to see.
          if (!(error instanceof HolderFault)) throw error;
          return NOT_KNOWN;
        },
      );
      planned.push({
        rule: rule.id,
        category: rule.category,
        action: rule.action,
        after: rule.after,
        from: rule.from,
        before: dueBefore(asOf, rule.after, context.tenant.timeZone).toISOString(),
        due: summary.due,
        held: summary.held,
        total: summary.total,
        withoutClock: summary.withoutClock ?? 0,
        standsStill: summary.standsStill?.why ?? null,
        oldest: summary.oldest?.toISOString() ?? null,
        braked: brakes(summary.due, summary.total, retention),
        sample: summary.sample,
        digest: summary.digest,
      });
    }
    return planned;
  }

  async function get(context: Context, planId: string): Promise<Plan> {
    const row = await store.read((q) => findPlan(q, context.tenant.id, { planId }));
    if (!row) throw new Problem('not-found', 'There is no plan of this id.');
    const plan = row.plan as Plan;
    // Plans that were made before these were told.
    return {
      ...plan,
      rules: plan.rules.map((rule) => ({
        ...rule,
        withoutClock: rule.withoutClock ?? 0,
        standsStill: rule.standsStill ?? null,
      })),
    };
  }

  return {
    look,

    /** Plans and keeps the plan, so that a sweep can be bound to its digest. */
    async plan(context: Context, input: { asOf?: string; rules?: string[] }): Promise<Plan> {
      const asOf = input.asOf === undefined ? context.clock() : new Date(input.asOf);
      const rules = await look(context, asOf, input.rules);
      const digest = planDigest(asOf, rules);
      // Only the id is kept for a repeat: the samples are pseudonyms, and stand in the plan alone.
      const planId = await writeOnce(store, context, async (tx) => {
        const createdAt = context.clock();
        const policyHash = policies.current().hash;
        const plan: Plan = {
          planId: uuidv7(createdAt),
          asOf: asOf.toISOString(),
          policyHash,
          digest,
          rules,
          createdAt: createdAt.toISOString(),
        };
        await insertPlan(tx, {
          tenantId: context.tenant.id,
          planId: plan.planId,
          asOf,
          digest,
          policyHash,
          plan,
          createdAt,
          createdBy: context.principal.id,
        });
        await audit.add(tx, context, {
          action: 'retention.planned',
          policyHash,
          detail: { plan: plan.planId, digest, due: Object.fromEntries(rules.map(({ rule, due }) => [rule, due])) },
        });
        return plan.planId;
      });
      return get(context, planId);
    },

    get,

    /**
     * The plan of a digest, looked at again.
     * @throws Problem `plan-changed` naming the rules for which something else is due by now.
     */
    async confirm(context: Context, digest: string): Promise<{ asOf: Date; rules: PlannedRule[] }> {
      const row: PlanRow | undefined = await store.read((q) => findPlan(q, context.tenant.id, { digest }));
      if (!row)
        throw new Problem('not-found', 'There is no plan of this digest; make one first.', {
          errors: [{ pointer: '/planDigest', detail: 'must be the digest of a plan made here' }],
        });
      const plan = row.plan as Plan;
      if (row.asOf > context.clock())
        throw invalidField('/planDigest', 'must be of a plan for an instant that has come; this one lies ahead');
      if (row.policyHash !== policies.current().hash)
        throw new Problem('plan-changed', 'The policies have changed since the plan was made. Plan again.', {
          members: { rules: plan.rules.map(({ rule }) => rule) },
        });
      const rules = await look(
        context,
        row.asOf,
        plan.rules.map(({ rule }) => rule),
      );
      const changed = rules.filter((rule, index) => rule.digest !== plan.rules[index]?.digest).map(({ rule }) => rule);
      if (changed.length > 0)
        throw new Problem(
          'plan-changed',
          `What is due has changed since the plan was made, for: ${changed.join(', ')}. Plan again.`,
          { members: { rules: changed } },
        );
      return { asOf: row.asOf, rules };
    },
  };
}

export type PlanService = ReturnType<typeof createPlans>;

function planDigest(asOf: Date, rules: PlannedRule[]): string {
  const content = {
    asOf: asOf.toISOString(),
    rules: rules.map(({ rule, action, before, due, digest }) => ({ rule, action, before, due, digest })),
  };
  return createHash('sha256').update(canonical(content)).digest('hex');
}
