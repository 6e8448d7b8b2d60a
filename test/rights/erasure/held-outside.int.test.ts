import assert from 'node:assert/strict';
import type { Services } from '../../../src/app/services.ts';
import { findHeldOutside } from '../../../src/rights/erasure/held-outside.ts';
import { newTenant, servicesOn } from '../../data/retention/stage.ts';
import { onBothEngines } from '../../support/engines.ts';

onBothEngines('Whose holds protect what holders outside have', (ground) => {
  let services: Services;
  before(async () => {
    services = await servicesOn(ground());
  });
  after(() => services.close());

  const VISITOR = '0190c7a4-0000-7000-8000-0000000000c1';
  const OTHER = '0190c7a4-0000-7000-8000-0000000000c2';

  /** Kinds of holds on a person known so, after holds on these; `linked`: the first visitor is the account's. */
  async function held(
    on: string[],
    known: { accountId?: string; visitorIds: string[] },
    { linked = true, protectedAs = [] as string[] } = {},
  ): Promise<string | undefined> {
    const context = newTenant();
    if (linked) await services.consent.link(context, 'account:ada', VISITOR);
    for (const subject of on)
      await services.retention.holds.place(context, { kind: 'legal', reference: 'case-1', subject });
    const { id: tenantId, timeZone } = context.tenant;
    const pseudonyms = protectedAs.map((visitor) => ground().vault.subjectId(tenantId, 'visitor', visitor));
    const found = await findHeldOutside({ ...services, store: ground().store, vault: ground().vault }, context, {
      known: { tenantId, timeZone, ...known },
      protectedAs: await Promise.all(pseudonyms),
    });
    return found.get('*');
  }
  const account = { accountId: 'ada', visitorIds: [] };
  const visitor = { visitorIds: [VISITOR] };

  it('those of the account, and of every visitor linked to it', async () => {
    assert.equal(await held(['account:ada'], account), 'legal');
    assert.equal(await held([`visitor:${VISITOR}`], account), 'legal');
    assert.equal(await held([`visitor:${OTHER}`, 'account:ben'], account), undefined);
  });

  it('those of the visitor, and of the account it is linked to', async () => {
    assert.equal(await held([`visitor:${VISITOR}`], visitor), 'legal');
    assert.equal(await held(['account:ada'], visitor), 'legal');
    assert.equal(await held(['account:ada'], visitor, { linked: false }), undefined);
  });

  it('those of a visitor whose link went with the erasure itself', async () => {
    const gone = { linked: false, protectedAs: [VISITOR] };
    assert.equal(await held([`visitor:${VISITOR}`], account, gone), 'legal');
    assert.equal(await held([`visitor:${VISITOR}`], account, { linked: false }), undefined);
  });

  it('none of somebody they know by neither', async () => {
    assert.equal(await held(['account:ada'], { visitorIds: [] }), undefined);
  });
});
