import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const TIERS = ['rules', 'engines', 'processes'] as const;
export type Tier = (typeof TIERS)[number];

/** Files of one mocha process at most: what suites keep in memory stays small, and the last process is never long. */
const FILES_PER_BATCH = 12;

/** `x.test.ts` are rules, `x.int.test.ts` use engines, `x.sys.test.ts` start processes. */
export function tierOf(file: string): Tier {
  if (file.endsWith('.sys.test.ts')) return 'processes';
  return file.endsWith('.int.test.ts') ? 'engines' : 'rules';
}

/** Test files by file, folder or pattern; all when none is given. @throws where one matches nothing */
export function findTestFiles(paths: readonly string[], tier?: Tier): string[] {
  const patterns = paths.length > 0 ? paths : ['test'];
  const found = patterns.flatMap((path) => {
    const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
    const files = globSync(folder ? join(path, '**/*.test.ts') : path).filter((file) => file.endsWith('.test.ts'));
    if (files.length === 0) throw new Error(`No test file matches ${path}`);
    return files;
  });
  return [...new Set(found)].filter((file) => tier === undefined || tierOf(file) === tier).sort();
}

/**
 * The files of each mocha process, in the order they are started: processes first, as they wait most and one of them
 * is the longest of all; rules last, so that the end is fine-grained. Engines are dealt out by size.
 */
export function makeBatches(files: readonly string[], jobs: number): string[][] {
  const of = (tier: Tier) => files.filter((file) => tierOf(file) === tier);
  return [...bySize(of('processes')).map((file) => [file]), ...deal(of('engines'), jobs), ...deal(of('rules'), jobs)];
}

function deal(files: string[], jobs: number): string[][] {
  if (files.length === 0) return [];
  const count = Math.min(files.length, Math.max(jobs, Math.ceil(files.length / FILES_PER_BATCH)));
  const batches: string[][] = Array.from({ length: count }, () => []);
  for (const [index, file] of bySize(files).entries()) batches[index % count]?.push(file);
  return batches;
}

function bySize(files: string[]): string[] {
  return [...files].sort((a, b) => statSync(b).size - statSync(a).size || a.localeCompare(b));
}
