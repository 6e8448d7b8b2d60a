import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { compactFile } from '../../../src/foundations/store/free-pages.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import { onBothEngines } from '../../support/engines.ts';

const MEGABYTE = 1024 * 1024;

/** Rows of many pages each, in the key value order of nobody: what a sweep leaves is spread over the file. */
const fill = (store: Store, rows: number) =>
  store.write((tx) =>
    tx.run(sql`
      INSERT INTO package_chunks (tenant_id, package_id, position, content_sealed)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
      SELECT 't', hex(randomblob(16)), i, randomblob(4000) FROM n`),
  );

/** One row, which takes the place of the one before: however often it is written, the file grows by no more than it. */
const writeOver = (store: Store) =>
  store.write((tx) =>
    tx.run(sql`
      INSERT OR REPLACE INTO package_chunks (tenant_id, package_id, position, content_sealed)
      VALUES ('t', 'written-over', 1, randomblob(4000))`),
  );

const free = async (store: Store) => {
  const { freePages } = await store.upkeep();
  assert.ok(freePages);
  return freePages;
};

describe('Free pages of a SQLite file', () => {
  let folder: string;
  let file: string;
  const inFile = () => statSync(file).size;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-test-'));
    file = join(folder, 'lethe.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('go back to the disk after a large deletion, a few at a time, while others write', async () => {
    const store = await openStore(file);
    await fill(store, 4_000);
    await store.scrub();
    const full = inFile();
    assert.ok(full > 15 * MEGABYTE);
    await store.write((tx) => tx.run(sql`DELETE FROM package_chunks WHERE position % 10 <> 0`));
    const emptied = await free(store);
    assert.ok(emptied.givesBack && emptied.freeBytes > 0.8 * full, 'nine of ten are free');

    let written = 0;
    let done = false;
    const others = (async () => {
      while (!done) {
        await writeOver(store);
        written += 1;
      }
    })();
    const given = await store.giveBack();
    done = true;
    await others;
    await store.scrub();
    assert.ok(given > 0.75 * full, `gave back ${given} of ${full}`);
    assert.ok(inFile() < 0.2 * full);
    assert.ok(written > 10, `others wrote ${written} times meanwhile`);
    const left = await free(store);
    assert.ok(left.freeBytes <= Math.max(MEGABYTE, 0.05 * left.fileBytes));
    assert.equal(await store.giveBack(), 0, 'what may stay free stays');
    const [check] = await store.read((q) => q.rows<{ integrity_check: string }>(sql`PRAGMA integrity_check`));
    assert.equal(check?.integrity_check, 'ok');
    await store.close();
  });

  /** As versions before 0.6.0 made it. */
  async function ofBefore(rows: number): Promise<void> {
    const store = await openStore(file);
    await fill(store, rows);
    await store.write((tx) => tx.run(sql`DELETE FROM package_chunks`));
    await store.close();
    const db = new Database(file);
    db.pragma('journal_mode = DELETE');
    db.pragma('auto_vacuum = NONE');
    db.exec('VACUUM');
    db.pragma('journal_mode = WAL');
    assert.equal(db.pragma('auto_vacuum', { simple: true }), 0);
    db.close();
  }

  it('of an earlier version’s small file can be given back from its next start on', async () => {
    await ofBefore(10);
    const store = await openStore(file);
    assert.equal((await free(store)).givesBack, true);
    await store.close();
  });

  it('of a file of any size after it was compacted, which leaves none', async () => {
    await ofBefore(10);
    const db = new Database(file);
    db.exec('CREATE TABLE big (x BLOB); CREATE TABLE other (x BLOB)');
    const insert = db.prepare('INSERT INTO big VALUES (randomblob(1000000))');
    for (let n = 0; n < 3; n += 1) insert.run();
    db.exec('DROP TABLE big');
    db.close();
    const { before, after } = compactFile(file);
    assert.ok(before > 3 * MEGABYTE && after < before - 2 * MEGABYTE, `${before} → ${after}`);
    assert.equal(inFile(), after);
    const again = new Database(file);
    assert.equal(again.pragma('auto_vacuum', { simple: true }), 2);
    assert.equal(again.pragma('freelist_count', { simple: true }), 0);
    again.close();
  });

  it('are not compacted under somebody who writes', async () => {
    const store = await openStore(file);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    assert.throws(() => compactFile(file), { fault: 'busy' });
    other.exec('ROLLBACK');
    other.close();
    await store.close();
  });
});

onBothEngines('Upkeep', (ground, engine) => {
  it('is told by the engine that needs it', async () => {
    const { freePages, autovacuum } = await ground().store.upkeep();
    if (engine === 'sqlite') {
      assert.equal(autovacuum, undefined);
      assert.equal(freePages?.givesBack, true);
    } else {
      assert.equal(freePages, undefined);
      assert.deepEqual(autovacuum, { on: true, unfit: {} });
    }
  });

  if (engine === 'postgres') {
    const options = async (table: string) => {
      const [row] = await ground().store.read((q) =>
        q.rows<{ options: string[] | null }>(sql`SELECT reloptions AS options FROM pg_class WHERE relname = ${table}`),
      );
      return row?.options ?? [];
    };

    it('is set per table so that what a sweep leaves is cleaned up soon', async () => {
      assert.ok((await options('visits')).includes('autovacuum_vacuum_scale_factor=0.02'));
      assert.ok((await options('audit_pending')).includes('autovacuum_vacuum_scale_factor=0'));
    });

    it('leaves what an administrator has set, and says where that does not fit', async () => {
      await ground().store.write((tx) => tx.run(sql`ALTER TABLE visits SET (autovacuum_enabled = false)`));
      await ground().store.write((tx) => tx.run(sql`ALTER TABLE profiles SET (autovacuum_vacuum_scale_factor = 0.5)`));
      const again = await openStore(ground().location);
      assert.deepEqual((await again.upkeep()).autovacuum, {
        on: true,
        unfit: { visits: 'off', profiles: 'waits until 50 % of it is dead' },
      });
      await again.close();
      await ground().store.write((tx) => tx.run(sql`ALTER TABLE visits RESET (autovacuum_enabled)`));
      await ground().store.write((tx) => tx.run(sql`ALTER TABLE profiles SET (autovacuum_vacuum_scale_factor = 0.02)`));
    });
  }
});
