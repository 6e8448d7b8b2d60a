import { createHash } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { HolderFault } from '../../foundations/holders/external.ts';
import type { DueSummary } from '../../foundations/holders/holder.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { RuleInForce } from '../../register/policies/transitions.ts';
import { wordMember } from '../../register/policies/whose-word.ts';
import { ruleAndWhose } from '../../register/policies/word-in-words.ts';
import { brakes, type WaitsFor, waitOf } from './approval.ts';
import { type DueDeps, dueSummary, holderIdOf, rulesToRun } from './due-rows.ts';
import { createExplainer } from './explain.ts';
import { boundsOf } from './external-due.ts';
import type { Plan, PlannedRule } from './model.ts';
import { type Reach, reachOf } from './reach.ts';
import { shownKept, sumOf } from './sweep-record.ts';
import { approvedReaches, findPlan, insertPlan, type PlanRow } from './table.ts';

export interface PlanDeps extends DueDeps {
  audit: Audit;
}

/** The rules that are wanted, in the order of a sweep. @throws Problem for a rule the policies do not have. */
function wantedRules(policies: Pick<Policies, 'current'>, wanted: string[] | undefined): RuleInForce[] {
  const rules = rulesToRun(policies);
  for (const [index, id] of (wanted ?? []).entries())
    if (!rules.some((rule) => rule.id === id))
      throw invalidField(`/rules/${index}`, 'must be the id of a rule in the policies');
  return rules.filter(({ id }) => !wanted || wanted.includes(id));
}

/** How far a rule may reach: what was agreed to under its old word was agreed to for the rows it still decides. */
const seenOf = ({ id, old }: RuleInForce, seen: Map<string, Reach>): Reach | undefined =>
  seen.get(id) ?? (old && seen.get(old.of));

/** A rule as planned, with what a sweep must remember of it. */
export interface LookedAt {
  planned: PlannedRule;
  reach: Reach;
  /** Its holder could not be asked: nothing is known of its rows. */
  fault: HolderFault | null;
  /** Why it waits, or would wait if anything were due. */
  wait: { for: WaitsFor; why: string } | null;
}

/** Whether an officer must agree before the rule runs. */
export const mustWait = ({ planned }: LookedAt): boolean => planned.waits !== null;

/** Stands for what a holder that cannot be asked would have due. */
const NOT_KNOWN: DueSummary = {
  due: 0,
  held: 0,
  people: null,
  total: 0,
  oldest: null,
  digest: '0'.repeat(64),
  sample: [],
};

