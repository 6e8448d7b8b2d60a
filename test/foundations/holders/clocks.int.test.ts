import assert from 'node:assert/strict';
import type { SqlHolder } from '../../../src/foundations/holders/declaration.ts';
import type { ExternalDue } from '../../../src/foundations/holders/external.ts';
import { createExternalHolders, type OpenedHolder } from '../../../src/foundations/holders/open.ts';
import { onBothEngines } from '../../support/engines.ts';
import { onMariadb, stopMariadb } from '../../support/mariadb.ts';
import { dueBefore, findingsOf, sweepWholly } from './cases.ts';
import { declaration, openDatabase, type Platform, patience, person } from './platform.ts';

const SCHEMA = (engine: Platform['engine']) => {
  const at = { postgres: 'timestamptz', sqlite: 'text', mariadb: 'datetime(6)' }[engine];
  return `
  CREATE TABLE orders (id bigint PRIMARY KEY, customer varchar(20) NOT NULL, placed_at ${at});
  CREATE TABLE order_lines (id bigint PRIMARY KEY, order_id bigint, customer varchar(20) NOT NULL, note varchar(80));
  CREATE TABLE marks (id bigint PRIMARY KEY, customer varchar(20) NOT NULL, page varchar(80));
  CREATE INDEX orders_placed ON orders (placed_at); CREATE INDEX lines_order ON order_lines (order_id);
  CREATE INDEX lines_customer ON order_lines (customer); CREATE INDEX marks_customer ON marks (customer); CREATE INDEX orders_customer ON orders (customer);
  INSERT INTO orders VALUES (1, 'a', '2020-01-02 00:00:00'), (2, 'a', '2026-01-02 00:00:00'), (3, 'b', NULL);
  INSERT INTO order_lines VALUES (1, 1, 'a', 'old'), (2, 2, 'a', 'new'), (3, 3, 'b', 'undated'), (4, 9, 'b', 'lost'), (5, 1, 'held', 'old');
  INSERT INTO marks VALUES (1, 'a', 'one'), (2, 'held', 'two');`;
};
const account = { by: 'account' as const, column: 'customer' };

const declared = (engine: Platform['engine']): SqlHolder => ({
  ...declaration(engine),
  limits: { batchRows: 2 },
  tenants: ['main'],
  tables: [
    {
      id: 'lines',
      table: 'order_lines',
      key: ['id'],
      subject: account,
      clocks: { occurred: { column: 'placed_at', via: [{ column: 'order_id', table: 'orders', key: 'id' }] } },
      columns: { note: { category: 'platform.lines', action: 'delete' } },
    },
    {
      id: 'marks',
      table: 'marks',
      key: ['id'],
      subject: account,
      clocks: { recorded: { firstSight: true } },
      columns: { page: { category: 'platform.marks', action: 'delete', reduce: 'null' } },
    },
  ],
  ignored: { orders: 'tells nothing of a person here' },
});
const held = [person('held', { tenantId: 'main' })];
const DAY = 86_400_000;

/** A rule of thirty days over what was seen first, as of a day. */
const sighted = (now: string, more: Partial<ExternalDue> = {}): ExternalDue =>
  dueBefore(new Date(Date.parse(now) - 30 * DAY).toISOString(), {
    category: 'platform.marks',
    clock: 'recorded',
    at: new Date(now),
    held,
    ...more,
  });

function joined(engine: Platform['engine']) {
  it(`counts from a row that a row refers to; where that has no time, or is not there, it says so (${engine})`, async () => {
    const [platform, close] = await openDatabase(engine, SCHEMA(engine));
    try {
      const holder = platform.with(declared(engine));
      const clocks = (await findingsOf(holder)).filter((finding) => finding.includes('clock'));
      assert.deepEqual(clocks, ['warning clock-empty order_lines.placed_at']);
      const due = dueBefore('2024-01-01T00:00:00Z', { category: 'platform.lines', clock: 'occurred', held });
      const plan = await holder.plan?.(due, patience());
      assert.deepEqual(
        [plan?.due, plan?.held, plan?.withoutClock, plan?.total, plan?.oldest?.toISOString()],
        [1, 1, 2, 5, '2020-01-02T00:00:00.000Z'],
      );
      assert.deepEqual(await sweepWholly(holder, due), { due: 1, withoutClock: 2, treated: 1, refused: 0, left: 0 });
      assert.deepEqual(
        (await platform.sql('SELECT note FROM order_lines ORDER BY id')).map(({ note }) => note),
        ['new', 'undated', 'lost', 'old'],
      );
      const wrong = declared(engine);
      Object.assign(wrong.tables[0]?.clocks ?? {}, {
        occurred: { column: 'customer', via: [{ column: 'order_id', table: 'orders', key: 'id' }] },
      });
      if (engine !== 'sqlite')
        assert.ok((await findingsOf(platform.with(wrong))).includes('error clock-type orders.customer'));
    } finally {
      await close();
    }
  });
}

