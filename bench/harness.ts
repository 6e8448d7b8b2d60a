import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { packageRoot } from '../src/foundations/process/package-root.ts';

/** One measured claim: a ratio of two things done in the same run on the same machine, never an absolute time. */
export interface Measurement {
  name: string;
  /** What stands above and below the line of the ratio. */
  ratioOf: string;
  /** One ratio per round. */
  ratios: number[];
  aim: { atLeast?: number; atMost?: number };
  /** Figures behind the ratio, for the reader. */
  figures: Record<string, number | string>;
}

export interface Bench {
  name: string;
  run(rounds: number): Promise<Measurement[]>;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function reached({ ratios, aim }: Measurement): boolean {
  const value = median(ratios);
  return (aim.atLeast === undefined || value >= aim.atLeast) && (aim.atMost === undefined || value <= aim.atMost);
}

const two = (value: number) => value.toFixed(2);

/** Prints the table a reader wants and writes the same as JSON to `bench/results/latest.json`. */
export function report(measurements: Measurement[]): void {
  const table = new Table({
    head: ['measurement', 'ratio of', 'median', 'min … max', 'aim', 'reached'],
    style: process.stdout.isTTY ? {} : { head: [], border: [] },
    wordWrap: true,
    colWidths: [34, 44, 8, 13, 8, 9],
  });
  for (const measurement of measurements) {
    const { ratios, aim } = measurement;
    table.push([
      measurement.name,
      measurement.ratioOf,
      two(median(ratios)),
      `${two(Math.min(...ratios))} … ${two(Math.max(...ratios))}`,
      aim.atLeast === undefined ? `≤ ${aim.atMost}` : `≥ ${aim.atLeast}`,
      reached(measurement) ? 'yes' : 'no',
    ]);
  }
  console.log(table.toString());
  for (const { name, figures } of measurements) console.log(`${name}: ${JSON.stringify(figures)}`);
  const folder = join(packageRoot, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const results = measurements.map((m) => ({ ...m, median: median(m.ratios), reached: reached(m) }));
  const machine = { node: process.version, platform: process.platform, arch: process.arch };
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify({ machine, results }, null, 2)}\n`);
}
