import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reporters } from 'mocha';
import { packageRoot } from '../src/foundations/process/package-root.ts';
import { findTestFiles, makeBatches, TIERS, type Tier, tierOf } from './runner/batches.ts';
import { killMocha, type Outcome, runMocha } from './runner/mocha-process.ts';
import { scratchFolder } from './runner/scratch.ts';
import { postgresForWorkers, stopPostgres } from './support/postgres.ts';
import { built } from './support/service-process.ts';

/**
 * `npm test [-- [-g TEXT] [--tier rules|engines|processes] [--jobs N] [PATH…]]`: the suite in several mocha processes
 * at once, on one PostgreSQL and one build of the programs, with one summary at the end.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    grep: { type: 'string', short: 'g' },
    tier: { type: 'string' },
    jobs: { type: 'string', short: 'j' },
  },
});

async function runAll(batches: string[][], jobs: number, environment: Record<string, string>): Promise<Outcome> {
  const sum: Outcome = { passed: 0, pending: 0, failures: [] };
  const queue = [...batches];
  const work = async () => {
    for (let files = queue.shift(); files; files = queue.shift()) {
      const { passed, pending, failures } = await runMocha(files, {
        mocha: values.grep === undefined ? [] : ['--grep', values.grep],
        environment,
        print: (line) => console.log(line),
      });
      sum.passed += passed;
      sum.pending += pending;
      sum.failures.push(...failures);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return sum;
}

function filesAskedFor(): string[] {
  try {
    return findTestFiles(positionals, values.tier as Tier | undefined);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** As mocha prints it: the failures in full, and the sums last of all. */
function printClosing(outcome: Outcome, milliseconds: number): void {
  console.log('\n# Summary');
  const failed = outcome.failures.map(({ titles, error }) => ({ titlePath: () => titles, err: error }));
  reporters.Base.list(failed as unknown as Mocha.Test[]);
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = Math.round(milliseconds / 1000) % 60;
  console.log(`  ${outcome.passed} passing (${minutes > 0 ? `${minutes}m ` : ''}${seconds}s)`);
  if (outcome.pending > 0) console.log(`  ${outcome.pending} pending`);
  console.log(`  ${outcome.failures.length} failing`);
}

const begun = performance.now();
// Of this process too: it starts PostgreSQL.
const scratch = scratchFolder();
process.env['TMPDIR'] = scratch.folder;
if (values.tier !== undefined && !TIERS.includes(values.tier as Tier))
  throw new Error(`--tier is one of ${TIERS.join(', ')}`);
// One more than there are processors: a good part of the time a process waits for PostgreSQL, or for one it has started.
const jobs = Number(values.jobs ?? availableParallelism() + 1);
const files = filesAskedFor();
if (files.some((file) => tierOf(file) === 'processes')) built('src/main.ts');
const environment: Record<string, string> = {
  TEST_BUILT: 'yes',
  // Types are stripped and code is compiled once, not once for every process.
  NODE_COMPILE_CACHE: join(packageRoot, 'node_modules/.cache/compiled'),
};
if (files.some((file) => tierOf(file) !== 'rules')) Object.assign(environment, await postgresForWorkers());
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    killMocha();
    // PostgreSQL's package listens to signals too, and may have stopped it already.
    void stopPostgres()
      .catch(() => undefined)
      .finally(() => {
        scratch.remove();
        process.exit(130);
      });
  });
const outcome = await runAll(makeBatches(files, jobs), jobs, environment);
await stopPostgres();
scratch.remove();
printClosing(outcome, performance.now() - begun);
const matched = outcome.passed + outcome.pending + outcome.failures.length > 0;
if (!matched) console.error('No test matches.');
// Said outright: PostgreSQL's package would end this process with 0.
process.exit(matched && outcome.failures.length === 0 ? 0 : 1);
