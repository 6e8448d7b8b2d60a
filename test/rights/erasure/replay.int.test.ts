import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { startupFailure } from '../../../src/app/startup-failure.ts';
import { indexesOfEach } from '../../../src/foundations/audit/subject-index.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import { parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault, subjectScope } from '../../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { ENGINES, type Ground, openGround } from '../../support/engines.ts';
import { dropPostgresDatabase } from '../../support/postgres.ts';
import { ordered } from './order.ts';
import { liveThrough, pseudonymsOf, pseudonymsOnDisk, type Traces } from './person.ts';

/** Backups for this test: a copy of the file, or of the database by the server itself. */
function vaultOfBackups(ground: Ground) {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-old-'));
  const made: string[] = [];
  const run = async (url: string, text: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  return {
    /** The database as it is now; the store is closed and opened again. */
    async take(name: string): Promise<void> {
      await ground.store.close();
      if (ground.engine === 'sqlite') cpSync(ground.location, join(folder, name));
      else {
        const copy = new URL(ground.location);
        copy.pathname += `_${name}`;
        const admin = new URL(ground.location);
        admin.pathname = '/postgres';
        await run(
          admin.href,
          `CREATE DATABASE "${copy.pathname.slice(1)}" TEMPLATE "${new URL(ground.location).pathname.slice(1)}"`,
        );
        made.push(copy.href);
      }
      ground.store = await openStore(ground.location, undefined, undefined, ground.vault.pseudonyms);
    },
    /** Puts the old one in the place of the present one. */
    async bringBack(name: string): Promise<void> {
      await ground.store.close();
      if (ground.engine === 'sqlite') cpSync(join(folder, name), ground.location);
      else {
        const admin = new URL(ground.location);
        admin.pathname = '/postgres';
        const [now, old] = [
          new URL(ground.location).pathname.slice(1),
          `${new URL(ground.location).pathname.slice(1)}_${name}`,
        ];
        await run(admin.href, `DROP DATABASE "${now}" WITH (FORCE)`);
        await run(admin.href, `CREATE DATABASE "${now}" TEMPLATE "${old}"`);
      }
      ground.store = await openStore(ground.location, undefined, undefined, ground.vault.pseudonyms);
    },
    async keyring(name: string): Promise<void> {
      await ground.vault.close();
      cpSync(join(ground.folder, 'keyring.db'), join(folder, name));
      ground.vault = await openVault(
        openSqliteKeyring(join(ground.folder, 'keyring.db')),
        parseMasterKey(ground.masterKey),
      );
    },
    /** Keys of an older keyring come back; what is kept apart with them stays as it is now. */
    async bringKeysBack(name: string): Promise<void> {
      const { default: Database } = await import('better-sqlite3');
      await ground.vault.close();
      const db = new Database(join(ground.folder, 'keyring.db'));
      db.exec(`ATTACH '${join(folder, name)}' AS old; INSERT OR IGNORE INTO keys SELECT * FROM old.keys; DETACH old`);
      db.close();
      ground.vault = await openVault(
        openSqliteKeyring(join(ground.folder, 'keyring.db')),
        parseMasterKey(ground.masterKey),
      );
    },
    async close(): Promise<void> {
      for (const url of made) await dropPostgresDatabase(url);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

for (const engine of ENGINES)
  describe(`A database that comes back from a backup (${engine}) (REQ-A33)`, function () {
    this.timeout(180_000);
    let ground: Ground;
    let backups: ReturnType<typeof vaultOfBackups>;
    let app: TestApp;
    let ada: Traces;
    let bea: Traces;

    beforeEach(async () => {
      ground = await openGround(engine);
      backups = vaultOfBackups(ground);
      app = await openApp(ground);
      ada = await liveThrough(app, 'ada');
      bea = await liveThrough(app, 'bea');
    });
    afterEach(async () => {
      await app.close();
      await ground.close();
      await backups.close();
    });

    /** While nothing is open, as an operator would do it; then the app again, which replays nothing by itself. */
    async function whileStopped(work: () => Promise<void>): Promise<void> {
      await app.close();
      await work();
      app = await openApp(ground);
    }
    const take = (name: string) => whileStopped(() => backups.take(name));
    const bringBack = (name: string) => whileStopped(() => backups.bringBack(name));
    /** What `main.ts` does before it serves. */
    const start = () => app.services.replay();
    const erase = (account: string) => app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
    async function counts(left: Traces): Promise<Record<string, number>> {
      const subjectIds = await pseudonymsOf(ground.vault, left);
      const all: Record<string, number> = {};
      await ground.store.read(async (q) => {
        for (const holder of app.services.holders)
          Object.assign(all, await holder.count(q, { tenantId: 'north', timeZone: 'Europe/Berlin', subjectIds }));
      });
      return all;
    }
    const nothing = (found: Record<string, number>) => Object.values(found).every((count) => count === 0);

    it('forgets again who was erased after it was made, and only them, before anybody is served', async () => {
      await take('old');
      const found = (await indexesOfEach(ground.vault, 'north', await pseudonymsOf(ground.vault, ada))).flat();
      const foundBy = async () =>
        (await ground.store.read((q) => q.select().from(q.tables.auditEntries))).filter(
          ({ subjectIndex }) => subjectIndex !== null && found.includes(subjectIndex),
        ).length;
      assert.ok((await foundBy()) > 5);
      await erase(ada.account);
      assert.equal(await foundBy(), 0);
      assert.ok(nothing(await counts(ada)));
      const beaBefore = await counts(bea);
      await bringBack('old');
      assert.ok(!nothing(await counts(ada)), 'the backup holds her');
      assert.ok((await foundBy()) > 5, 'and what joins her entries of the log');
      assert.deepEqual(await start(), { erasures: 1, subjects: 2, tenants: 0 });
      assert.equal(await foundBy(), 0);
      assert.ok(nothing(await counts(ada)), 'and the start has erased her again');
      assert.deepEqual(await counts(bea), beaBefore);
      await app
        .as('dpo')
        .get(`/v1/subjects/${ada.account}/report`)
        .expect(200)
        .expect(({ body }) => assert.equal(body.held, false));
      const { body } = await app.as('auditor').get('/v1/audit?action=erasure').expect(200);
      const actions = (body.items as { action: string }[]).map(({ action }) => action);
      assert.ok(actions.includes('erasure.replayed') && actions.includes('erasure.finished'));
      assert.deepEqual(await start(), { erasures: 0, subjects: 0, tenants: 0 }, 'the next start finds nothing to do');
    });

    it('repeats everything that was erased of somebody, though a later erasure was of one purpose only', async () => {
      await take('old');
      await erase(ada.account);
      const admission = { reason: 'Came back after two years.' };
      await app.as('dpo').post(`/v1/subjects/${ada.account}/admission`).send(admission);
      await ordered(app, ada.account, { ground: '17-1-a', purpose: 'account-service' });
      await bringBack('old');
      assert.ok(!nothing(await counts(ada)));
      const { erasures } = await start();
      assert.equal(erasures, 2);
      assert.ok(nothing(await counts(ada)), JSON.stringify(await counts(ada)));
    });

    it('does nothing at an ordinary start', async () => {
      await erase(ada.account);
      assert.deepEqual(await start(), { erasures: 0, subjects: 0, tenants: 0 });
      const { body } = await app.as('auditor').get('/v1/audit?action=erasure.replayed').expect(200);
      assert.deepEqual(body.items, []);
    });

    it('forgets only those whom it does not know as erased already', async () => {
      await erase(ada.account);
      await take('between');
      await erase(bea.account);
      await bringBack('between');
      assert.deepEqual(await start(), { erasures: 1, subjects: 2, tenants: 0 });
      assert.ok(nothing(await counts(bea)));
    });

    it('also destroys the keys again, if an older keyring has brought them back', async () => {
      await take('old');
      await whileStopped(() => backups.keyring('keys'));
      await erase(ada.account);
      await bringBack('old');
      await whileStopped(() => backups.bringKeysBack('keys'));
      const mine = await pseudonymsOf(ground.vault, ada);
      for (const subjectId of mine) assert.ok(await ground.vault.existingKey('north', subjectScope(subjectId)));
      await start();
      for (const subjectId of mine)
        assert.equal(await ground.vault.existingKey('north', subjectScope(subjectId)), undefined);
      assert.ok(nothing(await counts(ada)));
    });

    it('leaves what was kept then: the ledger says what was decided, not what would be decided now', async () => {
      await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: 'legal', reference: 'R-1', subject: ada.account, category: 'profiles.contact' })
        .expect(201);
      await take('old');
      const { body } = await erase(ada.account);
      assert.equal(body.verdict, 'complete-with-exceptions');
      await ground.store.write((tx) => tx.run(sql`UPDATE holds SET released_at = placed_at, released_by = 'x'`));
      await bringBack('old');
      await ground.store.write((tx) => tx.run(sql`UPDATE holds SET released_at = placed_at, released_by = 'x'`));
      await start();
      const left = await counts(ada);
      assert.equal(left['profiles.contact'], 1);
      assert.equal(left['profiles.location'], 0);
    });

    it('forgets again, too, what a hold had kept back when it was made and that has gone since', async () => {
      const { body: hold } = await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: 'legal', reference: 'R-1', subject: ada.account, category: 'profiles.contact' })
        .expect(201);
      await erase(ada.account);
      await take('held');
      await app.as('dpo').post(`/v1/holds/${hold.holdId}/release`).expect(200);
      assert.equal((await app.services.erasures.resumeHeldBack(await app.contextOf('north', 'dpo'))).length, 1);
      assert.ok(nothing(await counts(ada)));
      await bringBack('held');
      assert.equal((await counts(ada))['profiles.contact'], 1, 'the backup holds it, and the hold');
      assert.deepEqual(await start(), { erasures: 1, subjects: 1, tenants: 0 });
      assert.ok(nothing(await counts(ada)), JSON.stringify(await counts(ada)));
      assert.deepEqual(await start(), { erasures: 0, subjects: 0, tenants: 0 });
    });

    it('keeps them out as well: the suppression comes back with the erasure', async () => {
      await take('old');
      await erase(ada.account);
      await bringBack('old');
      await start();
      const refused = await app.as('platform').put(`/v1/subjects/${ada.account}`).send({ name: 'Again' }).expect(409);
      assert.match(refused.body.type, /erased-subject$/);
    });

    it('goes on when the start is cut off in the middle', async () => {
      await take('old');
      await erase(ada.account);
      await erase(bea.account);
      await bringBack('old');
      await app.close();
      let calls = 0;
      app = await openApp(ground, {
        holders: (own) =>
          own.map((holder) =>
            holder.id === 'profiles'
              ? {
                  ...holder,
                  erase: (...order) => (++calls === 2 ? Promise.reject(new Error('cut')) : holder.erase(...order)),
                }
              : holder,
          ),
      });
      await assert.rejects(start(), (fault) => {
        const { lines, exitCode } = startupFailure(fault);
        assert.equal(exitCode, 1);
        assert.match(lines.join(' '), /Nothing is served until it does.*start again/);
        return true;
      });
      await whileStopped(async () => undefined);
      await start();
      assert.ok(nothing(await counts(ada)) && nothing(await counts(bea)));
      const certificates = await ground.store.read((q) => q.select().from(q.tables.certificates));
      assert.equal(certificates.length, 2, 'one certificate each');
    });

    it('is replayed once, however many instances start with it at the same time', async () => {
      await take('old');
      await erase(ada.account);
      await bringBack('old');
      const other = await openApp(ground);
      await Promise.all([start(), other.services.replay(), start()]);
      assert.ok(nothing(await counts(ada)), 'none of them is through before she is gone');
      await other.close();
      const certificates = await ground.store.read((q) => q.select().from(q.tables.certificates));
      assert.equal(certificates.length, 1);
      const { body } = await app.as('auditor').get('/v1/audit?action=erasure.replayed').expect(200);
      assert.equal(body.items.length, 1);
    });

    it('keeps what was held back after the backup, when that was made in the middle of the erasure', async () => {
      await app.close();
      const faulty = await openApp(ground, {
        holders: (own) =>
          own.map((holder) =>
            holder.id === 'profiles' ? { ...holder, erase: () => Promise.reject(new Error('cut')) } : holder,
          ),
      });
      await faulty.as('dpo').post(`/v1/subjects/${ada.account}/erasure`).expect(500);
      await faulty.close();
      app = await openApp(ground);
      await take('middle');
      await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: 'legal', reference: 'R-2', subject: ada.account, category: 'profiles.contact' })
        .expect(201);
      await start();
      assert.equal((await counts(ada))['profiles.contact'], 1, 'held back');
      const ledger = await ground.vault.keptApart.erasures(0, 10);
      assert.equal(ledger.length, 2, 'what was decided anew is appended');
      assert.equal(new Set(ledger.map(({ erasureId }) => erasureId)).size, 1);
      await bringBack('middle');
      await start();
      const left = await counts(ada);
      assert.equal(left['profiles.contact'], 1, 'the database has lost the hold, the ledger has not');
      assert.equal(left['profiles.location'], 0);
    });

    it('marks as done whom it never knew', async () => {
      await take('old');
      const eve = await liveThrough(app, 'eve');
      await erase(eve.account);
      await bringBack('old');
      assert.deepEqual(await start(), { erasures: 1, subjects: 0, tenants: 0 });
      assert.deepEqual(await start(), { erasures: 0, subjects: 0, tenants: 0 });
    });

    it('remembers each erasure before the first key is destroyed', async () => {
      const { vault } = ground;
      const { shred } = vault;
      const remembered: number[] = [];
      vault.shred = async (...order) => {
        remembered.push((await vault.keptApart.erasures(0, 10)).length);
        return shred(...order);
      };
      try {
        await erase(ada.account);
      } finally {
        vault.shred = shred;
      }
      assert.deepEqual(remembered, [1]);
    });

    it('leaves no name of anybody in the ledger', async () => {
      await erase(ada.account);
      const ledger = JSON.stringify(await ground.vault.keptApart.erasures(0, 100));
      for (const value of [...Object.values(ada), ...(await pseudonymsOnDisk(ground.vault, ada))])
        assert.ok(!ledger.includes(value));
    });
  });
