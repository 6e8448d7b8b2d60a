import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { interruptedWork } from '../../../jobs/interrupted-work.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';
import { liveThrough, pseudonymsOf, type Traces } from './person.ts';

/** Milliseconds nothing else may be held up for; what is waited for is waited for a second and more. */
const HELD_UP = 500;

/** Somebody who sees an instant of before: SQLite keeps for them, in the log, what has been overwritten since. */
function reading(file: string, table: string) {
  const db = new Database(file, { readonly: true });
  db.exec('BEGIN');
  db.prepare(`SELECT count(*) FROM ${table}`).get();
  return () => db.close();
}

onOneEngine('While somebody reads an instant of before', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  const found = (bytes: Buffer) =>
    readdirSync(ground().folder)
      .filter((name) => /\.db(-wal)?$/.test(name))
      .filter((name) => readFileSync(join(ground().folder, name)).includes(bytes));
  const entriesOf = async (erasureId: string) =>
    (await ground().store.read((q) => q.select().from(q.tables.auditEntries)))
      .filter(({ detail }) => (detail as { erasure?: string }).erasure === erasureId)
      .map(({ action }) => action);
  const certificates = async () => (await ground().store.read((q) => q.select().from(q.tables.certificates))).length;
  const job = async () =>
    interruptedWork.run({ services: app.services, context: await app.contextOf('north', 'operator') } as never);

  async function sealedOf(left: Traces): Promise<{ email: Buffer; wrapped: Buffer }> {
    const subjectIds = await pseudonymsOf(ground().vault, left);
    const profiles = await ground().store.read((q) => q.select().from(q.tables.profiles));
    const row = profiles.find(({ subjectId }) => subjectIds.includes(subjectId));
    const ring = new Database(join(ground().folder, 'keyring.db'), { readonly: true });
    const keys = ring.prepare<[string], { wrapped: Buffer; scope: string }>(
      'SELECT scope, wrapped FROM keys WHERE tenant_id = ?',
    );
    const { pseudonyms } = ground().vault;
    const scopes = new Set(subjectIds.map((id) => subjectScope(pseudonyms.encode('keyring', id))));
    const all = keys.all('north');
    ring.close();
    const wrapped = all.find(({ scope }) => scopes.has(scope))?.wrapped as Buffer;
    return { email: row?.emailSealed as Buffer, wrapped };
  }

  for (const [name, file, table] of [
    ['of the data', 'lethe.db', 'profiles'],
    ['of the keyring', 'keyring.db', 'keys'],
  ] as const)
    it(`${name}, an erasure runs on: no certificate, nobody is told that anything is destroyed, and nothing else waits`, async () => {
      const left = await liveThrough(app, `read-${table}`);
      const { email, wrapped } = await sealedOf(left);
      const before = await certificates();
      const close = reading(join(ground().folder, file), table);
      const delay = monitorEventLoopDelay({ resolution: 5 });
      try {
        delay.enable();
        const { body } = await app.as('dpo').post(`/v1/subjects/${left.account}/erasure`).expect(200);
        delay.disable();
        assert.ok(delay.max / 1e6 < HELD_UP, `everything else stood still for ${Math.round(delay.max / 1e6)} ms`);
        assert.equal(body.status, 'running');
        assert.equal(body.certificateId, null);
        assert.equal(body.keyDestroyed, false);
        assert.equal(await certificates(), before);
        assert.ok(!(await entriesOf(body.erasureId)).includes('erasure.finished'));
        assert.ok(found(table === 'keys' ? wrapped : email).length > 0, 'its bytes are there still');
        // As often as it is tried, it does not end before.
        await job();
        assert.equal((await app.services.erasures.get(await app.contextOf('north'), body.erasureId)).status, 'running');

        close();
        await job();
        const ended = await app.services.erasures.get(await app.contextOf('north'), body.erasureId);
        assert.equal(ended.status, 'finished');
        assert.equal(ended.keyDestroyed, true);
        assert.equal(await certificates(), before + 1);
        assert.deepEqual((await entriesOf(body.erasureId)).filter((action) => action === 'erasure.finished').length, 1);
        for (const bytes of [email, wrapped]) assert.deepEqual(found(bytes), []);
        for (const subjectId of await pseudonymsOf(ground().vault, left))
          assert.deepEqual(found(Buffer.from(subjectId)), []);
      } finally {
        close();
      }
    });

  it('a sweep runs on, and ends once they have gone', async () => {
    const context = await app.contextOf('north', 'operator');
    const { sweeps } = app.services.retention;
    const close = reading(join(ground().folder, 'lethe.db'), 'visits');
    try {
      await liveThrough(app, 'read-sweep');
      const before = await certificates();
      const { sweepId } = await sweeps.open(context, {});
      const running = await sweeps.run(context, sweepId);
      assert.equal(running.status, 'running');
      assert.equal(await certificates(), before);
      close();
      await job();
      assert.equal((await sweeps.list(context, {})).items[0]?.status, 'completed');
      assert.equal(await certificates(), before + 1);
    } finally {
      close();
    }
  });

  it('a log that has grown large under a long reader is emptied without holding anything up', async () => {
    const { store } = ground();
    const close = reading(join(ground().folder, 'lethe.db'), 'visits');
    const piece = { tenantId: 'north', packageId: 'large', contentSealed: Buffer.alloc(2 * 1024 * 1024) };
    for (let position = 0; position < 10; position += 1)
      await store.write(async (tx) => {
        await tx.insert(tx.tables.packageChunks).values({ ...piece, position });
      });
    close();
    const log = join(ground().folder, 'lethe.db-wal');
    assert.ok(statSync(log).size > 16 * 1024 * 1024);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await store.scrub();
    delay.disable();
    assert.equal(statSync(log).size, 0);
    assert.ok(delay.max / 1e6 < HELD_UP, `everything else stood still for ${Math.round(delay.max / 1e6)} ms`);
  });

  it('what was destroyed beside an erasure is scrubbed by the job, when they have gone', async () => {
    const { vault } = ground();
    await vault.key('north', 'hold:read');
    const ring = new Database(join(ground().folder, 'keyring.db'), { readonly: true });
    const row = ring.prepare<[], { wrapped: Buffer }>("SELECT wrapped FROM keys WHERE scope = 'hold:read'").get();
    ring.close();
    const close = reading(join(ground().folder, 'keyring.db'), 'keys');
    assert.equal(await vault.shred('north', ['hold:read']), 1);
    assert.equal(await vault.scrubLate(), false);
    assert.ok(found(row?.wrapped as Buffer).length > 0);
    close();
    await job();
    assert.deepEqual(found(row?.wrapped as Buffer), []);
    assert.equal(await vault.scrubLate(), true);
  });
});
