import assert from 'node:assert/strict';
import fc from 'fast-check';
import pg from 'pg';
import { HolderFault } from '../../../src/foundations/holders/external.ts';
import { reduceAddress } from '../../../src/law/reduce-address.ts';
import {
  declaration,
  eraseWholly,
  exportOf,
  openPlatform,
  orderFor,
  type Platform,
  patience,
  person,
} from './platform.ts';

describe('the platform’s PostgreSQL under stress', () => {
  let platform: Platform;
  let close: () => Promise<void>;
  beforeEach(async () => {
    [platform, close] = await openPlatform('postgres');
  });
  afterEach(() => close());

  it('waits for a lock of the platform no longer than it may, and has done nothing', async () => {
    const other = new pg.Client({ connectionString: platform.url });
    await other.connect();
    try {
      await other.query('BEGIN; SELECT * FROM logins FOR UPDATE');
      const order = orderFor(platform.holder);
      order.decisions = { 'platform.logins': { category: 'platform.logins', action: 'erase' } };
      await assert.rejects(
        eraseWholly(platform.holder, person('1'), order),
        (error: HolderFault) => error instanceof HolderFault && error.code === 'timed-out',
      );
      await other.query('ROLLBACK');
    } finally {
      await other.end();
    }
    assert.equal((await platform.holder.count(person('1'), patience()))['platform.logins'], 2);
  });

  it('reads over a connection that cannot write, whatever the role may', async () => {
    await platform.sql(`CREATE ROLE reader_${process.pid} LOGIN PASSWORD 'reader'`);
    try {
      await platform.sql(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_${process.pid}`);
      const url = new URL(platform.url);
      [url.username, url.password] = [`reader_${process.pid}`, 'reader'];
      const holder = platform.with(declaration('postgres'), { read: url.href, write: url.href });
      assert.equal((await exportOf(holder, person('1'))).length, 10);
      await assert.rejects(
        eraseWholly(holder, person('1'), orderFor(holder)),
        (error: HolderFault) => error.code === 'refused',
      );
    } finally {
      await platform.sql(`DROP OWNED BY reader_${process.pid}; DROP ROLE reader_${process.pid}`);
    }
  });

  it('stops at once when it is told to', async () => {
    const stopped = AbortSignal.abort();
    await assert.rejects(
      platform.holder.count(person('1'), stopped),
      (error: HolderFault) => error.code === 'timed-out',
    );
  });

  it('one person’s rows are found by index in a large table', async () => {
    await platform.sql(
      `INSERT INTO logins SELECT n + 1000, 2, '198.51.100.1', NULL, '2026-01-01' FROM generate_series(1, 100000) n; ANALYZE logins`,
    );
    const plan = await platform.sql(
      `EXPLAIN SELECT id::text FROM logins AS t WHERE t.user_id IN ('1') ORDER BY t.id LIMIT 1000`,
    );
    assert.match(JSON.stringify(plan), /logins_user/);
  });

  it('exports of each person are apart, and together all there is (any rows)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ user: fc.constantFrom(1, 2), host: fc.integer({ min: 1, max: 254 }) }), { maxLength: 12 }),
        async (logins) => {
          await platform.sql('DELETE FROM logins');
          for (const [id, { user, host }] of logins.entries())
            await platform.sql(`INSERT INTO logins VALUES (${id}, ${user}, '203.0.113.${host}', NULL, '2026-01-01')`);
          for (const user of [1, 2]) {
            const own = (await exportOf(platform.holder, person(String(user)))).filter(
              ({ table }) => table === 'logins',
            );
            const expected = logins.flatMap((login, id) => (login.user === user ? [String(id)] : []));
            assert.deepEqual(own.map(({ id }) => id).sort(), expected.sort());
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('leaves of any address exactly what the reduction leaves, and knows it again', async () => {
    const addresses = [
      '2002:cb00:7142::1',
      '2002:cb00:42::',
      '64:ff9b::cb00:7142',
      '::ffff:203.0.113.9',
      '::1',
      'fe80::1:2:3',
    ];
    const more = ['203.0.113.10', '10.0.0.0', '2001:db8:1:2::', '2001:db8::', '2001:0:1::5', '::'];
    await platform.sql('DELETE FROM logins');
    for (const [id, address] of [...addresses, ...more].entries())
      await platform.sql(`INSERT INTO logins VALUES (${id}, 1, '${address}', '${address}', '2026-01-01')`);
    const order = orderFor(platform.holder);
    order.decisions = { 'platform.logins': { category: 'platform.logins', action: 'reduce' } };
    await eraseWholly(platform.holder, person('1'), order);
    const rows = await platform.sql('SELECT host(ip) AS ip, forwarded_for AS text FROM logins ORDER BY id');
    assert.deepEqual(
      rows,
      [...addresses, ...more].map((address) => {
        const reduced = reduceAddress(address, { ipv4: 24, ipv6: 48 });
        return { ip: reduced, text: reduced };
      }),
    );
    const again = await eraseWholly(platform.holder, person('1'), order);
    assert.equal(again.outcomes[0]?.reduced, 0);
  });
});
