import assert from 'node:assert/strict';
import type { ExternalDue } from '../../../src/foundations/holders/external.ts';
import { HolderFault } from '../../../src/foundations/holders/external.ts';
import type { BatchOutcome } from '../../../src/foundations/holders/holder.ts';
import { declaration, eraseWholly, exportOf, onBothPlatforms, orderFor, patience, person } from './platform.ts';

const due = (more: Partial<ExternalDue> = {}): ExternalDue => ({
  tenantId: 'alpha',
  timeZone: 'Europe/Berlin',
  category: 'platform.logins',
  action: 'erase',
  clock: 'occurred',

  before: new Date('2026-03-01T00:00:00Z'),
  minimumCell: 5,
  policyHash: 'p',
  at: new Date('2026-06-01T00:00:00Z'),
  held: [],
  ...more,
});
const faultWith = (code: string) => (error: unknown) => error instanceof HolderFault && error.code === code;

onBothPlatforms('the platform’s own database as a holder', (platform) => {
  it('fits its declaration', async () => {
    const { holder } = platform();
    assert.deepEqual(
      (await holder.check(patience())).filter(({ severity }) => severity === 'error'),
      [],
    );
  });

  it('exports every row of the person, and nothing of anybody else', async () => {
    const { holder } = platform();
    const records = await exportOf(holder, person('1'));
    const text = JSON.stringify(records);
    for (const own of [
      'ada@example.org',
      'First of Ada',
      'Ada again',
      '203.0.113.77',
      'Ada L.',
      'Ada to Ben',
      'Library',
    ])
      assert.ok(text.includes(own), own);
    assert.doesNotMatch(text, /ben@|Ben answers|Ben to|Ben N|cy@|198\.51|Archive/);
    const login = records.find(({ table, id }) => table === 'logins' && id === '1');
    assert.equal(login?.at.toISOString(), '2026-05-30T10:00:00.000Z');
    assert.equal(login?.fields['address'], '203.0.113.77');
  });

  it('erases in batches, children first, through circles of foreign keys, and touches nobody else', async () => {
    const { holder, sql } = platform();
    const { outcomes, cursors } = await eraseWholly(holder, person('1'), orderFor(holder));
    assert.ok(cursors.length > 5);
    for (const cursor of cursors) assert.doesNotMatch(cursor, /lovelace|example|203\.0/);
    assert.deepEqual(await exportOf(holder, person('1')), []);
    assert.ok(Object.values(await holder.count(person('1'), patience())).every((left) => left === 0));
    assert.equal(outcomes.find(({ category }) => category === 'platform.comments')?.removed, 2);
    assert.deepEqual(
      (await sql('SELECT id, parent_id FROM comments')).map(({ id, parent_id }) => [Number(id), parent_id]),
      [[2, null]],
    );
    assert.deepEqual(
      (await sql('SELECT email FROM users ORDER BY id')).map(({ email }) => email),
      ['ben@example.org', 'cy@example.org'],
    );
    assert.equal((await sql('SELECT * FROM messages')).length, 2);
    assert.equal((await sql('SELECT * FROM items')).length, 2);
  });

  it('goes on from the cursor a crash left, and doing a step twice does no harm', async () => {
    const { holder, sql } = platform();
    const order = orderFor(holder);
    const step = { erasureId: 'e1', round: 0, reference: null, signal: patience() };
    const first = await holder.erase(person('1'), order, { ...step, cursor: null });
    assert.equal(first.status, 'more');
    // The answer was lost: the same step again, from where it began.
    await holder.erase(person('1'), order, { ...step, cursor: null });
    await eraseWholly(holder, person('1'), order, first.status === 'more' ? first.cursor : null);
    assert.deepEqual(await exportOf(holder, person('1')), []);
    assert.equal((await sql('SELECT * FROM users')).length, 2);
  });

  it('leaves what is held', async () => {
    const { holder } = platform();
    const order = orderFor(holder, ['platform.messages', 'platform.inbox', 'platform.account', 'platform.teams']);
    const { outcomes } = await eraseWholly(holder, person('1'), order);
    assert.equal(outcomes.find(({ category }) => category === 'platform.messages')?.retained, 1);
    assert.equal((await holder.count(person('1'), patience()))['platform.account'], 1);
    assert.equal((await holder.count(person('1'), patience()))['platform.logins'], 0);
  });

  it('shows a row that comes back while it erases', async () => {
    const { holder, sql, engine } = platform();
    await sql(
      engine === 'postgres'
        ? `CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF OLD.id < 100 THEN INSERT INTO logins VALUES (OLD.id + 100, OLD.user_id, OLD.ip, NULL, OLD.at); END IF; RETURN NULL; END $$;
           CREATE TRIGGER again AFTER DELETE ON logins FOR EACH ROW EXECUTE FUNCTION again()`
        : `CREATE TRIGGER again AFTER DELETE ON logins WHEN OLD.id < 100 BEGIN
             INSERT INTO logins VALUES (OLD.id + 100, OLD.user_id, OLD.ip, NULL, OLD.at); END`,
    );
    const order = orderFor(holder, ['platform.account']);
    order.decisions = { 'platform.logins': { category: 'platform.logins', action: 'erase' } };
    await holder.erase(person('2'), order, {
      erasureId: 'e',
      round: 0,
      cursor: null,
      reference: null,
      signal: patience(),
    });
    assert.equal((await holder.count(person('2'), patience()))['platform.logins'], 1);
  });

  it('never reaches another portal', async () => {
    const { holder, sql } = platform();
    assert.deepEqual(await exportOf(holder, person('3')), []);
    await eraseWholly(holder, person('3'), orderFor(holder));
    assert.equal((await sql('SELECT * FROM users')).length, 3);
  });

  for (const hostile of [
    "1' OR '1'='1",
    '1; DROP TABLE users',
    '%',
    '\u0000',
    '99999999999999999999999',
    '',
    '1 ',
    "\\'",
  ])
    it(`takes ${JSON.stringify(hostile)} for nobody`, async () => {
      const { holder, sql } = platform();
      const who = person(hostile, { email: hostile, visitorIds: [hostile] });
      if (hostile !== '1 ' || platform().engine === 'postgres') assert.deepEqual(await exportOf(holder, who), []);
      assert.equal((await sql('SELECT * FROM users')).length, 3);
    });

  it('plans and sweeps by the declared clock, batch by batch, past what is held', async () => {
    const { holder, sql } = platform();
    const plan = await holder.plan?.(due(), patience());
    assert.deepEqual(
      [plan?.due, plan?.held, plan?.total, plan?.oldest?.toISOString()],
      [2, 0, 3, '2026-01-02T10:00:00.000Z'],
    );
    const held = due({ held: [person('2')] });
    assert.deepEqual(await holder.plan?.(held, patience()).then((one) => [one.due, one.held]), [1, 1]);
    assert.equal((await holder.plan?.(due({ held: 'all' }), patience()))?.due, 0);
    let cursor: string | null = null;
    let treated = 0;
    for (let done = false; !done; ) {
      const batch: BatchOutcome | undefined = await holder.sweep?.(held, { rows: 1, cursor }, patience());
      assert.ok(batch);
      treated += batch.treated;
      ({ cursor, done } = batch);
    }
    assert.equal(treated, 1);
    assert.deepEqual(
      (await sql('SELECT id FROM logins ORDER BY id')).map(({ id }) => Number(id)),
      [1, 3, 4],
    );
  });

  it('cuts addresses as everywhere else, and finds nothing left to cut', async () => {
    const { holder, sql } = platform();
    const reduce = due({ action: 'reduce', before: new Date('2026-06-01T00:00:00Z') });
    const batch = await holder.sweep?.(reduce, { rows: 2, cursor: null }, patience());
    await holder.sweep?.(reduce, { rows: 2, cursor: batch?.cursor ?? null }, patience());
    const rows = await sql(
      `SELECT id, ${platform().engine === 'postgres' ? 'host(ip)' : 'ip'} AS ip, forwarded_for FROM logins WHERE id < 4 ORDER BY id`,
    );
    assert.deepEqual(
      rows.map(({ ip, forwarded_for }) => [ip, forwarded_for]),
      [
        ['203.0.113.0', '2002:cb00:7100::'],
        ['2001:db8:85a3::', null],
        ['198.51.100.0', null],
      ],
    );
    assert.equal((await holder.plan?.(reduce, patience()))?.due, 0);
  });

  it('refuses to act when a declared column has gone meanwhile, and says why in no word of the driver', async () => {
    const { holder, sql } = platform();
    await sql('ALTER TABLE comments DROP COLUMN body');
    await assert.rejects(exportOf(holder, person('1')), faultWith('misconfigured'));
    await assert.rejects(eraseWholly(holder, person('1'), orderFor(holder)), faultWith('misconfigured'));
    assert.ok(
      (await holder.check(patience())).some(({ code, column }) => code === 'column-missing' && column === 'body'),
    );
  });

  it('is unreachable when it is down, with nothing of its address in the error', async () => {
    const { engine } = platform();
    const secret = 'hunter2';
    const down = engine === 'postgres' ? `postgres://u:${secret}@127.0.0.1:1/x` : `sqlite:/nowhere/${secret}.db`;
    const holder = platform().with(declaration(engine), { read: down, write: down });
    await assert.rejects(holder.count(person('1'), patience()), (error: HolderFault) => {
      assert.ok(!JSON.stringify([error.message, error.stack, error.cause]).includes(secret));
      return error.code === 'unreachable';
    });
  });

  it('a name that is a statement is a name the database does not have', async () => {
    const { engine, sql } = platform();
    const declared = declaration(engine);
    const [table] = declared.tables;
    if (table) table.table = 'users"; DROP TABLE users; --';
    const holder = platform().with(declared);
    await assert.rejects(exportOf(holder, person('1')), faultWith('misconfigured'));
    assert.equal((await sql('SELECT * FROM users')).length, 3);
  });

  it('replaces by what differs where values must, and finds it replaced the second time', async () => {
    const { engine, sql } = platform();
    const declared = declaration(engine);
    const users = declared.tables.at(-1);
    const teams = declared.tables.at(-2);
    assert.ok(users && teams);
    // The row stays, so its reference to a team that goes is emptied by declaration.
    teams.detach = [{ table: 'users', column: 'team_id' }];
    users.columns = {
      email: { category: 'platform.account', action: 'replace', with: 'erased-{key}@invalid' },
      name: { category: 'platform.account', action: 'null' },
    };
    const holder = platform().with(declared);
    await eraseWholly(holder, person('1'), orderFor(holder));
    await eraseWholly(holder, person('2'), orderFor(holder));
    assert.deepEqual(
      (await sql('SELECT email, name FROM users ORDER BY id')).slice(0, 2).map(({ email, name }) => [email, name]),
      [
        ['erased-1@invalid', null],
        ['erased-2@invalid', null],
      ],
    );
    assert.equal((await holder.count(person('1'), patience()))['platform.account'], 0);
  });
});
