import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SqlHolder } from '../../../src/foundations/holders/declaration.ts';
import { HolderFault } from '../../../src/foundations/holders/external.ts';
import { onMariadb, stopMariadb } from '../../support/mariadb.ts';
import { type Case, dueBefore, findingsOf, openCase, sweepWholly } from './cases.ts';
import { eraseWholly, exportOf, orderFor, type Platform, patience, person as personOf } from './platform.ts';

const person = (accountId: string, more: object = {}) => personOf(accountId, { tenantId: 'main', ...more });
const idsOf = async ({ sql }: Case, table: string) =>
  (await sql(`SELECT id FROM ${table} ORDER BY id`)).map(({ id }) => Number(id));
const erase = ({ holder }: Case, accountId: string, more: object = {}) =>
  eraseWholly(holder, person(accountId, more), orderFor(holder));
const faultWith = (code: string) => (error: unknown) => error instanceof HolderFault && error.code === code;
const entry = (declared: SqlHolder, id: string) => {
  const found = declared.tables.find((table) => table.id === id);
  assert.ok(found);
  return found;
};

/** What is right in a case that was met, on the engine itself; `with` names a declaration of another case. */
interface Right {
  name: string;
  engines?: Platform['engine'][];
  file?: string;
  right: string;
  shows: (platform: Case) => Promise<void>;
}

