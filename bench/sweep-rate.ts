import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { buildServices } from '../src/app/services.ts';
import { openStore } from '../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../src/foundations/vault/master-key.ts';
import { openVault } from '../src/foundations/vault/vault.ts';
import { openPolicies } from '../src/register/policies/policies.ts';
import { type Bench, type Measurement, median } from './harness.ts';
import { benchPolicies, fillVisits, temporaryFolder } from './million-visits.ts';

const ROWS = 300_000;
const BARE = {
  reduce: `UPDATE visits SET life = 'reduced', address_sealed = NULL, user_agent_sealed = NULL, address_index = NULL
    WHERE rowid IN (SELECT rowid FROM visits WHERE tenant_id = 'main' AND life = 'full' AND occurred_at < ? LIMIT ?)`,
  erase: `DELETE FROM visits WHERE rowid IN (SELECT rowid FROM visits WHERE tenant_id = 'main' AND life = 'full' AND occurred_at < ? LIMIT ?)`,
};

/** A whole sweep (leases, holds, audit entries, second look, certificate) against a bare loop of the same statement. */
export const bench: Bench = {
  name: 'sweep-rate',
  async run(rounds) {
    const { folder, remove } = temporaryFolder();
    const until = new Date();
    const now = new Date(until.getTime() + 30 * 86_400_000);
    const masterKey = parseMasterKey(newMasterKey());
    const template = join(folder, 'template.db');
    await (await openStore(template)).close();
    fillVisits(template, 'main', ROWS, until);

    async function sweep(file: string, action: 'reduce' | 'erase') {
      const vault = await openVault(openSqliteKeyring(`${file}.keyring`), masterKey);
      const store = await openStore(file, undefined, undefined, vault.pseudonyms);
      const policies = openPolicies(benchPolicies(folder, action));
      const services = await buildServices({
        store,
        vault,
        policies,
        clock: () => now,
        log: pino({ level: 'silent' }),
      });
      await services.access.bootstrap({ secret: undefined, announce: () => undefined });
      const context = await services.access.contextFor('main', { id: 'system:bench', role: 'operator' });
      const { sweepId } = await services.retention.sweeps.open(context, { rules: ['visits-reduce'] });
      const began = performance.now();
      const done = await services.retention.sweeps.run(context, sweepId);
      const seconds = (performance.now() - began) / 1000;
      await services.close();
      await store.close();
      await vault.close();
      const [step] = done.steps;
      if (done.status !== 'completed' || step?.treated !== ROWS)
        throw new Error(`the sweep ${done.status}: ${step?.treated}`);
      return { rate: ROWS / seconds, batch: Math.round(ROWS / step.batches) };
    }

    function bareLoop(file: string, action: 'reduce' | 'erase', batch: number): number {
      const db = new Database(file);
      // As the service opens its database, and ending as a sweep does: with the log truncated.
      for (const pragma of [
        'journal_mode = WAL',
        'synchronous = FULL',
        'secure_delete = ON',
        'wal_autocheckpoint = 16000',
        'cache_size = -65536',
      ])
        db.pragma(pragma);
      const statement = db.prepare(BARE[action]);
      const began = performance.now();
      let treated = 0;
      for (let changes = 1; changes > 0; treated += changes) changes = statement.run(now.getTime(), batch).changes;
      const seconds = (performance.now() - began) / 1000;
      db.close();
      if (treated !== ROWS) throw new Error('the bare loop missed rows');
      return ROWS / seconds;
    }

    try {
      const measurements: Measurement[] = [];
      for (const action of ['reduce', 'erase'] as const) {
        const ratios: number[] = [];
        const ours: number[] = [];
        const bare: number[] = [];
        let batch = 0;
        for (let round = 0; round < rounds; round += 1) {
          const [a, b] = [join(folder, `a-${action}-${round}.db`), join(folder, `b-${action}-${round}.db`)];
          cpSync(template, a);
          cpSync(template, b);
          const swept = await sweep(a, action);
          batch = swept.batch;
          const rate = bareLoop(b, action, batch);
          ours.push(swept.rate);
          bare.push(rate);
          ratios.push(swept.rate / rate);
        }
        measurements.push({
          name: `sweep, ${action}`,
          ratioOf: `a whole sweep ÷ a bare SQL loop with the same batch size on a copy, ${ROWS} rows (rows/s)`,
          ratios,
          aim: { atLeast: 0.6 },
          figures: {
            rowsPerSecond: Math.round(median(ours)),
            bareRowsPerSecond: Math.round(median(bare)),
            rowsPerBatch: batch,
          },
        });
      }
      return measurements;
    } finally {
      remove();
    }
  },
};
