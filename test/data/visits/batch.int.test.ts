import assert from 'node:assert/strict';
import type { Context } from '../../../src/foundations/contract/context.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { entriesIn, stageOn, visitsIn } from './stage.ts';

async function* stream(lines: string[], breaksAfter = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
  for (const [index, line] of lines.entries()) {
    if (index === breaksAfter) throw new Error('the connection broke');
    yield line;
  }
}

const visit = (n: number) =>
  JSON.stringify({ address: `203.0.113.${n % 250}`, occurredAt: '2026-02-01T10:00:00Z', visitor: `v-${n % 7}` });
const many = (count: number) => Array.from({ length: count }, (_, n) => visit(n));

onBothEngines('A stream of visits', (ground) => {
  const keyed = (tenantId: string): Context => ({
    ...testContext({ tenantId }),
    idempotency: { key: 'stream-1', operation: 'recordVisits', fingerprint: 'path only' },
  });

  it('is written in transactions of 500 lines, each with one audit entry of counts', async () => {
    const { visits } = stageOn(ground());
    const outcome = await visits.recordBatch(testContext({ tenantId: 'stream' }), stream(many(1100)));
    assert.deepEqual(outcome, { accepted: 1100, rejected: 0, stopped: 0, faults: [] });
    const rows = await visitsIn(ground(), 'stream');
    assert.equal(rows.length, 1100);
    assert.ok(rows.every(({ life, subjectId }) => life === 'full' && subjectId !== null));
    const details = (await entriesIn(ground(), 'stream')).map(({ action, detail }) => ({ action, ...detail }));
    assert.deepEqual(details, [
      { action: 'visits.recorded', accepted: 500, rejected: 0, full: 500 },
      { action: 'visits.recorded', accepted: 500, rejected: 0, full: 500 },
      { action: 'visits.recorded', accepted: 100, rejected: 0, full: 100 },
    ]);
  });

  it('goes on after a wrong line, and tells which one and where, never what it says', async () => {
    const { visits } = stageOn(ground());
    const wrong = [
      '{"address":"secret-1"',
      '{"email":"secret-2@example.org"}',
      '{"visitor":"secret 3"}',
      '{"occurredAt":"2026-02-30T00:00:00Z"}',
      '{"occurredAt":"2027-01-01T00:00:00Z"}',
      '{"userAgent":"secret-6\\u0000"}',
      '{"portal":"a","portal":"secret-7"}',
      '{"__proto__":{"portal":"secret-8"}}',
      '["secret-9"]',
    ];
    const outcome = await visits.recordBatch(
      testContext({ tenantId: 'wrong' }),
      stream([visit(1), ...wrong, '', visit(2)]),
    );
    assert.equal(outcome.accepted, 2);
    assert.equal(outcome.rejected, wrong.length);
    assert.deepEqual(
      outcome.faults.map(({ line, pointer }) => [line, pointer]),
      [
        [2, ''],
        [3, '/email'],
        [4, '/visitor'],
        [5, '/occurredAt'],
        [6, '/occurredAt'],
        [7, '/userAgent'],
        [8, '/portal'],
        [9, '/__proto__'],
        [10, ''],
      ],
    );
    assert.doesNotMatch(JSON.stringify(outcome), /secret/);
  });

  it('tells the first hundred faults only, and counts them all', async () => {
    const { visits } = stageOn(ground());
    const outcome = await visits.recordBatch(testContext({ tenantId: 'faults' }), stream(Array(700).fill('no')));
    assert.deepEqual([outcome.accepted, outcome.rejected, outcome.faults.length], [0, 700, 100]);
  });

  it('that broke off is completed by sending it again, with nothing twice', async () => {
    const { visits } = stageOn(ground());
    const lines = [...many(1200), 'no JSON'];
    await assert.rejects(visits.recordBatch(keyed('broken'), stream(lines, 1100)), /broke/);
    assert.equal((await visitsIn(ground(), 'broken')).length, 1000);
    const expected = { accepted: 1200, rejected: 1, stopped: 0 };
    for (let time = 0; time < 2; time += 1) {
      const { faults, ...counts } = await visits.recordBatch(keyed('broken'), stream(lines));
      assert.deepEqual(counts, expected);
      assert.deepEqual(
        faults.map(({ line }) => line),
        [1201],
      );
      assert.equal((await visitsIn(ground(), 'broken')).length, 1200);
    }
  });

  it('of other lines is refused under the same key', async () => {
    const { visits } = stageOn(ground());
    await visits.recordBatch(keyed('other'), stream(many(3)));
    await refused(visits.recordBatch(keyed('other'), stream([visit(9)])), 'idempotency-key-reused');
  });
});
