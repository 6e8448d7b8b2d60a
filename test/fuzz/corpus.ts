import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file each, by target: what a run begins with. */
const SEEDS = join(import.meta.dirname, 'corpus');

export function readSeeds(target: string, folder = SEEDS): Buffer[] {
  try {
    return readdirSync(join(folder, target))
      .sort()
      .map((name) => readFileSync(join(folder, target, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Keeps an input under a name of its content; answers where. */
export function keepSeed(target: string, folder: string, input: Uint8Array): string {
  mkdirSync(join(folder, target), { recursive: true });
  const file = join(folder, target, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(file, input);
  return file;
}
