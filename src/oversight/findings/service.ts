import type { CertificateService } from '../../data/certificates/service.ts';
import type { InformingService } from '../../data/informing/service.ts';
import type { PlannedRule, Sweep } from '../../data/retention/model.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { categoryGaps } from '../../foundations/holders/coverage.ts';
import type { Holder } from '../../foundations/holders/holder.ts';
import { checkNotices, type NoticeCheck } from '../../register/view/notice-completeness.ts';
import type { AsOf, Register } from '../../register/view/service.ts';
import type { ActivityRecord, RegisterView } from '../../register/view/view-model.ts';
import type { DisclosureService } from '../../rights/disclosures/service.ts';
import type { OfficerService } from '../officer/service.ts';
import { findFindings } from './find.ts';
import { overdueSince, type RetentionState } from './find-sweeps.ts';
import type { ActivityStatus, Finding, FindingList, RuleStatus } from './model.ts';

interface FindingDeps {
  register: Pick<Register, 'view'>;
  retention: RetentionService;
  certificates: Pick<CertificateService, 'get'>;
  disclosures: Pick<DisclosureService, 'recipients'>;
  informing: Pick<InformingService, 'counts'>;
  officer: Pick<OfficerService, 'conflicts'>;
  holders: Pick<Holder, 'id' | 'describe'>[];
}

/** Sweeps looked through for the last one that carried out a rule. */
const SWEEPS = 20;

/** Whether the register and what the system does are still the same thing, and how each activity is kept. */
export function createFindings({
  register,
  retention,
  certificates,
  disclosures,
  informing,
  officer,
  holders,
}: FindingDeps) {
  const isPresent = ({ at, knownAt }: AsOf) => at === undefined && knownAt === undefined;

  /** What is due and what was swept is known of the present only. */
  async function retentionNow(context: Context): Promise<{ planned: PlannedRule[]; sweeps: Sweep[] }> {
    const [planned, { items: sweeps }] = await Promise.all([
      retention.plans.look(context, context.clock(), undefined),
      retention.sweeps.list(context, { limit: SWEEPS }),
    ]);
    return { planned, sweeps };
  }

  async function find(context: Context, asOf: AsOf = {}): Promise<{ view: RegisterView; findings: Finding[] }> {
    const view = await register.view(context, asOf);
    const used = await disclosures.recipients(context, view.at < view.knownAt ? view.at : view.knownAt);
    const information = isPresent(asOf) ? await informing.counts(context) : null;
    const conflicts = isPresent(asOf) ? await officer.conflicts(context) : null;
    let state: RetentionState | null = null;
    if (isPresent(asOf)) {
      const { planned, sweeps } = await retentionNow(context);
      state = {
        sweeps: await retention.sweeps.state(context),
        reviews: await retention.reviews.waiting(context),
        rules: planned.map(({ rule, category, due, withoutClock, oldest, after, counted }) => ({
          rule,
          category,
          due,
          withoutClock,
          overdueSince:
            due > 0
              ? overdueSince(oldest ? new Date(oldest) : null, { after, counted }, context.tenant.timeZone)
              : null,
          swept: lastOf(sweeps, rule) !== undefined,
        })),
      };
    }
    return { view, findings: findFindings({ view, holders, used, retention: state, information, conflicts }) };
  }

  async function evidenceOf(context: Context, certificateId: string | null) {
    if (certificateId === null) return null;
    const { log } = await certificates.get(context, certificateId);
    return { entryId: log.entryId, logIndex: log.index ?? null };
  }

  async function statuses(context: Context, asOf: AsOf, wanted: (view: RegisterView) => ActivityRecord[]) {
    const view = await register.view(context, asOf);
    const { planned, sweeps } = isPresent(asOf) ? await retentionNow(context) : { planned: [], sweeps: [] };
    const failing = new Set(categoryGaps(holders, view.policies).flatMap(({ rule }) => rule ?? []));
    const proofs = new Map<string, RuleStatus>();
    const ruleStatus = async (rule: ActivityRecord['rules'][number]): Promise<RuleStatus> => {
      const known = proofs.get(rule.id);
      if (known) return known;
      const plan = planned.find((one) => one.rule === rule.id);
      const last = lastOf(sweeps, rule.id);
      const step = last?.steps.find((one) => one.rule === rule.id);
      const certificateId = step?.certificateId ?? last?.certificateId ?? null;
      const status: RuleStatus = {
        rule: rule.id,
        category: rule.category,
        action: rule.action,
        after: rule.after,
        from: rule.from,
        executable: !failing.has(rule.id),
        due: plan?.due ?? null,
        protected: plan?.held ?? null,
        held: plan?.total ?? null,
        overdueSince:
          plan && plan.due > 0 && plan.oldest
            ? (overdueSince(new Date(plan.oldest), plan, context.tenant.timeZone)?.toISOString() ?? null)
            : null,
        lastSweep: last
          ? {
              sweepId: last.sweepId,
              status: last.status,
              finishedAt: last.finishedAt as string,
              treated: step?.treated ?? 0,
              certificateId,
              evidence: await evidenceOf(context, certificateId),
            }
          : null,
      };
      proofs.set(rule.id, status);
      return status;
    };
    const items: ActivityStatus[] = [];
    for (const record of wanted(view)) {
      const rules: RuleStatus[] = [];
      for (const rule of record.rules) rules.push(await ruleStatus(rule));
      items.push(statusOf(record, rules));
    }
    return { view, items };
  }

  const point = (view: RegisterView) => ({
    at: view.at.toISOString(),
    knownAt: view.knownAt.toISOString(),
    policyHash: view.policyHash,
  });

  return {
    /** Art. 13 and 14, point by point, for every notice that an activity names. */
    async notices(context: Context, asOf: AsOf = {}): Promise<NoticeCheck[]> {
      return checkNotices(await register.view(context, asOf));
    },

    /** Every drift there is, errors and warnings; at another time without what is due, which is known of now only. */
    async list(context: Context, asOf: AsOf = {}, severity?: Finding['severity']): Promise<FindingList> {
      const { view, findings } = await find(context, asOf);
      const count = (wanted: Finding['severity']) => findings.filter((one) => one.severity === wanted).length;
      return {
        ...point(view),
        errors: count('error'),
        warnings: count('warning'),
        items: severity === undefined ? findings : findings.filter((one) => one.severity === severity),
      };
    },

    /** Each activity with its last sweep, rows due, rows held, and where the log proves it. */
    async activities(context: Context, asOf: AsOf = {}) {
      const { view, items } = await statuses(context, asOf, ({ activities }) => activities);
      return { ...point(view), items };
    },

    /** @throws Problem `not-found` */
    async activity(context: Context, activityId: string, asOf: AsOf = {}): Promise<ActivityStatus> {
      const { items } = await statuses(context, asOf, (view) =>
        [view.activity(activityId)].flatMap((one) => one ?? []),
      );
      const [found] = items;
      if (!found) throw new Problem('not-found', 'The register has no such activity.');
      return found;
    },
  };
}

