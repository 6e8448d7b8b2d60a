import { join } from 'node:path';
import { pino } from 'pino';
import { buildServices, type Services } from '../src/app/services.ts';
import { packageRoot } from '../src/foundations/process/package-root.ts';
import { openStore } from '../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../src/foundations/vault/master-key.ts';
import { openVault } from '../src/foundations/vault/vault.ts';
import { openPolicies } from '../src/register/policies/policies.ts';
import { type Bench, median } from './harness.ts';
import { fillVisits, temporaryFolder } from './million-visits.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const LOOKUPS = 400;
const REPORTS = 60;
const nobody = { address: undefined, userAgent: undefined, globalPrivacyControl: false };

/** How the two questions asked most grow with the number of visits that are none of the person's business. */
export const bench: Bench = {
  name: 'growth',
  async run(rounds) {
    const { folder, remove } = temporaryFolder();
    const masterKey = parseMasterKey(newMasterKey());
    const opened: { services: Services; close(): Promise<void> }[] = [];
    for (const size of SIZES) {
      const file = join(folder, `${size}.db`);
      const vault = await openVault(openSqliteKeyring(`${file}.keyring`), masterKey);
      const store = await openStore(file, undefined, undefined, vault.pseudonyms);
      const policies = openPolicies(join(packageRoot, 'policies'));
      const services = await buildServices({
        store,
        vault,
        policies,
        clock: () => new Date(),
        log: pino({ level: 'silent' }),
      });
      await services.access.bootstrap({ secret: undefined, announce: () => undefined });
      fillVisits(file, 'main', size, new Date());
      const context = await services.access.contextFor('main', { id: 'system:bench', role: 'platform' });
      const subject = { kind: 'visitor' as const, id: 'somebody' };
      for (let n = 0; n < 4; n += 1) {
        const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
        await services.consent.record(
          context,
          { subject, purpose: 'usage-statistics', status: 'given', notice },
          nobody,
        );
      }
      for (let n = 0; n < 20; n += 1) {
        const occurredAt = new Date(Date.now() - n * 3_600_000).toISOString();
        await services.visits.record(
          context,
          { portal: 'north', visitor: 'somebody', address: '203.0.113.7', userAgent: 'Firefox/143.0', occurredAt },
          nobody,
        );
      }
      opened.push({
        services,
        close: async () => {
          await services.close();
          await store.close();
          await vault.close();
        },
      });
    }

    const time = async (times: number, what: () => Promise<unknown>): Promise<number> => {
      const taken: number[] = [];
      for (let n = 0; n < times; n += 1) {
        const began = performance.now();
        await what();
        taken.push(performance.now() - began);
      }
      return median(taken);
    };
    const ask = async ({ services }: { services: Services }) => {
      const context = await services.access.contextFor('main', { id: 'system:bench', role: 'dpo' });
      return {
        lookup: await time(LOOKUPS, () => services.consent.current(context, 'visitor:somebody')),
        report: await time(REPORTS, () => services.reports.access.generate(context, 'visitor:somebody')),
      };
    };

    try {
      for (const each of opened) await ask(each);
      const answers: { lookup: number; report: number }[][] = [];
      for (let round = 0; round < rounds; round += 1) {
        const row: { lookup: number; report: number }[] = [];
        for (const each of opened) row.push(await ask(each));
        answers.push(row);
      }
      return (['lookup', 'report'] as const).map((what) => ({
        name: what === 'lookup' ? 'current consent, 10⁴ → 10⁶ visits' : 'one person’s report, 10⁴ → 10⁶ visits',
        ratioOf: 'time with 1 000 000 visits of others ÷ with 10 000',
        ratios: answers.map((row) => (row.at(-1)?.[what] as number) / (row[0]?.[what] as number)),
        aim: { atMost: 1.3 },
        figures: Object.fromEntries(
          SIZES.map((size, index) => [
            `milliseconds at ${size}`,
            Number(median(answers.map((row) => row[index]?.[what] as number)).toFixed(3)),
          ]),
        ),
      }));
    } finally {
      for (const each of opened) await each.close();
      remove();
    }
  },
};
