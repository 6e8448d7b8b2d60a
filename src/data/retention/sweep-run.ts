import { randomUUID } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { type ExternalHolder, HolderFault } from '../../foundations/holders/external.ts';
import type { BatchLimit, BatchOutcome, Holder } from '../../foundations/holders/holder.ts';
import type { Log } from '../../foundations/process/log.ts';
import { acquireLease, holdLease, type Lease, releaseLease } from '../../foundations/store/lease.ts';
import type { Query } from '../../foundations/store/store.ts';
import { isBeingRead } from '../../foundations/store/truncate-log.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { type RuleInForce, rulesInForce } from '../../register/policies/transitions.ts';
import { wordMember } from '../../register/policies/whose-word.ts';
import type { CertificateService, Draft } from '../certificates/service.ts';
import { isAsSeen, lookedValues } from './approve-rules.ts';
import type { ClockWatch } from './clock-watch.ts';
import { type DueDeps, dueOutside, dueRows, dueSummary, holderOf } from './due-rows.ts';
import { boundsOf, PATIENCE } from './external-due.ts';
import { findingOf } from './finding.ts';
import { questionOf } from './hold-kinds.ts';
import type { Sweep } from './model.ts';
import { closeEmptyReviews, openReviews } from './open-reviews.ts';
import { createPace, type Pace } from './pace.ts';
import { type LookedAt, mustWait, type PlanService } from './plan.ts';
import { type Reach, sameReach } from './reach.ts';
import { moveReview } from './review-table.ts';
import { loadSweep, standingOf, sweepOf, toSweep } from './sweep-record.ts';
import { holdGrounds, type StepRow, type SweepRow, stepsOf, updateStep, updateSweep } from './table.ts';
import type { TellOfficers } from './tell-officers.ts';

export interface SweepDeps extends DueDeps {
  audit: Audit;
  vault: Vault;
  plans: PlanService;
  certificates: CertificateService;
  clockWatch: ClockWatch;
  tellOfficers: TellOfficers;
  log: Log;
  /** Goes on with what holds had kept back of erasures on request and nothing protects any more. */
  resumeErasures?: ((context: Context) => Promise<unknown>) | undefined;
}

export interface SweepProgress {
  rule: string;
  treated: number;
  due: number;
}

/** Distinguishes two service instances in one process (tests) as well as two processes. */
const newHolder = () => `${process.pid}-${randomUUID().slice(0, 8)}`;

const PAST = {
  erase: 'erased',
  reduce: 'reduced',
  anonymise: 'anonymised',
  aggregate: 'aggregated',
  pseudonymise: 'pseudonymised',
  review: 'put-to-review',
} as const;

type Recorder = (tx: Query, batch: BatchOutcome) => Promise<void>;

