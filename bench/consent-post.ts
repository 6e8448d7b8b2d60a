import { startServer } from '../test/support/service-process.ts';
import { CONNECTIONS, load, platformToken } from './consent-load.ts';
import { type Bench, type Measurement, median } from './harness.ts';

const SECONDS = 4;

/**
 * A durable decision (authentication, schema, sealing, event, audit entry, Idempotency-Key, fsync) against stock Express
 * that validates the same body and stores nothing. Both in turn, round by round.
 */
export const bench: Bench = {
  name: 'consent-post',
  async run(rounds) {
    const lethe = await startServer('src/main.ts');
    const baseline = await startServer('bench/baseline-server.ts');
    try {
      const token = await platformToken(lethe.url);
      await load(lethe.url, token, 2);
      await load(baseline.url, token, 2);
      const measure = async (who: 'new' | 'returning'): Promise<Measurement> => {
        const ratios: number[] = [];
        const ours: number[] = [];
        const stock: number[] = [];
        const p99: number[] = [];
        const stockP99: number[] = [];
        let failures = 0;
        for (let round = 0; round < rounds; round += 1) {
          const [a, b] = [await load(lethe.url, token, SECONDS, who), await load(baseline.url, token, SECONDS, who)];
          ratios.push(a.requestsPerSecond / b.requestsPerSecond);
          ours.push(a.requestsPerSecond);
          stock.push(b.requestsPerSecond);
          p99.push(a.p99);
          stockP99.push(b.p99);
          failures += a.failures + b.failures;
        }
        return {
          name: `consent POST, ${who} visitors`,
          ratioOf: `durable POST /v1/consents ÷ stock Express 5 without a database, ${CONNECTIONS} connections (requests/s)`,
          ratios,
          aim: { atLeast: 0.6 },
          figures: {
            requestsPerSecond: Math.round(median(ours)),
            stockRequestsPerSecond: Math.round(median(stock)),
            p99Milliseconds: median(p99),
            stockP99Milliseconds: median(stockP99),
            failures,
          },
        };
      };
      return [await measure('new'), await measure('returning')];
    } finally {
      await lethe.stop();
      await baseline.stop();
    }
  },
};
