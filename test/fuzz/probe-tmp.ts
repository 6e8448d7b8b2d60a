import fc from 'fast-check';
import { watchCoverage } from './coverage.ts';
import { mutated, mutations } from './mutate.ts';
import { readSeeds } from './corpus.ts';
import { wordsOf } from './target.ts';
import { targetOf } from './targets.ts';
const target = targetOf('json');
const c = watchCoverage();
c.take();
const corpus = readSeeds('json'); const words = wordsOf(target);
for (let k = 0; k < 4; k++) {
  let t = performance.now();
  const plans = fc.sample(mutations, { numRuns: 128, seed: k });
  const t1 = performance.now() - t; t = performance.now();
  const inputs = plans.map((m) => mutated(corpus, words, m));
  const t2 = performance.now() - t; t = performance.now();
  for (const i of inputs) try { await target.run(i); } catch {}
  const t3 = performance.now() - t; t = performance.now();
  c.hasNews();
  const t4 = performance.now() - t;
  console.log('sample', t1 | 0, 'mutate', t2 | 0, 'run', t3 | 0, 'look', t4 | 0, 'mean', inputs.reduce((s, i) => s + i.length, 0) / 128 | 0);
}
