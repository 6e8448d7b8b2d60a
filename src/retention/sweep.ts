import { randomUUID } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import type { DueRows, Holder } from '../holders/holder.ts';
import { dueBefore } from '../law/duration.ts';
import type { Log } from '../log.ts';
import { DEFAULT_PAGE, pageFrom } from '../page.ts';
import { invalidField, Problem } from '../problem.ts';
import type { RetentionRule } from '../register/model.ts';
import type { Register } from '../register/register.ts';
import { writeOnce } from '../store/idempotency.ts';
import { acquireLease, holdLease, type Lease, releaseLease } from '../store/lease.ts';
import type { Store } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import type { Vault } from '../vault/vault.ts';
import type { Sweep, SweepCertificate } from './model.ts';
import { createPace, type Pace } from './pace.ts';
import { brakes, dueRows, holderOf, type PlanService } from './plan.ts';
import {
  findSweep,
  insertCertificate,
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

export interface SweepDeps {
  store: Store;
  vault: Vault;
  register: Register;
  holders: Holder[];
  plans: PlanService;
  log: Log;
}

export interface SweepProgress {
  rule: string;
  treated: number;
  due: number;
}

/** Distinguishes two service instances in one process (tests) as well as two processes. */
const newHolder = () => `${process.pid}-${randomUUID().slice(0, 8)}`;

export function createSweeps({ store, vault, register, holders, plans, log }: SweepDeps) {
  const holder = newHolder();
  const running = new Set<Promise<unknown>>();
  let stopping = false;

  /** @throws Problem `lease-held` while another sweep of this tenant runs anywhere. */
  async function leaseOf(context: Context): Promise<Lease> {
    const lease = await acquireLease(store, context.clock(), {
      tenantId: context.tenant.id,
      name: 'sweep',
      holder: `${holder}-${randomUUID().slice(0, 8)}`,
    });
    if (!lease) throw new Problem('lease-held', 'A sweep of this tenant is already running.');
    return lease;
  }

  /**
   * Plans, writes the intent down and answers; `run` does the work. Rules over the brake wait for approval, the others
   * go on.
   */
  async function open(context: Context, input: { planDigest?: string; rules?: string[] }): Promise<Sweep> {
    const tenantId = context.tenant.id;
    if (input.planDigest && input.rules)
      throw invalidField('/rules', 'must be absent beside a plan, which names its own');
    // A fault found here is told only inside: a repeated request gets its first answer, whatever has changed since.
    const looked = await (async (at: Date) =>
      input.planDigest
        ? plans.confirm(context, input.planDigest)
        : { asOf: at, rules: await plans.look(context, at, input.rules) })(context.clock()).catch((fault: unknown) => ({
      fault,
    }));
    const policyHash = register.policies().hash;
    return writeOnce(store, context, async (tx) => {
      await oneAtATime(tx, tenantId);
      const [unfinished] = await sweepsWithStatus(tx, tenantId, ['running', 'awaiting-approval']);
      if (unfinished)
        throw new Problem(
          'conflict',
          `The sweep ${unfinished.sweepId} has not ended (${unfinished.status}); it goes on by itself, or waits for approval.`,
        );
      if ('fault' in looked) throw looked.fault;
      const { asOf, rules } = looked;
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
        },
      });
      return toSweep(row, steps);
    });
  }

  /** Drives a sweep to its end, from wherever an earlier run left it. Safe to call again after any crash. */
  async function run(
    context: Context,
    sweepId: string,
    onProgress?: (progress: SweepProgress) => void,
  ): Promise<Sweep> {
    const lease = await leaseOf(context);
    try {
      const { sweep, steps } = await load(context, sweepId);
      if (sweep.finishedAt) return toSweep(sweep, steps);
      const unfinished =
        sweep.policyHash === register.policies().hash ? steps : await brakeAgain(context, lease, sweep, steps);
      for (const step of unfinished)
        if (step.status === 'waiting' || step.status === 'running')
          await runStep(context, lease, sweep, step, onProgress);
      if (stopping) return await get(context, sweepId);
      return await finish(context, lease, sweepId);
    } catch (error) {
      // A lost lease or a stopping process is no failure of the sweep: whoever comes next goes on.
      if (!(error instanceof Problem)) await fail(context, lease, sweepId, error);
      throw error;
    } finally {
      await releaseLease(store, lease).catch(() => undefined);
    }
  }

  /** The policies changed during a sweep: what they newly make due was approved by nobody. */
  async function brakeAgain(context: Context, lease: Lease, sweep: SweepRow, steps: StepRow[]): Promise<StepRow[]> {
    const { hash, installation } = register.policies();
    const open = steps.filter(({ status, ruleId }) => status !== 'done' && ruleOf(ruleId));
    const rules = await plans.look(
      context,
      sweep.asOf,
      open.map(({ ruleId }) => ruleId),
    );
    log.warn(
      { tenant: context.tenant.id, sweep: sweep.sweepId },
      'the policies changed during a sweep; it goes on under the new ones',
    );
    const again = new Map<string, Partial<StepRow>>();
    for (const { ruleId, due, treated } of open) {
      const now = rules.find(({ rule }) => rule === ruleId);
      if (now && treated + now.due > due && brakes(now.due, now.total, installation.retention))
        again.set(ruleId, { status: 'awaiting-approval', due: treated + now.due, held: now.held });
    }
    await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      for (const step of open) await updateStep(tx, step, again.get(step.ruleId) ?? { status: step.status });
      await updateSweep(tx, context.tenant.id, sweep.sweepId, { policyHash: hash });
    });
    return steps.map((step) => ({ ...step, ...again.get(step.ruleId) }));
  }

  async function runStep(
    context: Context,
    lease: Lease,
    sweep: SweepRow,
    step: StepRow,
    onProgress?: (progress: SweepProgress) => void,
  ): Promise<void> {
    const rule = ruleOf(step.ruleId);
    if (!rule) return;
    const its = holderOf(holders, rule.category);
    const pace = createPace(store.engine);
    let { treated, suppressed, batches, cursor } = step;
    for (let done = false; !done && !stopping; ) {
      const outcome = await store.write(async (tx) => {
        const began = performance.now();
        await holdLease(tx, context.clock(), lease);
        const due: DueRows = await dueRows(tx, context, register, rule, sweep.asOf);
        const batch = await its.sweep(tx, due, { rows: pace.rows(), cursor });
        const counts = {
          treated: treated + batch.treated,
          suppressed: suppressed + batch.suppressed,
          batches: batches + 1,
        };
        await updateStep(tx, step, { ...counts, cursor: batch.cursor, status: batch.done ? 'done' : 'running' });
        if (batch.treated > 0)
          await audit.add(tx, context, {
            action: `retention.${PAST[rule.action]}`,
            policyHash: due.policyHash,
            detail: {
              sweep: sweep.sweepId,
              rule: rule.id,
              category: rule.category,
              rows: batch.treated,
              ...(batch.suppressed > 0 ? { suppressed: batch.suppressed } : {}),
            },
          });
        return { ...batch, took: performance.now() - began };
      });
      treated += outcome.treated;
      suppressed += outcome.suppressed;
      batches += 1;
      ({ cursor, done } = outcome);
      pace.observe(outcome.took);
      onProgress?.({ rule: rule.id, treated, due: Math.max(step.due, treated) });
      await standAside(pace);
    }
    if (!stopping) await lookAgain(context, lease, sweep, step, rule);
  }

  /** Lets those write who came while a batch held the writer. They show only after the loop has read its sockets. */
  async function standAside(pace: Pace): Promise<void> {
    for (let turns = 0; turns < 2; turns += 1) await new Promise((next) => setImmediate(next));
    if (store.waiting() > 0) await new Promise((next) => setTimeout(next, pace.pause()));
  }

  /**
   * The second look, as soon as a rule is through: a later rule of the same sweep may well make rows that this one will
   * treat in the next sweep, and those it has not missed.
   */
  async function lookAgain(
    context: Context,
    lease: Lease,
    sweep: SweepRow,
    step: StepRow,
    rule: RetentionRule,
  ): Promise<{ held: number; remaining: number }> {
    const left = await store.read(async (q) =>
      holderOf(holders, rule.category).plan(q, await dueRows(q, context, register, rule, sweep.asOf)),
    );
    const seen = { held: left.held, remaining: left.due };
    await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      await updateStep(tx, step, seen);
    });
    return seen;
  }

  /** What a holder keeps as personal data after the act, the certificate, and the end of the sweep. */
  async function finish(context: Context, lease: Lease, sweepId: string): Promise<Sweep> {
    const { sweep, steps } = await load(context, sweepId);
    if (steps.some(({ status }) => status === 'awaiting-approval')) {
      await store.write(async (tx) => {
        await holdLease(tx, context.clock(), lease);
        await updateSweep(tx, context.tenant.id, sweepId, { status: 'awaiting-approval' });
      });
      log.warn(
        { tenant: context.tenant.id, sweep: sweepId },
        'a sweep waits for approval: more is due than the brake lets through',
      );
      return get(context, sweepId);
    }
    await store.scrub();
    const spent = await shredSpentScopes(context);
    const rules: SweepCertificate['rules'] = [];
    for (const step of steps) {
      const rule = ruleOf(step.ruleId);
      if (!rule) continue;
      // Null only if a crash came between the last batch and the second look.
      const { held, remaining } =
        step.remaining === null
          ? await lookAgain(context, lease, sweep, step, rule)
          : { held: step.held, remaining: step.remaining };
      rules.push({
        rule: rule.id,
        category: rule.category,
        action: rule.action,
        before: dueBefore(sweep.asOf, rule.after, context.tenant.timeZone).toISOString(),
        treated: step.treated,
        suppressed: step.suppressed,
        held,
        remaining,
      });
    }
    const verdict = rules.every(({ remaining }) => remaining === 0) ? 'complete' : 'incomplete';
    await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      const finishedAt = context.clock();
      const body: SweepCertificate = {
        sweepId,
        asOf: sweep.asOf.toISOString(),
        policyHash: register.policies().hash,
        planDigest: sweep.planDigest,
        requestedBy: sweep.requestedBy,
        approvedBy: sweep.approvedBy,
        startedAt: sweep.startedAt.toISOString(),
        finishedAt: finishedAt.toISOString(),
        durationMs: finishedAt.getTime() - sweep.startedAt.getTime(),
        verdict,
        rules,
      };
      const certificateId = uuidv7(finishedAt);
      await insertCertificate(tx, {
        tenantId: context.tenant.id,
        certificateId,
        kind: 'sweep',
        issuedAt: finishedAt,
        body,
      });
      await updateSweep(tx, context.tenant.id, sweepId, {
        status: verdict === 'complete' ? 'completed' : 'incomplete',
        finishedAt,
        certificateId,
        failure: null,
      });
      await audit.add(tx, context, {
        action: 'sweep.finished',
        policyHash: body.policyHash,
        detail: {
          sweep: sweepId,
          verdict,
          certificate: certificateId,
          keysShredded: spent,
          treated: Object.fromEntries(rules.map(({ rule, treated }) => [rule, treated])),
        },
      });
    });
    if (verdict === 'incomplete')
      log.warn({ tenant: context.tenant.id, sweep: sweepId }, 'a sweep left rows that are due; see its certificate');
    return get(context, sweepId);
  }

  async function shredSpentScopes(context: Context): Promise<number> {
    let shredded = 0;
    for (const its of holders) {
      const scopes = (await store.read((q) => its.spentScopes?.(q, context.tenant.id) ?? Promise.resolve([]))) ?? [];
      if (scopes.length > 0) shredded += await vault.shred(context.tenant.id, scopes);
    }
    return shredded;
  }

  async function fail(context: Context, lease: Lease, sweepId: string, error: unknown): Promise<void> {
    const failure = error instanceof Error ? error.name : 'unknown';
    log.error(
      { tenant: context.tenant.id, sweep: sweepId, err: error },
      'a sweep failed; the next one goes on where it was',
    );
    await store
      .write(async (tx) => {
        await holdLease(tx, context.clock(), lease);
        await updateSweep(tx, context.tenant.id, sweepId, { failure });
      })
      .catch(() => undefined);
  }

  async function load(context: Context, sweepId: string): Promise<{ sweep: SweepRow; steps: StepRow[] }> {
    const { sweep, steps } = await store.read(async (q) => ({
      sweep: await findSweep(q, context.tenant.id, sweepId),
      steps: await stepsOf(q, context.tenant.id, sweepId),
    }));
    if (!sweep) throw new Problem('not-found', 'There is no sweep of this id.');
    return { sweep, steps };
  }

  async function get(context: Context, sweepId: string): Promise<Sweep> {
    const { sweep, steps } = await load(context, sweepId);
    return toSweep(sweep, steps);
  }

  const ruleOf = (id: string): RetentionRule | undefined => register.policies().rules.find((rule) => rule.id === id);

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
    get,

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
      const { sweep } = await load(context, sweepId);
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
          policyHash: register.policies().hash,
          detail: { sweep: sweepId, rules },
        });
        return null;
      });
      inBackground(run(plain(context), sweepId));
      return get(context, sweepId);
    },

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => latestSweeps(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = pageFrom(rows, limit, ({ sweepId }) => sweepId);
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
    async state(context: Context): Promise<{
      waitingForApproval: boolean;
      failure: string | null;
      lastFinishedAt: Date | null;
      verdict: string | null;
    }> {
      const rows = await store.read((q) => latestSweeps(q, context.tenant.id, undefined, 20));
      const finished = rows.find(({ finishedAt }) => finishedAt !== null);
      return {
        waitingForApproval: rows.some(({ status }) => status === 'awaiting-approval'),
        failure: rows[0]?.failure ?? null,
        lastFinishedAt: finished?.finishedAt ?? null,
        verdict: finished?.status ?? null,
      };
    },

    /** Lets the batch that runs end, and nothing begin. */
    async stop(): Promise<void> {
      stopping = true;
      await Promise.allSettled(running);
    },
  };
}

const PAST = {
  erase: 'erased',
  reduce: 'reduced',
  anonymise: 'anonymised',
  aggregate: 'aggregated',
  pseudonymise: 'pseudonymised',
} as const;

function toSweep(row: SweepRow, steps: StepRow[]): Sweep {
  return {
    sweepId: row.sweepId,
    asOf: row.asOf.toISOString(),
    status: row.status as Sweep['status'],
    planDigest: row.planDigest,
    policyHash: row.policyHash,
    requestedBy: row.requestedBy,
    approvedBy: row.approvedBy,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    failure: row.failure,
    certificateId: row.certificateId,
    steps: steps.map((step) => ({
      rule: step.ruleId,
      status: step.status as Sweep['steps'][number]['status'],
      due: step.due,
      held: step.held,
      treated: step.treated,
      suppressed: step.suppressed,
      batches: step.batches,
    })),
  };
}
