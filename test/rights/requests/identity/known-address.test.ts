import assert from 'node:assert/strict';
import type { Query } from '../../../../src/foundations/store/store.ts';
import { isKnownAddress } from '../../../../src/rights/requests/identity/known-address.ts';
import { testContext } from '../../../support/context.ts';

describe('A known address', () => {
  const known: Record<string, string> = { ada: 'index of ada@example.org in north' };
  const deps = {
    store: { read: <T>(fn: (q: Query) => Promise<T>) => fn({} as Query) },
    profiles: {
      indexOfEmail: async (tenantId: string, email: string) => `index of ${email} in ${tenantId}`,
      emailIndexOf: async (_: Query, __: string, subjectId: string) => known[subjectId] ?? null,
    },
  };
  const isKnown = (subjectId: string, address: string) => isKnownAddress(deps, testContext(), subjectId, address);

  it('is the one of the account itself', async () => {
    assert.equal(await isKnown('ada', 'ada@example.org'), true);
    assert.equal(await isKnown('ada', 'eve@example.org'), false);
  });

  it('is none of an account without an address', async () => {
    assert.equal(await isKnown('nobody', 'ada@example.org'), false);
  });
});
