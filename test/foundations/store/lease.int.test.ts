import assert from 'node:assert/strict';
import { acquireLease, holdLease, LEASE_LIFE, releaseLease } from '../../../src/foundations/store/lease.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

onBothEngines('A lease', (ground) => {
  let names = 0;
  const wanted = (owner: string, name = `work-${names}`) => ({ tenantId: 'north', name, owner });
  beforeEach(() => {
    names += 1;
  });

  it('goes to one of many that ask at once', async () => {
    const asked = await Promise.all(
      Array.from({ length: 10 }, (_, n) => acquireLease(ground().store, NOW, wanted(`instance-${n}`))),
    );
    assert.equal(asked.filter((lease) => lease !== undefined).length, 1);
  });

  it('is refused while another holds it, and free once its time is over, with a higher fence', async () => {
    const { store } = ground();
    const first = await acquireLease(store, NOW, wanted('a'));
    assert.equal(await acquireLease(store, later(LEASE_LIFE - 1), wanted('b')), undefined);
    const second = await acquireLease(store, later(LEASE_LIFE), wanted('b'));
    assert.ok(first && second && second.fence > first.fence);
  });

  it('lives on as long as its owner works', async () => {
    const { store } = ground();
    const lease = await acquireLease(store, NOW, wanted('a'));
    assert.ok(lease);
    await store.write((tx) => holdLease(tx, later(LEASE_LIFE - 1), lease));
    assert.equal(await acquireLease(store, later(LEASE_LIFE + 1), wanted('b')), undefined);
  });

  it('keeps a owner that lost it from committing anything', async () => {
    const { store } = ground();
    const lost = await acquireLease(store, NOW, wanted('a'));
    assert.ok(lost);
    await acquireLease(store, later(LEASE_LIFE), wanted('b'));
    const certificateId = crypto.randomUUID();
    await refused(
      store.write(async (tx) => {
        await tx
          .insert(tx.tables.certificates)
          .values({ tenantId: 'north', certificateId, kind: 'test', issuedAt: NOW, body: {} });
        await holdLease(tx, later(LEASE_LIFE + 1), lost);
      }),
      'lease-held',
    );
    const written = await store.read((q) => q.select().from(q.tables.certificates));
    assert.ok(!written.some((row) => row.certificateId === certificateId));
  });

  it('is free at once when it is given back, but only by its owner', async () => {
    const { store } = ground();
    const lost = await acquireLease(store, NOW, wanted('a'));
    const held = await acquireLease(store, later(LEASE_LIFE), wanted('b'));
    assert.ok(lost && held);
    await releaseLease(store, lost);
    assert.equal(await acquireLease(store, later(LEASE_LIFE + 1), wanted('c')), undefined);
    await releaseLease(store, held);
    assert.ok(await acquireLease(store, later(LEASE_LIFE + 1), wanted('c')));
  });
});
