import assert from 'node:assert/strict';
import { eq, sql } from 'drizzle-orm';
import pg from 'pg';
import type { Timeouts } from '../../../src/foundations/store/connections.ts';
import type { StoreError } from '../../../src/foundations/store/errors.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import type { Query, Store } from '../../../src/foundations/store/store.ts';
import { type Lane, onBehalfOf } from '../../../src/foundations/store/workload.ts';
import { openPostgresKeyring } from '../../../src/foundations/vault/keyring.postgres.ts';
import type { Keyring } from '../../../src/foundations/vault/keyring.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';

const TIMEOUTS: Timeouts = { statement: 1_000, batch: 4_000, lock: 150, connection: 300 };
const TABLES = `SELECT string_agg(format('%I', relname), ', ') AS names FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`;

const lease = (name: string) => ({ tenantId: '*', name, owner: 'test', fence: 0, expiresAt: new Date(0) });
const raise = async (tx: Query, name: string) => {
  const { leases: t } = tx.tables;
  const [row] = await tx.select().from(t).where(eq(t.name, name));
  await tx
    .update(t)
    .set({ fence: (row?.fence ?? 0) + 1 })
    .where(eq(t.name, name));
};
const fenceOf = (store: Store, name: string) =>
  store.read(async (q) => (await q.select().from(q.tables.leases).where(eq(q.tables.leases.name, name)))[0]?.fence);
const sleep = (seconds: number) => (q: Query) => q.rows(sql.raw(`SELECT pg_sleep(${seconds})`));
const as = <T>(lane: Lane, work: () => T, name = `a ${lane}`) => onBehalfOf({ lane, name }, work);

