import assert from 'node:assert/strict';
import type { SqlHolder } from '../../../src/foundations/holders/declaration.ts';
import type { ErasureOrder } from '../../../src/foundations/holders/holder.ts';
import { onMariadb, stopMariadb } from '../../support/mariadb.ts';
import { dueBefore, findingsOf, sweepWholly } from './cases.ts';
import {
  declaration,
  eraseWholly,
  exportOf,
  openDatabase,
  type Platform,
  patience,
  person,
  shredKeys,
} from './platform.ts';

/** A forum, as one meets it: posts stay readable when their author leaves, and what else is known of them goes. */
const SCHEMA = (engine: Platform['engine']) => {
  const at = { postgres: 'timestamptz', sqlite: 'text', mariadb: 'datetime(6)' }[engine];
  return `
  CREATE TABLE users (id bigint PRIMARY KEY, portal varchar(20) NOT NULL, email varchar(200) NOT NULL UNIQUE, name varchar(80), phone varchar(40),
    born date, ref varchar(80), joined ${at}, code varchar(100), card varchar(80));
  CREATE TABLE posts (id bigint PRIMARY KEY, author_id bigint NOT NULL REFERENCES users (id), author_name varchar(80), body text, at ${at} NOT NULL);
  CREATE TABLE logins (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id), ip varchar(80), at ${at} NOT NULL);
  CREATE TABLE votes (id bigint PRIMARY KEY, voter varchar(80) NOT NULL, choice varchar(20));
  CREATE INDEX posts_author ON posts (author_id); CREATE INDEX posts_at ON posts (at);
  CREATE INDEX logins_user ON logins (user_id); CREATE INDEX logins_at ON logins (at);
  CREATE INDEX users_joined ON users (joined); CREATE INDEX votes_voter ON votes (voter);
  INSERT INTO users VALUES
    (1, 'alpha', 'ada.lovelace@example.org', 'Ada Lovelace', '+49 30 1234567', '1985-12-10', 'ref-1', '2020-05-17 10:11:12.5', 'c1', '4012 8888'),
    (2, 'alpha', 'ben@example.org', 'Ben', '', '1990-02-01', NULL, '2026-05-17 10:11:12', 'c2', 'B-7');
  INSERT INTO posts VALUES (1, 1, 'Ada', 'On lakes', '2020-01-02 00:00:00'), (2, 2, 'Ben', 'On seas', '2026-01-02 00:00:00'), (3, 1, 'Ada L.', 'Again', '2026-01-03 00:00:00');
  INSERT INTO logins VALUES (1, 1, '203.0.113.77', '2020-01-02 00:00:00'), (2, 2, '198.51.100.4', '2026-01-02 00:00:00');
  INSERT INTO votes VALUES (1, '1', 'yes'), (2, '2', 'no'), (3, '1', 'no');`;
};

const account = (column: string) => ({ by: 'account' as const, column });
const ofUser = (column: string) => ({ column: 'portal', via: [{ column, table: 'users', key: 'id' }] });
const reason = 'tells nothing of a person';

const declared = (engine: Platform['engine']): SqlHolder => ({
  ...declaration(engine),
  tenants: ['alpha'],
  tables: [
    {
      id: 'votes',
      table: 'votes',
      key: ['id'],
      subject: account('voter'),
      columns: { voter: { category: 'platform.author', action: 'pseudonym', with: '{value}' } },
      structure: { choice: reason },
    },
    {
      id: 'logins',
      table: 'logins',
      key: ['id'],
      subject: account('user_id'),
      tenant: ofUser('user_id'),
      clocks: { occurred: 'at' },
      columns: { ip: { category: 'platform.logins', action: 'delete', reduce: ['truncate-ip', 'hmac'] } },
    },
    {
      id: 'posts',
      table: 'posts',
      key: ['id'],
      subject: account('author_id'),
      tenant: ofUser('author_id'),
      clocks: { occurred: 'at' },
      columns: { author_name: { category: 'platform.author', action: 'pseudonym', with: '{value}' } },
      structure: { body: reason, author_id: reason, at: reason },
    },
    {
      id: 'users',
      table: 'users',
      key: ['id'],
      subject: account('id'),
      tenant: { column: 'portal' },
      clocks: { recorded: 'joined' },
      columns: {
        email: { category: 'platform.author', action: 'pseudonym', with: '{value}@example.invalid' },
        name: { category: 'platform.author', action: 'pseudonym', with: '{value}' },
        phone: { category: 'platform.contact', action: 'format' },
        born: { category: 'platform.contact', action: 'date-year' },
        joined: { category: 'platform.contact', action: 'date-month' },
        ref: { category: 'platform.contact', action: 'hash' },
        code: { category: 'platform.contact', action: 'hmac' },
        card: { category: 'platform.contact', action: 'random' },
      },
    },
  ],
});

