import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { identityOf, recipientOf } from '../../src/foundations/backup/age.ts';
import { manifestOf } from '../../src/foundations/backup/folder.ts';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { newMasterKey } from '../../src/foundations/vault/master-key.ts';
import { bytesBelow } from '../foundations/backup/stage.ts';
import { ENGINES } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { adminCall, adminFetch, built, type RunningServer, startServer } from '../support/service-process.ts';

interface Command {
  child: ChildProcess;
  ended: Promise<{ status: number | null; stdout: string; stderr: string }>;
}

for (const engine of ENGINES)
  describe(`Backup and restore of a living service (${engine})`, function () {
    this.timeout(180_000);
    let folder: string;
    let environment: Record<string, string>;
    let server: RunningServer | undefined;
    const at = (...names: string[]) => join(folder, ...names);

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-living-'));
      environment = {
        LETHE_DATA: at('data'),
        ...(engine === 'postgres' ? { DATABASE_URL: await newPostgresDatabase({ empty: true }) } : {}),
      };
    });
    afterEach(() => end());
    after(async () => {
      if (environment['DATABASE_URL']) await dropPostgresDatabase(environment['DATABASE_URL']);
      rmSync(folder, { recursive: true, force: true });
    });

    function lethe(words: string[], more: { env?: Record<string, string>; fileLimit?: number } = {}): Command {
      const node = [process.execPath, built('src/cli.ts'), ...words];
      // A limit on the size of files stands for a disk that is full; without the signal a write fails, as it does there.
      const [file, ...args] =
        more.fileLimit === undefined
          ? node
          : ['bash', '-c', `trap '' XFSZ; ulimit -f ${more.fileLimit}; exec "$0" "$@"`, ...node];
      const child = spawn(file as string, args, {
        cwd: packageRoot,
        env: { PATH: process.env['PATH'], HOME: folder, ...environment, ...more.env },
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (piece) => {
        stdout += piece;
      });
      child.stderr.on('data', (piece) => {
        stderr += piece;
      });
      const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
        child.once('close', (status) => resolve({ status, stdout, stderr })),
      );
      return { child, ended };
    }
    const run = (words: string[], more?: Parameters<typeof lethe>[1]) => lethe(words, more).ended;
    const backUp = (...more: string[]) => run(['backup', '--to', at('backups'), '--keyring-to', at('keys'), ...more]);

    const tokens: Record<string, string> = {};
    const begin = async () => {
      server = await startServer('src/main.ts', environment);
      // Credentials from before every backup: they are there again after it.
      for (const role of ['platform', 'dpo'] as const)
        tokens[role] ??= (
          await adminCall<{ secret: string }>(server.url, 'POST', '/v1/tokens', { role, label: role })
        ).secret;
      return server.url;
    };
    const end = async () => {
      await server?.stop();
      server = undefined;
    };
    const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
    async function call<T>(role: 'platform' | 'dpo', method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
      const { url } = server as RunningServer;
      const response = await fetch(url + path, {
        method,
        headers: {
          Authorization: `Bearer ${tokens[role]}`,
          'Lethe-Purpose': 'data-quality',
          ...(method === 'POST' ? { 'Idempotency-Key': `"${crypto.randomUUID()}"` } : {}),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text) as T;
    }
    const endToken = async (id: string) =>
      (await adminFetch(server?.url as string, 'DELETE', `/v1/tokens/${id}`)).status;
    const decide = (id: string) =>
      call<{ eventId: string }>('platform', 'POST', '/v1/consents', {
        subject: { kind: 'account', id },
        purpose: 'usage-statistics',
        status: 'given',
        notice,
      });
    const historyOf = async (id: string) => {
      const path = `/v1/subjects/${id}/consents/history`;
      return (await call<{ items: { eventId: string }[] }>('dpo', 'GET', path)).items.map(({ eventId }) => eventId);
    };

    /** Enough that a backup and a restore take a moment. */
    async function grow(): Promise<void> {
      if (engine === 'sqlite') {
        const db = new Database(at('data', 'lethe.db'));
        db.exec(
          `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
           INSERT INTO notice_texts SELECT '*', 'grown-' || i, 'n', '1', 'en', hex(randomblob(500)), 0 FROM n`,
        );
        db.close();
        return;
      }
      const client = new pg.Client({ connectionString: environment['DATABASE_URL'] });
      await client.connect();
      await client.query(
        `INSERT INTO notice_texts SELECT '*', 'grown-' || i, 'n', '1', 'en',
           (SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 30) j), now() FROM generate_series(1, 20000) i`,
      );
      await client.end();
    }
    const grown = async (): Promise<number> => {
      if (engine === 'sqlite') {
        if (!existsSync(at('data', 'lethe.db'))) return 0;
        const db = new Database(at('data', 'lethe.db'));
        const [row] = db
          .prepare<[], { n: number }>("SELECT count(*) AS n FROM notice_texts WHERE notice_id = 'n'")
          .all();
        assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
        db.close();
        return row?.n ?? 0;
      }
      const client = new pg.Client({ connectionString: environment['DATABASE_URL'] });
      await client.connect();
      try {
        const { rows } = await client.query("SELECT count(*) AS n FROM notice_texts WHERE notice_id = 'n'");
        return Number(rows[0].n);
      } finally {
        await client.end();
      }
    };
    /** Whether a restore is writing at this moment. */
    const restoring = async (): Promise<boolean> => {
      if (engine === 'sqlite') return readdirSync(at('data')).some((name) => name.startsWith('.lethe-unfinished'));
      const client = new pg.Client({ connectionString: environment['DATABASE_URL'] });
      await client.connect();
      try {
        const { rows } = await client.query(
          "SELECT 1 FROM pg_stat_activity WHERE application_name = 'lethe-restore' AND query LIKE 'COPY%' LIMIT 1",
        );
        return rows.length > 0;
      } finally {
        await client.end();
      }
    };
    const newest = () => {
      const name = readdirSync(at('backups'))
        .filter((one) => one.endsWith('.age'))
        .sort()
        .at(-1);
      return at('backups', name as string);
    };

    it('forgets again after the restore of an old backup, and has everything else back', async () => {
      await begin();
      await grow();
      const bea = await decide('bea');
      const ada = await decide('ada');
      const later = { role: 'dpo', label: 'ended after the backup' };
      const { id, secret } = await adminCall<{ id: string; secret: string }>(
        server?.url as string,
        'POST',
        '/v1/tokens',
        later,
      );
      const signIn = async () =>
        (await fetch(`${server?.url}/v1/tenants`, { headers: { Authorization: `Bearer ${secret}` } })).status;
      assert.equal(await signIn(), 200);
      let writing = true;
      const acknowledged: string[] = [];
      const load = (async () => {
        for (let n = 0; writing; n += 1) acknowledged.push((await decide(`busy-${n}`)).eventId);
      })();
      const { status, stderr } = await backUp();
      writing = false;
      await load;
      assert.equal(status, 0, stderr);
      assert.ok(acknowledged.length > 5);
      assert.match(stderr, /master key is in no backup/);
      assert.deepEqual(await historyOf('ada'), [ada.eventId]);

      await call('dpo', 'POST', '/v1/subjects/ada/erasure');
      assert.deepEqual(await historyOf('ada'), []);
      await decide('later');
      assert.equal(await endToken(id), 204);
      assert.equal(await signIn(), 401);

      const refused = await run(['restore', newest(), '--replace', '--yes']);
      assert.equal(refused.status, 1);
      assert.match(refused.stderr, /in use.*Stop the service/s);
      await end();
      const unasked = await run(['restore', newest(), '--yes']);
      assert.match(unasked.stderr, /data already/);
      const restored = await run(['restore', newest(), '--replace', '--yes']);
      assert.equal(restored.status, 0, restored.stderr);
      assert.match(restored.stderr, /erasures since then \(\d+\): the next start does them again/);

      await begin();
      assert.deepEqual(await historyOf('ada'), [], 'the erased person is back');
      assert.deepEqual(await historyOf('bea'), [bea.eventId]);
      assert.deepEqual(await historyOf('later'), []);
      assert.equal(await signIn(), 401, 'the token that was ended is back');
      // Decisions that were acknowledged before the backup began are all there, in order, without a hole.
      const there: boolean[] = [];
      for (let n = 0; n < acknowledged.length; n += 1) {
        const found = await historyOf(`busy-${n}`);
        there.push(found.length === 1 && found[0] === acknowledged[n]);
      }
      assert.equal(there.lastIndexOf(true), there.filter(Boolean).length - 1);
      await end();
    });

    it('leaves nothing that looks finished and is not when the backup is killed, and no loose end after the next', async () => {
      const checked = new Set<string>();
      for (const milliseconds of [0, 40, 90, 160, 250, 400]) {
        const { child, ended } = lethe(['backup', '--to', at('killed'), '--keyring-to', at('killed-keys')]);
        // The start of Node itself is not what is to be cut.
        while (!existsSync(at('killed')) && child.exitCode === null) await new Promise((next) => setTimeout(next, 2));
        await new Promise((next) => setTimeout(next, milliseconds));
        child.kill('SIGKILL');
        await ended;
        for (const place of [at('killed'), at('killed-keys')]) {
          if (!existsSync(place)) continue;
          for (const name of readdirSync(place)) {
            if (!name.startsWith('lethe-') || !name.endsWith('.manifest.json') || checked.has(name)) continue;
            checked.add(name);
            const { status, stderr } = await run(['backup', 'verify', join(place, name.replace('.manifest.json', ''))]);
            assert.equal(status, 0, stderr);
          }
        }
      }
      const { status, stderr } = await run(['backup', '--to', at('killed'), '--keyring-to', at('killed-keys')]);
      assert.equal(status, 0, stderr);
      for (const place of [at('killed'), at('killed-keys')]) {
        const names = readdirSync(place).sort();
        assert.deepEqual(
          names,
          names
            .filter((name) => name.endsWith('.age'))
            .flatMap((name) => [name, manifestOf(name)])
            .sort(),
        );
      }
      assert.equal(readdirSync(at('killed-keys')).length, 2);
      // Nor is a readable copy left beside the data.
      assert.deepEqual(
        readdirSync(at('data')).filter((name) => name.includes('unfinished')),
        [],
      );
      assert.equal((await run(['backup', 'verify', at('killed'), at('killed-keys')])).status, 0);
    });

    it('has the old data or the new, never half, when the restore is killed', async () => {
      const all = await grown();
      assert.equal(all, 20_000);
      const old = newest();
      // What stands now differs from the backup by one row.
      if (engine === 'sqlite') {
        const db = new Database(at('data', 'lethe.db'));
        db.exec("INSERT INTO notice_texts VALUES ('*', 'one-more', 'n', '1', 'en', 't', 0)");
        db.close();
      } else {
        const client = new pg.Client({ connectionString: environment['DATABASE_URL'] });
        await client.connect();
        await client.query("INSERT INTO notice_texts VALUES ('*', 'one-more', 'n', '1', 'en', 't', now())");
        await client.end();
      }
      const seen = new Set<number>();
      let killed = 0;
      for (const milliseconds of [0, 20, 50, 90, 140, 200, 300, undefined]) {
        const { child, ended } = lethe(['restore', old, '--replace', '--yes']);
        let over = false;
        void ended.then(() => {
          over = true;
        });
        // Counted from when it has begun to write: the start of Node is not what is to be cut.
        while (milliseconds !== undefined && !over && !(await restoring()))
          await new Promise((next) => setTimeout(next, 2));
        if (milliseconds !== undefined) await new Promise((next) => setTimeout(next, milliseconds));
        if (milliseconds !== undefined) child.kill('SIGKILL');
        if ((await ended).status === null) killed += 1;
        const rows = await grown();
        assert.ok(rows === all || rows === all + 1, `${rows} rows`);
        seen.add(rows);
      }
      assert.ok(killed >= 2, `${killed} were cut`);
      assert.ok(seen.has(all), 'the last one was given the time to end');
      await begin();
      assert.equal((await historyOf('bea')).length, 1);
      assert.deepEqual(
        readdirSync(at('data')).filter((name) => name.includes('unfinished')),
        [],
      );
      await end();
    });

    it('is checked elsewhere, without an installation, by who was named and knows who made it', async () => {
      await begin();
      const identity = identityOf(Buffer.alloc(32, 5));
      const file = at('identity.txt');
      writeFileSync(file, `# made by age-keygen\n${identity}\n`);
      const places = ['--to', at('elsewhere'), '--keyring-to', at('elsewhere-keys')];
      const made = await run(['backup', ...places, '--recipient', await recipientOf(identity)]);
      assert.equal(made.status, 0, made.stderr);
      const [, key] = /^Signed: +([\w-]{43}) /m.exec(made.stderr) as unknown as [string, string];
      const check = (signer: string) =>
        run(['backup', 'verify', at('elsewhere'), '--identity', file, '--from-elsewhere', signer], {
          env: { LETHE_DATA: at('nothing') },
        });
      const verdict = await check(key);
      assert.equal(verdict.status, 0, verdict.stderr);
      const other = await check('A'.repeat(43));
      assert.equal(other.status, 1);
      assert.match(other.stderr, /not signed by this installation/);
      assert.ok(!existsSync(at('nothing')));
    });

    it('says that the disk is full, and leaves nothing unfinished', async function () {
      if (process.platform === 'win32') this.skip();
      const { status, stderr } = await run(['backup', '--to', at('full'), '--keyring-to', at('full-keys')], {
        fileLimit: 4096,
      });
      assert.equal(status, 1, stderr);
      assert.match(stderr, /^The backup failed: .*(full|larger|did not take).*Nothing unfinished is left\.$/m);
      assert.doesNotMatch(stderr, /^\s+at /m);
      assert.deepEqual(readdirSync(at('full')), []);
      if (engine === 'sqlite') {
        const before = bytesBelow(at('data'));
        const restore = await run(['restore', newest(), '--replace', '--yes'], { fileLimit: 4096 });
        assert.equal(restore.status, 1, restore.stderr);
        assert.match(restore.stderr, /^The restore failed: .*Nothing unfinished is left\.$/m);
        assert.deepEqual(bytesBelow(at('data')), before);
      }
    });

    it('refuses a wrong or missing master key, at start and at restore, and touches nothing', async () => {
      const data = at('data');
      const key = at('master.key');
      const before = bytesBelow(data);
      const rows = await grown();
      const wrong = { LETHE_MASTER_KEY: newMasterKey() };
      const restore = ['restore', newest(), '--replace', '--yes'];
      const start = (more: Record<string, string> = {}) =>
        startServer('src/main.ts', { ...environment, ...more }).then(
          async (running) => {
            await running.kill();
            return 'started';
          },
          (error: Error) => error.message,
        );
      assert.match((await run(restore, { env: wrong })).stderr, /master key is not the one/);
      assert.match(await start(wrong), /master key is not the one/);
      assert.deepEqual(bytesBelow(data), before);

      cpSync(join(data, 'master.key'), key);
      rmSync(join(data, 'master.key'));
      const without = bytesBelow(data);
      assert.match((await run(restore)).stderr, /no master key.*Nothing was touched/s);
      assert.match(await start(), /no master key.*Nothing was touched/s);
      writeFileSync(join(data, 'master.key'), newMasterKey(), { mode: 0o600 });
      const other = bytesBelow(data);
      assert.match((await run(restore)).stderr, /master key is not the one/);
      assert.match(await start(), /master key is not the one/);
      assert.deepEqual(bytesBelow(data), other);
      rmSync(join(data, 'master.key'));
      assert.deepEqual(bytesBelow(data), without);
      cpSync(key, join(data, 'master.key'));
      assert.deepEqual(bytesBelow(data), before);
      // Without its keyring the data would be noise under new keys: that is no start either.
      const ring = readdirSync(data).filter((name) => name.startsWith('keyring.db'));
      for (const name of ring) renameSync(join(data, name), at(name));
      const bare = bytesBelow(data);
      assert.match(await start(), /not the keyring that opens it.*Nothing was touched/s);
      assert.deepEqual(bytesBelow(data), bare);
      for (const name of ring) renameSync(at(name), join(data, name));
      assert.equal(await grown(), rows);
      assert.match(await begin(), /^http/);
      await end();
    });

    it('is called in the right way, or says how', async () => {
      const calls: [words: string[], said: RegExp][] = [
        [['backup'], /--to FOLDER/],
        [['backup', '--to', at('b')], /--keyring-to FOLDER, apart from the data.*would undo that/s],
        [['backup', '--to', at('b'), '--keyring-to', at('k'), '--keep', '0'], /whole number from 1/],
        [['backup', '--to', at('b'), '--keyring-to', at('k'), '--older-than', '30'], /A duration looks like/],
        [['backup', '--to', at('b'), '--keyring-only', '--keyring-to', at('k')], /--keyring-only without it/],
        [['restore', newest()], /say so with --yes|data already/],
      ];
      await Promise.all(
        calls.map(async ([words, said]) => {
          const { status, stderr } = await run(words);
          assert.ok(status === 2 || (status === 1 && words[0] === 'restore'), `${words}: ${status}`);
          assert.match(stderr, said);
        }),
      );
      assert.ok(!existsSync(at('b')) && !existsSync(at('k')));
    });
  });