const RIGHTS: Right[] = [
  {
    name: 'inherit',
    right: 'a key that holds for one table only takes no row of another: a sweep',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), []);
      const due = dueBefore('2026-01-01T00:00:00Z', { category: 'platform.visits', clock: 'occurred' });
      assert.deepEqual(await sweepWholly(platform.holder, due), {
        due: 2,
        withoutClock: 0,
        treated: 2,
        refused: 0,
        left: 0,
      });
      assert.deepEqual(
        (await platform.sql('SELECT id, user_id FROM visits ORDER BY id')).map(({ id, user_id }) => [id, user_id]),
        [
          ['1', '2'],
          ['3', '2'],
        ],
      );
    },
  },
  {
    name: 'inherit',
    right: 'a key that holds for one table only takes no row of another: an erasure',
    shows: async (platform) => {
      const { outcomes } = await erase(platform, '1');
      assert.deepEqual(
        outcomes.map(({ removed }) => removed),
        [2],
      );
      assert.deepEqual(await idsOf(platform, 'visits'), [1, 3]);
    },
  },
  {
    name: 'inherit',
    right: 'an heir without a key is refused',
    shows: async (platform) => {
      await platform.sql('ALTER TABLE visits_2019 DROP CONSTRAINT visits_2019_pkey');
      assert.deepEqual(await findingsOf(platform.holder), ['error key-not-unique visits_2019.id']);
      await assert.rejects(erase(platform, '1'), faultWith('misconfigured'));
    },
  },
  {
    name: 'rls',
    right: 'rows that a policy hides are a finding, and an error instead of nothing',
    shows: async (platform) => {
      const limited = await as(platform, 'lethe_rls');
      assert.deepEqual(await findingsOf(limited), ['error rows-hidden users.null']);
      await assert.rejects(exportOf(limited, person('1')), faultWith('refused'));
      await assert.rejects(limited.count(person('1'), patience()), faultWith('refused'));
      await assert.rejects(eraseWholly(limited, person('1'), orderFor(limited)), faultWith('refused'));
      assert.deepEqual(await findingsOf(platform.holder), []);
      assert.equal((await exportOf(platform.holder, person('1'))).length, 1);
    },
  },
  {
    name: 'readonly-role',
    right: 'what the role may not do is foreseen, table by table and column by column',
    shows: async (platform) => {
      const limited = await as(platform, 'lethe_ro');
      const [found] = (await limited.check(patience())).filter(({ severity }) => severity === 'error');
      assert.equal(found?.code, 'privilege-missing');
      assert.match(found?.detail ?? '', /second connection may not: DELETE\./);
      await platform.sql('REVOKE SELECT ON users FROM lethe_ro; GRANT SELECT (id, email), DELETE ON users TO lethe_ro');
      const [less, more] = (await limited.check(patience())).filter(({ code }) => code === 'privilege-missing');
      assert.match(less?.detail ?? '', /first connection may not: SELECT \(at\)\./);
      assert.match(more?.detail ?? '', /second connection may not: SELECT \(at\)\./);
      await platform.sql('GRANT SELECT ON users TO lethe_ro; REVOKE UPDATE ON users FROM lethe_ro');
      // What is only deleted needs no right to change.
      assert.deepEqual(await findingsOf(limited), []);
      await eraseWholly(limited, person('1'), orderFor(limited));
      assert.deepEqual(await idsOf(platform, 'users'), []);
    },
  },
  ...(['spelled-ids', 'spelled-ids-pg'] as const).map(
    (name): Right => ({
      name,
      engines: [name === 'spelled-ids' ? 'sqlite' : 'postgres'],
      right: 'only the canonical spelling of an id is anybody',
      shows: async (platform) => {
        assert.deepEqual(await findingsOf(platform.holder), []);
        const shown = async (id: string) =>
          (await exportOf(platform.holder, person(id))).map(({ fields }) => fields['email']);
        for (const spelled of [
          '7.0',
          '+7',
          '007',
          '07',
          ' 7',
          '7 ',
          '7e0',
          '0x7',
          '7.',
          '1e3',
          '1000.0',
          '１０００',
          '-0',
        ])
          assert.deepEqual(await shown(spelled), [], spelled);
        for (const spelled of ['+7', '7.0', '007', '1e3']) await erase(platform, spelled);
        assert.deepEqual(await idsOf(platform, 'users'), [7, 1000]);
        assert.deepEqual([await shown('7'), await shown('1000')], [['ada@example.org'], ['ben@example.org']]);
        await fc.assert(
          fc.asyncProperty(fc.stringMatching(/^[-+ 0]{0,2}(7|1000|1e3|0x7)[.0 e]{0,3}$/), async (spelled) => {
            if (spelled !== '7' && spelled !== '1000' && spelled !== '70' && spelled !== '700')
              assert.deepEqual(await shown(spelled), [], spelled);
          }),
          { numRuns: 25 },
        );
      },
    }),
  ),
  {
    name: 'email-case',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'an address is the same however it is written',
    shows: async (platform) => {
      await platform.sql(
        `INSERT INTO guests VALUES (6, ' ada.muster@EXAMPLE.org ', 'in spaces', '2026-01-01'), (7, 'ADA-MüLLER@example.org', 'other', '2026-01-01'), (8, 'ADA-MÜLLER@example.org', 'third', '2026-01-01')`,
      );
      const known = { email: 'Ada.Muster@example.org' };
      assert.deepEqual((await exportOf(platform.holder, person('x', known))).map(({ id }) => id).sort(), [
        '1',
        '2',
        '3',
        '4',
        '6',
      ]);
      await erase(platform, 'x', known);
      assert.deepEqual(await idsOf(platform, 'guests'), [5, 7, 8]);
      // Only A to Z lose their case: whoever sends to the other may reach somebody else.
      assert.equal((await exportOf(platform.holder, person('x', { email: 'ada-müller@Example.org' }))).length, 1);
    },
  },
  {
    name: 'null-ip',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'addresses are cut, and what is none becomes empty where NULL cannot be; the check foresees it',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), ['warning not-null-broken comments.author_ip']);
      const rule = { category: 'platform.addresses', action: 'reduce', clock: 'occurred' } as const;
      const done = await sweepWholly(platform.holder, dueBefore('2026-01-01T00:00:00Z', rule));
      assert.deepEqual(done, { due: 3, withoutClock: 0, treated: 3, refused: 0, left: 0 });
      assert.deepEqual(
        (await platform.sql('SELECT author_ip FROM comments ORDER BY id')).map(({ author_ip }) => author_ip),
        ['203.0.113.0', '', '', '198.51.100.0', ''],
      );
    },
  },
  {
    name: 'null-ip',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'one row the database refuses does not keep the others',
    shows: async (platform) => {
      const refusing = {
        postgres: `CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'closed'; END $$;
             CREATE TRIGGER no BEFORE UPDATE ON comments FOR EACH ROW WHEN (OLD.id = 1) EXECUTE FUNCTION no()`,
        sqlite: `CREATE TRIGGER no BEFORE UPDATE ON comments WHEN OLD.id = 1 BEGIN SELECT RAISE(ABORT, 'closed'); END`,
        mariadb: `CREATE TRIGGER no BEFORE UPDATE ON comments FOR EACH ROW
                  BEGIN IF OLD.id = 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'closed'; END IF; END`,
      };
      await platform.sql(refusing[platform.engine]);
      const rule = { category: 'platform.addresses', action: 'reduce', clock: 'occurred' } as const;
      const done = await sweepWholly(platform.holder, dueBefore('2026-01-01T00:00:00Z', rule));
      assert.deepEqual(done, { due: 3, withoutClock: 0, treated: 2, refused: 1, left: 1 });
    },
  },
  {
    name: 'cascade-restrict',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'what is in the way two steps on is foreseen, and keeps only the rows it is about',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), [
        'error foreign-key-blocks workspace_members.profile',
        'warning cascade-reaches profiles.uid',
      ]);
      const done = await sweepWholly(platform.holder, dueBefore('2026-01-01T00:00:00Z', {}));
      assert.deepEqual(done, { due: 2, withoutClock: 0, treated: 1, refused: 1, left: 1 });
      assert.deepEqual(await idsOf(platform, 'users'), [1]);
      await erase(platform, '1');
      assert.equal((await platform.holder.count(person('1'), patience()))['platform.account'], 1);
    },
  },
  {
    name: 'cascade-restrict',
    engines: ['postgres', 'sqlite'],
    right: 'a row that is refused only when the transaction ends does not keep the others either',
    shows: async (platform) => {
      await platform.sql('DELETE FROM workspace_members');
      await platform.sql(
        'CREATE TABLE notes (id bigint PRIMARY KEY, uid bigint NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)',
      );
      await platform.sql('INSERT INTO notes VALUES (1, 2)');
      assert.ok((await findingsOf(platform.holder)).includes('error foreign-key-blocks notes.uid'));
      const done = await sweepWholly(platform.holder, dueBefore('2026-01-01T00:00:00Z', {}));
      assert.deepEqual(done, { due: 2, withoutClock: 0, treated: 1, refused: 1, left: 1 });
      assert.deepEqual(await idsOf(platform, 'users'), [2]);
    },
  },
  {
    name: 'cascade-restrict',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'what is held keeps the rows with which the database would take it along',
    shows: async (platform) => {
      await platform.sql('DELETE FROM workspace_members');
      await platform.sql(`INSERT INTO profiles VALUES (11, 2, 'dark')`);
      const due = dueBefore('2026-01-01T00:00:00Z', { held: [person('x', { visitorIds: ['dark-one'] })] });
      await platform.sql(`UPDATE profiles SET theme = 'dark-one' WHERE id = 10`);
      platform.declared.tables.push({
        id: 'profiles',
        table: 'profiles',
        key: ['id'],
        subject: { by: 'visitor', column: 'theme' },
        columns: { theme: { category: 'platform.profiles', action: 'delete' } },
        structure: { uid: 'whose it is' },
      });
      delete platform.declared.ignored?.['profiles'];
      const holder = platform.with(platform.declared);
      const findings = await holder.check(patience());
      assert.match(
        findings.find(({ code }) => code === 'cascade-reaches')?.detail ?? '',
        /also those of other persons/,
      );
      const plan = await holder.plan?.(due, patience());
      assert.deepEqual([plan?.due, plan?.held], [1, 1]);
      assert.deepEqual(await sweepWholly(holder, due), { due: 1, withoutClock: 0, treated: 1, refused: 0, left: 0 });
      assert.deepEqual(await idsOf(platform, 'users'), [1]);
      assert.deepEqual(await idsOf(platform, 'profiles'), [10]);
    },
  },
  {
    name: 'never-seen',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'rows without an instant are counted and found, and another column can stand in',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), ['warning clock-empty users.last_login']);
      const due = dueBefore('2026-01-01T00:00:00Z', {});
      const before = await platform.holder.plan?.(due, patience());
      assert.deepEqual([before?.due, before?.withoutClock], [1, 1]);
      const users = entry(platform.declared, 'users');
      users.clocks = { 'last-activity': ['last_login', 'created_at'] };
      delete users.structure;
      const whole = platform.with(platform.declared);
      assert.deepEqual(await findingsOf(whole), []);
      assert.deepEqual(await sweepWholly(whole, due), { due: 2, withoutClock: 0, treated: 2, refused: 0, left: 0 });
      assert.deepEqual(await idsOf(platform, 'users'), [3]);
    },
  },
  {
    name: 'never-seen',
    right: 'zeros that stand for "never" are no instant long ago',
    shows: async (platform) => {
      await platform.sql(`UPDATE users SET last_login = '0001-01-01Z' WHERE id = 1`);
      await platform.sql(`UPDATE users SET last_login = '-infinity' WHERE id = 2`);
      await platform.sql(`UPDATE users SET last_login = '1970-01-01Z' WHERE id = 3`);
      const plan = await platform.holder.plan?.(dueBefore('2026-01-01T00:00:00Z', {}), patience());
      assert.deepEqual([plan?.due, plan?.withoutClock], [0, 3]);
    },
  },
  {
    name: 'go-time',
    engines: ['sqlite'],
    right: 'what can be read without doubt is read, the rest counted and found',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), ['error clock-unreadable visits.at']);
      const rule = { category: 'platform.logins', clock: 'occurred' };
      const done = await sweepWholly(platform.holder, dueBefore('2026-01-01T00:00:00Z', rule));
      assert.deepEqual(done, { due: 5, withoutClock: 1, treated: 5, refused: 0, left: 0 });
      assert.deepEqual(await idsOf(platform, 'visits'), [6]);
      entry(platform.declared, 'visits').clockFormat = 'epoch-seconds';
      const seconds = platform.with(platform.declared);
      assert.deepEqual(await findingsOf(seconds), []);
      assert.equal((await seconds.plan?.(dueBefore('2026-01-01T00:00:00Z', rule), patience()))?.due, 1);
    },
  },
  {
    name: 'matview',
    right: 'a relation that keeps a copy is found until it is declared, and then counted until it is refreshed',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), ['error table-unclaimed user_directory.user_id']);
      const ignoring = { ...platform.declared, ignored: { user_directory: 'refreshed every hour' } };
      assert.deepEqual(await findingsOf(platform.with(ignoring)), []);
      const account = { category: 'platform.account', action: 'delete' } as const;
      platform.declared.tables.push({
        id: 'directory',
        table: 'user_directory',
        key: ['user_id'],
        subject: { by: 'account', column: 'user_id' },
        clocks: { 'last-activity': 'at' },
        columns: { email: account, name: account },
      });
      await platform.sql(
        'DROP MATERIALIZED VIEW user_directory; CREATE MATERIALIZED VIEW user_directory AS SELECT id AS user_id, email, name, at FROM users',
      );
      const holder = platform.with(platform.declared);
      assert.ok((await findingsOf(holder)).includes('error key-not-unique user_directory.user_id'));
      await platform.sql('CREATE UNIQUE INDEX ON user_directory (user_id)');
      assert.deepEqual(await findingsOf(holder), ['warning copy-declared user_directory.null']);
      await eraseWholly(holder, person('1'), orderFor(holder));
      assert.equal((await holder.count(person('1'), patience()))['platform.account'], 1);
      await platform.sql('REFRESH MATERIALIZED VIEW user_directory');
      assert.equal((await holder.count(person('1'), patience()))['platform.account'], 0);
      assert.equal((await holder.count(person('2'), patience()))['platform.account'], 2);
      const swept = await sweepWholly(holder, dueBefore('2026-11-01T00:00:00Z', {}));
      assert.deepEqual(swept, { due: 2, withoutClock: 0, treated: 1, refused: 0, left: 1 });
    },
  },
  {
    name: 'citext-schema',
    right: 'a type of an extension is known in whatever schema it is',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), []);
      const known = { email: 'ada@example.org' };
      assert.equal((await exportOf(platform.holder, person('1', known))).length, 2);
      await erase(platform, '1', known);
      assert.deepEqual(await platform.sql('SELECT email::text, name FROM users'), [
        { email: 'erased-1@invalid', name: null },
      ]);
      assert.deepEqual(await platform.sql('SELECT * FROM newsletter'), []);
    },
  },
  {
    name: 'domain-type',
    right: 'a domain is judged by what it is made of',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), []);
      const done = await sweepWholly(platform.holder, dueBefore('2026-01-01T00:00:00Z', {}));
      assert.deepEqual(done, { due: 1, withoutClock: 0, treated: 1, refused: 0, left: 0 });
      assert.deepEqual(await platform.sql('SELECT email FROM users'), [{ email: 'erased-1@example.invalid' }]);
      const email = entry(platform.declared, 'users').columns['email'];
      assert.ok(email);
      email.with = 'erased {key}';
      assert.deepEqual(await findingsOf(platform.with(platform.declared)), ['error type-broken users.email']);
    },
  },
  {
    name: 'hyphen-table',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'any name is found',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), [
        'error foreign-key-blocks user-sessions.user_id',
        'error table-unclaimed 2fa_codes.user_id',
        'error table-unclaimed Straße.user_id',
        'error table-unclaimed user-sessions.user_id',
      ]);
    },
  },
  {
    name: 'hyphen-table',
    file: 'hyphen-declared',
    engines: ['postgres', 'sqlite', 'mariadb'],
    right: 'any name can be declared',
    shows: async (platform) => {
      await platform.sql('CREATE TABLE "a.b?" (id bigint PRIMARY KEY, "who?" bigint, "wo.hin""" text)');
      await platform.sql(`INSERT INTO "a.b?" VALUES (1, 1, 'home'); INSERT INTO "Straße" VALUES (1, 1, 'home')`);
      const account = { category: 'platform.account', action: 'delete' } as const;
      const subject = { by: 'account' as const, column: 'user_id' };
      platform.declared.tables.unshift(
        { id: 'street', table: 'Straße', key: ['id'], subject, columns: { street: account } },
        {
          id: 'odd',
          table: 'a.b?',
          key: ['id'],
          subject: { ...subject, column: 'who?' },
          columns: { 'wo.hin"': account },
        },
      );
      const holder = platform.with(platform.declared);
      assert.deepEqual(await findingsOf(holder), []);
      assert.equal((await exportOf(holder, person('1'))).length, 4);
      await eraseWholly(holder, person('1'), orderFor(holder));
      for (const table of ['users', '"user-sessions"', '"Straße"', '"a.b?"'])
        assert.deepEqual(await platform.sql(`SELECT * FROM ${table}`), [], table);
    },
  },
  {
    name: 'odd-values',
    right: 'the copy shows what is held',
    shows: async (platform) => {
      assert.deepEqual(await findingsOf(platform.holder), []);
      const [record] = await exportOf(platform.holder, person('1'));
      assert.deepEqual(record?.fields, {
        tags: '["a",null,"b,\\"c\\""]',
        grid: '[["a","b"],["c","d"]]',
        nums: '[1,null,3]',
        prefs: '{"n": 12345678901234567890, "t": "é"}',
        moods: ['glad', 'sad'],
        score: 'NaN',
        banned_until: 'infinity',
        joined: '2026-01-01T00:00:00.123456Z',
        big: '12345678901234567890.12345',
      });
    },
  },
];

/** The holder over a role of the case, which has a password here. */
async function as(platform: Case, role: string) {
  await platform.sql(`ALTER ROLE ${role} PASSWORD 'limited'`);
  const url = new URL(platform.url);
  [url.username, url.password] = [role, 'limited'];
  return platform.with(platform.declared, { read: url.href, write: url.href });
}

const shown = (engine: Platform['engine']) => () => {
  for (const { name, engines = ['postgres'], file, right, shows } of RIGHTS)
    if ((engines as Platform['engine'][]).includes(engine))
      it(`${file ?? name}: ${right}`, async () => {
        const platform = await openCase(name, engine, file);
        try {
          await shows(platform);
        } finally {
          await platform.close();
        }
      });
};

describe('platforms as they were met (postgres)', shown('postgres'));
describe('platforms as they were met (sqlite)', shown('sqlite'));
onMariadb('platforms as they were met', () => {
  after(stopMariadb);
  shown('mariadb')();
});
