import assert from 'node:assert/strict';
import { and, eq, sql } from 'drizzle-orm';
import { StoreError } from '../../../src/foundations/store/errors.ts';
import { withEvidenceUnlocked } from '../../../src/foundations/store/evidence.ts';
import type { Query } from '../../../src/foundations/store/store.ts';
import { onBothEngines } from '../../support/engines.ts';

const lease = (name: string, fence = 1) => ({
  tenantId: '*',
  name,
  owner: 'test',
  fence,
  expiresAt: new Date(1_700_000_000_123),
});

onBothEngines('store.write', (ground, engine) => {
  const fences = (name: string) =>
    ground().store.read(async (q) => {
      const { leases: t } = q.tables;
      const rows = await q
        .select({ fence: t.fence })
        .from(t)
        .where(and(eq(t.tenantId, '*'), eq(t.name, name)));
      return rows.map((row) => row.fence);
    });
  const insert = (name: string) => async (tx: Query) => {
    await tx.insert(tx.tables.leases).values(lease(name));
  };

  it('keeps milliseconds of an instant on both engines', async () => {
    await ground().store.write(insert('instant'));
    const [row] = await ground().store.read((q) =>
      q.select().from(q.tables.leases).where(eq(q.tables.leases.name, 'instant')),
    );
    assert.equal(row?.expiresAt.getTime(), 1_700_000_000_123);
  });

  it('lets a failing writer take nobody with it', async () => {
    const { store } = ground();
    const results = await Promise.allSettled([
      store.write(insert('a')),
      store.write(async (tx) => {
        await insert('b')(tx);
        throw new Error('no');
      }),
      store.write(insert('c')),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual([await fences('a'), await fences('b'), await fences('c')], [[1], [], [1]]);
  });

  it('names a broken rule without the values that broke it', async () => {
    const { store } = ground();
    await store.write(insert('secret-value'));
    const error = await store.write(insert('secret-value')).catch((fault: unknown) => fault);
    assert.ok(error instanceof StoreError);
    assert.equal(error.fault, 'unique');
    assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /secret-value/);
    assert.equal(error.cause, undefined);
  });

  it('counts up without a gap under concurrent writers', async () => {
    const { store } = ground();
    await store.write(insert('counter'));
    await Promise.all(
      Array.from({ length: 40 }, () =>
        store.write(
          async (tx) => {
            const { leases: t } = tx.tables;
            const [row] = await tx.select().from(t).where(eq(t.name, 'counter'));
            await tx
              .update(t)
              .set({ fence: (row?.fence ?? 0) + 1 })
              .where(eq(t.name, 'counter'));
          },
          { isolation: 'serializable' },
        ),
      ),
    );
    assert.deepEqual(await fences('counter'), [41]);
  }).timeout(120_000);

  it('starts a new commit for a writer that arrives when the last one has just ended', async () => {
    for (let n = 0; n < 50; n += 1) await ground().store.write(insert(`chain-${n}`));
    assert.deepEqual(await fences('chain-49'), [1]);
  });

  it('shows a snapshot one instant of the data from beginning to end', async () => {
    const { store } = ground();
    await store.snapshot(async (q) => {
      const before = await q.select().from(q.tables.leases);
      await store.write(insert('after-snapshot'));
      const after = await q.select().from(q.tables.leases);
      assert.equal(after.length, before.length);
    });
  });

  it('refuses to change or delete evidence, except where its own retention does', async () => {
    const { store } = ground();
    const certificate = {
      tenantId: 't',
      certificateId: 'c',
      kind: 'sweep',
      issuedAt: new Date(0),
      body: { counts: 1 },
    };
    await store.write(async (tx) => {
      await tx.insert(tx.tables.certificates).values(certificate);
    });
    const refused = async (fn: (tx: Query) => Promise<unknown>) => {
      const error = await store.write(fn).catch((fault: unknown) => fault);
      assert.ok(error instanceof StoreError);
      assert.equal(error.fault, 'evidence');
    };
    await refused((tx) => tx.delete(tx.tables.certificates));
    await refused((tx) => tx.update(tx.tables.certificates).set({ kind: 'other' }));
    await refused((tx) =>
      withEvidenceUnlocked(tx, 'another', 'retention', async () => tx.delete(tx.tables.certificates)),
    );
    await refused((tx) =>
      withEvidenceUnlocked(tx, 't', 'retention', async () => tx.update(tx.tables.certificates).set({ kind: 'x' })),
    );
    await store.write((tx) =>
      withEvidenceUnlocked(tx, 't', 'retention', async () => tx.delete(tx.tables.certificates)),
    );
    assert.equal((await store.read((q) => q.select().from(q.tables.certificates))).length, 0);
    assert.equal((await store.read((q) => q.select().from(q.tables.evidenceUnlocks))).length, 0);
  });

  if (engine === 'sqlite')
    it('refuses a writer that awaits something other than its transaction, and goes on', async () => {
      const error = await ground()
        .store.write(async () => {
          await new Promise((done) => setTimeout(done, 5));
        })
        .catch((fault: unknown) => fault);
      assert.ok(error instanceof StoreError);
      assert.equal(error.fault, 'misuse');
      await ground().store.write(insert('goes-on'));
      assert.deepEqual(await fences('goes-on'), [1]);
    });

  if (engine === 'sqlite')
    it('keeps of a commit that the full disk ended what it acknowledged, and nothing else', async () => {
      const { store } = ground();
      const large = (name: string) => async (tx: Query) => {
        await tx.insert(tx.tables.leases).values({ ...lease(name), owner: 'x'.repeat(100_000) });
      };
      await store.write((tx) => tx.rows(sql`PRAGMA max_page_count = 1`));
      try {
        const names = ['before', 'too-large', 'after'];
        const results = await Promise.allSettled(
          names.map((name) => store.write(name === 'too-large' ? large(name) : insert(name))),
        );
        const acknowledged = results.map(({ status }) => (status === 'fulfilled' ? 1 : 0));
        const there = await Promise.all(names.map(async (name) => (await fences(name)).length));
        assert.deepEqual(there, acknowledged);
        assert.equal(acknowledged[1], 0);
        for (const result of results)
          if (result.status === 'rejected') assert.equal((result.reason as StoreError).fault, 'full');
      } finally {
        await store.write((tx) => tx.rows(sql`PRAGMA max_page_count = 1000000`));
      }
      await store.write(insert('room-again'));
      assert.deepEqual(await fences('room-again'), [1]);
    });
});
