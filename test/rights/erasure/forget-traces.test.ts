import assert from 'node:assert/strict';
import type { Query } from '../../../src/foundations/store/store.ts';
import { forgetTracesIn } from '../../../src/rights/erasure/forget-traces.ts';

describe('Forgetting a person beyond the holders', () => {
  it('reaches every domain that keeps traces, one after another in the same transaction', async () => {
    const tx = {} as Query;
    const now = new Date(0);
    const order: unknown[] = [];
    const domain = (name: string) => ({
      forgetPerson: async (...given: unknown[]) => {
        await Promise.resolve();
        order.push(name, given);
      },
    });
    await forgetTracesIn(domain('retention'), domain('packages'))(tx, 'north', ['a', 'b'], now);
    const given = [tx, 'north', ['a', 'b'], now];
    assert.deepEqual(order, ['retention', given, 'packages', given]);
  });
});
