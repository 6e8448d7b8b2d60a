import assert from 'node:assert/strict';
import { consentHolder } from '../../../src/data/consent/holder.ts';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import { createHolds, protection } from '../../../src/data/retention/holds.ts';
import type { DueRows } from '../../../src/foundations/holders/holder.ts';
import { testContext } from '../../support/context.ts';
import { dueRows, sweepAll } from '../../support/due.ts';
import { onBothEngines } from '../../support/engines.ts';
import { connection, consentOf, decision, shipped, somebody } from './stage.ts';

onBothEngines('A plan over consents', (ground) => {
  let tenants = 0;
  /** A tenant of its own for each test: a plan counts everybody’s rows. */
  const begin = () => testContext({ tenantId: `planned-${++tenants}` });
  type Begun = ReturnType<typeof begin>;
  const record = (context: Begun, over: Partial<ConsentInput>) =>
    consentOf(ground()).record(context, decision({ subject: somebody(), ...over }), connection());
  const due = ({ tenant }: Begun, category: string, clock: string, before: string): DueRows => ({
    ...dueRows({ category, action: 'erase', clock, before: new Date(before) }),
    tenantId: tenant.id,
  });
  const plan = (wanted: DueRows) => ground().store.read((q) => consentHolder(ground().vault).plan(q, wanted));

  it('measures what is due against every decision there is, so that the brake does not grip too early', async () => {
    const context = begin();
    await record(context, { status: 'deferred' });
    context.now = new Date('2026-11-01T12:00:00Z');
    for (let n = 0; n < 4; n += 1) await record(context, {});
    const { due: taken, total } = await plan(due(context, 'consents.decision', 'ended', '2026-10-01T00:00:00Z'));
    assert.deepEqual([taken, total], [1, 5]);
  });

  it('lets a hold protect the links of its own person, on either side, and nobody else’s', async () => {
    const context = begin();
    const { store, audit, vault } = ground();
    const holds = createHolds({ store, audit, vault, policies: shipped, externalHolders: [] });
    const pairs = [1, 2, 3, 4].map(() => ({ account: somebody('account'), phone: somebody() }));
    for (const { account, phone } of pairs) await consentOf(ground()).link(context, account.id, phone.id);
    for (const subject of [pairs[0]?.account.id ?? '', `visitor:${pairs[1]?.phone.id}`])
      await holds.place(context, { kind: 'legal', reference: 'R-1', subject });
    const before = '2026-12-01T00:00:00Z';
    const notHeld = await store.read((q) => protection(q, context.tenant.id, 'consents.link', new Date(before)));
    const wanted = { ...due(context, 'consents.link', 'linked', before), notHeld };
    const { due: taken, held, total } = await plan(wanted);
    assert.deepEqual([taken, held, total], [2, 2, 4]);
    assert.deepEqual(await sweepAll(store, consentHolder(vault), wanted, 10), [2]);
  });
});
