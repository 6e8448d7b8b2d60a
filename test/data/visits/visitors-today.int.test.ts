import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { visitorStatistics } from '../../../jobs/visitor-statistics.ts';
import { saltScope } from '../../../src/data/visits/visitors-today.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { policiesWith } from '../retention/stage.ts';

const STATISTICS = 'capture:\n  statistics: { unique: true, salt: PT24H }';

onBothEngines('Different visitors of a day', (ground) => {
  let app: TestApp;
  before(async () => {
    const folder = policiesWith(ground(), 'installation.yaml', ['capture:', STATISTICS]);
    app = await openApp(ground(), { policies: folder, now: '2026-06-01T20:00:00Z' });
    const root = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    await app.services.register.recordPolicies(root, app.policies.current());
  });
  after(() => app.close());

  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  const visit = (address: string, more: object = {}) =>
    app
      .as('platform')
      .post('/v1/visits')
      .send({ address, userAgent: firefox, ...more })
      .expect(201);
  const seen = () => ground().store.read((q) => q.select().from(q.tables.visitorsToday));
  const close = async () =>
    visitorStatistics.run({ services: app.services, context: await app.contextOf('north'), log: createLog('silent') });
  const salt = (day: string) => ground().vault.existingKey('north', saltScope(day));

  let pseudonyms: string[] = [];

  it('are told apart by a pseudonym under the salt of the day, once for each portal', async () => {
    for (let n = 1; n <= 12; n += 1) for (const _ of [1, 2]) await visit(`203.0.113.${n}`);
    await visit('203.0.113.1', { portal: 'journal' });
    // Neither a robot, nor a visit of another day, nor one without an address.
    await visit('203.0.113.70', { userAgent: 'Googlebot/2.1 (+http://www.google.com/bot.html)' });
    await visit('203.0.113.80', { occurredAt: '2026-05-30T10:00:00Z' });
    await app.as('platform').post('/v1/visits').send({ userAgent: firefox }).expect(201);
    const rows = await seen();
    assert.deepEqual([rows.length, new Set(rows.map(({ visitor }) => visitor)).size], [13, 13]);
    assert.deepEqual([...new Set(rows.map(({ day }) => day))], ['2026-06-01']);
    pseudonyms = rows.map(({ visitor }) => visitor);
    // The day goes on: nothing is counted, and the salt stands, for every instance.
    assert.deepEqual(await close(), { days: 0 });
    assert.ok(await salt('2026-06-01'));
  });

  it('are a number of at least k when the day is over, and nothing leads from an address to it any more', async () => {
    app.time.now = new Date('2026-06-01T22:05:00Z');
    assert.deepEqual(await close(), { days: 1 });
    assert.deepEqual(await seen(), []);
    assert.equal(await salt('2026-06-01'), undefined);
    const { body } = await app.as('dpo').get('/v1/visits/visitors?from=2026-06-01').expect(200);
    assert.deepEqual(body.items, [{ day: '2026-06-01', portal: 'north', visitors: 12 }]);
    await visit('203.0.113.1');
    const [again] = await seen();
    assert.ok(again && !pseudonyms.includes(again.visitor));
    assert.equal(again.day, '2026-06-02');
    if (ground().store.engine === 'sqlite') {
      const bytes = readdirSync(ground().folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
      for (const pseudonym of pseudonyms) assert.ok(!bytes.some((file) => file.includes(pseudonym)));
    }
    assert.deepEqual(await close(), { days: 0 });
  });
});