/** The newest sweep that has ended and carried out a rule. */
function lastOf(sweeps: Sweep[], rule: string): Sweep | undefined {
  return sweeps.find(
    ({ finishedAt, steps }) =>
      finishedAt !== null && steps.some((step) => step.rule === rule && step.status === 'done'),
  );
}

function statusOf({ id, title, purpose, basis, activity, chain, controllers }: ActivityRecord, rules: RuleStatus[]) {
  const sum = (of: (rule: RuleStatus) => number | null) =>
    rules.some((rule) => of(rule) === null) ? null : rules.reduce((total, rule) => total + (of(rule) ?? 0), 0);
  // Several rules may reach one category: its rows are counted once.
  const heldBy = new Map(rules.map(({ category, held }) => [category, held]));
  const held = [...heldBy.values()];
  const swept = rules.map(({ lastSweep }) => lastSweep?.finishedAt ?? null);
  return {
    id,
    title,
    purpose: purpose.id,
    basis,
    subjects: activity.subjects,
    categories: activity.categories,
    controllers: controllers.map(({ name }) => name),
    parties: chain.map(({ party, role, actsFor, agreement, engaged }) => ({
      party: party.id,
      name: party.name,
      role,
      actsFor,
      engaged,
      agreementId: agreement?.agreementId ?? null,
    })),
    retention: rules,
    lastSweepAt: swept.includes(null) ? null : ([...swept].sort()[0] ?? null),
    rowsDue: sum(({ due }) => due),
    rowsHeld: held.includes(null) ? null : held.reduce<number>((total, rows) => total + (rows ?? 0), 0),
  };
}

export type FindingsService = ReturnType<typeof createFindings>;
