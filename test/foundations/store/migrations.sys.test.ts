import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { StoreError } from '../../../src/foundations/store/errors.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import { ENGINES, type Engine } from '../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';

async function emptyDatabase(engine: Engine): Promise<{ location: string; remove: () => Promise<void> }> {
  if (engine === 'postgres') {
    const location = await newPostgresDatabase({ empty: true });
    return { location, remove: () => dropPostgresDatabase(location) };
  }
  const folder = mkdtempSync(join(tmpdir(), 'lethe-migrate-'));
  return {
    location: join(folder, 'lethe.db'),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

const applied = (store: Store) =>
  store.read((q) =>
    q.rows<{ at: number; hash: string }>(sql`SELECT applied_at AS at, hash FROM lethe_migrations ORDER BY 1`),
  );

const OPEN_AND_COUNT = `
  const { openStore } = await import('./src/foundations/store/open.ts');
  const { sql } = await import('drizzle-orm');
  const store = await openStore(process.argv[1]);
  const rows = await store.read((q) => q.rows(sql\`SELECT count(*) AS n FROM lethe_migrations\`));
  await store.read((q) => q.select().from(q.tables.leases));
  await store.close();
  console.log(Number(rows[0].n));`;

for (const engine of ENGINES)
  describe(`Migrations (${engine})`, () => {
    let database: Awaited<ReturnType<typeof emptyDatabase>>;
    beforeEach(async function () {
      this.timeout(180_000);
      database = await emptyDatabase(engine);
    });
    afterEach(() => database.remove());

    it('are applied once when several instances of one process start together', async () => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(database.location)));
      const journals = await Promise.all(stores.map(applied));
      for (const journal of journals) assert.deepEqual(journal, journals[0]);
      assert.ok((journals[0]?.length ?? 0) >= 1);
      await Promise.all(stores.map((store) => store.close()));
    }).timeout(120_000);

    it('are applied once when three processes start together', async () => {
      const run = promisify(execFile);
      const args = ['--input-type=module', '--eval', OPEN_AND_COUNT, database.location];
      const outputs = await Promise.all(
        Array.from({ length: 3 }, () => run(process.execPath, args, { cwd: packageRoot })),
      );
      const store = await openStore(database.location);
      const journal = await applied(store);
      await store.close();
      assert.deepEqual(
        outputs.map(({ stdout }) => Number(stdout)),
        [journal.length, journal.length, journal.length],
      );
    }).timeout(180_000);

    it('change nothing when the database is up to date', async () => {
      const first = await openStore(database.location);
      const journal = await applied(first);
      await first.write(async (tx) => {
        await tx
          .insert(tx.tables.leases)
          .values({ tenantId: '*', name: 'kept', owner: 'test', fence: 1, expiresAt: new Date(0) });
      });
      await first.close();
      const second = await openStore(database.location);
      assert.deepEqual(await applied(second), journal);
      assert.equal((await second.read((q) => q.select().from(q.tables.leases))).length, 1);
      await second.close();
    });

    it('refuse a database that a newer Lethe has written, saying what to do, and leave it as it is', async () => {
      const store = await openStore(database.location);
      await store.write((tx) =>
        tx.run(sql`INSERT INTO lethe_migrations (applied_at, hash) VALUES (9999999999999, 'newer')`),
      );
      const journal = await applied(store);
      await store.close();
      await assert.rejects(
        openStore(database.location).then((opened) => opened.close()),
        (error: unknown) => {
          assert.ok(error instanceof StoreError);
          assert.equal(error.code, 'newer-database');
          assert.match(error.message, /newer Lethe.*Start that version, or restore a backup/);
          return true;
        },
      );
      if (engine === 'sqlite') {
        const file = new Database(database.location, { readonly: true });
        assert.equal(file.prepare('SELECT count(*) AS n FROM lethe_migrations').pluck().get(), journal.length);
        file.close();
      }
    });
  });

describe('The SQLite file', () => {
  it('is opened durable, referentially checked, and so that deleted data is overwritten', async () => {
    const { location, remove } = await emptyDatabase('sqlite');
    const store = await openStore(location);
    const pragmas = await store.write(async (tx) => {
      const value = async (name: string) => {
        const [row] = await tx.rows<Record<string, unknown>>(sql.raw(`PRAGMA ${name}`));
        return Object.values(row ?? {})[0];
      };
      return {
        journal_mode: await value('journal_mode'),
        synchronous: await value('synchronous'),
        foreign_keys: await value('foreign_keys'),
        secure_delete: await value('secure_delete'),
        busy_timeout: await value('busy_timeout'),
      };
    });
    assert.deepEqual(pragmas, {
      journal_mode: 'wal',
      synchronous: 2,
      foreign_keys: 1,
      secure_delete: 1,
      // The writer's waiting is the store's own: SQLite's would hold up the whole process.
      busy_timeout: 0,
    });
    const reading = await store.read(async (q) => [
      await q.rows<{ foreign_keys: number }>(sql`PRAGMA foreign_keys`),
      await q.rows<{ timeout: number }>(sql`PRAGMA busy_timeout`),
    ]);
    assert.deepEqual(reading, [[{ foreign_keys: 1 }], [{ timeout: 10_000 }]]);
    await store.close();
    await remove();
  });

  it('cannot be written through the reading connection', async () => {
    const { location, remove } = await emptyDatabase('sqlite');
    const store = await openStore(location);
    await assert.rejects(store.read((q) => q.run(sql`DELETE FROM leases`)));
    await store.close();
    await remove();
  });
});
