import type { Clock } from '../../process/clock.ts';
import type { Log } from '../../process/log.ts';
import { onBehalfOf, type Workload } from '../../store/workload.ts';
import { REFUSAL_IN_WORDS } from './publisher.ts';
import type { MerkleLog } from './service.ts';

/** Milliseconds between two looks for new entries: as often as a checkpoint may be signed. */
const PAUSE = 1_000;
/** Milliseconds an entry may wait for its place before `/readyz` says that the log lags. */
const LATE = 10_000;

/** However much else waits for the database, entries find their places. */
const WORKLOAD: Workload = { lane: 'reserved', name: 'log' };

export interface SequencingDeps {
  merkleLog: MerkleLog;
  tenants(): Promise<string[]>;
  clock: Clock;
  log: Log;
}

/** Keeps the logs up to date while the service runs. Other instances may do the same. */
export function startSequencing({ merkleLog, tenants, clock, log }: SequencingDeps) {
  let stopped = false;
  let failing = false;
  let told = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;

  async function turn(): Promise<void> {
    try {
      await merkleLog.advance(clock, tenants);
      failing = false;
    } catch (err) {
      if (!failing) log.error({ err }, 'the audit log cannot be extended');
      failing = true;
    }
    const { refusals } = await merkleLog.lag(clock()).catch(() => ({ refusals: [] }));
    for (const refusal of refusals)
      if (!told.has(refusal)) log.error({ refusal, remedy: REFUSAL_IN_WORDS[refusal] }, 'the audit log is not signed');
    told = new Set(refusals);
  }

  const running = onBehalfOf(WORKLOAD, async () => {
    while (!stopped) {
      await turn();
      if (stopped) break;
      await new Promise<void>((next) => {
        wake = next;
        timer = setTimeout(next, PAUSE);
        timer.unref();
      });
    }
  });

  return {
    /** For `/readyz`: a lagging or unsigned log is a warning; the service itself goes on. */
    async state(): Promise<{ ok: boolean; [detail: string]: unknown }> {
      const { pending, waitedFor, refusals } = await merkleLog.lag(clock());
      const degraded = failing || waitedFor > LATE || refusals.length > 0;
      return {
        ok: true,
        pending,
        lagMilliseconds: waitedFor,
        degraded: degraded ? true : undefined,
        unsigned: refusals.length > 0 ? refusals : undefined,
      };
    },

    /** Ends after a last turn, so that nothing waits for the next start. */
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      wake?.();
      await running;
      await onBehalfOf(WORKLOAD, turn);
    },
  };
}
