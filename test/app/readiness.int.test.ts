import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eq, sql } from 'drizzle-orm';
import pg from 'pg';
import { foundationChecks } from '../../src/app/readiness.ts';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { openStore } from '../../src/foundations/store/open.ts';
import type { Store } from '../../src/foundations/store/store.ts';
import { watchStore } from '../../src/foundations/store/write-watch.ts';
import { openPostgresKeyring } from '../../src/foundations/vault/keyring.postgres.ts';
import { openSqliteKeyring } from '../../src/foundations/vault/keyring.sqlite.ts';
import { watchKeyring } from '../../src/foundations/vault/keyring-watch.ts';
import { parseMasterKey } from '../../src/foundations/vault/master-key.ts';
import { openVault } from '../../src/foundations/vault/vault.ts';
import { openPolicies } from '../../src/register/policies/policies.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { ENGINES, type Ground, openGround } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

for (const engine of ENGINES)
  describe(`/readyz tells whether anything can be written (${engine})`, () => {
    let ground: Ground;
    let app: TestApp;
    /** As it is beneath what watches it. */
    let store: Store;
    let keyring: string;
    const time = { now: NOW };
    const clock = () => new Date(time.now);

    beforeEach(async function () {
      this.timeout(180_000);
      time.now = NOW;
      ground = await openGround(engine);
      keyring = engine === 'sqlite' ? join(ground.folder, 'watched.db') : await newPostgresDatabase({ empty: true });
      await open();
    });
    afterEach(async () => {
      await app.close();
      await ground.close();
      if (engine === 'postgres') await dropPostgresDatabase(keyring);
    });

    async function open(): Promise<void> {
      const kept = watchKeyring(
        engine === 'sqlite' ? openSqliteKeyring(keyring) : await openPostgresKeyring(keyring),
        clock,
      );
      await ground.vault.close();
      ground.vault = await openVault(kept.keyring, parseMasterKey(ground.masterKey));
      store = ground.store;
      const watched = watchStore(store, clock);
      const ready = foundationChecks({
        store: watched.store,
        vault: ground.vault,
        policies: openPolicies(join(packageRoot, 'policies')),
        writing: { database: watched.watch, keyring: kept.watch },
      });
      app = await openApp({ ...ground, store: watched.store }, { ready });
    }

    async function readyz() {
      const { status, body } = await app.as('operator').get('/readyz');
      return { status, database: body.parts.database.fault, keyring: body.parts.keyring.fault };
    }
    const ready = { status: 200, database: undefined, keyring: undefined };
    /** A call that writes to the database only. */
    const write = () =>
      app
        .as('admin')
        .post('/v1/tokens')
        .send({ role: 'platform', label: 'x'.repeat(100) });
    /** One that needs a new key first. */
    const profile = (id: string) => app.as('platform').put(`/v1/subjects/account:${id}`).send({ name: 'Ada' });

    /** PostgreSQL: every change of a table is refused with this code, as the server itself would. */
    async function refuse(table: string, code: string): Promise<() => Promise<void>> {
      await store.write(async (tx) => {
        await tx.run(
          sql.raw(`CREATE FUNCTION refuse_${table}() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`),
        );
        await tx.run(
          sql.raw(`CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION refuse_${table}()`),
        );
      });
      return async () => {
        await store.write((tx) => tx.run(sql.raw(`DROP TRIGGER refuse ON ${table}`)));
      };
    }

    /** SQLite: the first page of a table, overwritten while the service is down. */
    async function damage(table: string): Promise<void> {
      const [place] = await store.read((q) =>
        q.rows<{ page: number; size: number }>(
          sql`SELECT rootpage AS page, (SELECT page_size FROM pragma_page_size) AS size FROM sqlite_schema WHERE name = ${table}`,
        ),
      );
      assert.ok(place);
      await app.close();
      await store.close();
      const handle = openSync(ground.location, 'r+');
      writeSync(handle, Buffer.alloc(place.size, 0xff), 0, place.size, (place.page - 1) * place.size);
      closeSync(handle);
      ground.store = await openStore(ground.location, undefined, undefined, ground.vault.pseudonyms);
      await open();
    }

    it('to who has a token only: a stranger learns whether it can work, and nothing of what fails', async () => {
      assert.deepEqual((await app.as('nobody').get('/readyz').expect(200)).body, { status: 'ready' });
      for (const role of ['admin', 'dpo', 'auditor', 'operator'] as const)
        assert.ok((await app.as(role).get('/readyz').expect(200)).body.parts.database, role);
      await app.as('platform').get('/readyz').expect(403);
      await app
        .as('nobody')
        .get('/readyz')
        .set('Authorization', `Bearer ${'x'.repeat(40)}`)
        .expect(401);
      if (engine === 'sqlite') await store.write((tx) => tx.run(sql`PRAGMA query_only = ON`));
      else await refuse('leases', '25006');
      time.now += 11_000;
      const { body, headers } = await app.as('nobody').get('/readyz').expect(503);
      assert.deepEqual(body, { status: 'not-ready' });
      assert.deepEqual(
        Object.keys(headers).filter((name) => /degraded|fault|reason|warning/.test(name)),
        [],
      );
    });

    it('also while the database does not answer, to a token that was seen here before', async () => {
      await app.as('operator').get('/readyz').expect(200);
      await app.as('nobody').get('/readyz').expect(200);
      await store.close();
      const now = performance.now;
      // What was read is trusted for seconds; later it counts only here.
      performance.now = () => now.call(performance) + 60_000;
      try {
        const { body } = await app.as('operator').get('/readyz').expect(503);
        assert.equal(body.parts.database.ok, false);
        // Nobody can be checked that was not seen: nothing is told.
        assert.deepEqual((await app.as('auditor').get('/readyz').expect(503)).body, { status: 'not-ready' });
        assert.equal((await app.as('operator').get('/v1/tenants')).status, 503);
      } finally {
        performance.now = now;
        ground.store = await openStore(ground.location);
        await app.close();
        await open();
      }
    });

    it('by trying it when nobody has written for ten seconds, and by what was written otherwise', async () => {
      const tried = () => store.read((q) => q.select().from(q.tables.leases).where(eq(q.tables.leases.name, 'readyz')));
      assert.deepEqual(await readyz(), ready);
      assert.deepEqual(await tried(), [], 'tokens have just been written');
      time.now += 11_000;
      assert.deepEqual(await readyz(), ready);
      assert.deepEqual(
        (await tried()).map(({ expiresAt }) => expiresAt.getTime()),
        [time.now],
      );
    });

    it('when the database takes no writes', async () => {
      if (engine === 'sqlite') await store.write((tx) => tx.run(sql`PRAGMA query_only = ON`));
      else await refuse('leases', '25006');
      time.now += 11_000;
      assert.deepEqual(await readyz(), { ...ready, status: 503, database: 'read-only' });
    });

    it('when the disk is full, and when there is room again', async () => {
      // That the token was used has been noted: nothing else is written meanwhile.
      assert.deepEqual(await readyz(), ready);
      await app.access.close();
      let makeRoom: () => Promise<unknown>;
      if (engine === 'sqlite') {
        await store.write((tx) => tx.rows(sql`PRAGMA max_page_count = 1`));
        makeRoom = () => store.write((tx) => tx.rows(sql`PRAGMA max_page_count = 100000`));
      } else makeRoom = await refuse('api_tokens', '53100');
      let answer = await write();
      for (let n = 0; n < 200 && answer.status === 201; n += 1) answer = await write();
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['retry-after'], '5');
      time.now += 5_000;
      assert.deepEqual(await readyz(), { ...ready, status: 503, database: 'full' }, 'a small write would still fit');
      await makeRoom();
      time.now += 5_000;
      assert.deepEqual(await readyz(), ready);
      assert.equal((await write()).status, 201);
    });

    it('when pages are damaged, although what lies on others can be written', async () => {
      await profile('one').expect(201);
      let mend = async () => undefined as unknown;
      if (engine === 'sqlite') await damage('profiles');
      else mend = await refuse('profiles', 'XX001');
      assert.ok((await profile('two')).status >= 500);
      await mend();
      assert.equal((await write()).status, 201);
      time.now += 3_600_000;
      assert.deepEqual(await readyz(), { ...ready, status: 503, database: 'damaged' });
    });

    it('when the keyring fails, and when it works again', async () => {
      const table = engine === 'sqlite' ? 'keys' : 'lethe_keys';
      const rename = async (from: string, to: string) => {
        const statement = `ALTER TABLE ${from} RENAME TO ${to}`;
        if (engine === 'sqlite') {
          const other = new Database(keyring);
          other.exec(statement);
          other.close();
          return;
        }
        const client = new pg.Client({ connectionString: keyring });
        await client.connect();
        await client.query(statement);
        await client.end();
      };
      await profile('one').expect(201);
      await rename(table, 'gone');
      assert.ok((await profile('two')).status >= 500);
      assert.deepEqual(await readyz(), { ...ready, status: 503, keyring: 'failed' });
      time.now += 60_000;
      assert.deepEqual(await readyz(), { ...ready, status: 503, keyring: 'failed' }, 'it tries by itself');
      await rename('gone', table);
      time.now += 1_000;
      assert.deepEqual(await readyz(), ready);
      await profile('two').expect(201);
    });
  });
