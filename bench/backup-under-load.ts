import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/foundations/process/package-root.ts';
import { built, startServer } from '../test/support/service-process.ts';
import { CONNECTIONS, load, platformToken } from './consent-load.ts';
import { type Bench, median } from './harness.ts';
import { fillVisits, temporaryFolder } from './million-visits.ts';

const ROWS = 500_000;
const SECONDS = 8;

/** p99 of durable decisions while backups are made one after another, against the same load without. */
export const bench: Bench = {
  name: 'backup-under-load',
  async run(rounds) {
    const { folder, remove } = temporaryFolder();
    const prepared = join(folder, 'prepared');
    await (await startServer('src/main.ts', { LETHE_DATA: prepared })).stop();
    // Too young to be swept while we measure.
    fillVisits(join(prepared, 'lethe.db'), 'main', ROWS, new Date());
    const ratios: number[] = [];
    const quiet: number[] = [];
    const busy: number[] = [];
    const taken: number[] = [];
    const requests: number[] = [];
    try {
      for (let round = 0; round < Math.min(rounds, 3); round += 1) {
        const data = join(folder, `round-${round}`);
        cpSync(prepared, data, { recursive: true });
        const server = await startServer('src/main.ts', { LETHE_DATA: data });
        try {
          const token = await platformToken(server.url);
          await load(server.url, token, 2);
          const without = await load(server.url, token, SECONDS);
          let loading = true;
          const backups = (async () => {
            while (loading) taken.push(await backUp(data, folder));
          })();
          const within = await load(server.url, token, SECONDS);
          loading = false;
          await backups;
          if (within.failures > 0) throw new Error(`${within.failures} decisions failed beside the backup`);
          ratios.push(within.p99 / without.p99);
          quiet.push(without.p99);
          busy.push(within.p99);
          requests.push(within.requestsPerSecond / without.requestsPerSecond);
        } finally {
          await server.stop();
          rmSync(data, { recursive: true, force: true });
        }
      }
    } finally {
      remove();
    }
    return [
      {
        name: 'consent POST during a backup',
        ratioOf: `p99 while ${ROWS} visits are backed up ÷ p99 without, ${CONNECTIONS} connections`,
        ratios,
        aim: { atMost: 2 },
        figures: {
          p99Milliseconds: median(quiet),
          p99DuringBackup: median(busy),
          throughputDuringBackup: Number(median(requests).toFixed(2)),
          secondsPerBackup: Number(median(taken).toFixed(1)),
        },
      },
    ];
  },
};

/** One backup by the command, as a process of its own; seconds it took. */
async function backUp(data: string, folder: string): Promise<number> {
  const began = performance.now();
  const to = ['--to', join(folder, 'backups'), '--keyring-to', join(folder, 'keys'), '--keep', '1'];
  const child = spawn(process.execPath, [built('src/cli.ts'), 'backup', ...to], {
    cwd: packageRoot,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LETHE_DATA: data },
  });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const status = await new Promise((exit) => child.once('close', exit));
  if (status !== 0) throw new Error(`the backup failed: ${said}`);
  return (performance.now() - began) / 1000;
}
