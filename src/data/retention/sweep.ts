import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { SweepState } from './alarm.ts';
import { standingStill } from './holds-outside.ts';
import type { Sweep } from './model.ts';
import { loadSweep, sweepOf, toSweep } from './sweep-record.ts';
import { createSweepRunner, type SweepDeps, type SweepProgress } from './sweep-run.ts';
import {
  insertSweep,
  latestSweeps,
  oneAtATime,
  type StepRow,
  type SweepRow,
  stepsOf,
  sweepsWithStatus,
  updateStep,
  updateSweep,
} from './table.ts';

/** Sweeps as callers see them: begun, approved, looked at, gone on with. */
export function createSweeps(deps: SweepDeps) {
  const { store, audit, policies, plans, certificates } = deps;
  const runner = createSweepRunner(deps);
  const { run } = runner;
  const running = new Set<Promise<unknown>>();

  /**
   * Plans, writes the intent down and answers; `run` does the work. Rules over the brake wait for approval, the others
   * go on.
   */
  async function open(context: Context, input: { planDigest?: string; rules?: string[] }): Promise<Sweep> {
    const tenantId = context.tenant.id;
    if (input.planDigest && input.rules)
      throw invalidField('/rules', 'must be absent beside a plan, which names its own');
    // A fault found here is told only inside: a repeated request gets its first answer, whatever has changed since.
    const looked = await (async (at: Date) => {
      const { asOf, rules } = input.planDigest
        ? await plans.confirm(context, input.planDigest)
        : { asOf: at, rules: await plans.look(context, at, input.rules) };
      return { asOf, rules, commitments: await certificates.commitments(context, asOf, rules) };
    })(context.clock()).catch((fault: unknown) => ({ fault }));
    const policyHash = policies.current().hash;
    return writeOnce(store, context, async (tx) => {
      await oneAtATime(tx, tenantId);
      const [unfinished] = await sweepsWithStatus(tx, tenantId, ['running', 'awaiting-approval']);
      if (unfinished)
        throw new Problem(
          'conflict',
          `The sweep ${unfinished.sweepId} has not ended (${unfinished.status}); it goes on by itself, or waits for approval.`,
        );
      if ('fault' in looked) throw looked.fault;
      const { asOf, rules, commitments } = looked;
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
      };
      const steps = rules.map(
        (rule, position): StepRow => ({
          tenantId,
          sweepId: row.sweepId,
          ruleId: rule.rule,
          position,
          status: rule.braked ? 'awaiting-approval' : 'waiting',
          due: rule.due,
          held: rule.held,
          treated: 0,
          suppressed: 0,
          batches: 0,
          remaining: null,
          cursor: null,
        }),
      );
      await insertSweep(tx, row, steps);
      await audit.add(tx, context, {
        action: 'sweep.started',
        policyHash,
        detail: {
          sweep: row.sweepId,
          asOf: asOf.toISOString(),
          planDigest: row.planDigest,
          braked: rules.filter(({ braked }) => braked).map(({ rule }) => rule),
          commitments,
        },
      });
      return toSweep(row, steps);
    });
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

    /**
     * Lets rules over the brake through. Four eyes: not by whoever asked for the sweep.
     * @throws Problem `forbidden`, `conflict` when nothing waits.
     */
    async approve(context: Context, sweepId: string, rules: string[]): Promise<Sweep> {
      const { sweep } = await loadSweep(store, context, sweepId);
      if (sweep.requestedBy === context.principal.id)
        throw new Problem('forbidden', 'Somebody else than who asked for the sweep must approve it.');
      await writeOnce(store, context, async (tx) => {
        await oneAtATime(tx, context.tenant.id);
        const steps = await stepsOf(tx, context.tenant.id, sweepId);
        const waiting = steps.filter(({ status }) => status === 'awaiting-approval').map(({ ruleId }) => ruleId);
        for (const [index, rule] of rules.entries())
          if (!waiting.includes(rule))
            throw invalidField(
              `/rules/${index}`,
              `must be a rule that waits: ${waiting.join(', ') || 'none does'}`,
              'conflict',
            );
        for (const ruleId of rules)
          await updateStep(tx, { tenantId: context.tenant.id, sweepId, ruleId }, { status: 'waiting' });
        await updateSweep(tx, context.tenant.id, sweepId, { status: 'running', approvedBy: context.principal.id });
        await audit.add(tx, context, {
          action: 'sweep.approved',
          detail: { sweep: sweepId, rules },
        });
        return null;
      });
      inBackground(run(plain(context), sweepId));
      return sweepOf(store, context, sweepId);
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
      const rows = await store.read((q) => latestSweeps(q, context.tenant.id, undefined, 20));
      const finished = rows.find(({ finishedAt }) => finishedAt !== null);
      return {
        waitingForApproval: rows.some(({ status }) => status === 'awaiting-approval'),
        failure: rows[0]?.failure ?? null,
        lastFinishedAt: finished?.finishedAt ?? null,
        verdict: finished?.status ?? null,
        standingStill: await standingStill(deps, context),
      };
    },

    /** Lets the batch that runs end, and nothing begin. */
    async stop(): Promise<void> {
      runner.stop();
      await Promise.allSettled(running);
    },
  };
}
