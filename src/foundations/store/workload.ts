import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * On whose behalf the database is asked: `request` for somebody who waits for an answer, `batch` for work over many
 * rows, `reserved` for what must be answered while everything else waits (`/readyz`, the log). PostgreSQL keeps
 * connections for each, and ends a statement of a request sooner than one of a batch.
 */
export type Lane = 'request' | 'batch' | 'reserved';

export interface Workload {
  lane: Lane;
  /** What it is: an operation or a job. Connections are shared out by it, so that none takes them all. */
  name: string;
}

const current = new AsyncLocalStorage<Workload>();
const UNNAMED: Workload = { lane: 'request', name: '' };

/** Whatever `work` asks of store and keyring, also later in the background, is done on behalf of `workload`. */
export function onBehalfOf<T>(workload: Workload, work: () => T): T {
  return current.run(workload, work);
}

export function currentWorkload(): Workload {
  return current.getStore() ?? UNNAMED;
}
