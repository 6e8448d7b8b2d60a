import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { buildServices } from '../src/app/services.ts';
import { packageRoot } from '../src/foundations/process/package-root.ts';
import { openStore } from '../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../src/foundations/vault/master-key.ts';
import { openVault } from '../src/foundations/vault/vault.ts';
import { openPolicies } from '../src/register/policies/policies.ts';
import { type Bench, type Measurement, median } from './harness.ts';
import { temporaryFolder } from './million-visits.ts';

/** Consents that are brought along; the aim is said of 1000000: `LETHE_BENCH_CONSENTS=1000000 npm run bench -- import-consents`. */
const ROWS = Number(process.env['LETHE_BENCH_CONSENTS'] ?? 20_000);
/** Lines of one transaction of an import. */
const BATCH = 1000;
const DAY = 86_400_000;

/** Tables that an import of consents fills, with the database each is in. */
const FILLED = [
  ['lethe.db', 'consent_events'],
  ['lethe.db', 'imported_records'],
  ['lethe.db.keyring', 'keys'],
] as const;

function lines(now: Date): string {
  const made: string[] = [];
  for (let index = 0; index < ROWS; index += 1)
    made.push(
      JSON.stringify({
        kind: 'consent',
        subject: { kind: 'visitor', id: `v-${index}` },
        purpose: index % 2 === 0 ? 'usage-statistics' : 'external-media',
        status: index % 9 === 0 ? 'refused' : 'given',
        decidedAt: new Date(now.getTime() - (index % 330) * DAY - index).toISOString(),
        notice: { id: 'consent-banner', version: '1.0', language: 'en' },
        vouchedBy: { reason: 'export of the consent manager used before' },
        evidence: {
          address: `198.51.${index % 200}.${index % 250}`,
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0',
        },
      }),
    );
  return made.join('\n');
}

/** An import of consents with everything it decides and keeps, against a bare loop that inserts the rows it has made. */
export const bench: Bench = {
  name: 'import-consents',
  async run(rounds) {
    const { folder, remove } = temporaryFolder();
    const now = new Date();
    const file = join(folder, 'consents.ndjson');
    writeFileSync(file, lines(now));

    async function imported(place: string): Promise<number> {
      const database = join(place, 'lethe.db');
      const vault = await openVault(openSqliteKeyring(`${database}.keyring`), parseMasterKey(newMasterKey()));
      const store = await openStore(database, undefined, undefined, vault.pseudonyms);
      const services = await buildServices({
        store,
        vault,
        policies: openPolicies(join(packageRoot, 'policies')),
        clock: () => now,
        log: pino({ level: 'silent' }),
      });
      await services.access.bootstrap({ secret: undefined, announce: () => undefined });
      const context = await services.access.contextFor('main', { id: 'system:bench', role: 'operator' });
      const began = performance.now();
      const { accepted } = await services.imports.fromFile(context, file);
      const seconds = (performance.now() - began) / 1000;
      await services.close();
      await store.close();
      await vault.close();
      if (accepted !== ROWS) throw new Error(`the import took ${accepted}`);
      return ROWS / seconds;
    }

    /** The same rows into the same tables with the same indexes, as many a commit, as durable. */
    function bareLoop(place: string, from: string): number {
      const inserts: { db: Database.Database; rows: unknown[][]; insert: Database.Statement }[] = [];
      for (const [name, table] of FILLED) {
        const source = new Database(join(from, name), { readonly: true });
        const schema = source
          .prepare<[string], { sql: string }>(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type <> 'trigger' AND sql NOT NULL",
          )
          .all(table);
        const rows = source.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][];
        source.close();
        const db = new Database(join(place, `${table}.db`));
        for (const pragma of [
          'journal_mode = WAL',
          'synchronous = FULL',
          'secure_delete = ON',
          'wal_autocheckpoint = 16000',
          'cache_size = -65536',
        ])
          db.pragma(pragma);
        for (const { sql } of schema) db.exec(sql);
        const marks = (rows[0] ?? []).map(() => '?').join(', ');
        // Read in the order of their index they would all be appended; ours came in that of the file.
        if (table !== 'consent_events') rows.sort(() => Math.random() - 0.5);
        inserts.push({ db, rows, insert: db.prepare(`INSERT INTO ${table} VALUES (${marks})`) });
      }
      const began = performance.now();
      for (let at = 0; at < ROWS; at += BATCH)
        for (const { db, rows, insert } of inserts) {
          db.exec('BEGIN IMMEDIATE');
          for (const row of rows.slice(at, at + BATCH)) insert.run(...row);
          db.exec('COMMIT');
        }
      const seconds = (performance.now() - began) / 1000;
      for (const { db } of inserts) db.close();
      return ROWS / seconds;
    }

    try {
      const ratios: number[] = [];
      const [ours, bare]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        const [place, beside] = [join(folder, `ours-${round}`), join(folder, `bare-${round}`)];
        for (const one of [place, beside]) mkdirSync(one);
        const mine = await imported(place);
        const loop = bareLoop(beside, place);
        ours.push(mine);
        bare.push(loop);
        ratios.push(mine / loop);
      }
      const measurement: Measurement = {
        name: 'an import of consents',
        ratioOf: `${ROWS} lines decided, sealed and written / a bare loop of the same rows, ${BATCH} a commit`,
        ratios,
        aim: { atLeast: 0.5 },
        figures: { 'lines/s': Math.round(median(ours)), 'bare rows/s': Math.round(median(bare)) },
      };
      return [measurement];
    } finally {
      remove();
    }
  },
};
