import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readiness, startServer } from '../test/support/service-process.ts';
import { CONNECTIONS, load, platformToken } from './consent-load.ts';
import { type Bench, median } from './harness.ts';

const SECONDS = 4;

/**
 * What the log costs: decisions per second of the whole service, against the same service whose entries are written but
 * never queued for the sequencer (a trigger in its database swallows them), in turn, round by round.
 */
export const bench: Bench = {
  name: 'log-append',
  async run(rounds) {
    const logged = await startServer('src/main.ts');
    const unlogged = await startServer('src/main.ts');
    try {
      const database = new Database(join(unlogged.folder, 'lethe.db'));
      database.exec('CREATE TRIGGER bench_no_log BEFORE INSERT ON audit_pending BEGIN SELECT RAISE(IGNORE); END');
      database.close();
      const [token, otherToken] = [await platformToken(logged.url), await platformToken(unlogged.url)];
      await load(logged.url, token, 2);
      await load(unlogged.url, otherToken, 2);
      const ratios: number[] = [];
      const [ours, bare, p99, bareP99]: number[][] = [[], [], [], []];
      let failures = 0;
      for (let round = 0; round < rounds; round += 1) {
        // Who is first changes from round to round.
        const measure = [() => load(logged.url, token, SECONDS), () => load(unlogged.url, otherToken, SECONDS)];
        const order = round % 2 === 0 ? [0, 1] : [1, 0];
        const results: Awaited<ReturnType<typeof load>>[] = [];
        for (const which of order) results[which] = await (measure[which] as () => ReturnType<typeof load>)();
        const [a, b] = results as [Awaited<ReturnType<typeof load>>, Awaited<ReturnType<typeof load>>];
        ratios.push(a.requestsPerSecond / b.requestsPerSecond);
        ours?.push(a.requestsPerSecond);
        bare?.push(b.requestsPerSecond);
        p99?.push(a.p99);
        bareP99?.push(b.p99);
        failures += a.failures + b.failures;
      }
      const ready = await readiness<{ log: { pending: number } }>(logged.url);
      const entries = Number((await (await fetch(`${logged.url}/log/main/checkpoint`)).text()).split('\n')[1]);
      return [
        {
          name: 'log append',
          ratioOf: `POST /v1/consents with the log ÷ the same with audit entries only, ${CONNECTIONS} connections (requests/s)`,
          ratios,
          aim: { atLeast: 0.9 },
          figures: {
            requestsPerSecond: Math.round(median(ours ?? [])),
            withoutLogRequestsPerSecond: Math.round(median(bare ?? [])),
            microsecondsPerEntry: Math.round(1e6 / median(ours ?? []) - 1e6 / median(bare ?? [])),
            p99Milliseconds: median(p99 ?? []),
            withoutLogP99Milliseconds: median(bareP99 ?? []),
            entriesInLog: entries,
            pendingAfterwards: ready.parts.log.pending,
            failures,
          },
        },
      ];
    } finally {
      await logged.stop();
      await unlogged.stop();
    }
  },
};
