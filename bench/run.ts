import { type Bench, type Measurement, report } from './harness.ts';

/**
 * `npm run bench [-- name …] [--rounds N]`: every figure is a ratio of two things measured in turn in this run.
 */
const BENCHES = [
  'consent-post',
  'sweep-rate',
  'growth',
  'consent-under-sweep',
  'log-append',
  'log-verify',
  'backup-under-load',
  'shred-erase',
  'register-resolution',
  'package-memory',
  'import-consents',
] as const;

const words = process.argv.slice(2);
const roundsAt = words.indexOf('--rounds');
const rounds = roundsAt < 0 ? 5 : Number(words.splice(roundsAt, 2)[1]);
const unknown = words.filter((word) => !(BENCHES as readonly string[]).includes(word));
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`usage: npm run bench -- [${BENCHES.join('|')} …] [--rounds N]`);
  process.exit(2);
}

const measurements: Measurement[] = [];
for (const name of BENCHES.filter((bench) => words.length === 0 || words.includes(bench))) {
  console.error(`${name} …`);
  const { bench } = (await import(`./${name}.ts`)) as { bench: Bench };
  measurements.push(...(await bench.run(rounds)));
}
report(measurements);
process.exit(0);