describe('PostgreSQL under the store', function () {
  this.timeout(60_000);
  let url: string;
  let store: Store;
  let other: pg.Client;
  before(async () => {
    url = await newPostgresDatabase();
    store = await openStore(url, undefined, TIMEOUTS);
    other = new pg.Client({ connectionString: url, application_name: 'test' });
    await other.connect();
  });
  afterEach(() => other.query('ROLLBACK'));
  after(async () => {
    await other.end();
    await store.close();
    await dropPostgresDatabase(url);
  });
  const refused = (work: Promise<unknown>, fault: string, code?: string) =>
    assert.rejects(work, (error: StoreError) => {
      assert.deepEqual([error.name, error.fault, code && error.code], ['StoreError', fault, code]);
      return true;
    });

  it('ends a statement of a request sooner than one of a batch, alone and in a transaction', async () => {
    for (const work of [(q: Store) => q.read(sleep(1.3)), (q: Store) => q.write(sleep(1.3))]) {
      await refused(work(store), 'busy', '57014');
      await refused(
        as('reserved', () => work(store)),
        'busy',
        '57014',
      );
      await as('batch', () => work(store));
    }
    await store.snapshot(sleep(1.3));
  });

  it('waits for a lock as long as it may, and a batch asks for it again', async () => {
    await store.write((tx) => tx.insert(tx.tables.leases).values(lease('locked')));
    await other.query("BEGIN; SELECT * FROM leases WHERE name = 'locked' FOR UPDATE");
    await refused(
      store.write((tx) => raise(tx, 'locked')),
      'busy',
      '55P03',
    );
    const batch = as('batch', () => store.write((tx) => raise(tx, 'locked')));
    await refused(
      store.write((tx) => raise(tx, 'locked')),
      'busy',
      '55P03',
    );
    await other.query('ROLLBACK');
    await batch;
    assert.equal(await fenceOf(store, 'locked'), 1);
  });

  it('keeps connections for others, and for what must not wait, however many want a locked table', async () => {
    await other.query('BEGIN; LOCK TABLE visits IN ACCESS EXCLUSIVE MODE');
    const crowd = Array.from({ length: 60 }, (_, n) =>
      as('request', () => store.read((q) => q.select().from(q.tables.visits)), n % 2 ? 'visits' : 'more visits'),
    );
    const all = Promise.allSettled(crowd);
    for (let n = 0; n < 5; n += 1) {
      const since = performance.now();
      await as('request', () => store.read((q) => q.select().from(q.tables.leases)), 'leases');
      await as('reserved', () => store.read((q) => q.select().from(q.tables.leases)), 'readyz');
      assert.ok(performance.now() - since < 200, `${performance.now() - since} ms`);
    }
    for (const one of await all) assert.equal(one.status === 'rejected' && (one.reason as StoreError).fault, 'busy');
  });

  it('repeats what a deadlock has ended', async () => {
    await store.write((tx) => tx.insert(tx.tables.leases).values([lease('left'), lease('right')]));
    let here = 0;
    let bothHere: () => void;
    const met = new Promise<void>((resolve) => (bothHere = resolve));
    const both = (first: string, second: string) =>
      as('batch', () =>
        store.write(async (tx) => {
          await raise(tx, first);
          here += 1;
          if (here === 2) bothHere();
          await met;
          await raise(tx, second);
        }),
      );
    await Promise.all([both('left', 'right'), both('right', 'left')]);
    assert.deepEqual([await fenceOf(store, 'left'), await fenceOf(store, 'right')], [2, 2]);
  });

  it('lets every serializable writer through, of two instances that all change the same', async () => {
    const patient = { ...TIMEOUTS, statement: 20_000, connection: 20_000 };
    const [one, two] = await Promise.all([openStore(url, undefined, patient), openStore(url, undefined, patient)]);
    try {
      await one.write((tx) => tx.insert(tx.tables.leases).values(lease('crowded')));
      await Promise.all(
        Array.from({ length: 120 }, (_, n) =>
          (n % 2 ? one : two).write((tx) => raise(tx, 'crowded'), { isolation: 'serializable' }),
        ),
      );
      assert.equal(await fenceOf(one, 'crowded'), 120);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('does not call done what the server has rolled back', async () => {
    const work = store.write(async (tx) => {
      await tx.insert(tx.tables.leases).values(lease('undone'));
      await tx.run(sql.raw('SELECT 1/0')).catch(() => undefined);
    });
    await refused(work, 'other', 'rolled-back');
    assert.equal(await fenceOf(store, 'undone'), undefined);
  });

  it('is refused in words of its own when it is closed', async () => {
    const closed = await openStore(url);
    await closed.close();
    await refused(closed.read(sleep(0)), 'unavailable');
    await refused(closed.write(sleep(0)), 'unavailable');
  });
});

describe('PostgreSQL at a start', function () {
  this.timeout(180_000);
  const ROUNDS = 15;

  it('opens the keyring twice at once, on nothing and on what is there', async () => {
    const url = await newPostgresDatabase({ empty: true });
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        await admin.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
        for (let again = 0; again < 2; again += 1) {
          const rings = await Promise.all(Array.from({ length: 3 }, () => openPostgresKeyring(url)));
          const checks = await Promise.all(rings.map((ring, n) => ring.claim(`check-${n}`)));
          assert.equal(new Set(checks).size, 1);
          await Promise.all(rings.map((ring) => ring.close()));
        }
      }
    } finally {
      await admin.end();
      await dropPostgresDatabase(url);
    }
  });

  it('changes nothing, and waits for nobody, where everything stands', async () => {
    const url = await newPostgresDatabase();
    const service = `starter_${process.pid}`;
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query(`CREATE ROLE ${service} LOGIN PASSWORD 'starter'`);
    const asService = Object.assign(new URL(url), { username: service, password: 'starter' }).href;
    try {
      await (await openPostgresKeyring(url)).close();
      await (await openStore(url)).close();
      await (await openStore(asService, url)).close();
      const { rows } = await admin.query<{ names: string }>(TABLES);
      // As a transaction that writes holds them: any change to a table or its rights would wait for its end.
      await admin.query(`BEGIN; LOCK TABLE ${rows[0]?.names} IN ROW EXCLUSIVE MODE`);
      const acl = 'SELECT xmin, relname FROM pg_class WHERE relacl IS NOT NULL ORDER BY relname';
      const before = (await admin.query(acl)).rows;
      const since = performance.now();
      const opened: (Store | Keyring)[] = [];
      for (let n = 0; n < 3; n += 1)
        opened.push(...(await Promise.all([openPostgresKeyring(url), openStore(url), openStore(asService, url)])));
      assert.ok(performance.now() - since < 5_000);
      assert.deepEqual((await admin.query(acl)).rows, before);
      await Promise.all(opened.map((one) => one.close()));
      await admin.query('ROLLBACK');
    } finally {
      await admin.end();
      await dropPostgresDatabase(url);
      const elsewhere = await newPostgresDatabase({ empty: true });
      const cleaner = new pg.Client({ connectionString: elsewhere });
      await cleaner.connect();
      await cleaner.query(`DROP ROLE ${service}`);
      await cleaner.end();
      await dropPostgresDatabase(elsewhere);
    }
  });

  it('survives a change of the master key that loses its connection, and every key stays as it was', async () => {
    const url = await newPostgresDatabase({ empty: true });
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    const ring = await openPostgresKeyring(url);
    try {
      await ring.claim('first');
      const key = { tenantId: 't', scope: 's', keyId: 'k', wrapped: Buffer.from('first') };
      await ring.create(key, 'first');
      await admin.query('BEGIN; LOCK TABLE lethe_keys IN SHARE MODE');
      const turned = ring.rewrap('second', () => Buffer.from('second')).catch((error: unknown) => error);
      const waits =
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'lethe-keyring' AND wait_event_type = 'Lock'";
      while ((await admin.query(waits)).rows.length === 0);
      await admin.query(`SELECT pg_terminate_backend(pid) FROM (${waits}) AS waiting`);
      assert.equal(((await turned) as StoreError).fault, 'unavailable');
      await admin.query('ROLLBACK');
      assert.deepEqual(await ring.find('t', 's'), [{ ...key, number: 1, epoch: 0, pending: false }]);
      assert.equal(await ring.claim('other'), 'first');
    } finally {
      await ring.close();
      await admin.end();
      await dropPostgresDatabase(url);
    }
  });
});
