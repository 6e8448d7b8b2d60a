import { and, eq } from 'drizzle-orm';
import { Problem } from '../foundations/contract/problem.ts';
import type { Clock } from '../foundations/process/clock.ts';
import type { Log } from '../foundations/process/log.ts';
import { acquireLease, holdLease, type Lease, releaseLease } from '../foundations/store/lease.ts';
import type { Query, Store } from '../foundations/store/store.ts';
import { onBehalfOf, type Workload } from '../foundations/store/workload.ts';
import { inUnitOfWork } from '../foundations/vault/unit-of-work.ts';
import type { Vault } from '../foundations/vault/vault.ts';

/** What a step works with. */
interface StepTools {
  store: Store;
  vault: Vault;
  clock: Clock;
}

/** One batch, prepared outside of a transaction: what it writes, how many rows that are, and where the next begins. */
interface StepBatch {
  write(tx: Query): Promise<void>;
  rows: number;
  /** Undefined when nothing is left. */
  next: string | undefined;
}

/**
 * What a release rewrites in the data of the one before it and SQL alone cannot, because it needs keys. Each batch and the
 * place it has reached are one transaction; a step that was cut off anywhere goes on from there.
 */
export interface DataStep {
  /** Release and what is rewritten, `0.5.0 sealed names`: never reused. */
  name: string;
  /** `before`: nobody is served until it is done. `beside`: it takes long, and both forms are read meanwhile. */
  when: 'before' | 'beside';
  /** A batch of some hundred rows that begins at `cursor`. */
  batch(tools: StepTools, cursor: string | undefined): Promise<StepBatch>;
}

/** In order of releases. Those that no supported release has left undone may go. */
const DATA_STEPS: readonly DataStep[] = [];

/** Milliseconds between two looks whether the instance that works on a step has done it. */
const PAUSE = 500;
/** Rows between two lines of the log. */
const TOLD_EVERY = 10_000;
const WORKLOAD: Workload = { lane: 'batch', name: 'data-steps' };

interface DataStepsDeps extends StepTools {
  log: Log;
  steps?: readonly DataStep[];
  /** Who works: of two instances one. */
  owner?: string;
  /** Waits between two looks; tests do not. */
  pause?: () => Promise<void>;
}

/** Brings the data forward to this release. */
export function createDataSteps(deps: DataStepsDeps) {
  const { store, vault, clock, log, steps = DATA_STEPS, owner = crypto.randomUUID() } = deps;
  const pause = deps.pause ?? (() => new Promise<void>((next) => setTimeout(next, PAUSE)));
  const tools = { store, vault, clock };
  const underWay = new Map<string, number>();
  let failed: string | undefined;
  let stopped = false;
  let beside: Promise<void> = Promise.resolve();

  const standing = (q: Query, name: string) => {
    const { dataSteps: t } = q.tables;
    return q
      .select()
      .from(t)
      .where(and(eq(t.tenantId, '*'), eq(t.name, name)));
  };

  /** Writes a batch, and that it is written, at once; only who holds the lease gets that far. */
  async function commit(lease: Lease, name: string, done: number, { write, next }: StepBatch): Promise<void> {
    const now = clock();
    await store.write(async (tx) => {
      await holdLease(tx, now, lease);
      await write(tx);
      const { dataSteps: t } = tx.tables;
      const reached = { cursor: next ?? null, rows: done, finishedAt: next === undefined ? now : null };
      await tx
        .insert(t)
        .values({ tenantId: '*', name, startedAt: now, ...reached })
        .onConflictDoUpdate({ target: [t.tenantId, t.name], set: reached });
    });
  }

  /** True once the step is done, by whomever. */
  async function work(step: DataStep): Promise<boolean> {
    const { name } = step;
    const lease = await acquireLease(store, clock(), { tenantId: '*', name: `data-step ${name}`, owner });
    if (!lease) return (await store.read((q) => standing(q, name)))[0]?.finishedAt != null;
    try {
      const [row] = await store.read((q) => standing(q, name));
      if (row?.finishedAt) return true;
      let cursor = row?.cursor ?? undefined;
      let done = row?.rows ?? 0;
      let told = done;
      if (cursor !== undefined) log.info({ step: name, rows: done }, 'the data is carried forward: going on');
      underWay.set(name, done);
      while (!stopped) {
        const batch = await inUnitOfWork(async () => {
          const prepared = await step.batch(tools, cursor);
          await commit(lease, name, done + prepared.rows, prepared);
          return prepared;
        });
        done += batch.rows;
        underWay.set(name, done);
        if (done - told >= TOLD_EVERY) {
          told = done;
          log.info({ step: name, rows: done }, 'the data is carried forward');
        }
        if (batch.next === undefined) {
          if (done > 0) log.info({ step: name, rows: done }, 'the data is carried forward: done');
          return true;
        }
        cursor = batch.next;
      }
      return false;
    } catch (error) {
      // Another instance has gone on where this one was held up.
      if (error instanceof Problem && error.type === 'lease-held') return false;
      throw error;
    } finally {
      underWay.delete(name);
      await releaseLease(store, lease).catch(() => undefined);
    }
  }

  async function finish(step: DataStep): Promise<void> {
    const [row] = await store.read((q) => standing(q, step.name));
    if (row?.finishedAt) return;
    while (!stopped && !(await work(step))) await pause();
  }

  return {
    /** Does what must be done before anybody is served, or waits until another instance has. */
    before: () =>
      onBehalfOf(WORKLOAD, async () => {
        for (const step of steps) if (step.when === 'before') await finish(step);
      }),

    /** Begins what is done while the service runs. */
    startBeside(): void {
      beside = onBehalfOf(WORKLOAD, async () => {
        for (const step of steps) if (step.when === 'beside') await finish(step);
      }).catch((err: unknown) => {
        failed = 'a step failed; it goes on at the next start';
        log.error({ err }, 'the data could not be carried forward; it goes on at the next start');
      });
    },

    /** For `/readyz`: the service itself goes on. */
    state: () => ({
      ok: true,
      underWay: underWay.size > 0 ? Object.fromEntries(underWay) : undefined,
      ...(failed === undefined ? {} : { degraded: ['data'], alarms: [failed] }),
    }),

    /** Resolves once what was begun beside the service has ended, one way or another. */
    done: () => beside,

    /** Ends after the batch that is being written. */
    async stop(): Promise<void> {
      stopped = true;
      await beside;
    },
  };
}
