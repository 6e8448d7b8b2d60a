import assert from 'node:assert/strict';
import fc from 'fast-check';
import { acquireLease, holdLease, LEASE_LIFE, releaseLease } from '../../../src/foundations/store/lease.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { auditedRows, certificateOf, insert, livesIn, newTenant, oldVisits, ruleIn, servicesOn } from './stage.ts';

class Crash extends Error {}

onBothEngines('An interrupted sweep', (ground) => {
  /** A store that dies at the nth write, inside it or just after its commit, and is dead from then on. */
  function dyingAt(nth: number, when: 'inside' | 'after'): Pick<Store, 'write'> {
    const { store } = ground();
    let writes = 0;
    return {
      write: async (fn, options) => {
        writes += 1;
        if (writes > nth) throw new Crash();
        const value = await store.write(async (tx) => {
          const result = await fn(tx);
          if (writes === nth && when === 'inside') throw new Crash();
          return result;
        }, options);
        if (writes === nth) throw new Crash();
        return value;
      },
    };
  }

  it('ends as an uninterrupted one would, wherever it was killed: nothing twice, nothing lost, all of it audited (REQ-E05)', async () => {
    // The first start keeps the texts of the notices; what dies here is the sweep.
    await servicesOn(ground());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 34 }), fc.constantFrom('inside', 'after'), async (nth, when) => {
        const context = newTenant();
        await insert(ground(), oldVisits(context, 700));
        const dying = await servicesOn(ground(), { store: dyingAt(nth, when) });
        const opened = await dying.retention.sweeps.open(context, {}).catch(() => undefined);
        if (opened) await dying.retention.sweeps.run(context, opened.sweepId).catch(() => undefined);
        context.now = new Date(context.now.getTime() + LEASE_LIFE + 1);
        const next = await servicesOn(ground());
        const { sweeps } = next.retention;
        await sweeps.resume(context);
        const latest = (await sweeps.list(context, {})).items[0];
        const done = latest ?? (await sweeps.run(context, (await sweeps.open(context, {})).sweepId));
        assert.equal(done.status, 'completed');
        assert.deepEqual(await livesIn(ground(), context), { reduced: 700 });
        assert.deepEqual(await auditedRows(ground(), context), { 'visits-reduce': 700 });
        const certificate = await certificateOf(next, context, done);
        assert.equal(ruleIn(certificate, 'visits-reduce').reduced, 700);
        assert.equal((await next.certificates.list(context, {})).items.length, 1);
        assert.deepEqual(await sweeps.resume(context), []);
      }),
      { numRuns: 15 },
    );
  }).timeout(120_000);

  it('is left alone by a second instance while the first holds the lease, and taken over once that ends', async () => {
    const services = await servicesOn(ground());
    const context = newTenant();
    await insert(ground(), oldVisits(context, 5));
    const { sweeps } = services.retention;
    const { sweepId } = await sweeps.open(context, {});
    const lease = await acquireLease(ground().store, context.now, {
      tenantId: context.tenant.id,
      name: 'sweep',
      owner: 'a',
    });
    assert.ok(lease);
    await refused(sweeps.run(context, sweepId), 'lease-held');
    assert.deepEqual(await livesIn(ground(), context), { full: 5 });
    context.now = new Date(context.now.getTime() + LEASE_LIFE);
    assert.equal((await sweeps.run(context, sweepId)).status, 'completed');
    await refused(
      ground().store.write((tx) => holdLease(tx, context.now, lease)),
      'lease-held',
    );
    await releaseLease(ground().store, lease);
  });
});
