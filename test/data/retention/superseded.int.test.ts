import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { retentionSweep } from '../../../jobs/retention-sweep.ts';
import { policiesCheck } from '../../../src/app/readiness.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { policiesWith } from './stage.ts';

const KEEP_LONGER: [string, string] = ['after: P7D', 'after: P30D'];
const superseded = (error: unknown) => error instanceof Problem && error.type === 'policies-superseded';

onBothEngines('Policies that another instance has replaced', (ground) => {
  let folders: { a: string; b: string; next: string };
  let a: TestApp;
  /** Reads the same folder as `a`. */
  let beside: TestApp;
  /** Has a folder of its own, which nobody has brought up to date. */
  let behind: TestApp;
  before(async () => {
    folders = {
      a: policiesWith(ground(), 'retention.yaml'),
      b: policiesWith(ground(), 'retention.yaml'),
      next: policiesWith(ground(), 'retention.yaml', KEEP_LONGER),
    };
    // What becomes of the rows collected under the shorter period is said with it.
    const was = '{ id: visits-reduce, category: visits.full, action: reduce, after: P7D, from: occurred, reason: x }';
    writeFileSync(
      join(folders.next, 'transitions.yaml'),
      `transitions: [{ rule: visits-reduce, was: ${was}, since: "2026-03-01", oldRows: new-period, reason: x }]\n`,
    );
    a = await openApp(ground(), { policies: folders.a });
    beside = await openApp(ground(), { policies: folders.a });
    behind = await openApp(ground(), { policies: folders.b });
    const visit = { visitor: 'v-1', address: '203.0.113.77', userAgent: 'A', occurredAt: '2026-02-03T10:00:00Z' };
    await a.as('platform').post('/v1/visits').send(visit).expect(201);
  });
  after(async () => {
    for (const app of [behind, beside, a]) await app.close();
  });
  const lives = async () => {
    const { visits: t } = ground().store.tables;
    const rows = await ground().store.read((q) => q.select().from(t).where(eq(t.tenantId, 'north')));
    return rows.map(({ life }) => life);
  };
  const ready = (app: TestApp) => policiesCheck(app.policies, ground().store)();

  it('are taken over from a folder that has the new ones, before anything is destroyed', async () => {
    const { sweepId } = await behind.services.retention.sweeps.open(await behind.contextOf('south', 'operator'), {});
    cpSync(folders.next, folders.a, { recursive: true });
    await a.as('installation').post('/v1/policies/reload').expect(200);
    assert.notEqual(beside.policies.current().hash, a.policies.current().hash);
    const { body } = await beside.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await beside.services.retention.sweeps.settled();
    const { body: sweep } = await beside.as('dpo').get(`/v1/retention/sweeps/${body.sweepId}`).expect(200);
    assert.equal(sweep.status, 'completed');
    assert.equal(sweep.policyHash, a.policies.current().hash);
    assert.deepEqual(await lives(), ['full']);
    // One that was begun by the old ones does not go on by them.
    const south = await behind.contextOf('south', 'operator');
    await assert.rejects(behind.services.retention.sweeps.run(south, sweepId), superseded);
    assert.deepEqual(await beside.services.retention.sweeps.resume(await beside.contextOf('south', 'operator')), [
      sweepId,
    ]);
  });

  it('let an instance that has not got the new ones sweep nothing: 409 says why', async () => {
    const { body } = await behind.as('operator').post('/v1/retention/sweeps').send({}).expect(409);
    assert.match(body.type, /policies-superseded$/);
    await behind.services.retention.sweeps.settled();
    assert.deepEqual(await lives(), ['full']);
  });

  it('decide no erasure either', async () => {
    const { body } = await behind.as('dpo').post('/v1/subjects/visitor:v-1/erasure').expect(409);
    assert.match(body.type, /policies-superseded$/);
    assert.deepEqual(await lives(), ['full']);
  });

  it('are told by /readyz, which stays ready, and leave the night’s sweep to another instance', async () => {
    const state = await ready(behind);
    assert.equal(state.ok, true);
    assert.deepEqual(state['degraded'], ['policies']);
    assert.equal(state['inForce'], a.policies.current().hash);
    assert.deepEqual(await ready(beside), { ok: true, hash: a.policies.current().hash });
    assert.equal(await retentionSweep.mayRun?.(behind.services), false);
    assert.equal(await retentionSweep.mayRun?.(beside.services), true);
  });

  it('are the past once the folder has come', async () => {
    cpSync(folders.next, folders.b, { recursive: true });
    assert.equal((await ready(behind)).ok, true);
    await behind.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await behind.services.retention.sweeps.settled();
    assert.equal(behind.policies.current().hash, a.policies.current().hash);
    assert.deepEqual(await lives(), ['full']);
  });
});
