import { parentPort } from 'node:worker_threads';
import { type BundleAnswer, type BundleTask, checkTask } from './bundle.ts';

/** A thread that checks bundles for `bundle-checker.ts`. */
parentPort?.on('message', ({ id, task }: { id: number; task: BundleTask }) => {
  const answer: BundleAnswer & { id: number } = { id, ...checkTask(task) };
  parentPort?.postMessage(answer);
});
