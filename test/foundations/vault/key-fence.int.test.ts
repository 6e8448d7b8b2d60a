import assert from 'node:assert/strict';
import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { StoreError } from '../../../src/foundations/store/errors.ts';
import { bucketOf, generationsOf } from '../../../src/foundations/store/key-generations.ts';
import type { Query, Store } from '../../../src/foundations/store/store.ts';
import { inUnitOfWork } from '../../../src/foundations/vault/unit-of-work.ts';
import type { Vault } from '../../../src/foundations/vault/vault.ts';
import { ENGINES } from '../../support/engines.ts';
import { type TwoInstances, twoInstances } from '../../support/two-instances.ts';

const TENANT = 'north';

/** A vault and the store that is guarded by it. */
interface Instance {
  vault: Vault;
  store: Store;
}

for (const engine of ENGINES)
  describe(`A write under a key (${engine})`, () => {
    let two: TwoInstances;
    let a: Instance;
    let b: Instance;
    let n = 0;
    before(async function () {
      this.timeout(180_000);
      two = await twoInstances(engine);
      a = { vault: two.a.vault, store: two.a.vault.guard(two.a.store) };
      b = { vault: two.b.vault, store: two.b.vault.guard(two.b.store) };
    });
    after(() => two.close());

    const scopeOf = () => `subject:test-${++n}`;
    const rowOf = (scope: string, sealed: Buffer) => ({
      tenantId: TENANT,
      token: `${scope}/${++n}`,
      kind: sealed.toString('hex'),
      erasureId: scope,
      createdAt: new Date(0),
      expiresAt: new Date(0),
    });
    const place = { tenant: TENANT, table: 'suppressions', column: 'kind', row: 'x' };
    /** Seals under the key as this instance knows it, and writes it. */
    const write = (at: Instance, scope: string, inside: (tx: Query) => Promise<unknown> = async () => undefined) =>
      inUnitOfWork(async () => {
        const key = await at.vault.key(TENANT, scope);
        const row = rowOf(scope, key.seal(place, 'value'));
        await at.store.write(async (tx) => {
          await inside(tx);
          await tx.insert(tx.tables.suppressions).values(row);
        });
      });
    /** As another process would, which has no part in the unit of work that runs here. */
    const shred = (at: Instance, scope: string) => inUnitOfWork(() => at.vault.shred(TENANT, [scope]));
    const rows = (scope: string) =>
      two.a.store.read((q) => q.select().from(q.tables.suppressions).where(eq(q.tables.suppressions.erasureId, scope)));
    /** How many of the values written under a scope open, and how many do not. */
    const opened = async (scope: string) => {
      const key = await two.a.vault.existingKey(TENANT, scope);
      const all = (await rows(scope)).map(({ kind }) => key?.open(place, Buffer.from(kind, 'hex')) === 'value');
      return { readable: all.filter(Boolean).length, lost: all.filter((one) => !one).length };
    };
    const clear = (scope: string) =>
      two.a.store.write((tx) => tx.delete(tx.tables.suppressions).where(eq(tx.tables.suppressions.erasureId, scope)));

    it('that another instance has destroyed is done again under a new one', async () => {
      const scope = scopeOf();
      await write(b, scope);
      assert.equal(await a.vault.shred(TENANT, [scope]), 1);
      await clear(scope);
      await write(b, scope);
      assert.deepEqual(await opened(scope), { readable: 1, lost: 0 });
    });

    it('whose work cannot be done again is refused, and nothing of it is written', async () => {
      const scope = scopeOf();
      await write(b, scope);
      await assert.rejects(
        inUnitOfWork(
          async () => {
            const row = rowOf(scope, (await b.vault.key(TENANT, scope)).seal(place, 'value'));
            await shred(a, scope);
            await b.store.write((tx) => tx.insert(tx.tables.suppressions).values(row));
          },
          { once: true },
        ),
        (error) => error instanceof StoreError && error.fault === 'stale-key',
      );
      assert.equal((await rows(scope)).length, 1);
    });

    it('is not done again once something of its work was written', async () => {
      const scope = scopeOf();
      let begun = 0;
      await assert.rejects(
        inUnitOfWork(async () => {
          begun += 1;
          const key = await b.vault.key(TENANT, scope);
          await b.store.write((tx) => tx.insert(tx.tables.suppressions).values(rowOf(scope, key.seal(place, 'value'))));
          await shred(a, scope);
          await b.store.write((tx) => tx.insert(tx.tables.suppressions).values(rowOf(scope, key.seal(place, 'value'))));
        }),
        (error) => error instanceof StoreError && error.fault === 'stale-key',
      );
      assert.equal(begun, 1);
    });

    it('that still stands goes on though others of its bucket were destroyed', async () => {
      const scope = scopeOf();
      let other = scopeOf();
      while (bucketOf(other) !== bucketOf(scope)) other = scopeOf();
      let begun = 0;
      await write(a, other);
      await inUnitOfWork(async () => {
        begun += 1;
        const row = rowOf(scope, (await b.vault.key(TENANT, scope)).seal(place, 'value'));
        await shred(a, other);
        await b.store.write((tx) => tx.insert(tx.tables.suppressions).values(row));
      });
      assert.equal(begun, 1);
      assert.deepEqual(await opened(scope), { readable: 1, lost: 0 });
    });

    it('of its own destruction goes on: whoever destroys a key writes down that it is gone', async () => {
      const scope = scopeOf();
      await inUnitOfWork(
        async () => {
          await a.vault.key(TENANT, scope);
          await a.vault.shred(TENANT, [scope]);
          await a.store.write(async () => undefined);
        },
        { once: true },
      );
    });

    it('has ended before the key is destroyed, or does not begin', async function () {
      if (engine === 'sqlite') return this.skip();
      const scope = scopeOf();
      await write(b, scope);
      let inside: () => void = () => undefined;
      const reached = new Promise<void>((resolve) => {
        inside = resolve;
      });
      const writing = write(b, scope, async (tx) => {
        inside();
        await tx.rows(sql`SELECT pg_sleep(0.3)`);
      });
      await reached;
      await a.vault.shred(TENANT, [scope]);
      assert.equal((await rows(scope)).length, 2, 'whoever destroys sees what was written under the key');
      await writing;
    });

    it('finds nothing lost, however writes and destructions come together', async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('write-a', 'write-b', 'shred-a', 'shred-b'), { minLength: 2, maxLength: 8 }),
          async (steps) => {
            const scope = scopeOf();
            await write(a, scope);
            await write(b, scope);
            // Whoever destroys a key takes away what it sealed, as erasures do: that alone may go.
            const forget = async (at: Instance) => {
              const sealed = (await rows(scope)).map(({ token }) => token);
              await at.vault.shred(TENANT, [scope], {
                choose: async (tx) => {
                  const { suppressions: t } = tx.tables;
                  await tx.delete(t).where(eq(t.erasureId, scope));
                  return sealed.length > 0 ? [scope] : [];
                },
              });
            };
            const outcomes = await Promise.allSettled(
              steps.map((step) => {
                const at = step.endsWith('a') ? a : b;
                return step.startsWith('write') ? write(at, scope) : forget(at);
              }),
            );
            for (const outcome of outcomes)
              if (outcome.status === 'rejected')
                assert.ok(outcome.reason instanceof StoreError, String(outcome.reason));
            assert.equal((await opened(scope)).lost, 0);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('waits for a destruction that has been announced, and tells who asks to come again when it does not end', async function () {
      this.timeout(20_000);
      const scope = scopeOf();
      await write(b, scope);
      const underWay = sql`UPDATE key_generations SET under_way = under_way + 1 WHERE tenant_id = ${TENANT} AND bucket = ${bucketOf(scope)}`;
      await two.a.store.write((tx) => tx.run(underWay), { movesFences: true });
      await assert.rejects(write(b, scope), (error) => error instanceof StoreError && error.fault === 'busy');
      assert.equal((await rows(scope)).length, 1);
      // The process that announced it is gone, as time shows; whoever writes concludes it.
      const real = performance.now.bind(performance);
      performance.now = () => real() + 20_000;
      try {
        await write(b, scope);
      } finally {
        performance.now = real;
      }
      assert.deepEqual(await opened(scope), { readable: 2, lost: 0 });
    });

    it('leaves the generation one higher with every destruction, in its bucket alone', async () => {
      const scope = scopeOf();
      await write(a, scope);
      const before = await two.a.store.read((q) => generationsOf(q, TENANT));
      await a.vault.shred(TENANT, [scope]);
      for (const { bucket, generation, underWay } of await two.a.store.read((q) => generationsOf(q, TENANT))) {
        const was = before.find((one) => one.bucket === bucket)?.generation ?? 0;
        assert.deepEqual([generation - was, underWay], [bucket === bucketOf(scope) ? 1 : 0, 0]);
      }
    });

    it('knows no key outside of a unit of work but that of the keyring', async () => {
      const scope = scopeOf();
      const key = await b.vault.key(TENANT, scope);
      await a.vault.shred(TENANT, [scope]);
      assert.equal(await b.vault.existingKey(TENANT, scope), undefined);
      const next = await b.vault.key(TENANT, scope);
      assert.equal(next.open(place, key.seal(place, 'value')), undefined);
    });
  });
