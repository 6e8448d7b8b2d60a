import assert from 'node:assert/strict';
import { and, asc, eq, gt } from 'drizzle-orm';
import { createDataSteps, type DataStep } from '../../src/app/data-steps.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { LEASE_LIFE } from '../../src/foundations/store/lease.ts';
import type { Store } from '../../src/foundations/store/store.ts';
import { subjectScope } from '../../src/foundations/vault/vault.ts';
import { onBothEngines } from '../support/engines.ts';

const PEOPLE = 25;
const BATCH = 10;
const AT = new Date('2026-03-01T12:00:00Z');

onBothEngines('What a release rewrites with keys', (ground) => {
  let store: Store;
  let time = AT;
  let names = 0;
  const logged: string[] = [];
  const log = createLog('info', { write: (line) => void logged.push(line) });

  before(async () => {
    const { vault } = ground();
    store = vault.guard(ground().store);
    for (let person = 0; person < PEOPLE; person += 1) {
      const subjectId = await vault.subjectId('north', 'account', `person-${person}`);
      const key = await vault.key('north', subjectScope(subjectId));
      await store.write(async (tx) => {
        await tx.insert(tx.tables.profiles).values({
          tenantId: 'north',
          subjectId,
          nameSealed: key.seal(placeOf(subjectId), `Name ${person}`),
          version: 0,
          createdAt: AT,
          updatedAt: AT,
          lastActivityAt: AT,
          policyHash: 'x',
        });
      });
    }
  });
  beforeEach(() => {
    time = AT;
    names += 1;
    logged.length = 0;
  });

  const placeOf = (row: string) => ({ tenant: 'north', table: 'profiles', column: 'name_sealed', row });
  const opened = async () => {
    const rows = await store.read((q) => q.select().from(q.tables.profiles));
    return Promise.all(
      rows.map(async ({ subjectId, nameSealed }) => {
        const key = await ground().vault.existingKey('north', subjectScope(subjectId));
        return key?.open(placeOf(subjectId), nameSealed as Buffer);
      }),
    );
  };

  /** Puts a mark behind every name, once; `before` may stop it where a process could be killed. */
  function marking(mark: string, before: (where: 'prepared' | 'written', batch: number) => void = () => undefined) {
    let batches = 0;
    const step: DataStep = {
      name: `test ${names} ${mark}`,
      when: 'before',
      batch: async ({ store: own, vault }, cursor = '') => {
        batches += 1;
        const batch = batches;
        const rows = await own.read((q) => {
          const { profiles: t } = q.tables;
          const rest = and(eq(t.tenantId, 'north'), gt(t.subjectId, cursor));
          return q.select().from(t).where(rest).orderBy(asc(t.subjectId)).limit(BATCH);
        });
        const changed = await Promise.all(
          rows.map(async ({ subjectId, nameSealed }) => {
            const key = await vault.key('north', subjectScope(subjectId));
            const name = key.open(placeOf(subjectId), nameSealed as Buffer);
            return { subjectId, nameSealed: key.seal(placeOf(subjectId), `${name}${mark}`) };
          }),
        );
        before('prepared', batch);
        return {
          rows: rows.length,
          next: rows.length < BATCH ? undefined : rows.at(-1)?.subjectId,
          write: async (tx) => {
            const { profiles: t } = tx.tables;
            for (const { subjectId, nameSealed } of changed)
              await tx
                .update(t)
                .set({ nameSealed })
                .where(and(eq(t.tenantId, 'north'), eq(t.subjectId, subjectId)));
            before('written', batch);
          },
        };
      },
    };
    return { step, batches: () => batches };
  }

  const instance = (steps: DataStep[], owner: string, pause?: () => Promise<void>) =>
    createDataSteps({ store, vault: ground().vault, clock: () => time, log, steps, owner, pause });
  const marks = async (mark: string) =>
    (await opened()).map((name) => (name?.split(mark).length ?? 0) - 1).sort((one, other) => one - other);
  const once = Array<number>(PEOPLE).fill(1);

  it('is done in batches before anybody is served, once, and never again', async () => {
    const { step, batches } = marking('+');
    await instance([step], 'a').before();
    assert.deepEqual(await marks('+'), once);
    assert.equal(batches(), 3);
    assert.match(logged.join(''), /carried forward: done/);
    await instance([step], 'a').before();
    await instance([step], 'b').before();
    assert.equal(batches(), 3);
    assert.deepEqual(await marks('+'), once);
  });

  for (const where of ['prepared', 'written'] as const)
    it(`goes on where it was cut off (${where}), and treats no row twice`, async () => {
      const mark = where === 'prepared' ? '!' : '?';
      let cuts = 0;
      const { step, batches } = marking(mark, (at, batch) => {
        if (at !== where || batch > 4 || batch % 2 === 1) return;
        cuts += 1;
        throw new Error('killed');
      });
      await assert.rejects(instance([step], 'a').before(), /killed/);
      await assert.rejects(instance([step], 'b').before(), /killed/);
      await instance([step], 'c').before();
      assert.equal(cuts, 2);
      assert.equal(batches(), 5);
      assert.deepEqual(await marks(mark), once);
      assert.match(logged.join(''), /going on/);
    });

  it('is done by one of two instances, while the other waits for it', async () => {
    const { step, batches } = marking('#');
    await Promise.all([instance([step], 'a').before(), instance([step], 'b', async () => undefined).before()]);
    assert.deepEqual(await marks('#'), once);
    assert.ok(batches() <= 6);
  });

  it('is taken over from an instance that no longer answers, which then cannot write any more', async () => {
    const taken: Promise<void>[] = [];
    const { step } = marking('~', (at, batch) => {
      if (at !== 'prepared' || batch !== 2) return;
      // The first is held up for so long that its lease ends, and another begins.
      time = new Date(time.getTime() + LEASE_LIFE + 1);
      taken.push(instance([step], 'b').before());
    });
    await instance([step], 'a', () => taken[0] as Promise<void>).before();
    await Promise.all(taken);
    assert.deepEqual(await marks('~'), once);
  });

  it('goes on beside the service when it is long: both tell how far it is', async () => {
    const { step } = marking('=');
    let told: unknown;
    const beside: DataStep = {
      ...step,
      when: 'beside',
      batch: async (tools, cursor) => {
        told ??= steps.state().underWay;
        return step.batch(tools, cursor);
      },
    };
    const steps = instance([beside], 'a');
    await steps.before();
    assert.deepEqual(await marks('='), Array(PEOPLE).fill(0));
    steps.startBeside();
    await steps.done();
    assert.deepEqual(told, { [step.name]: 0 });
    assert.deepEqual(await marks('='), once);
    assert.deepEqual(steps.state(), { ok: true, underWay: undefined });
  });

  it('that fails beside the service is told in /readyz, and the service stays', async () => {
    const step: DataStep = { name: `test ${names}`, when: 'beside', batch: () => Promise.reject(new Error('broken')) };
    const steps = instance([step], 'a');
    steps.startBeside();
    await steps.done();
    const { ok, ...told } = steps.state();
    assert.equal(ok, true);
    assert.match(JSON.stringify(told), /it goes on at the next start/);
  });
});
