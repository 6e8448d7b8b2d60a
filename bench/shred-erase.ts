import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { buildServices } from '../src/app/services.ts';
import { packageRoot } from '../src/foundations/process/package-root.ts';
import { openStore } from '../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../src/foundations/vault/master-key.ts';
import { openVault, subjectScope } from '../src/foundations/vault/vault.ts';
import { openPolicies } from '../src/register/policies/policies.ts';
import { type Bench, median } from './harness.ts';
import { fillVisits, temporaryFolder } from './million-visits.ts';

const ROWS_EACH = 10_000;

/** Forgetting a person of ten thousand rows (keys, rows, log truncated, second look, certificate) against their DELETE. */
export const bench: Bench = {
  name: 'shred-erase',
  async run(rounds) {
    const { folder, remove } = temporaryFolder();
    const file = join(folder, 'lethe.db');
    const vault = await openVault(openSqliteKeyring(join(folder, 'keyring.db')), parseMasterKey(newMasterKey()));
    const store = await openStore(file, undefined, undefined, vault.pseudonyms);
    const services = await buildServices({
      store,
      vault,
      policies: openPolicies(join(packageRoot, 'policies')),
      clock: () => new Date(),
      log: pino({ level: 'silent' }),
    });
    const erased: number[] = [];
    const deleted: number[] = [];
    try {
      await services.access.bootstrap({ secret: undefined, announce: () => undefined });
      const context = await services.access.contextFor('main', { id: 'system:bench', role: 'dpo' });
      const people = (rounds + 1) * 2;
      // Rows of all of them in turn, as they come in life: no page is one person's alone.
      fillVisits(file, 'main', people * ROWS_EACH, new Date(), people);
      const subjects: string[] = [];
      for (let n = 0; n < people; n += 1) {
        const subjectId = await vault.subjectId('main', 'visitor', `person-${n}`);
        await vault.key('main', subjectScope(subjectId));
        const inRows = store.tables.visits.subjectId.mapToDriverValue(subjectId) as string;
        subjects.push(inRows);
        await store.write((tx) =>
          tx.run(
            sql`UPDATE visits SET subject_id = ${inRows} WHERE tenant_id = 'main' AND subject_id = ${n.toString(16).padStart(32, '0')}`,
          ),
        );
      }
      await store.scrub();
      const bare = async (person: number) => {
        const began = performance.now();
        const gone = await store.write((tx) =>
          tx.run(sql`DELETE FROM visits WHERE tenant_id = 'main' AND subject_id = ${subjects[person] as string}`),
        );
        deleted.push(performance.now() - began);
        if (gone !== ROWS_EACH) throw new Error(`${gone} rows deleted`);
        await store.scrub();
      };
      const whole = async (person: number) => {
        const began = performance.now();
        const { verdict } = await services.erasures.erase(context, `visitor:person-${person}`);
        erased.push(performance.now() - began);
        if (verdict !== 'complete') throw new Error(`the erasure is ${verdict}`);
      };
      // Neighbours share pages: who comes second finds them in memory, so they take turns.
      for (let n = 0; n < people; n += 2)
        for (const run of n % 4 === 0 ? [bare, whole] : [whole, bare]) await run(run === bare ? n : n + 1);
      // The first round warms up.
      const times = { erased: erased.slice(1), deleted: deleted.slice(1) };
      return [
        {
          name: 'erasing one person',
          ratioOf: `shred and erase one person of ${ROWS_EACH} rows ÷ DELETE of as many`,
          ratios: times.erased.map((time, index) => time / (times.deleted[index] as number)),
          aim: { atMost: 1.5 },
          figures: {
            eraseMilliseconds: Math.round(median(times.erased)),
            deleteMilliseconds: Math.round(median(times.deleted)),
          },
        },
      ];
    } finally {
      await services.close();
      await store.close();
      await vault.close();
      remove();
    }
  },
};
