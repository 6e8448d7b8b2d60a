import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { adminCall, readiness, startServer } from '../test/support/service-process.ts';
import { CONNECTIONS, load, platformToken } from './consent-load.ts';
import { type Bench, median } from './harness.ts';
import { benchPolicies, fillVisits, temporaryFolder } from './million-visits.ts';

const ROWS = 1_000_000;
const SECONDS = 8;

/** p99 of durable decisions while a million visits are being reduced, against the same load without. */
export const bench: Bench = {
  name: 'consent-under-sweep',
  async run(rounds) {
    const { folder, remove } = temporaryFolder();
    const policies = benchPolicies(folder);
    const prepared = join(folder, 'prepared');
    const first = await startServer('src/main.ts', { LETHE_DATA: prepared });
    await firstJobsDone(first.url);
    await first.stop();
    fillVisits(join(prepared, 'lethe.db'), 'main', ROWS, new Date(Date.now() - 8 * 86_400_000));
    const ratios: number[] = [];
    const quiet: number[] = [];
    const busy: number[] = [];
    const rates: number[] = [];
    try {
      for (let round = 0; round < Math.min(rounds, 3); round += 1) {
        const data = join(folder, `round-${round}`);
        cpSync(prepared, data, { recursive: true });
        const server = await startServer('src/main.ts', { LETHE_DATA: data, LETHE_POLICIES: policies });
        try {
          const token = await platformToken(server.url);
          await load(server.url, token, 2);
          const without = await load(server.url, token, SECONDS);
          const sweep = await adminCall<{ sweepId: string }>(server.url, 'POST', '/v1/retention/sweeps', {
            rules: ['visits-reduce'],
          });
          const began = performance.now();
          const within = await load(server.url, token, SECONDS);
          type State = { status: string; steps: { treated: number }[] };
          const after = await adminCall<State>(server.url, 'GET', `/v1/retention/sweeps/${sweep.sweepId}`);
          const treated = after.steps[0]?.treated ?? 0;
          if (treated < ROWS / 50) throw new Error(`the sweep did not run beside the load: ${treated} rows`);
          rates.push(treated / ((performance.now() - began) / 1000));
          ratios.push(within.p99 / without.p99);
          quiet.push(without.p99);
          busy.push(within.p99);
        } finally {
          await server.stop();
        }
      }
    } finally {
      remove();
    }
    return [
      {
        name: 'consent POST during a sweep',
        ratioOf: `p99 while ${ROWS} visits are reduced ÷ p99 without, ${CONNECTIONS} connections`,
        ratios,
        aim: { atMost: 3 },
        figures: {
          p99Milliseconds: median(quiet),
          p99DuringSweep: median(busy),
          rowsPerSecondBesideTheLoad: Math.round(median(rates)),
        },
      },
    ];
  },
};

/** A first start sweeps at once; stopped before that has ended, the next start would go on with it, beside the load. */
async function firstJobsDone(url: string): Promise<void> {
  for (;;) {
    const { parts } = await readiness<{ jobs: Record<string, { status?: string }> }>(url);
    if (parts.jobs['housekeeping']?.status === 'done') return;
    await new Promise((next) => setTimeout(next, 50));
  }
}
