import type { Clock } from '../process/clock.ts';
import { driverError, type StoreFault } from './errors.ts';
import type { Store } from './store.ts';

/** Why nothing can be written; each with what an operator does about it. */
const REMEDIES = {
  damaged: 'Pages are damaged: stop the service and restore a backup (lethe restore).',
  full: 'There is no room left: make room on its disk.',
  'read-only': 'It takes no writes: mount it writable, let this user write to it, or name the primary server.',
  busy: 'Something else holds its lock: end that.',
  unavailable: 'It does not answer: is it running, and reachable from here?',
  failed: 'A write failed: see the log.',
} as const;

type WriteFault = keyof typeof REMEDIES;

/** What `/readyz` tells of a place that is written to; no data, no addresses. */
type WriteState = { ok: true } | { ok: false; fault: WriteFault; since: string; remedy: string };

/** Milliseconds for which a write that succeeded proves that the next one would. */
const FRESH = 10_000;
/** Milliseconds for which a write that failed stands before another is tried: a small one fits where a large one does not. */
const STANDS = 1_000;
const FULL_STANDS = 10_000;

/** A refusal of what was to be written, by a place that could have written it. */
const OF_THE_ROW: StoreFault[] = ['unique', 'foreign-key', 'not-null', 'check', 'evidence', 'serialization', 'misuse'];

/** By the engines' own codes, where they say more than the fault does. */
const BY_CODE: [RegExp, WriteFault][] = [
  [/^(SQLITE_(CORRUPT|NOTADB)|XX00[12]$)/, 'damaged'],
  [/^(SQLITE_FULL|53100|ENOSPC|EDQUOT)/, 'full'],
  [/^(SQLITE_READONLY|25006|EROFS)/, 'read-only'],
  [/^SQLITE_(BUSY|LOCKED)/, 'busy'],
];

/** Undefined when the place could have written: the fault is the row's, or not of a database at all. */
function faultOf(error: unknown): WriteFault | undefined {
  const known = driverError(error);
  const code = known?.code ?? (error as { code?: unknown } | undefined)?.code;
  // Problems and faults of ours carry no code.
  if (typeof code !== 'string' || (known && OF_THE_ROW.includes(known.fault))) return undefined;
  const byCode = BY_CODE.find(([codes]) => codes.test(code))?.[1];
  if (byCode) return byCode;
  // PostgreSQL's locks and limits are of a table or a statement; others are written to meanwhile.
  if (known?.fault === 'busy') return undefined;
  if (known?.fault === 'full' || known?.fault === 'unavailable') return known.fault;
  return 'failed';
}

export interface WriteWatch {
  /** Runs a write and remembers how it went. */
  write<T>(work: () => Promise<T>): Promise<T>;
  /** Runs what only reads: it proves nothing, but a fault is remembered. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Whether it can be written now: by the last writes, and where they say nothing, by one of its own. */
  state(): Promise<WriteState>;
}

/** Watches what is written in one place. `attempt` writes something that leaves no trace, durably. */
export function createWriteWatch(clock: Clock, attempt: () => Promise<unknown>): WriteWatch {
  let succeededAt: number | undefined;
  /** Cleared by the next success; damage never is: what else is written may lie on other pages. */
  let failing: { fault: WriteFault; since: Date; last: number } | undefined;
  let trying: Promise<void> | undefined;

  const since = (instant: number) => Math.abs(clock().getTime() - instant);

  function failed(error: unknown): void {
    const fault = faultOf(error);
    if (fault === undefined || failing?.fault === 'damaged') return;
    const now = clock();
    failing = { fault, since: failing?.since ?? now, last: now.getTime() };
  }

  async function write<T>(work: () => Promise<T>): Promise<T> {
    try {
      const value = await work();
      succeededAt = clock().getTime();
      if (failing?.fault !== 'damaged') failing = undefined;
      return value;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  /** Callers who ask together share one. */
  function tryOnce(): Promise<void> {
    trying ??= write(attempt)
      .then(
        () => undefined,
        // One that failed for a reason of its own has not written either.
        (error: unknown) => {
          failing ??= { fault: faultOf(error) ?? 'failed', since: clock(), last: clock().getTime() };
        },
      )
      .finally(() => {
        trying = undefined;
      });
    return trying;
  }

  const told = (): WriteState =>
    failing
      ? { ok: false, fault: failing.fault, since: failing.since.toISOString(), remedy: REMEDIES[failing.fault] }
      : { ok: true };

  return {
    write,
    read: async (work) => {
      try {
        return await work();
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    state: async () => {
      const settled = failing
        ? failing.fault === 'damaged' || since(failing.last) < (failing.fault === 'full' ? FULL_STANDS : STANDS)
        : succeededAt !== undefined && since(succeededAt) < FRESH;
      if (!settled) await tryOnce();
      return told();
    },
  };
}

/** A store whose writes are watched. What it tries by itself is a lease that nobody asks for. */
export function watchStore(store: Store, clock: Clock): { store: Store; watch: WriteWatch } {
  const watch = createWriteWatch(clock, () =>
    store.write(async (tx) => {
      const { leases: t } = tx.tables;
      await tx
        .insert(t)
        .values({ tenantId: '*', name: 'readyz', owner: 'readyz', fence: 1, expiresAt: clock() })
        .onConflictDoUpdate({ target: [t.tenantId, t.name], set: { expiresAt: clock() } });
    }),
  );
  return {
    watch,
    store: {
      ...store,
      read: (fn) => watch.read(() => store.read(fn)),
      snapshot: (fn) => watch.read(() => store.snapshot(fn)),
      write: (fn, options) => watch.write(() => store.write(fn, options)),
    },
  };
}
