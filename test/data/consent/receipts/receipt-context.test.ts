import assert from 'node:assert/strict';
import { receiptContext } from '../../../../src/data/consent/receipts/receipt-context.ts';
import type { Context, Principal, TenantScope } from '../../../../src/foundations/contract/context.ts';
import { Problem } from '../../../../src/foundations/contract/problem.ts';
import { testContext } from '../../../support/context.ts';

describe('What the holder of a receipt acts under', () => {
  const access = {
    tenant: async (id: string) =>
      id === 'nowhere'
        ? undefined
        : { scope: testContext({ tenantId: id }).tenant, origins: new Set<string>(), gpcSince: new Date(0) },
    contextFor: async (id: string, principal: Principal): Promise<Context> => ({
      ...testContext({ tenantId: id }),
      principal,
    }),
  };
  const location = {
    check({ id }: TenantScope): void {
      if (id === 'far') throw new Problem('misdirected-request', 'In another region.');
    },
  };

  it('is the portal the receipt names, with a portal’s rights', async () => {
    const context = await receiptContext({ access, location }, 'north');
    assert.equal(context?.tenant.id, 'north');
    assert.deepEqual(context?.principal, { id: 'system:receipt', role: 'portal' });
  });

  it('is nothing where there is no such portal', async () => {
    assert.equal(await receiptContext({ access, location }, 'nowhere'), undefined);
  });

  it('is refused where the portal is served in another region', async () => {
    await assert.rejects(receiptContext({ access, location }, 'far'), { type: 'misdirected-request' });
  });
});
