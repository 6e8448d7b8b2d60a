import assert from 'node:assert/strict';
import type { RetentionService } from '../../../src/data/retention/service.ts';
import type { KnownPerson } from '../../../src/foundations/holders/external.ts';
import type { Query } from '../../../src/foundations/store/store.ts';
import type { Policies } from '../../../src/register/policies/policies.ts';
import { findHeldOutside } from '../../../src/rights/erasure/held-outside.ts';
import { testContext } from '../../support/context.ts';

describe('Whose holds protect what holders outside have', () => {
  const held = new Map([['*', 'legal-hold']]);

  async function askedOf(known: Pick<KnownPerson, 'accountId' | 'visitorIds'>) {
    const asked: unknown[] = [];
    const heldCategories: RetentionService['heldCategories'] = async (_, tenantId, subjectIds, at) => {
      asked.push([tenantId, subjectIds, at.toISOString()]);
      return held;
    };
    const found = await findHeldOutside(
      {
        store: { read: async (fn) => fn({} as Query) },
        vault: { subjectId: async (_, kind, id) => `pseudonym of ${kind} ${id}` },
        policies: {} as Policies,
        retention: { heldCategories },
      },
      testContext(),
      { tenantId: 'north', timeZone: 'UTC', ...known },
    );
    return { asked, found };
  }

  it('those of the account, where they know it', async () => {
    const { asked, found } = await askedOf({ accountId: '7', visitorIds: ['v'] });
    assert.deepEqual(asked, [['north', ['pseudonym of account 7'], '2026-03-01T12:00:00.000Z']]);
    assert.equal(found, held);
  });

  it('those of the visitor, where they know only that one', async () => {
    const { asked } = await askedOf({ visitorIds: ['v'] });
    assert.deepEqual(asked, [['north', ['pseudonym of visitor v'], '2026-03-01T12:00:00.000Z']]);
  });

  it('none of somebody they know by neither', async () => {
    const { asked, found } = await askedOf({ visitorIds: [] });
    assert.deepEqual([asked, found], [[], new Map()]);
  });
});