/** Drives sweeps: batch after batch, a second look after each rule, the certificate at the end. */
export function createSweepRunner(deps: SweepDeps) {
  const { store, audit, vault, policies, holders, plans, certificates, clockWatch, tellOfficers, log } = deps;
  const holder = newHolder();
  let stopping = false;
  const ruleOf = ({ tenant }: Context, id: string): RuleInForce | undefined =>
    rulesInForce(policies.of(tenant.id).current()).find((rule) => rule.id === id);

  /** @throws Problem `lease-held` while another sweep of this tenant runs anywhere. */
  async function leaseOf(context: Context): Promise<Lease> {
    const lease = await acquireLease(store, context.clock(), {
      tenantId: context.tenant.id,
      name: 'sweep',
      owner: `${holder}-${randomUUID().slice(0, 8)}`,
    });
    if (!lease) throw new Problem('lease-held', 'A sweep of this tenant is already running.');
    return lease;
  }

  /** Drives a sweep to its end, from wherever an earlier run left it. Safe to call again after any crash. */
  async function run(
    context: Context,
    sweepId: string,
    onProgress?: (progress: SweepProgress) => void,
  ): Promise<Sweep> {
    await clockWatch.require(context);
    const lease = await leaseOf(context);
    try {
      const { sweep, steps } = await loadSweep(store, context, sweepId);
      if (sweep.status !== 'running') return toSweep(sweep, steps);
      await policies.refresh(store);
      // An erasure that fails is taken up by the job for interrupted work; it keeps no sweep waiting.
      await deps
        .resumeErasures?.(context)
        .catch((error: unknown) =>
          log.error({ tenant: context.tenant.id, err: error }, 'an erasure that a hold had kept back could not go on'),
        );
      const unfinished =
        // What two persons agreed to for exactly these rows is theirs, whatever else the policies say by now.
        sweep.reviewId !== null || sweep.policyHash === policies.of(context.tenant.id).current().hash
          ? steps
          : await planAgain(context, lease, sweep, steps);
      for (const step of unfinished)
        if (step.status === 'waiting' || step.status === 'running')
          await runStep(context, lease, sweep, step, onProgress).catch((error: unknown) =>
            giveUp(context, lease, step, error),
          );
      if (stopping) return await sweepOf(store, context, sweepId);
      return await finish(context, lease, sweepId);
    } catch (error) {
      // A lost lease or a stopping process is no failure of the sweep: whoever comes next goes on.
      if (!(error instanceof Problem)) await fail(context, lease, sweepId, error);
      throw error;
    } finally {
      await releaseLease(store, lease).catch(() => undefined);
    }
  }

  /** The policies changed during a sweep: what a rule has come to reach by it was agreed to by nobody. */
  async function planAgain(context: Context, lease: Lease, sweep: SweepRow, steps: StepRow[]): Promise<StepRow[]> {
    const open = steps.filter(({ status }) => status === 'waiting' || status === 'running');
    const gone = open.filter(({ ruleId }) => !ruleOf(context, ruleId));
    const kept = open.filter(({ ruleId }) => ruleOf(context, ruleId));
    const looked =
      kept.length === 0
        ? []
        : await plans.lookClosely(
            context,
            sweep.asOf,
            kept.map(({ ruleId }) => ruleId),
          );
    log.warn(
      { tenant: context.tenant.id, sweep: sweep.sweepId },
      'the policies changed during a sweep; it goes on under the new ones',
    );
    const again = looked.filter((one) => {
      const step = kept.find(({ ruleId }) => ruleId === one.planned.rule);
      const same = step?.reach !== null && sameReach(step?.reach as Reach, one.reach);
      return !same && mustWait(one);
    });
    const values = new Map<string, Partial<StepRow>>(gone.map(({ ruleId }) => [ruleId, { status: 'superseded' }]));
    for (const one of again) values.set(one.planned.rule, toApprove(one, kept));
    await putBack(context, lease, sweep, again, async (tx) => {
      for (const step of open) {
        const changed = values.get(step.ruleId);
        if (changed) await updateStep(tx, step, changed);
      }
      await updateSweep(tx, context.tenant.id, sweep.sweepId, {
        policyHash: policies.of(context.tenant.id).current().hash,
      });
    });
    return steps.map((step) => ({ ...step, ...values.get(step.ruleId) }));
  }

  const toApprove = (one: LookedAt, steps: StepRow[]): Partial<StepRow> => ({
    ...lookedValues(one, steps.find(({ ruleId }) => ruleId === one.planned.rule)?.treated),
    status: 'awaiting-approval',
    approvedBy: null,
  });

  /** Rules wait that were about to run; the officers are told. */
  async function putBack(
    context: Context,
    lease: Lease,
    { sweepId }: SweepRow,
    rules: LookedAt[],
    write: (tx: Query) => Promise<void>,
  ): Promise<void> {
    const letters = await tellOfficers.prepare(context, rules);
    const names = rules.map(({ planned }) => planned.rule);
    await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      await write(tx);
      if (names.length === 0) return;
      await tellOfficers.add(tx, letters);
      await audit.add(tx, context, { action: 'sweep.put-back', detail: { sweep: sweepId, rules: names } });
    });
  }

  /**
   * Whether a rule that has not begun may: what was approved is still exactly that, and where it was not known what is
   * due, or nothing was, nobody has to be asked by now. Otherwise it waits.
   * @throws HolderFault
   */
  async function mayBegin(context: Context, lease: Lease, sweep: SweepRow, step: StepRow): Promise<boolean> {
    if (sweep.reviewId !== null) return true;
    const unseen = step.digest === null || (step.due === 0 && step.waitsFor !== null);
    if (step.status !== 'waiting' || (step.approvedBy === null && !unseen)) return true;
    const [looked] = await plans.lookClosely(context, sweep.asOf, [step.ruleId]);
    if (!looked) return false;
    if (looked.fault) throw looked.fault;
    const asApproved = step.approvedBy !== null && isAsSeen(step, looked);
    if (asApproved || (step.approvedBy === null && !mustWait(looked))) return true;
    log.warn(
      { tenant: context.tenant.id, sweep: sweep.sweepId, rule: step.ruleId },
      'something else is due than an officer has seen; the rule waits',
    );
    await putBack(context, lease, sweep, [looked], (tx) => updateStep(tx, step, toApprove(looked, [step])));
    return false;
  }

  async function runStep(
    context: Context,
    lease: Lease,
    sweep: SweepRow,
    step: StepRow,
    onProgress?: (progress: SweepProgress) => void,
  ): Promise<void> {
    const { hash } = policies.of(context.tenant.id).current();
    const rule = ruleOf(context, step.ruleId);
    if (!rule || !(await mayBegin(context, lease, sweep, step))) return;
    const its = holderOf(deps, context.tenant.id, rule);
    const pace = createPace(store.engine);
    let { treated, suppressed, batches, cursor } = step;
    for (let done = false; !done && !stopping; ) {
      const rows = pace.rows();
      /** Counters, cursor and audit entry of a batch; inside the database in its own transaction. */
      const record = async (tx: Query, batch: BatchOutcome) => {
        const counts = {
          treated: treated + batch.treated,
          suppressed: suppressed + batch.suppressed,
          batches: batches + 1,
        };
        await updateStep(tx, step, { ...counts, cursor: batch.cursor, status: batch.done ? 'done' : 'running' });
        const refused = batch.refused ?? 0;
        if (batch.treated > 0 || refused > 0)
          await audit.add(tx, context, {
            action: `retention.${PAST[rule.action]}`,
            detail: {
              sweep: sweep.sweepId,
              rule: rule.id,
              category: rule.category,
              rows: batch.treated,
              suppressed: batch.suppressed > 0 ? batch.suppressed : undefined,
              refused: refused > 0 ? refused : undefined,
            },
          });
      };
      const outcome =
        'outside' in its
          ? await batchOutside(its.outside, { rows, cursor }, record)
          : rule.action === 'review'
            ? await batchToReview(its.inside, rows, record)
            : await batchInside(its.inside, { rows, cursor }, record);
      treated += outcome.treated;
      suppressed += outcome.suppressed;
      batches += 1;
      ({ cursor, done } = outcome);
      pace.observe(outcome.took);
      onProgress?.({ rule: rule.id, treated, due: Math.max(step.due, treated) });
      await standAside(pace);
    }
    if (!stopping) await lookAgain(context, lease, sweep, step, rule);

    async function batchInside(inside: Holder, limit: BatchLimit, record: Recorder) {
      return store.write(async (tx) => {
        const began = performance.now();
        await holdLease(tx, context.clock(), lease);
        await policies.requireInForce(tx, context.tenant.id, hash);
        const due = await dueRows(deps, tx, context, rule as RuleInForce, sweep.asOf, inside, sweep.reviewId);
        const batch = await inside.sweep(tx, due, limit);
        await record(tx, batch);
        return { ...batch, took: performance.now() - began };
      });
    }

    /** Nothing is treated: what is due is put before a person, once, and the officers are told at the end of it. */
    async function batchToReview(inside: Holder, limit: number, record: Recorder) {
      const reviewed = rule as RuleInForce;
      const letters = await tellOfficers.prepareReview(context, reviewed, step.due);
      return store.write(async (tx) => {
        const began = performance.now();
        await holdLease(tx, context.clock(), lease);
        await policies.requireInForce(tx, context.tenant.id, hash);
        if (batches === 0) await closeEmptyReviews(tx, context, reviewed, inside);
        const due = await dueRows(deps, tx, context, reviewed, sweep.asOf, inside);
        const found = (await inside.dueKeys?.(tx, due, limit)) ?? [];
        await openReviews(tx, context, reviewed, found, 'period');
        const done = found.length < limit;
        if (done && treated + found.length > 0) await tellOfficers.add(tx, letters);
        const batch = { treated: found.length, suppressed: 0, cursor: null, done };
        await record(tx, batch);
        return { ...batch, took: performance.now() - began };
      });
    }

    /**
     * The batch is committed there before it is counted here: a crash between the two treats nothing twice, because what
     * is treated is not due any more; it is only not counted.
     */
    async function batchOutside(
      outside: ExternalHolder & Required<Pick<ExternalHolder, 'plan' | 'sweep'>>,
      limit: BatchLimit,
      record: Recorder,
    ) {
      await store.write(async (tx) => {
        await holdLease(tx, context.clock(), lease);
        await policies.requireInForce(tx, context.tenant.id, hash);
      });
      const began = performance.now();
      const { due } = await dueOutside(deps, context, rule as RuleInForce, sweep.asOf, outside);
      const batch = await outside.sweep(due, limit, AbortSignal.timeout(PATIENCE));
      const took = performance.now() - began;
      await store.write(async (tx) => {
        await holdLease(tx, context.clock(), lease);
        await record(tx, batch);
      });
      return { ...batch, took };
    }
  }

  /**
   * A holder outside did not do its part: the other rules go on, the certificate says that this one failed, and the next
   * sweep takes it up again. What is left nobody can count, but it is not nothing.
   */
  async function giveUp(context: Context, lease: Lease, step: StepRow, error: unknown): Promise<void> {
    if (!(error instanceof HolderFault)) throw error;
    log.error(
      { tenant: context.tenant.id, sweep: step.sweepId, rule: step.ruleId, holder: error.holder, fault: error.code },
      'a holder outside did not do its part of a sweep',
    );
    await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      const now = (await stepsOf(tx, step.tenantId, step.sweepId)).find(({ ruleId }) => ruleId === step.ruleId) ?? step;
      const remaining = Math.max(1, now.due - now.treated);
      await updateStep(tx, step, { status: 'failed', remaining });
      await audit.add(tx, context, {
        action: 'sweep.holder-failed',
        detail: { sweep: step.sweepId, rule: step.ruleId, holder: error.holder, fault: error.code },
      });
    });
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
    rule: RuleInForce,
  ): Promise<Pick<StepRow, 'held' | 'kept' | 'unwarned'> & { remaining: number }> {
    const left = await dueSummary(deps, context, rule, sweep.asOf, sweep.reviewId);
    const { held, kept = null, unwarned = null, due: remaining } = left;
    const seen = { held, kept, unwarned, remaining };
    await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      await updateStep(tx, step, seen);
    });
    return seen;
  }

  /**
   * The end of what ran: scrubbed, and certified. What still waits is no part of it; once it is approved and has run, it
   * gets a certificate of its own.
   */
  async function finish(context: Context, lease: Lease, sweepId: string): Promise<Sweep> {
    const { sweep, steps } = await loadSweep(store, context, sweepId);
    const waiting = steps.filter(({ status }) => status === 'awaiting-approval').map(({ ruleId }) => ruleId);
    if (waiting.length > 0)
      log.warn({ tenant: context.tenant.id, sweep: sweepId, rules: waiting }, 'rules wait for an officer’s approval');
    const ran = steps.filter(
      ({ status, certificateId }) =>
        certificateId === null && status !== 'awaiting-approval' && status !== 'superseded',
    );
    if (ran.length === 0 && steps.length > 0) {
      await store.write(async (tx) => {
        await holdLease(tx, context.clock(), lease);
        await updateSweep(tx, context.tenant.id, sweepId, { status: standingOf(steps), finishedAt: context.clock() });
      });
      return sweepOf(store, context, sweepId);
    }
    const spent = await shredSpentScopes(context);
    try {
      await vault.scrub();
      await store.scrub();
    } catch (fault) {
      // Somebody who reads an instant of before keeps what is gone in the files: it runs on, and is taken up again.
      if (!isBeingRead(fault)) throw fault;
      log.warn({ tenant: context.tenant.id, sweep: sweepId }, 'a sweep waits for a reader that keeps what is gone');
      return sweepOf(store, context, sweepId);
    }
    const findings: Draft['findings'] = [];
    const treated: Record<string, number> = {};
    for (const step of ran) {
      const rule = ruleOf(context, step.ruleId);
      if (!rule) continue;
      // Null only if a crash came between the last batch and the second look.
      const { held, kept, remaining } =
        step.remaining === null
          ? await lookAgain(context, lease, sweep, step, rule)
          : { held: step.held, kept: step.kept, remaining: step.remaining };
      const grounds = await store.read((q) =>
        holdGrounds(q, context.tenant.id, questionOf(policies.of(context.tenant.id), rule), context.clock()),
      );
      const before = sweep.reviewId === null ? boundsOf(context, rule, sweep.asOf).before : sweep.startedAt;
      const set = policies.of(context.tenant.id).current();
      const look = { held, kept: kept ?? [], remaining, grounds };
      findings.push(findingOf(rule, before, step, look, wordMember(set, 'rules', rule.id)));
      treated[rule.id] = step.treated;
    }
    const certify = await certificates.prepare(context, { kind: 'sweep', actId: sweepId, startedAt: sweep.startedAt });
    const verdict = await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      const finishedAt = context.clock();
      const policyHash = policies.of(context.tenant.id).current().hash;
      const { certificate, entryId, hash } = await certify(tx, {
        finishedAt,
        asOf: sweep.asOf.toISOString(),
        planDigest: sweep.planDigest,
        keyDestroyed: null,
        policyHash,
        findings,
      });
      const { certificateId, verdict } = certificate;
      for (const step of ran) await updateStep(tx, step, { certificateId });
      const status = standingOf(await stepsOf(tx, context.tenant.id, sweepId));
      await updateSweep(tx, context.tenant.id, sweepId, {
        status: status === 'completed' && verdict === 'incomplete' ? 'incomplete' : status,
        finishedAt,
        certificateId,
        failure: null,
      });
      if (sweep.reviewId !== null) {
        const review = { tenantId: context.tenant.id, reviewId: sweep.reviewId };
        // Its rule may have gone meanwhile: then nothing was done, and somebody decides anew.
        await moveReview(tx, review, ['treating'], { state: findings.length > 0 ? 'treated' : 'open' });
      }
      await audit.add(tx, context, {
        action: 'sweep.finished',
        entryId,
        policyHash,
        detail: {
          sweep: sweepId,
          verdict,
          certificate: certificateId,
          certificateHash: hash,
          keysShredded: spent,
          treated,
        },
      });
      return verdict;
    });
    if (verdict === 'incomplete')
      log.warn({ tenant: context.tenant.id, sweep: sweepId }, 'a sweep left rows that are due; see its certificate');
    return sweepOf(store, context, sweepId);
  }

  async function shredSpentScopes(context: Context): Promise<number> {
    let shredded = 0;
    for (const its of holders) {
      const scopes = (await store.read((q) => its.spentScopes?.(q, context.tenant.id) ?? Promise.resolve([]))) ?? [];
      const { stillSpent } = its;
      const choose = stillSpent && ((tx: Query) => stillSpent(tx, context.tenant.id, scopes));
      if (scopes.length > 0) shredded += await vault.shred(context.tenant.id, scopes, { choose });
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

  return {
    run,
    /** Lets the batch that runs end, and nothing begin. */
    stop: (): void => {
      stopping = true;
    },
  };
}
