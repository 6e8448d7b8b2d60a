import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import type { VisitInput } from '../../../src/data/visits/model.ts';
import { createVisits } from '../../../src/data/visits/service.ts';
import type { Connection } from '../../../src/foundations/contract/contract.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { CHROME, entriesIn, stageOn, visitPolicies, visitsIn } from './stage.ts';

const SENTINEL = '198.51.100.231';
const browser: Connection = { address: SENTINEL, userAgent: CHROME, globalPrivacyControl: false };
const server: Connection = { address: '10.0.0.1', userAgent: 'platform/1.0', globalPrivacyControl: false };

onBothEngines('Recording a visit', (ground, engine) => {
  it('keeps the address and user agent of a browser sealed, and computes at once what stays of them', async () => {
    const { visits } = stageOn(ground());
    const context = testContext({ tenantId: 'sealed', role: 'portal' });
    const { life, visitId } = await visits.record(context, { portal: 'north' }, browser);
    assert.equal(life, 'full');
    const [row] = await visitsIn(ground(), 'sealed');
    assert.ok(row?.addressSealed && row.userAgentSealed && row.addressIndex);
    assert.deepEqual(
      [row.visitId, row.network, row.browser, row.browserMajor, row.platform, row.robot, row.portal, row.subjectId],
      [visitId, '198.51.100.0', 'Chrome', '141', 'Linux', false, 'north', null],
    );
    assert.equal(row.occurredAt.getTime(), context.now.getTime());
  });

  it('takes what a server tells, and never the address of the server itself', async () => {
    const { visits } = stageOn(ground());
    const context = testContext({ tenantId: 'told' });
    const occurredAt = '2026-02-28T23:59:59.5+01:00';
    await visits.record(context, { address: '::ffff:203.0.113.77', userAgent: CHROME, occurredAt }, server);
    await visits.record(context, {}, server);
    const rows = await visitsIn(ground(), 'told');
    assert.deepEqual(
      rows.map((row) => [row.occurredAt.toISOString(), row.network, row.browser, row.life, row.portal]),
      [
        ['2026-02-28T22:59:59.500Z', '203.0.113.0', 'Chrome', 'full', 'told'],
        ['2026-03-01T12:00:00.000Z', null, 'other', 'reduced', 'told'],
      ],
    );
  });

  it('stores an address that cannot be read as absent, never as given', async () => {
    const { visits } = stageOn(ground());
    const context = testContext({ tenantId: 'unparsable' });
    for (const address of ['203.0.113', '010.0.0.1', 'my house', '203.0.113.7:443'])
      await visits.record(context, { address }, server);
    for (const row of await visitsIn(ground(), 'unparsable'))
      assert.deepEqual([row.addressSealed, row.addressIndex, row.network, row.life], [null, null, null, 'reduced']);
  });

  it('writes nothing full where no purpose needs it: not a byte of the address is on the disk (REQ-A41, E04)', async () => {
    const { visits } = stageOn(ground(), { full: false });
    const userAgent = `${CHROME} Sentinel/7.7`;
    const context = testContext({ tenantId: 'minimal', role: 'portal' });
    const { life } = await visits.record(context, { visitor: 'v-1' }, { ...browser, userAgent });
    assert.equal(life, 'reduced');
    const [row] = await visitsIn(ground(), 'minimal');
    assert.deepEqual([row?.addressSealed, row?.userAgentSealed, row?.addressIndex], [null, null, null]);
    assert.equal(row?.network, '198.51.100.0');
    if (engine !== 'sqlite') return;
    const files = readdirSync(ground().folder).map((name) => join(ground().folder, name));
    assert.ok(files.some((file) => file.endsWith('-wal')));
    for (const file of files) {
      const bytes = readFileSync(file);
      assert.ok(!bytes.includes(SENTINEL) && !bytes.includes('Sentinel/7.7') && !bytes.includes('v-1'), file);
    }
  });

  it('allows the clocks of two machines to differ by five minutes', async () => {
    const { visits } = stageOn(ground());
    await visits.record(testContext({ tenantId: 'skew' }), { occurredAt: '2026-03-01T12:04:59Z' }, server);
    assert.equal((await visitsIn(ground(), 'skew')).length, 1);
  });

  it('refuses visits when the policies declare no such category (REQ-A04)', async () => {
    const { store, audit, vault } = ground();
    const policies = visitPolicies(true);
    const visits = createVisits({
      processing: createProcessing(policies),
      suppression: createSuppression({ store, audit, vault, policies }),
      store,
      audit,
      vault,
      policies: {
        ...policies,
        of: () => ({
          ...policies,
          requireCategory: (id) => {
            throw new Problem('undeclared-category', `The policies declare no category "${id}".`);
          },
        }),
      },
    });
    await refused(visits.record(testContext(), {}, server), 'undeclared-category');
  });

  it('records a repeated request once, and answers it alike', async () => {
    const { visits } = stageOn(ground());
    const idempotency = { key: 'k1', operation: 'recordVisit', fingerprint: 'f' };
    const context = { ...testContext({ tenantId: 'repeat' }), idempotency };
    const first = await visits.record(context, { address: SENTINEL }, server);
    const again = await visits.record({ ...context, idempotency: { ...idempotency } }, { address: SENTINEL }, server);
    assert.deepEqual(again, first);
    assert.equal((await visitsIn(ground(), 'repeat')).length, 1);
  });

  it('leaves an audit entry that names nobody', async () => {
    const { visits } = stageOn(ground());
    await visits.record(testContext({ tenantId: 'audited' }), { visitor: 'v-audit', address: SENTINEL }, server);
    const [entry, ...others] = await entriesIn(ground(), 'audited');
    const [row] = await visitsIn(ground(), 'audited');
    assert.equal(others.length, 0);
    assert.equal(entry?.action, 'visit.recorded');
    assert.ok(entry?.subject);
    const text = JSON.stringify(entry);
    for (const secret of ['v-audit', SENTINEL, '198.51.100.0', row?.subjectId as string])
      assert.ok(!text.includes(secret), secret);
  });
});