describe('A clock in another table', () => {
  for (const engine of ['postgres', 'sqlite'] as const) joined(engine);
  onMariadb('A clock in another table', () => {
    after(stopMariadb);
    joined('mariadb');
  });
});

onBothEngines('Rows without a time count from when they were seen first', (ground) => {
  let platform: Omit<Platform, 'holder'>;
  let holder: OpenedHolder;
  let close: () => Promise<void>;
  before(async () => {
    const { store, vault } = ground();
    [platform, close] = await openDatabase(store.engine, SCHEMA(store.engine));
    const [opened] = createExternalHolders({
      policies: { holders: [declared(store.engine)], erasureRequests: [] },
      secrets: () => platform.url,
      vault,
      store,
    });
    assert.ok(opened);
    holder = opened;
  });
  after(async () => {
    await holder.close();
    await close();
  });
  const remembered = () => ground().store.read((q) => q.select().from(q.tables.firstSights));

  it('grow old from the first plan on, are treated when the time is over, and forgotten when they are gone', async () => {
    assert.deepEqual(holder.describe().clocks['platform.marks'], ['recorded']);
    const first = await holder.plan?.(sighted('2026-06-01T00:00:00Z'), patience());
    assert.deepEqual([first?.due, first?.held, first?.total, first?.withoutClock], [0, 0, 2, 0]);
    const marks = await remembered();
    assert.equal(marks.length, 2);
    for (const { rowMark } of marks) assert.match(rowMark, /^[0-9a-f]{32}$/);
    await platform.sql("INSERT INTO marks VALUES (3, 'b', 'three'), (4, 'b', 'four'), (5, 'b', 'five')");
    await holder.plan?.(sighted('2026-06-20T00:00:00Z'), patience());
    // Thirty days after the first look: what was there then is due, and what came later is not.
    const due = await holder.plan?.(sighted('2026-07-02T00:00:00Z'), patience());
    assert.deepEqual([due?.due, due?.held, due?.people], [1, 1, 1]);
    assert.equal(due?.oldest?.toISOString(), '2026-06-01T00:00:00.000Z');
    const done = await sweepWholly(holder, sighted('2026-07-02T00:00:00Z'));
    assert.deepEqual(done, { due: 1, withoutClock: 0, treated: 1, refused: 0, left: 0 });
    assert.deepEqual(
      (await platform.sql('SELECT id FROM marks ORDER BY id')).map(({ id }) => Number(id)),
      [2, 3, 4, 5],
    );
    await holder.plan?.(sighted('2026-07-04T00:00:00Z'), patience());
    assert.equal((await remembered()).length, 4, 'what is gone is remembered no longer');
  });

  it('is one rule’s: what a stronger one takes is not reduced as well', async () => {
    const now = '2026-07-21T00:00:00Z';
    const stronger = [sighted(now)];
    const weaker = sighted(now, { action: 'reduce', before: new Date('2026-07-20T00:00:00Z'), stronger });
    assert.equal((await holder.plan?.(stronger[0] as ExternalDue, patience()))?.due, 3);
    assert.equal((await holder.plan?.(weaker, patience()))?.due, 0);
    const alone = sighted(now, { action: 'reduce', before: new Date('2026-07-20T00:00:00Z') });
    assert.deepEqual((await sweepWholly(holder, alone)).treated, 3);
    assert.deepEqual((await sweepWholly(holder, alone)).treated, 0);
  });

  it('is refused where nothing is remembered', async () => {
    const forgetful = platform.with(declared(ground().store.engine));
    await assert.rejects(async () => forgetful.plan?.(sighted('2026-06-01T00:00:00Z'), patience()), {
      code: 'misconfigured',
    });
  });
});