/** As the policies decide: authors and contacts are reduced, what else there is goes. */
const order = (...categories: string[]): ErasureOrder => ({
  at: new Date('2026-06-01T00:00:00Z'),
  policyHash: 'p',
  decisions: Object.fromEntries(
    categories.map((category) => [
      category,
      { category, action: category === 'platform.logins' ? 'erase' : 'reduce' } as const,
    ]),
  ),
});
const EVERYTHING = order('platform.author', 'platform.contact', 'platform.logins');
const text = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));

function treatments(engine: Platform['engine']) {
  let platform: Omit<Platform, 'holder'>;
  let holder: Platform['holder'];
  let close: () => Promise<void>;
  beforeEach(async () => {
    [platform, close] = await openDatabase(engine, SCHEMA(engine));
    holder = platform.with(declared(engine));
  });
  afterEach(() => close());

  it('fit what the catalogue says, and are called what they are', async () => {
    assert.deepEqual(await findingsOf(holder), []);
    const { actions } = holder.describe();
    assert.deepEqual(actions['platform.author'], ['reduce', 'pseudonymise']);
    assert.deepEqual(actions['platform.contact'], ['reduce', 'pseudonymise']);
    assert.deepEqual(actions['platform.logins'], ['erase', 'reduce', 'pseudonymise']);
  });

  it('leave the author’s rows under one pseudonym in every table while the rest goes, and are not repeated', async () => {
    const { outcomes } = await eraseWholly(holder, person('1'), EVERYTHING);
    assert.deepEqual(
      outcomes.map(({ category, removed, reduced }) => [category, removed, reduced]),
      [
        ['platform.author', 0, 5],
        ['platform.contact', 0, 1],
        ['platform.logins', 1, 0],
      ],
    );
    const [ada, ben] = await platform.sql('SELECT * FROM users ORDER BY id');
    const posts = await platform.sql('SELECT * FROM posts ORDER BY id');
    const name = String(ada?.['name']);
    assert.match(name, /^[0-9a-f]{24}$/);
    assert.deepEqual(
      posts.map(({ author_name, body }) => [author_name, body]),
      [
        [name, 'On lakes'],
        ['Ben', 'On seas'],
        [name, 'Again'],
      ],
    );
    assert.deepEqual(
      (await platform.sql('SELECT voter FROM votes ORDER BY id')).map(({ voter }) => voter),
      [name, '2', name],
    );
    assert.equal(ada?.['email'], `${name}@example.invalid`);
    assert.match(String(ada?.['phone']), /^\+[09]{2} [09]{2} [09]{7}$/);
    assert.match(String(ada?.['ref']), /^hash-[0-9a-f]{64}$/);
    assert.match(String(ada?.['code']), /^hmac-[0-9a-f]{64}$/);
    assert.match(String(ada?.['card']), /^random-[0-9a-f]{32}$/);
    const [dates] = await platform.sql(
      `SELECT ${engine === 'mariadb' ? 'CAST(born AS CHAR) AS born, CAST(joined AS CHAR) AS joined' : `CAST(born AS text) AS born, CAST(joined AS text) AS joined`} FROM users WHERE id = 1`,
    );
    assert.match(text(dates?.['born']), /^1985-01-01/);
    assert.match(text(dates?.['joined']), /^2020-05-01/);
    assert.deepEqual([ben?.['name'], ben?.['email'], ben?.['card']], ['Ben', 'ben@example.org', 'B-7']);
    // The second look tells what is treated, and a further erasure finds nothing to do.
    assert.ok(Object.values(await holder.count(person('1'), patience())).every((left) => left === 0));
    const again = await eraseWholly(holder, person('1'), EVERYTHING);
    assert.ok(again.outcomes.every(({ removed, reduced }) => removed + reduced === 0));
    assert.deepEqual((await platform.sql('SELECT * FROM users ORDER BY id'))[0], ada);
    // As words: pseudonyms are hexadecimal, and may have `ada` or any seven digits in them.
    assert.doesNotMatch(JSON.stringify(await exportOf(holder, person('1'))), /lovelace|\bada\b|\b1234567\b|203\.0/i);
  });

  it('leave what is empty empty, and treat the column beside what is treated already alone', async () => {
    await platform.sql(`UPDATE users SET name = '${'a'.repeat(24)}' WHERE id = 2`);
    await eraseWholly(holder, person('2'), EVERYTHING);
    const [ben] = await platform.sql('SELECT * FROM users WHERE id = 2');
    assert.deepEqual([ben?.['phone'], ben?.['ref'], ben?.['name']], ['', null, 'a'.repeat(24)]);
    assert.match(String(ben?.['email']), /^[0-9a-f]{24}@example\.invalid$/);
  });

  it('follow a rule too, chained where they are declared so, past what is not yet due', async () => {
    const due = dueBefore('2024-01-01T00:00:00Z', {
      tenantId: 'alpha',
      category: 'platform.logins',
      action: 'pseudonymise',
      clock: 'occurred',
    });
    const nothing = { withoutClock: 0, refused: 0, left: 0 };
    assert.deepEqual(await sweepWholly(holder, due), { due: 1, treated: 1, ...nothing });
    assert.deepEqual(await sweepWholly(holder, due), { due: 0, treated: 0, ...nothing });
    const [first, second] = await platform.sql('SELECT ip FROM logins ORDER BY id');
    assert.match(String(first?.['ip']), /^hmac-[0-9a-f]{64}$/);
    assert.equal(second?.['ip'], '198.51.100.4');
    // Of the network, not of the address: its neighbour becomes the same.
    await platform.sql("INSERT INTO logins VALUES (3, 2, '203.0.113.9', '2020-01-02 00:00:00')");
    await sweepWholly(holder, due);
    const [third] = await platform.sql('SELECT ip FROM logins WHERE id = 3');
    assert.equal(third?.['ip'], first?.['ip']);
  });

  it('have nothing in common with what was made under a key that was destroyed', async () => {
    await eraseWholly(holder, person('1'), EVERYTHING);
    const [before] = await platform.sql('SELECT name FROM users WHERE id = 1');
    shredKeys();
    await platform.sql("INSERT INTO posts VALUES (9, 1, 'Ada', 'Late', '2026-01-03 00:00:00')");
    await eraseWholly(holder, person('1'), EVERYTHING);
    const [late] = await platform.sql('SELECT author_name FROM posts WHERE id = 9');
    assert.match(String(late?.['author_name']), /^[0-9a-f]{24}$/);
    assert.notEqual(late?.['author_name'], before?.['name']);
  });

  it('are refused before they begin where they would not fit', async () => {
    const wrong = declared(engine);
    const [, , posts, users] = wrong.tables;
    if (!posts || !users) throw new Error('no tables');
    users.columns['email'] = { category: 'platform.author', action: 'format' };
    users.columns['id'] = { category: 'platform.author', action: 'hmac' };
    posts.columns['author_id'] = { category: 'platform.author', action: 'pseudonym' };
    users.columns['name'] = { category: 'platform.author', action: 'hash', with: 'a long text around it {value}' };
    users.columns['born'] = { category: 'platform.contact', action: ['date-year', 'hmac'] };
    const unfit = platform.with(wrong);
    const found = await findingsOf(unfit);
    for (const [code, at] of [
      ['unique-broken', 'users.email'],
      ['treatment-broken', 'users.id'],
      ['treatment-broken', 'posts.author_id'],
      ['type-broken', 'posts.author_id'],
      ['type-broken', 'users.born'],
      ...(engine === 'sqlite' ? [] : [['length-broken', 'users.name']]),
    ])
      assert.ok(found.includes(`error ${code} ${at}`), `${code} ${at}\n${found.join('\n')}`);
    await assert.rejects(eraseWholly(unfit, person('1'), EVERYTHING), { code: 'misconfigured' });
  });
}

describe('treatments of values at a holder outside', () => {
  for (const engine of ['postgres', 'sqlite'] as const) describe(engine, () => treatments(engine));
  onMariadb('treatments of values', () => {
    after(stopMariadb);
    treatments('mariadb');
  });
});