export function createPlans(deps: PlanDeps) {
  const { store, audit, policies } = deps;
  /** Looks, touches nothing. */
  async function lookClosely(context: Context, asOf: Date, wanted: string[] | undefined): Promise<LookedAt[]> {
    const looked: LookedAt[] = [];
    const seen = await store.read((q) => approvedReaches(q, context.tenant.id));
    for (const rule of wantedRules(policies.of(context.tenant.id), wanted))
      looked.push(await lookAt(context, asOf, rule, seenOf(rule, seen)));
    return looked;
  }

  async function lookAt(context: Context, asOf: Date, rule: RuleInForce, seen: Reach | undefined): Promise<LookedAt> {
    const set = policies.of(context.tenant.id).current();
    const { retention } = set.installation;
    let fault: HolderFault | null = null;
    const summary: Awaited<ReturnType<typeof dueSummary>> = await dueSummary(deps, context, rule, asOf).catch(
      (error: unknown) => {
        // One that is down keeps nobody from the rest; its rule is tried in the sweep, and fails there for all to see.
        if (!(error instanceof HolderFault)) throw error;
        fault = error;
        return NOT_KNOWN;
      },
    );
    const { due, total, people } = summary;
    const reach = reachOf(rule, set);
    const wait = waitOf(rule, { seen, reach }, summary, retention);
    const waits = wait !== null && due > 0;
    let dueAsBefore: number | null = null;
    if (waits && wait.for === 'reaches-more' && seen && seen.category === rule.category) {
      const { after, counted, from, action, minimumCell, unless, only, inactivity, leaves } = seen;
      const asAgreed = { ...rule, after, counted, from, action, minimumCell, unless, only, inactivity, leaves };
      dueAsBefore = await dueSummary(deps, context, asAgreed, asOf).then(
        ({ due: then }) => then,
        (error: unknown) => {
          if (!(error instanceof HolderFault)) throw error;
          return null;
        },
      );
    }
    const title = set.categories.find(({ id }) => id === rule.category)?.title ?? rule.category;
    return {
      reach,
      fault,
      wait: wait && { for: wait.for, why: inNumbers(wait.why, due, people, dueAsBefore) },
      planned: {
        rule: rule.id,
        category: rule.category,
        action: rule.action,
        after: rule.after,
        ...(rule.counted ? { counted: rule.counted } : {}),
        from: rule.from,
        inWords: `${title}: ${ruleAndWhose(rule, set, textsIn('en'))}`,
        ...wordMember(set, 'rules', rule.id),
        approval: rule.approval ?? 'first',
        before: boundsOf(context, rule, asOf).before.toISOString(),
        due,
        people,
        held: summary.held,
        kept: sumOf(summary.kept),
        keptBy: shownKept(summary.kept),
        why: await whyOf(context, asOf, rule, summary),
        total,
        dueAsBefore,
        unwarned: summary.unwarned ?? null,
        withoutClock: summary.withoutClock ?? 0,
        standsStill: summary.standsStill?.why ?? null,
        oldest: summary.oldest?.toISOString() ?? null,
        braked: brakes(summary, retention) !== undefined,
        waits: waits ? { for: wait.for, inWords: inNumbers(wait.why, due, people, dueAsBefore) } : null,
        sample: summary.sample,
        digest: summary.digest,
      },
    };
  }

  /** Of the rows a plan shows: without what the person's relations and items are called, as it is kept. */
  async function whyOf(context: Context, asOf: Date, rule: RuleInForce, { sample, keptSample = [] }: DueSummary) {
    const { tenant, clock } = context;
    if (!deps.holders.some(({ id }) => id === holderIdOf(policies.of(tenant.id), rule))) return [];
    const explained = await store.read((q) =>
      createExplainer(deps, q, { tenant, now: clock(), asOf, t: textsIn('en'), discreet: true }).ofRows(rule.category, [
        ...sample,
        ...keptSample,
      ]),
    );
    return explained.map(({ row, isKept, inWords }) => ({ row, isKept, inWords }));
  }

  const look = async (context: Context, asOf: Date, wanted: string[] | undefined): Promise<PlannedRule[]> =>
    (await lookClosely(context, asOf, wanted)).map(({ planned }) => planned);

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
        kept: rule.kept ?? 0,
        keptBy: rule.keptBy ?? [],
        why: rule.why ?? [],
      })),
    };
  }

  return {
    look,
    lookClosely,
    /** Whether a rule is still carried out: one that an older sweep waits with may be gone. */
    isInForce: (context: Context, ruleId: string): boolean =>
      rulesToRun(policies.of(context.tenant.id)).some(({ id }) => id === ruleId),

    /** Plans and keeps the plan, so that a sweep can be bound to its digest. */
    async plan(context: Context, input: { asOf?: string; rules?: string[] }): Promise<Plan> {
      await policies.refresh(store);
      const asOf = input.asOf === undefined ? context.clock() : new Date(input.asOf);
      const rules = await look(context, asOf, input.rules);
      const digest = planDigest(asOf, rules);
      // Only the id is kept for a repeat: the samples are pseudonyms, and stand in the plan alone.
      const planId = await writeOnce(store, context, async (tx) => {
        const createdAt = context.clock();
        const policyHash = policies.of(context.tenant.id).current().hash;
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
    async confirm(context: Context, digest: string): Promise<{ asOf: Date; looked: LookedAt[] }> {
      const row: PlanRow | undefined = await store.read((q) => findPlan(q, context.tenant.id, { digest }));
      if (!row)
        throw new Problem('not-found', 'There is no plan of this digest; make one first.', {
          errors: [{ pointer: '/planDigest', detail: 'must be the digest of a plan made here' }],
        });
      const plan = row.plan as Plan;
      if (row.asOf > context.clock())
        throw invalidField('/planDigest', 'must be of a plan for an instant that has come; this one lies ahead');
      if (row.policyHash !== policies.of(context.tenant.id).current().hash)
        throw new Problem('plan-changed', 'The policies have changed since the plan was made. Plan again.', {
          members: { rules: plan.rules.map(({ rule }) => rule) },
        });
      const looked = await lookClosely(
        context,
        row.asOf,
        plan.rules.map(({ rule }) => rule),
      );
      const changed = looked
        .filter(({ planned }, index) => planned.digest !== plan.rules[index]?.digest)
        .map(({ planned }) => planned.rule);
      if (changed.length > 0)
        throw new Problem(
          'plan-changed',
          `What is due has changed since the plan was made, for: ${changed.join(', ')}. Plan again.`,
          { members: { rules: changed } },
        );
      return { asOf: row.asOf, looked };
    },
  };
}

export type PlanService = ReturnType<typeof createPlans>;

/** Why a rule waits, and how much that is. */
function inNumbers(why: string, due: number, people: number | null, asBefore: number | null): string {
  const amount = `${due} ${due === 1 ? 'row is' : 'rows are'} due`;
  const persons = people === 0 ? 'nobody known here' : `${people} ${people === 1 ? 'person' : 'people'}`;
  const whose = people === null ? '' : `, of ${persons}`;
  const before = asBefore === null ? '' : `; ${asBefore} would be if the rule stood as it was agreed to`;
  return `${why} ${amount}${whose}${before}.`;
}

function planDigest(asOf: Date, rules: PlannedRule[]): string {
  const content = {
    asOf: asOf.toISOString(),
    rules: rules.map(({ rule, action, before, due, digest }) => ({ rule, action, before, due, digest })),
  };
  return createHash('sha256').update(canonical(content)).digest('hex');
}
