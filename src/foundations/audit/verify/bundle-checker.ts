import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../process/package-root.ts';
import { type BundleAnswer, type BundleTask, checkTask } from './bundle.ts';

/** Threads at most: more than this and reading the files is what takes the time. */
const MOST_THREADS = 3;
/** Bundles below which starting threads costs more than they save. */
const WORTH_THREADS = 64;

export interface BundleChecker {
  check(task: BundleTask): Promise<BundleAnswer>;
  close(): Promise<void>;
}

/** Checks bundles beside the event loop, or at once when there are few. */
export function openBundleChecker(bundles: number): BundleChecker {
  // Straight from the sources there may be no build to start a thread on.
  const built = import.meta.url.endsWith('.js');
  const threads = built ? Math.min(MOST_THREADS, availableParallelism() - 1) : 0;
  if (bundles < WORTH_THREADS || threads < 1)
    return { check: async (task) => checkTask(task), close: async () => undefined };

  const waiting = new Map<number, { resolve: (answer: BundleAnswer) => void; reject: (error: unknown) => void }>();
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(join(packageRoot, 'dist/src/foundations/audit/verify/bundle-worker.js'));
    worker.on('message', ({ id, ...answer }: BundleAnswer & { id: number }) => {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    });
    worker.on('error', (error) => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
    return worker;
  });
  let next = 0;
  return {
    check: (task) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        workers[id % threads]?.postMessage({ id, task });
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
