import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { holdsData } from '../../src/foundations/store/open.ts';
import { keyringFacts } from '../../src/foundations/vault/keyring-facts.ts';
import { bytesBelow } from '../foundations/backup/stage.ts';
import { ENGINES } from '../support/engines.ts';
import { built } from '../support/service-process.ts';
import { type Installation, storedAt, unpackInstallation } from '../support/stored-installation.ts';

const SAID =
  /^This data was written by a Lethe before 0\.4\.0, which this version does not read, so nothing was touched: [^.]*\.$/m;

for (const engine of ENGINES)
  describe(`Data of a Lethe before 0.4.0 (${engine})`, function () {
    this.timeout(120_000);
    let old: Installation;
    before(async () => {
      old = await unpackInstallation('0.3.0', engine);
      if (engine === 'postgres') rmSync(join(old.folder, 'lethe.db'), { force: true });
    });
    after(() => old.remove());

    /** Everything there is, byte by byte; of a server, what it answers. */
    async function everything(): Promise<unknown> {
      const files = bytesBelow(old.folder);
      if (engine === 'sqlite') return files;
      const client = new pg.Client({ connectionString: old.environment['DATABASE_URL'] });
      await client.connect();
      try {
        const { rows } = await client.query<{ name: string }>(
          "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') ORDER BY 1",
        );
        const journal = await client.query('SELECT * FROM lethe_migrations ORDER BY 1');
        const { rows: counted } = await client.query('SELECT count(*) AS n FROM audit_entries');
        return [files, rows, journal.rows, counted];
      } finally {
        await client.end();
      }
    }

    function lethe(program: 'main' | 'cli', words: string[] = []) {
      return spawnSync(process.execPath, [built(`src/${program}.ts`), ...words], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: old.folder, PORT: '0', ...old.environment },
      });
    }

    it('is told in one sentence at a start (78), and not a byte of it is touched', async () => {
      const before = await everything();
      const { status, stderr } = lethe('main');
      assert.equal(status, 78, stderr);
      assert.match(stderr, SAID);
      assert.deepEqual(await everything(), before);
    });

    it('is known by its database alone, and by its keyring alone', async () => {
      const database = old.environment['DATABASE_URL'] ?? join(old.folder, 'lethe.db');
      await assert.rejects(holdsData(database), { code: 'older-database' });
      assert.equal((await keyringFacts(join(old.folder, 'keyring.db')))?.older, true);
    });

    it('is told to every command, a backup and a restore over it too', async () => {
      const before = await everything();
      const to = `${old.folder}-backups`;
      const kept = join(storedAt('0.3.0', engine), 'backup');
      const backup = readdirSync(kept).find((name) => /^lethe-\d.*gz$/.test(name)) as string;
      try {
        for (const words of [
          ['tenants', 'list'],
          ['backup', '--to', join(to, 'data'), '--keyring-to', join(to, 'keys')],
          ['restore', join(kept, backup), '--replace', '--yes'],
        ]) {
          const { status, stderr } = lethe('cli', words);
          assert.equal(status, 78, `${words[0]}: ${stderr}`);
          assert.match(stderr, SAID);
        }
        assert.deepEqual(await everything(), before);
      } finally {
        rmSync(to, { recursive: true, force: true });
      }
    });

    it('is not restored from its backup into an empty place either, and the check says why', () => {
      const data = `${old.folder}-new`;
      mkdirSync(data, { mode: 0o700 });
      try {
        const kept = join(storedAt('0.3.0', engine), 'backup');
        const names = readdirSync(kept).filter((name) => name.endsWith('.gz'));
        copyFileSync(join(old.folder, 'master.key'), join(data, 'master.key'));
        const env = { PATH: process.env['PATH'], HOME: data, LETHE_DATA: data };
        const cli = (...words: string[]) =>
          spawnSync(process.execPath, [built('src/cli.ts'), ...words], { encoding: 'utf8', env });
        const before = bytesBelow(data);
        const [file, keyring] = ['lethe-2', 'lethe-keyring'].map((start) =>
          join(kept, names.find((name) => name.startsWith(start)) as string),
        ) as [string, string];
        const restored = cli('restore', file, '--keyring', keyring, '--yes');
        assert.equal(restored.status, 78, restored.stderr);
        assert.match(restored.stderr, SAID);
        const checked = cli('backup', 'verify', file);
        assert.equal(checked.status, 1);
        assert.match(checked.stderr, /written by a Lethe before 0\.4\.0/);
        assert.deepEqual(bytesBelow(data), before);
      } finally {
        rmSync(data, { recursive: true, force: true });
      }
    });

    if (engine === 'sqlite')
      it('is told where a log was left beside the file, or the journal is gone: that stays as it is too', async () => {
        const file = join(old.folder, 'lethe.db');
        const writer = new Database(file);
        writer.pragma('wal_autocheckpoint = 0');
        writer.exec("UPDATE tenants SET name = 'left in the log' WHERE tenant_id = 'north'");
        for (const tail of ['', '-wal']) copyFileSync(file + tail, `${file}.kept${tail}`);
        writer.exec('DROP TABLE lethe_migrations');
        writer.close();
        const digest = () =>
          createHash('sha256')
            .update(JSON.stringify(bytesBelow(old.folder)))
            .digest('hex');
        let before = digest();
        await assert.rejects(holdsData(file), { code: 'older-database' });
        assert.match(lethe('main').stderr, SAID, 'without a journal');
        assert.equal(digest(), before);
        for (const tail of ['', '-wal']) copyFileSync(`${file}.kept${tail}`, file + tail);
        before = digest();
        const { status, stderr } = lethe('main');
        assert.equal(status, 78, stderr);
        assert.match(stderr, SAID);
        assert.equal(digest(), before);
      });
  });
