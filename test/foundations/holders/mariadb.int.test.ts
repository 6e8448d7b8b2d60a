import assert from 'node:assert/strict';
import { HolderFault } from '../../../src/foundations/holders/external.ts';
import { onMariadb, stopMariadb } from '../../support/mariadb.ts';
import { dueBefore, findingsOf, sweepWholly } from './cases.ts';
import {
  declaration,
  eraseWholly,
  exportOf,
  openDatabase,
  openPlatform,
  orderFor,
  type Platform,
  patience,
  person,
} from './platform.ts';

const account = { by: 'account' as const, column: 'id' };
const TENANTS = ['main'];

/** A holder over these tables, whose rows are all of one portal. */
async function holding(sql: string, tables: ReturnType<typeof declaration>['tables']) {
  const [database, close] = await openDatabase('mariadb', sql);
  const declared = { ...declaration('mariadb'), tenants: TENANTS, tables };
  return { ...database, declared, holder: database.with(declared), close };
}
const main = (accountId: string) => person(accountId, { tenantId: 'main' });

onMariadb('the platform’s own database as a holder', () => {
  let platform: Platform;
  let close: () => Promise<void>;
  beforeEach(async () => {
    [platform, close] = await openPlatform('mariadb');
  });
  afterEach(() => close());
  after(stopMariadb);

  it('fits its declaration', async () => {
    assert.deepEqual(await platform.holder.check(patience()), []);
  });

  it('exports every row of the person, and nothing of anybody else', async () => {
    const records = await exportOf(platform.holder, person('1'));
    assert.equal(records.length, 10);
    assert.doesNotMatch(JSON.stringify(records), /ben@|Ben answers|Ben to|Ben N|cy@|198\.51|Archive/);
    const login = records.find(({ table, id }) => table === 'logins' && id === '1');
    assert.equal(login?.at.toISOString(), '2026-05-30T10:00:00.000Z');
    assert.equal(login?.fields['address'], '203.0.113.77');
  });

  it('erases in batches, children first, through circles of foreign keys, and touches nobody else', async () => {
    const { holder, sql } = platform;
    await eraseWholly(holder, person('1'), orderFor(holder));
    assert.deepEqual(await exportOf(holder, person('1')), []);
    assert.ok(Object.values(await holder.count(person('1'), patience())).every((left) => left === 0));
    assert.deepEqual(await sql('SELECT id, parent_id FROM comments'), [{ id: 2, parent_id: null }]);
    assert.equal((await sql('SELECT * FROM users')).length, 2);
    await eraseWholly(holder, person('3'), orderFor(holder));
    assert.equal((await sql('SELECT * FROM users')).length, 2, 'another portal’s');
  });

  it('sweeps by the declared clock past what is held, and cuts addresses as everywhere else', async () => {
    const { holder, sql } = platform;
    const rule = { tenantId: 'alpha', category: 'platform.logins', clock: 'occurred', action: 'reduce' } as const;
    const held = { ...rule, held: [person('2')] };
    const done = await sweepWholly(holder, dueBefore('2026-06-01T00:00:00Z', held));
    assert.deepEqual(done, { due: 2, withoutClock: 0, treated: 2, refused: 0, left: 0 });
    assert.deepEqual(
      (await sql('SELECT ip, forwarded_for FROM logins ORDER BY id')).map(({ ip, forwarded_for }) => [
        ip,
        forwarded_for,
      ]),
      [
        ['203.0.113.0', '2002:cb00:7100::'],
        ['2001:db8:85a3::', null],
        ['198.51.100.4', null],
        ['192.0.2.9', null],
      ],
    );
  });

  for (const hostile of ["1' OR '1'='1", '1; DROP TABLE users', '\\', '1 ', '01', '1.0', '', 'ADA'])
    it(`takes ${JSON.stringify(hostile)} for nobody`, async () => {
      assert.deepEqual(await exportOf(platform.holder, person(hostile, { email: hostile, visitorIds: [hostile] })), []);
    });

  it('is unreachable when it is down, with nothing of its address in the error', async () => {
    const down = 'mysql://u:hunter2@127.0.0.1:1/x';
    const holder = platform.with(declaration('mariadb'), { read: down, write: down });
    await assert.rejects(holder.count(person('1'), patience()), (error: HolderFault) => {
      assert.ok(!JSON.stringify([error.message, error.stack, error.cause]).includes('hunter2'));
      return error instanceof HolderFault && error.code === 'unreachable';
    });
  });

  it('waits for a lock of the platform no longer than it may, and has done nothing', async () => {
    await platform.sql('START TRANSACTION; SELECT * FROM logins FOR UPDATE');
    const order = orderFor(platform.holder);
    order.decisions = { 'platform.logins': { category: 'platform.logins', action: 'erase' } };
    await assert.rejects(
      eraseWholly(platform.holder, person('1'), order),
      (error: HolderFault) => error instanceof HolderFault && error.code === 'timed-out',
    );
    await platform.sql('ROLLBACK');
    assert.equal((await platform.holder.count(person('1'), patience()))['platform.logins'], 2);
  });

  it('foresees what the roles may not do, also where a role of the database gives it', async () => {
    const name = new URL(platform.url).pathname.slice(1);
    const user = `${name}_u`;
    await platform.sql(`CREATE USER ${user} IDENTIFIED BY 'limited'; GRANT SELECT ON ${name}.* TO ${user}`);
    try {
      const url = new URL(platform.url);
      [url.username, url.password] = [user, 'limited'];
      const limited = platform.with(declaration('mariadb'), { read: url.href, write: url.href });
      const lacking = (await limited.check(patience())).filter(({ code }) => code === 'privilege-missing');
      assert.match(lacking.map(({ detail }) => detail).join('\n'), /second connection may not: .*DELETE/);
      await assert.rejects(
        eraseWholly(limited, person('1'), orderFor(limited)),
        (error: HolderFault) => error.code === 'refused',
      );
      await platform.sql(`GRANT ALL ON ${name}.* TO ${user}`);
      assert.deepEqual(
        await platform.with(declaration('mariadb'), { read: url.href, write: url.href }).check(patience()),
        [],
      );
    } finally {
      await platform.sql(`DROP USER ${user}`);
    }
  });

  it('compares ids letter by letter, whatever the collation, and knows 64 bits without a sign', async () => {
    const member = { category: 'platform.account', action: 'delete' } as const;
    const one = await holding(
      `CREATE TABLE members (id varchar(40) PRIMARY KEY, name varchar(40)) COLLATE utf8mb4_general_ci;
       CREATE TABLE pets (id bigint unsigned PRIMARY KEY, name varchar(40), score decimal(30,10), seen datetime(6));
       INSERT INTO members VALUES ('Ada', 'x'), ('ben', 'y');
       INSERT INTO pets VALUES (18446744073709551615, 'rex', 12345678901234567890.12345, '2026-01-01 00:00:00.123456'), (18446744073709551614, 'tom', 1, NULL)`,
      [
        { id: 'members', table: 'members', key: ['id'], subject: account, columns: { name: member } },
        {
          id: 'pets',
          table: 'pets',
          key: ['id'],
          subject: account,
          columns: { name: member, score: member, seen: member },
        },
      ],
    );
    try {
      for (const spelled of ['ada', 'ADA', 'Ada ', 'Ben'])
        assert.deepEqual(await exportOf(one.holder, main(spelled)), []);
      assert.equal((await exportOf(one.holder, main('Ada'))).length, 1);
      const [pet] = await exportOf(one.holder, main('18446744073709551615'));
      assert.deepEqual(pet?.fields, {
        name: 'rex',
        score: '12345678901234567890.1234500000',
        seen: '2026-01-01 00:00:00.123456',
      });
      await eraseWholly(one.holder, main('18446744073709551615'), orderFor(one.holder));
      assert.deepEqual(await one.sql('SELECT name FROM pets'), [{ name: 'tom' }]);
    } finally {
      await one.close();
    }
  });

  it('finds tables that cannot take back, that keep what is deleted, and instants that are zero', async () => {
    const gone = { category: 'platform.account', action: 'delete' } as const;
    const one = await holding(
      `SET SESSION sql_mode = 'ANSI_QUOTES';
       CREATE TABLE old (id int PRIMARY KEY, name varchar(40)) ENGINE = MyISAM;
       CREATE TABLE kept (id int PRIMARY KEY, name varchar(40)) WITH SYSTEM VERSIONING;
       CREATE TABLE users (id int PRIMARY KEY, name varchar(40), seen datetime NOT NULL, last int NOT NULL, KEY seen (seen), KEY last (last));
       INSERT INTO users VALUES (1, 'a', '0000-00-00 00:00:00', 0), (2, 'b', '2019-01-01 00:00:00', 1550380854);
       INSERT INTO kept VALUES (1, 'a')`,
      [
        { id: 'old', table: 'old', key: ['id'], subject: account, columns: { name: gone } },
        { id: 'kept', table: 'kept', key: ['id'], subject: account, columns: { name: gone } },
        {
          id: 'users',
          table: 'users',
          key: ['id'],
          subject: account,
          clocks: { 'last-activity': 'seen' },
          columns: { name: gone },
          structure: { last: 'the same in seconds' },
        },
      ],
    );
    try {
      assert.deepEqual(await findingsOf(one.holder), [
        'error history-kept kept.null',
        'error not-transactional old.null',
        'warning clock-empty users.seen',
      ]);
      await assert.rejects(
        eraseWholly(one.holder, main('1'), orderFor(one.holder)),
        (error: HolderFault) => error.code === 'misconfigured',
      );
      const users = one.declared.tables.slice(2);
      const plan = await one
        .with({ ...one.declared, tables: users })
        .plan?.(dueBefore('2026-01-01T00:00:00Z', {}), patience());
      assert.deepEqual([plan?.due, plan?.withoutClock], [1, 1]);
      const inSeconds = users.map((table) => ({
        ...table,
        clocks: { 'last-activity': 'last' },
        clockFormat: 'epoch-seconds' as const,
        structure: { seen: 'the same as a date' },
      }));
      const done = await sweepWholly(
        one.with({ ...one.declared, tables: inSeconds }),
        dueBefore('2026-01-01T00:00:00Z', {}),
      );
      assert.deepEqual(done, { due: 1, withoutClock: 1, treated: 1, refused: 0, left: 0 });
    } finally {
      await one.close();
    }
  });
});
