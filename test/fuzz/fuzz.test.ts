import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSeeds } from './corpus.ts';
import { mutated, mutations } from './mutate.ts';
import { wordsOf } from './target.ts';
import { TARGETS } from './targets.ts';
import { tried } from './trial.ts';

/** The same few inputs each time: `npm run fuzz` looks for new ones. */
const RUNS = 300;
const SEED = 20_260_302;

describe('What strangers send', () => {
  for (const target of TARGETS)
    it(`${target.name}: every seed, and what becomes of it, is read or refused in time`, async function () {
      this.timeout(60_000);
      const seeds = readSeeds(target.name);
      assert.ok(seeds.length > 0, 'there is something to begin with');
      const words = wordsOf(target);
      const more = fc.sample(mutations, { numRuns: RUNS, seed: SEED }).map((one) => mutated(seeds, words, one));
      for (const input of [Buffer.alloc(0), ...seeds, ...more]) {
        const { finding } = await tried(target, input);
        assert.equal(finding, undefined, `${finding?.detail}\n${finding?.input.toString('base64').slice(0, 2_000)}`);
      }
    });
});
