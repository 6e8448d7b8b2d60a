import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { isShortPeriod } from '../../law/duration.ts';
import { rulesInForce } from '../../register/policies/transitions.ts';
import { SHORT_LATE_AFTER_HOURS, type SweepState } from './alarm.ts';
import { type Approved, approveRules, lookedValues } from './approve-rules.ts';
import { dueSummary } from './due-rows.ts';
import { standingStill } from './holds-outside.ts';
import type { ReviewedSet, Sweep } from './model.ts';
import { type LookedAt, mustWait } from './plan.ts';
import { type Reach, reachOf, sameReach } from './reach.ts';
import { reviewedSet } from './reviewed-set.ts';
import { leftRows, settle, sweepOf, toStep, toSweep } from './sweep-record.ts';
import { createSweepRunner, type SweepDeps, type SweepProgress } from './sweep-run.ts';
import {
  anythingWaits,
  approvedReaches,
  insertSweep,
  latestSweeps,
  oneAtATime,
  putApproval,
  type StepRow,
  type SweepRow,
  stepsOf,
  sweepsWithStatus,
  updateStep,
  waitingSteps,
} from './table.ts';

/** Sweeps as callers see them: begun, approved, looked at, gone on with. */
export function createSweeps(deps: SweepDeps) {
  const { store, audit, policies, plans, certificates, clockWatch, tellOfficers } = deps;
  const runner = createSweepRunner(deps);
  const { run } = runner;
  const running = new Set<Promise<unknown>>();

  /**
   * Plans, writes the intent down and answers; `run` does the work. Rules that wait for an officer are told to them, the
   * others go on. A rule that waits already stays where it waits, unless it has changed or is asked for by name by
   * somebody else than the schedule.
   * @throws Problem `clock-in-doubt`; `conflict` while another sweep runs.
   */
  async function open(
    context: Context,
    input: { planDigest?: string; rules?: string[]; scheduled?: boolean },
  ): Promise<Sweep> {
    const tenantId = context.tenant.id;
    await policies.refresh(store);
    const policyHash = policies.of(context.tenant.id).current().hash;
    if (input.planDigest && input.rules)
      throw invalidField('/rules', 'must be absent beside a plan, which names its own');
    const isNamed = !input.scheduled && (input.planDigest !== undefined || input.rules !== undefined);
    // A fault found here is told only inside: a repeated request gets its first answer, whatever has changed since.
    const looked = await (async (at: Date) => {
      await clockWatch.require(context);
      const { asOf, looked: rules } = input.planDigest
        ? await plans.confirm(context, input.planDigest)
        : { asOf: at, looked: await plans.lookClosely(context, at, input.rules) };
      const commitments = await certificates.commitments(
        context,
        asOf,
        rules.map(({ planned }) => planned),
      );
      const waits = await store.read((q) => waitingSteps(q, tenantId));
      const staying = new Set(waits.filter((step) => stays(context, step, rules, isNamed)).map(({ ruleId }) => ruleId));
      const letters = await tellOfficers.prepare(
        context,
        rules.filter((one) => mustWait(one) && !staying.has(one.planned.rule)),
      );
      return { asOf, rules, commitments, letters };
    })(context.clock()).catch((fault: unknown) => ({ fault }));
    return writeOnce(store, context, async (tx) => {
      await oneAtATime(tx, tenantId);
      await policies.requireInForce(tx, tenantId, policyHash);
      const [unfinished] = await sweepsWithStatus(tx, tenantId, ['running']);
      if (unfinished)
        throw new Problem('conflict', `The sweep ${unfinished.sweepId} has not ended; it goes on by itself.`);
      if ('fault' in looked) throw looked.fault;
      const { asOf, letters } = looked;
      const staying = await waitOn(tx, context, looked.rules, isNamed);
      const rules = looked.rules.filter(({ planned }) => !staying.has(planned.rule));
      const names = rules.map(({ planned }) => planned.rule);
      const commitments = Object.fromEntries(
        Object.entries(looked.commitments).filter(([rule]) => names.includes(rule)),
      );
      const startedAt = context.clock();
      const row: SweepRow = {
        tenantId,
        sweepId: uuidv7(startedAt),
        asOf,
        status: 'running',
        planDigest: input.planDigest ?? null,
        policyHash,
        requestedBy: context.principal.id,
        approvedBy: null,
        startedAt,
        finishedAt: null,
        failure: null,
        certificateId: null,
        reviewId: null,
      };
      const steps = rules.map(
        (one, position): StepRow => ({
          tenantId,
          sweepId: row.sweepId,
          ruleId: one.planned.rule,
          position,
          status: mustWait(one) ? 'awaiting-approval' : 'waiting',
          ...lookedValues(one),
          treated: 0,
          suppressed: 0,
          batches: 0,
          remaining: null,
          cursor: null,
          approvedBy: null,
          certificateId: null,
        }),
      );
      await insertSweep(tx, row, steps);
      await noteWhatRuns(tx, row, rules);
      const waiting = rules.filter(mustWait).map(({ planned }) => planned.rule);
      if (waiting.length > 0) await tellOfficers.add(tx, letters);
      await audit.add(tx, context, {
        action: 'sweep.started',
        policyHash,
        detail: {
          sweep: row.sweepId,
          asOf: asOf.toISOString(),
          planDigest: row.planDigest,
          waiting,
          commitments,
        },
      });
      return toSweep(row, steps);
    });
  }

  /** Whether what waits from an earlier sweep stays there: it has not changed, and nobody plans it anew by name. */
  function stays(context: Context, { ruleId, reach }: StepRow, looked: LookedAt[], isNamed: boolean): boolean {
    const set = policies.of(context.tenant.id).current();
    const rule = rulesInForce(set).find(({ id }) => id === ruleId);
    if (!rule || reach === null || !sameReach(reach as Reach, reachOf(rule, set))) return false;
    return !isNamed || !looked.some(({ planned }) => planned.rule === ruleId);
  }

  /** Answers the rules that stay where they wait; the others wait there no longer. */
  async function waitOn(tx: Query, context: Context, looked: LookedAt[], isNamed: boolean): Promise<Set<string>> {
    const tenantId = context.tenant.id;
    const staying = new Set<string>();
    const left = new Set<string>();
    for (const step of await waitingSteps(tx, tenantId)) {
      if (stays(context, step, looked, isNamed)) staying.add(step.ruleId);
      else {
        await updateStep(tx, step, { status: 'superseded' });
        left.add(step.sweepId);
      }
    }
    for (const sweepId of left) await settle(tx, tenantId, sweepId);
    return staying;
  }

  /** What runs without having been asked for is remembered as agreed to by its policy. */
  async function noteWhatRuns(tx: Query, { tenantId, sweepId, startedAt }: SweepRow, rules: LookedAt[]) {
    const seen = await approvedReaches(tx, tenantId);
    for (const { planned, reach, wait } of rules) {
      const known = seen.get(planned.rule);
      if (wait !== null || planned.due === 0 || (known && sameReach(known, reach))) continue;
      await putApproval(tx, {
        tenantId,
        ruleId: planned.rule,
        reach,
        sweepId,
        approvedBy: null,
        approvedAt: startedAt,
      });
    }
  }

  /** Rules whose period is under a day with rows that were due hours ago, and wait for nobody. */
  async function shortOverdue(context: Context, waiting: StepRow[]): Promise<string[]> {
    const set = policies.of(context.tenant.id).current();
    const late = new Date(context.clock().getTime() - SHORT_LATE_AFTER_HOURS * 3_600_000);
    const rules = rulesInForce(set).filter(
      ({ id, after }) => isShortPeriod(after) && !waiting.some(({ ruleId }) => ruleId === id),
    );
    const overdue: string[] = [];
    for (const rule of rules) if ((await dueSummary(deps, context, rule, late)).due > 0) overdue.push(rule.id);
    return overdue;
  }

  /** Runs on after the answer; the sweep's row tells how it went. */
  function inBackground(work: Promise<unknown>): void {
    const quiet = work.catch(() => undefined).finally(() => running.delete(quiet));
    running.add(quiet);
  }

  /** The request's Idempotency-Key covers the start of a sweep, not its batches. */
  const plain = ({ idempotency: _, ...context }: Context): Context => context;

  return {
    open,
    run: (context: Context, sweepId: string, onProgress?: (progress: SweepProgress) => void) =>
      run(plain(context), sweepId, onProgress),
    get: (context: Context, sweepId: string): Promise<Sweep> => sweepOf(store, context, sweepId),

    /** Starts a sweep and answers at once; `get` tells how it goes. */
    async start(context: Context, input: { planDigest?: string; rules?: string[] }): Promise<Sweep> {
      const sweep = await open(context, input);
      if (!context.idempotency?.replayed) inBackground(run(plain(context), sweep.sweepId));
      return sweep;
    },

    /** Runs on with a sweep after the answer. */
    carryOut: (context: Context, sweepId: string): void => inBackground(run(plain(context), sweepId)),

    /** Lets rules through that wait, and goes on with them: see `approveRules`. */
    async approve(context: Context, sweepId: string, approved: string[] | Approved): Promise<Sweep> {
      await clockWatch.require(context);
      await approveRules(deps, context, sweepId, Array.isArray(approved) ? { rules: approved } : approved);
      inBackground(run(plain(context), sweepId));
      return sweepOf(store, context, sweepId);
    },

    /** All that waits in a sweep, to be approved as one: see `reviewedSet`. */
    review: (context: Context, sweepId: string): Promise<ReviewedSet> => reviewedSet(deps, context, sweepId),

    /** The rules that wait for an officer, each with the sweep it waits in. */
    async waiting(context: Context): Promise<{ sweepId: string; rules: Sweep['steps'] }[]> {
      const steps = await store.read((q) => waitingSteps(q, context.tenant.id));
      const sweepIds = [...new Set(steps.map(({ sweepId }) => sweepId))];
      return sweepIds.map((sweepId) => ({
        sweepId,
        rules: steps.filter((step) => step.sweepId === sweepId).map(toStep),
      }));
    },

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => latestSweeps(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = cursorPageFrom(rows, limit, ({ sweepId }) => sweepId);
      return {
        items: await Promise.all(
          items.map(async (row) => toSweep(row, await store.read((q) => stepsOf(q, row.tenantId, row.sweepId)))),
        ),
        next,
      };
    },

    /** Sweeps that have begun and not ended: running somewhere, or interrupted. */
    async interrupted(context: Context): Promise<string[]> {
      const rows = await store.read((q) => sweepsWithStatus(q, context.tenant.id, ['running']));
      return rows.map(({ sweepId }) => sweepId);
    },

    /** Waits for what runs in the background of this process. */
    async settled(): Promise<void> {
      await Promise.allSettled(running);
    },

    /** Goes on with sweeps that a crash interrupted; answers their ids. */
    async resume(context: Context): Promise<string[]> {
      const rows = await store.read((q) => sweepsWithStatus(q, context.tenant.id, ['running']));
      for (const { sweepId } of rows) await run(plain(context), sweepId);
      return rows.map(({ sweepId }) => sweepId);
    },

    /** What the readiness page and the late-sweep alarm look at. */
    async state(context: Context): Promise<SweepState> {
      const { id } = context.tenant;
      const rows = await store.read((q) => latestSweeps(q, id, undefined, 20));
      const finished = rows.find(({ finishedAt }) => finishedAt !== null);
      const { steps, waiting } = await store.read(async (q) => ({
        steps: finished ? await stepsOf(q, id, finished.sweepId) : [],
        waiting: await waitingSteps(q, id),
      }));
      return {
        waitingForApproval: waiting.length > 0,
        clock: (await clockWatch.look(context)).doubt,
        failure: rows[0]?.failure ?? null,
        lastFinishedAt: finished?.finishedAt ?? null,
        verdict: steps.some(leftRows) ? 'incomplete' : (finished?.status ?? null),
        shortOverdue: await shortOverdue(context, waiting),
        standingStill: await standingStill(deps, context),
      };
    },

    /** Whether anything of any tenant waits for an officer: what `/readyz` tells. */
    anythingWaits: (): Promise<boolean> => store.read(anythingWaits),

    /** Lets the batch that runs end, and nothing begin. */
    async stop(): Promise<void> {
      runner.stop();
      await Promise.allSettled(running);
    },
  };
}
