import assert from 'node:assert/strict';
import { startSequencing } from '../../../../src/foundations/audit/log/loop.ts';
import { createMerkleLog, type MerkleLog } from '../../../../src/foundations/audit/log/service.ts';
import { createLog } from '../../../../src/foundations/process/log.ts';
import type { Query } from '../../../../src/foundations/store/store.ts';
import { asSent } from '../../../support/as-sent.ts';
import { testContext } from '../../../support/context.ts';
import { onBothEngines } from '../../../support/engines.ts';

onBothEngines('The loop that keeps the logs up to date', (ground) => {
  const time = { now: new Date('2026-03-01T12:00:00Z') };
  const clock = () => new Date(time.now);
  const logged: string[] = [];
  const log = createLog('info', { write: (line) => void logged.push(line) });
  const entry = (tenantId: string) => {
    const context = { ...testContext(), clock };
    return (tx: Query) =>
      ground().audit.add(tx, { ...context, tenant: { ...context.tenant, id: tenantId } }, { action: 'test.done' });
  };
  const start = (merkleLog: MerkleLog, tenants: string[] = []) =>
    startSequencing({ merkleLog, tenants: async () => tenants, clock, log });

  it('leaves nothing waiting when the service stops', async () => {
    const merkleLog = await createMerkleLog(ground());
    const loop = start(merkleLog);
    await ground().store.write(entry('north'));
    await loop.stop();
    assert.deepEqual(asSent(await loop.state()), { ok: true, pending: 0, lagMilliseconds: 0 });
    assert.match(await merkleLog.checkpoint('north'), /^lethe-[0-9a-f]{8}\/log\/north\n1\n/);
  });

  it('shows in /readyz since when the oldest entry waits when the sequencer stalls', async () => {
    const merkleLog = { ...(await createMerkleLog(ground())), advance: () => Promise.reject(new Error('stalled')) };
    const loop = start(merkleLog);
    await ground().store.write(entry('north'));
    time.now = new Date(time.now.getTime() + 60_000);
    await loop.stop();
    assert.deepEqual(asSent(await loop.state()), { ok: true, pending: 1, lagMilliseconds: 60_000, degraded: true });
    assert.equal(logged.filter((line) => line.includes('the audit log cannot be extended')).length, 1, 'said once');
  });

  it('goes on with every other log when one cannot be extended', async () => {
    await ground().store.write(async (tx) => {
      await entry('north')(tx);
      await entry('south')(tx);
      // An entry that waits and is nowhere: what no code of ours does.
      await tx.insert(tx.tables.auditPending).values({ tenantId: 'east', entryId: crypto.randomUUID() });
    });
    const merkleLog = await createMerkleLog(ground());
    await assert.rejects(merkleLog.advance(clock), /waits for its place/);
    assert.match(await merkleLog.checkpoint('north'), /\n3\n/);
    assert.match(await merkleLog.checkpoint('south'), /\n1\n/);
    await ground().store.write((tx) => tx.delete(tx.tables.auditPending));
  });

  it('says in /readyz and in the log that a log is not signed, and what to do', async () => {
    await ground().vault.keptApart.publish({ tenantId: 'west', generation: 1, size: 7, root: 'lost' });
    const merkleLog = await createMerkleLog(ground());
    const loop = start(merkleLog, ['west']);
    await loop.stop();
    const state = await loop.state();
    assert.deepEqual([state.ok, state['degraded'], state['unsigned']], [true, true, ['behind']]);
    assert.ok(logged.some((line) => line.includes('lethe log continue')));
  });
});
