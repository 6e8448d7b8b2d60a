import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { ENGINES } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { adminCall, type RunningServer, startServer } from '../support/service-process.ts';

/** Makes every deletion of a profile fail, as a fault of the disk or of the server would. */
const BREAK = {
  sqlite: `CREATE TRIGGER broken BEFORE DELETE ON profiles BEGIN SELECT RAISE(ABORT, 'broken'); END`,
  postgres: `CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
    CREATE TRIGGER broken BEFORE DELETE ON profiles FOR EACH ROW EXECUTE FUNCTION broken()`,
};
const MEND = { sqlite: 'DROP TRIGGER broken', postgres: 'DROP TRIGGER broken ON profiles' };

for (const engine of ENGINES)
  describe(`A service that starts with an old database (${engine})`, function () {
    this.timeout(120_000);
    let folder: string;
    let environment: Record<string, string>;
    let backup: string;
    const running: RunningServer[] = [];

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-old-start-'));
      environment = {
        LETHE_DATA: join(folder, 'data'),
        ...(engine === 'postgres' ? { DATABASE_URL: await newPostgresDatabase({ empty: true }) } : {}),
      };
      backup = engine === 'sqlite' ? join(folder, 'old.db') : `${environment['DATABASE_URL']}_old`;
    });
    after(async () => {
      await end();
      if (engine === 'postgres') {
        await dropPostgresDatabase(backup);
        await dropPostgresDatabase(environment['DATABASE_URL'] as string);
      }
      rmSync(folder, { recursive: true, force: true });
    });

    async function begin(more: Record<string, string> = {}): Promise<RunningServer> {
      const server = await startServer('src/main.ts', { ...environment, ...more });
      running.push(server);
      return server;
    }
    async function end(): Promise<void> {
      await Promise.all(running.splice(0).map((server) => server.stop()));
    }
    async function onDatabase(text: string): Promise<unknown[]> {
      if (engine === 'sqlite') {
        const db = new Database(join(environment['LETHE_DATA'] as string, 'lethe.db'));
        try {
          if (text.startsWith('SELECT')) return db.prepare(text).all();
          db.exec(text);
          return [];
        } finally {
          db.close();
        }
      }
      const client = new pg.Client({ connectionString: environment['DATABASE_URL'] });
      await client.connect();
      try {
        return (await client.query(text)).rows as unknown[];
      } finally {
        await client.end();
      }
    }
    /** While nothing runs: the database becomes a copy of another. */
    async function copy(from: string, to: string): Promise<void> {
      if (engine === 'sqlite') {
        for (const name of readdirSync(environment['LETHE_DATA'] as string))
          if (/^lethe\.db-/.test(name)) rmSync(join(environment['LETHE_DATA'] as string, name));
        return cpSync(from, to);
      }
      const admin = new URL(from);
      admin.pathname = '/postgres';
      const client = new pg.Client({ connectionString: admin.href });
      await client.connect();
      const [source, target] = [new URL(from).pathname.slice(1), new URL(to).pathname.slice(1)];
      await client.query(`DROP DATABASE IF EXISTS "${target}" WITH (FORCE)`);
      await client.query(`CREATE DATABASE "${target}" TEMPLATE "${source}"`);
      await client.end();
    }
    const present = () => environment['DATABASE_URL'] ?? join(environment['LETHE_DATA'] as string, 'lethe.db');
    const profiles = async () => (await onDatabase('SELECT 1 FROM profiles')).length;
    const entries = async () =>
      (await onDatabase(`SELECT 1 FROM audit_entries WHERE action = 'erasure.replayed'`)).length;
    async function freePort(): Promise<number> {
      const probe = createServer();
      await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
      const { port } = probe.address() as { port: number };
      await new Promise((closed) => probe.close(closed));
      return port;
    }

    it('does not open its port, says why and ends, as long as it cannot forget again (REQ-A33)', async () => {
      const { url } = await begin();
      const { secret } = await adminCall<{ secret: string }>(url, 'POST', '/v1/tokens', {
        role: 'platform',
        label: 'platform',
      });
      const dpo = await adminCall<{ secret: string }>(url, 'POST', '/v1/tokens', { role: 'dpo', label: 'dpo' });
      const put = await fetch(`${url}/v1/subjects/ada`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'Ada' }),
      });
      assert.equal(put.status, 201);
      await end();
      await copy(present(), backup);
      const again = await begin();
      const erased = await fetch(`${again.url}/v1/subjects/ada/erasure`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${dpo.secret}`, 'Idempotency-Key': '"erase-ada"' },
      });
      assert.equal(erased.status, 200);
      await end();
      assert.equal(await profiles(), 0);
      await copy(backup, present());
      assert.equal(await profiles(), 1);
      await onDatabase(BREAK[engine]);

      const port = await freePort();
      let over = false;
      let answered = 0;
      const attempt = begin({ PORT: String(port) })
        .then(
          () => 'started',
          (fault: Error) => fault.message,
        )
        .finally(() => {
          over = true;
        });
      while (!over) {
        answered += await fetch(`http://127.0.0.1:${port}/readyz`).then(
          () => 1,
          () => 0,
        );
        await new Promise((next) => setTimeout(next, 10));
      }
      const said = await attempt;
      assert.equal(answered, 0, 'it answered while a person was back');
      assert.match(said, /stands in the ledger.*Nothing is served until it does/s);
      assert.doesNotMatch(said, /\bada\b|^\s+at /im);
    });

    it('opens it once they are gone, with one entry in the log, however many instances start', async () => {
      await onDatabase(MEND[engine]);
      await Promise.all(engine === 'postgres' ? [begin(), begin()] : [begin()]);
      assert.equal(await profiles(), 0);
      assert.equal(await entries(), 1);
      await end();
      await begin();
      assert.equal(await entries(), 1, 'and nothing at the next start');
      await end();
    });
  });
