import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sampleEntry, sampleLog, writeFiles } from '../test/support/sample-log.ts';
import { built } from '../test/support/service-process.ts';
import { type Bench, median } from './harness.ts';

const ENTRIES = 500_000;
const run = promisify(execFile);

/** Reads and hashes every byte of a folder's bundles, and nothing else: what no check can do without. */
function readAndHash(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const content = readFileSync(join(entry.parentPath, entry.name));
    hash('sha256', content, 'buffer');
    bytes += content.length;
  }
  return bytes;
}

/** `lethe log verify --dir` as its user runs it, a process of its own, on half a million entries of 400 bytes. */
export const bench: Bench = {
  name: 'log-verify',
  async run(rounds) {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-log-'));
    try {
      const log = sampleLog(Array.from({ length: ENTRIES }, (_, n) => sampleEntry(n)));
      writeFiles(
        folder,
        new Map<string, Buffer | string>(log.files(ENTRIES)).set('checkpoint', await log.checkpoint(ENTRIES)),
      );
      const ratios: number[] = [];
      const rates: number[] = [];
      const bare: number[] = [];
      const shares: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const started = performance.now();
        const bytes = readAndHash(folder);
        const bareSeconds = (performance.now() - started) / 1000;
        const { stdout } = await run(process.execPath, [
          built('src/cli.ts'),
          'log',
          'verify',
          '--dir',
          folder,
          '--key',
          log.verifierKey,
          '--json',
        ]);
        const { checked, seconds } = JSON.parse(stdout) as { checked: number; seconds: number };
        rates.push(checked / seconds);
        bare.push(bytes / bareSeconds / 1e6);
        ratios.push(checked / seconds / 200_000);
        shares.push(bareSeconds / seconds);
      }
      return [
        {
          name: 'log verify',
          ratioOf: 'entries a second of `lethe log verify --dir` ÷ 200 000',
          ratios,
          aim: { atLeast: 1 },
          figures: {
            entriesPerSecond: Math.round(median(rates)),
            slowest: Math.round(Math.min(...rates)),
            fastest: Math.round(Math.max(...rates)),
            bareHashMegabytesPerSecond: Math.round(median(bare)),
            // Reading and hashing the same bytes on one thread, against the whole check on several.
            ofBareHashSpeed: Number(median(shares).toFixed(2)),
          },
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
