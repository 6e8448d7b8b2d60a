import assert from 'node:assert/strict';
import {
  callerContexts,
  ledgerContext,
  publicContext,
  registerContexts,
} from '../../../src/foundations/access/system-contexts.ts';
import type { Context, Principal } from '../../../src/foundations/contract/context.ts';
import { testContext } from '../../support/context.ts';

describe('Contexts of nobody in particular', () => {
  const scopeOf = (id: string) => testContext({ tenantId: id }).tenant;
  const access = {
    tenant: async (id: string) =>
      ['north', 'south'].includes(id)
        ? { scope: scopeOf(id), origins: new Set<string>(), gpcSince: new Date(0) }
        : undefined,
    tenantIds: async () => ['north', 'south'],
    contextFor: async (id: string, principal: Principal): Promise<Context> => ({
      ...testContext({ tenantId: id }),
      principal,
    }),
  };

  it('let the public read of a portal there is with no more than its own rights', async () => {
    const context = await publicContext(access, 'north');
    assert.equal(context?.tenant.id, 'north');
    assert.deepEqual(context?.principal, { id: 'system:public', role: 'portal' });
    assert.equal(await publicContext(access, 'elsewhere'), undefined);
  });

  it('name the service itself by what it is at', async () => {
    const system = (id: string) => ({ id, role: 'operator', everyTenant: true });
    assert.deepEqual((await ledgerContext(access, 'south')).principal, system('system:ledger'));
    const everywhere = await registerContexts(access);
    assert.deepEqual(
      everywhere.map(({ tenant, principal }) => [tenant.id, principal]),
      [
        ['north', system('system:register')],
        ['south', system('system:register')],
      ],
    );
  });

  it('take a caller to every tenant under the one request they made', async () => {
    const caller = { ...testContext({ role: 'dpo' }), requestId: 'the-one' };
    const contexts = await callerContexts(access, caller);
    assert.deepEqual(
      contexts.map(({ tenant, principal, requestId }) => [tenant.id, principal, requestId]),
      [
        ['north', caller.principal, 'the-one'],
        ['south', caller.principal, 'the-one'],
      ],
    );
  });
});
