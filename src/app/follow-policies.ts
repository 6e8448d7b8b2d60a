import type { Log } from '../foundations/process/log.ts';
import { onBehalfOf } from '../foundations/store/workload.ts';
import type { Foundations } from './foundations.ts';

/** Milliseconds between two looks whether an institution's own word has changed: one count each. */
const PAUSE = 2_000;

/** Takes over what other instances, or the command line, have put in force for an institution, while the service runs. */
export function followPolicies({ policies, store, log }: Pick<Foundations, 'policies' | 'store'> & { log: Log }) {
  let failing = false;
  let running: Promise<void> | undefined;
  const look = async () => {
    try {
      await onBehalfOf({ lane: 'batch', name: 'policies' }, () => policies.refreshTenants(store));
      failing = false;
    } catch (err) {
      if (!failing) log.error({ err }, 'what institutions have decided cannot be read');
      failing = true;
    }
  };
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = undefined;
    });
  }, PAUSE);
  timer.unref();
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
}