const wanted = { address: SENTINEL, from: '2026-01-15T00:00:00Z', until: '2026-03-01T00:00:00Z' };

onBothEngines('Searching visits by address', (ground) => {
  async function prepared(tenantId: string) {
    const stage = stageOn(ground());
    const context = testContext({ tenantId });
    const record = (input: VisitInput) => stage.visits.record(context, input, server);
    await record({ address: SENTINEL, userAgent: CHROME, occurredAt: '2026-01-14T23:59:59Z' });
    await record({ address: SENTINEL, userAgent: CHROME, occurredAt: '2026-01-31T23:59:59Z' });
    await record({
      address: `::ffff:${SENTINEL}`,
      visitor: 'v-9',
      userAgent: 'curl/8',
      occurredAt: '2026-02-01T00:00:00Z',
    });
    await record({ address: '198.51.100.230', occurredAt: '2026-02-01T00:00:00Z' });
    await record({ address: SENTINEL, occurredAt: '2026-03-01T00:00:00Z' });
    return { ...stage, dpo: testContext({ tenantId, role: 'dpo' }) };
  }

  it('finds exactly the visits from an address in a window, across months', async () => {
    const { visits, dpo } = await prepared('search');
    const { visits: found, next } = await visits.search(dpo, wanted);
    assert.deepEqual(
      found.map((visit) => [visit.occurredAt, visit.userAgent, visit.knownVisitor]),
      [
        ['2026-01-31T23:59:59.000Z', CHROME, false],
        ['2026-02-01T00:00:00.000Z', 'curl/8', true],
      ],
    );
    assert.equal(next, null);
  });

  it('pages through what it finds', async () => {
    const { visits, dpo } = await prepared('search-pages');
    const first = await visits.search(dpo, { ...wanted, limit: 1 });
    const second = await visits.search(dpo, { ...wanted, limit: 1, after: first.next as string });
    assert.deepEqual([first.visits.length, second.visits.length, second.next], [1, 1, null]);
    assert.notEqual(first.visits[0]?.visitId, second.visits[0]?.visitId);
  });

  it('puts every search into the audit log, without the address', async () => {
    const { visits, dpo } = await prepared('search-audit');
    await visits.search(dpo, wanted);
    await visits.search(dpo, { ...wanted, address: '2001:db8::1' });
    const entries = (await entriesIn(ground(), 'search-audit')).filter(({ action }) => action === 'visits.searched');
    assert.deepEqual(
      entries.map(({ detail }) => detail['found']),
      [2, 0],
    );
    assert.ok(!JSON.stringify(entries).includes(SENTINEL));
  });

  it('finds nothing in another tenant', async () => {
    const { visits } = await prepared('search-mine');
    const other = testContext({ tenantId: 'search-other', role: 'dpo' });
    assert.deepEqual((await visits.search(other, wanted)).visits, []);
  });
});

onOneEngine('A visit or a search that makes no sense', (ground) => {
  const OF_SERVERS: [keyof VisitInput, VisitInput][] = [
    ['address', { address: '203.0.113.7' }],
    ['userAgent', { userAgent: CHROME }],
    ['occurredAt', { occurredAt: '2026-03-01T12:00:00Z' }],
  ];
  for (const [field, input] of OF_SERVERS)
    it(`does not let a browser say its own ${field}`, async () => {
      const { visits } = stageOn(ground());
      const context = testContext({ tenantId: 'browser', role: 'portal' });
      await refused(visits.record(context, input, browser), 'unprocessable-request', `/${field}`);
    });

  for (const [why, occurredAt] of [
    ['six minutes ahead of us', '2026-03-01T12:06:00Z'],
    ['on 30 February', '2026-02-30T12:00:00Z'],
    ['on 29 February of a common year', '2025-02-29T12:00:00Z'],
    ['at 24 o’clock', '2026-02-28T24:00:00Z'],
    ['without an offset', '2026-02-28T12:00:00'],
    ['before there was a web', '1970-01-01T00:00:00Z'],
    ['that is a number', '1700000000'],
  ] as const)
    it(`refuses a visit ${why}, naming the field`, async () => {
      const { visits } = stageOn(ground());
      const context = testContext({ tenantId: 'instants' });
      await refused(visits.record(context, { occurredAt }, server), 'unprocessable-request', '/occurredAt');
    });

  for (const [pointer, change] of [
    ['/address', { address: 'somewhere' }],
    ['/from', { from: '2026-02-31T00:00:00Z' }],
    ['/until', { until: '2026-01-15T00:00:00Z' }],
    ['/until', { until: '2031-01-15T00:00:00Z' }],
  ] as const)
    it(`names ${pointer} when ${JSON.stringify(change)} makes no sense`, async () => {
      const { visits } = stageOn(ground());
      const dpo = testContext({ tenantId: 'search', role: 'dpo' });
      await refused(visits.search(dpo, { ...wanted, ...change }), 'unprocessable-request', pointer);
    });
});
