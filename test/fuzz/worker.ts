import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { readSeeds } from './corpus.ts';
import { watchCoverage } from './coverage.ts';
import { mutated, mutations, shrunk } from './mutate.ts';
import { wordsOf } from './target.ts';
import { targetOf } from './targets.ts';
import { type Finding, tried } from './trial.ts';

/** Fuzzes one target for some seconds, in a thread of its own: what hangs can be ended, and told by what it hung on. */
export interface Work {
  name: string;
  seconds: number;
  seed: number;
  /** Where the input that is being run stands: its length, then its bytes. */
  current: SharedArrayBuffer;
  /** Counts the runs. */
  runs: SharedArrayBuffer;
  /** More inputs to begin with, beside the seeds. */
  more: string | undefined;
}
export interface Report {
  runs: number;
  blocks: number;
  /** What reached something new, smallest first. */
  kept: Uint8Array[];
  finding?: Omit<Finding, 'input'> & { input: Uint8Array };
}

/** Inputs between two looks at the coverage. */
const SMALLEST_BATCH = 64;
const LARGEST_BATCH = 4_096;

const { name, seconds, seed, current, runs, more } = workerData as Work;
const target = targetOf(name);
const words = wordsOf(target);
const shown = { length: new Int32Array(current, 0, 1), bytes: new Uint8Array(current, 4) };
const counted = new Int32Array(runs);
const corpus: Buffer[] = [Buffer.alloc(0), ...readSeeds(name), ...(more === undefined ? [] : readSeeds(name, more))];
const kept: Buffer[] = [];
/** Milliseconds of the slowest, by powers of two of the length. */
const slowest: number[] = [];
let finding: Finding | undefined;

async function attempt(input: Buffer): Promise<void> {
  shown.bytes.set(input);
  Atomics.store(shown.length, 0, input.length);
  Atomics.add(counted, 0, 1);
  const { ms, finding: found } = await tried(target, input);
  finding ??= found;
  // Much slower than others of its size: where it leads may be slower still.
  const size = Math.floor(Math.log2(input.length + 1));
  if (ms > 2 && ms > 1.5 * (slowest[size] ?? 0)) {
    slowest[size] = ms;
    corpus.push(input);
  }
}

/** Runs them all; false once something is found. */
async function attemptAll(inputs: Buffer[]): Promise<boolean> {
  for (const input of inputs) {
    await attempt(input);
    if (finding) return false;
  }
  return true;
}

/** Keeps those of a batch that reach something new: by halves, because a look costs as much as hundreds of runs. */
async function sift(inputs: Buffer[]): Promise<void> {
  const [input] = inputs;
  if (input && inputs.length === 1) {
    if (!coverage.take()) return;
    corpus.push(input);
    kept.push(input);
    return;
  }
  const half = inputs.length >> 1;
  for (const part of [inputs.slice(0, half), inputs.slice(half)])
    if ((await attemptAll(part)) && coverage.hasNews()) {
      if (part.length === 1) await attemptAll(part);
      await sift(part);
    }
}

const coverage = watchCoverage();
const until = performance.now() + seconds * 1000;
let size = SMALLEST_BATCH;
let batch: Buffer[] = [...corpus];
for (let n = 0; finding === undefined && performance.now() < until; n += 1) {
  const begun = performance.now();
  if (!(await attemptAll(batch))) break;
  const ran = performance.now();
  const news = coverage.hasNews();
  const looked = performance.now();
  if (news) await sift(batch);
  // A look may take a fifth of the time.
  if (looked - ran > (ran - begun) / 4 && size < LARGEST_BATCH) size *= 2;
  batch = fc.sample(mutations, { numRuns: size, seed: seed + n }).map((mutation) => mutated(corpus, words, mutation));
}
if (finding?.kind === 'wrong') {
  const fails = async (input: Buffer) => (await tried(target, input)).finding?.kind === 'wrong';
  finding = (await tried(target, await shrunk(finding.input, fails))).finding ?? finding;
}
const report: Report = {
  runs: Atomics.load(counted, 0),
  blocks: coverage.blocks(),
  kept: kept.sort((a, b) => a.length - b.length),
  ...(finding ? { finding } : {}),
};
parentPort?.postMessage(report);
