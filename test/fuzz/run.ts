import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { keepSeed } from './corpus.ts';
import { LARGEST } from './mutate.ts';
import { TARGETS, targetOf } from './targets.ts';
import type { Report, Work } from './worker.ts';

/**
 * `npm run fuzz [-- [--seconds N] [--seed N] [--keep DIR] [TARGET…]]`: five minutes in all, shared out among the targets.
 * Mutations come from fast-check, and what V8 says of the blocks that were run decides which inputs are kept to go on
 * from. Ends with 1 where something was found, and says where the input lies.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, keep: { type: 'string' } },
});
const targets = positionals.length > 0 ? positionals.map(targetOf) : TARGETS;
const each = Number(values.seconds ?? 300) / targets.length;
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
/** Milliseconds without a finished run after which the input hangs. */
const HANGS = 20_000;

type Outcome = Report | { hung: Uint8Array } | { broken: Error };

function fuzz(name: string): Promise<Outcome> {
  const current = new SharedArrayBuffer(4 + LARGEST);
  const runs = new SharedArrayBuffer(4);
  const work: Work = { name, seconds: each, seed, current, runs, more: values.keep };
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: work });
  return new Promise((resolve) => {
    let last = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(new Int32Array(runs), 0);
      if (now !== last) {
        last = now;
        return;
      }
      if (now === 0) return;
      const length = Atomics.load(new Int32Array(current, 0, 1), 0);
      end({ hung: new Uint8Array(current, 4, length).slice() });
    }, HANGS);
    const end = (outcome: Outcome) => {
      clearInterval(watch);
      void worker.terminate();
      resolve(outcome);
    };
    worker.on('message', (report: Report) => end(report));
    worker.on('error', (broken: Error) => end({ broken }));
  });
}

let found = 0;
const tell = (name: string, what: string, input: Uint8Array) => {
  found += 1;
  const file = keepSeed(name, join(tmpdir(), 'lethe-fuzz'), input);
  console.log(`${name}: ${what}\n  ${JSON.stringify(Buffer.from(input).toString('latin1').slice(0, 400))}\n  ${file}`);
};
console.log(`seed ${seed}, ${Math.round(each)} s for each of ${targets.length}`);
for (const { name } of targets) {
  const outcome = await fuzz(name);
  if ('hung' in outcome) tell(name, `hangs: no answer within ${HANGS / 1000} s`, outcome.hung);
  else if ('broken' in outcome) {
    found += 1;
    console.log(`${name}: cannot be run\n${outcome.broken.stack}`);
  } else {
    const { runs, blocks, kept, finding } = outcome;
    console.log(`${name}: ${runs} inputs, ${blocks} blocks, ${kept.length} kept`);
    if (values.keep !== undefined) for (const input of kept) keepSeed(name, values.keep, input);
    if (finding) tell(name, `${finding.kind}: ${finding.detail}`, finding.input);
  }
}
process.exit(found > 0 ? 1 : 0);
