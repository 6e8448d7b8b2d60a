import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { copySqlite, integrityFault, replaceSqlite } from '../../../src/foundations/backup/sqlite.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import { everything } from './stage.ts';

/** Holds the file as a restore does, says so, and puts the other in its place a moment later. */
const RESTORE = `
  import { renameSync } from 'node:fs';
  import Database from 'better-sqlite3';
  const [, old, by] = process.argv;
  const db = new Database(old);
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('journal_mode = DELETE');
  db.exec('BEGIN EXCLUSIVE');
  console.log('held');
  setTimeout(() => { renameSync(by, old); db.close(); }, 700);`;

describe('A SQLite file that is put in the place of another', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-replace-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const make = async (name: string, owner: string) => {
    const file = join(folder, name);
    const store = await openStore(file);
    await store.write(async (tx) => {
      await tx.insert(tx.tables.leases).values({ tenantId: '*', name: 'x', owner, fence: 1, expiresAt: new Date(0) });
    });
    await store.close();
    return file;
  };

  it('is the one a service works on that was starting meanwhile', async () => {
    const old = await make('lethe.db', 'old');
    const by = await make('new.db', 'new');
    const child = spawn(process.execPath, ['--input-type=module', '--eval', RESTORE, old, by], { cwd: packageRoot });
    const ended = new Promise((exit) => child.once('exit', exit));
    await new Promise((held) => child.stdout.once('data', held));
    const store = await openStore(old);
    const { leases } = await everything(store);
    await store.close();
    assert.equal(await ended, 0);
    assert.match(String(leases), /"owner":"new"/);
  });

  it('is not mixed with the write-ahead log of the one before', async () => {
    const old = await make('lethe.db', 'old');
    const by = join(folder, 'copy.db');
    await copySqlite(await make('new.db', 'new'), by);
    // A log that a killed process has left.
    const writer = new Database(old);
    writer.pragma('journal_mode = WAL');
    writer.exec("UPDATE leases SET holder = 'in the log'");
    for (const tail of ['', '-wal', '-shm']) copyFileSync(old + tail, join(folder, `left.db${tail}`));
    writer.close();
    const left = join(folder, 'left.db');
    replaceSqlite(left, by);
    assert.equal(integrityFault(left), undefined);
    const store = await openStore(left);
    assert.match(String((await everything(store))['leases']), /"owner":"new"/);
    await store.close();
  });

  it('comes in the place of one that is damaged, too', async () => {
    const by = join(folder, 'copy.db');
    await copySqlite(await make('new.db', 'new'), by);
    const broken = join(folder, 'lethe.db');
    copyFileSync(process.execPath, broken);
    replaceSqlite(broken, by);
    assert.equal(integrityFault(broken), undefined);
  });
});
