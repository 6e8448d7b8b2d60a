import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTableName, sql } from 'drizzle-orm';
import pg from 'pg';
import { jobs } from '../../../jobs/index.ts';
import { createAudit } from '../../../src/foundations/audit/audit.ts';
import { makeBackup } from '../../../src/foundations/backup/backup.ts';
import { restoreBackup } from '../../../src/foundations/backup/restore.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import { RIGHTS } from '../../../src/foundations/store/privileges.ts';
import { postgresTables } from '../../../src/foundations/store/schema.postgres.ts';
import type { Tables } from '../../../src/foundations/store/schema.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault } from '../../../src/foundations/vault/vault.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';
import { built } from '../../support/service-process.ts';

const OWNER = `lethe_owner_${process.pid}`;
const SERVICE = `lethe_service_${process.pid}`;
const REFUSED = '42501';
/** What must be out of the service's reach whatever happens to its code. */
const EVIDENCE = [
  'auditEntries',
  'logLeaves',
  'logWitnessed',
  'certificates',
  'noticeTexts',
  'logTiles',
  'consentEvents',
];

async function ask(url: string, ...statements: string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let result: pg.QueryResult | undefined;
    for (const statement of statements) result = await client.query(statement);
    return result as pg.QueryResult;
  } finally {
    await client.end();
  }
}

/** Why the server refused: the first statement that failed. */
async function refusal(url: string, ...statements: string[]): Promise<string | undefined> {
  return ask(url, 'BEGIN', ...statements, 'ROLLBACK').then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );
}

describe('Two roles on PostgreSQL: one owns the tables, the service only uses them', function () {
  this.timeout(180_000);
  let administrator: string;
  let owner: string;
  let service: string;

  const as = (role: string) => {
    const url = new URL(administrator);
    url.username = role;
    url.password = 'secret';
    return url.href;
  };

  before(async () => {
    administrator = await newPostgresDatabase({ empty: true });
    const database = new URL(administrator).pathname.slice(1);
    await ask(
      administrator,
      `CREATE ROLE ${OWNER} LOGIN PASSWORD 'secret'`,
      `CREATE ROLE ${SERVICE} LOGIN PASSWORD 'secret'`,
      `ALTER DATABASE ${database} OWNER TO ${OWNER}`,
    );
    owner = as(OWNER);
    service = as(SERVICE);
    await (await openStore(service, owner)).close();
  });
  after(async () => {
    await ask(
      administrator,
      `REASSIGN OWNED BY ${OWNER} TO CURRENT_USER`,
      `DROP OWNED BY ${OWNER}, ${SERVICE} CASCADE`,
    );
    const elsewhere = new URL(administrator);
    elsewhere.pathname = '/postgres';
    await dropPostgresDatabase(administrator);
    await ask(elsewhere.href, `DROP ROLE IF EXISTS ${OWNER}`, `DROP ROLE IF EXISTS ${SERVICE}`);
  });

  const held = async () => {
    const { rows } = await ask(
      administrator,
      `SELECT relname AS "table", array_agg(right_ ORDER BY right_) AS rights FROM (
         SELECT relname, privilege_type AS right_ FROM pg_class, aclexplode(relacl) AS a
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND a.grantee IN (0, '${SERVICE}'::regrole)
         UNION ALL
         SELECT relname, privilege_type || ' (' || attname || ')' FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid,
           aclexplode(attacl) AS a WHERE relnamespace = 'public'::regnamespace AND a.grantee IN (0, '${SERVICE}'::regrole)
       ) AS held GROUP BY relname`,
    );
    return Object.fromEntries(
      (rows as { table: string; rights: string }[]).map(({ table, rights }) => [table, String(rights)]),
    );
  };
  const wanted = () =>
    Object.fromEntries([
      ['lethe_migrations', '{SELECT}'],
      ...(Object.keys(RIGHTS) as (keyof Tables)[]).map((name) => [
        getTableName(postgresTables[name]),
        String([...RIGHTS[name]].sort()),
      ]),
    ]);
  const plain = (rights: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(rights).map(([table, list]) => [table, list.replace(/[{}"]/g, '').split(',').sort().join()]),
    );

  it('gives the service exactly the rights of the list, and the list has every table there is', async () => {
    const { rows } = await ask(
      administrator,
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    );
    const tables = (rows as { name: string }[]).map(({ name }) => name).sort();
    assert.deepEqual(
      Object.keys(wanted()).sort(),
      tables,
      'a new table needs its line in src/foundations/store/privileges.ts',
    );
    assert.deepEqual(plain(await held()), plain(wanted()));
  });

  it('takes back at the next start what was granted by hand, also when two start at once', async () => {
    await ask(owner, `GRANT ALL ON audit_entries TO ${SERVICE}`, 'GRANT UPDATE (body) ON certificates TO PUBLIC');
    await ask(owner, `REVOKE INSERT ON visits FROM ${SERVICE}`);
    const stores = await Promise.all([openStore(service, owner), openStore(service, owner)]);
    for (const store of stores) await store.close();
    assert.deepEqual(plain(await held()), plain(wanted()));
  });

  it('lets the service do its whole work: decisions, an erasure, a sweep, the log, every job', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-roles-'));
    const masterKey = newMasterKey();
    const vault = await openVault(openSqliteKeyring(join(folder, 'keyring.db')), parseMasterKey(masterKey));
    const store = await openStore(service, owner, undefined, vault.pseudonyms);
    const audit = createAudit({ of: () => ({ current: () => ({ hash: 'hash' }) }) });
    const ground = { engine: 'postgres' as const, folder, location: service, store, vault, audit, masterKey };
    const app = await openApp({ ...ground, close: async () => undefined });
    try {
      const ada = await liveThrough(app, 'ada');
      const clock = () => app.time.now;
      assert.ok((await app.services.merkleLog.advance(clock)) > 0);
      const bea = await liveThrough(app, 'bea');
      const { body } = await app.as('dpo').post(`/v1/subjects/${ada.account}/erasure`).expect(200);
      // The name on a published item stays, lawfully.
      assert.equal(body.verdict, 'complete-with-exceptions');
      app.time.now = new Date('2027-01-20T12:00:00Z');
      const started = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
      let sweep = started.body;
      while (sweep.status === 'running')
        ({ body: sweep } = await app.as('operator').get(`/v1/retention/sweeps/${started.body.sweepId}`).expect(200));
      assert.equal(sweep.status, 'completed');
      await app.as('dpo').get(`/v1/subjects/${bea.account}/report`).expect(200);
      // Tiles of the first round grow in the second.
      app.time.now = new Date(app.time.now.getTime() + 5_000);
      assert.ok((await app.services.merkleLog.advance(clock)) > 0);
      await app.as('nobody').get('/log/north/checkpoint').expect(200);
      const context = await app.contextOf('north', 'operator');
      const log = createLog('silent');
      for (const job of jobs) await job.run({ services: app.services, context, log });
      await app.services.replay(() => undefined);
      const counts = await store.read(async (q) => ({
        entries: (await q.select().from(q.tables.auditEntries)).length,
        certificates: (await q.select().from(q.tables.certificates)).length,
      }));
      assert.ok(counts.entries > 10 && counts.certificates >= 2, JSON.stringify(counts));
    } finally {
      await app.close();
      await store.close();
      await vault.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('lets the service’s role make a backup, and the owner’s bring it back with the same rights', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-roles-'));
    const elsewhere = await newPostgresDatabase({ empty: true });
    const there = (role: string) => {
      const url = new URL(as(role));
      url.pathname = new URL(elsewhere).pathname;
      return url.href;
    };
    const masterKey = parseMasterKey(newMasterKey());
    const keyring = join(folder, 'keyring.db');
    await (await openVault(openSqliteKeyring(keyring), masterKey)).close();
    const places = { to: join(folder, 'backups'), keyringTo: join(folder, 'keys') };
    const about = { lethe: 'test', policyHash: null, now: new Date() };
    try {
      const { data } = await makeBackup({ database: service, keyring, masterKey, ...places, ...about });
      await ask(elsewhere, `ALTER DATABASE ${new URL(elsewhere).pathname.slice(1)} OWNER TO ${OWNER}`);
      const file = data?.file as string;
      const request = { file, keyringFile: undefined, keyring, masterKey, replace: false };
      await assert.rejects(restoreBackup({ ...request, database: there(SERVICE) }), { code: REFUSED });
      await restoreBackup({ ...request, database: there(OWNER) });
      const store = await openStore(there(SERVICE), there(OWNER));
      const entries = await store.read((q) => q.select().from(q.tables.auditEntries));
      assert.equal(entries.length, data?.manifest.rows['audit_entries']);
      await store.close();
      assert.equal(await refusal(there(SERVICE), 'DELETE FROM audit_entries'), REFUSED);
    } finally {
      await dropPostgresDatabase(elsewhere);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const unlock = "INSERT INTO evidence_unlocks (tenant_id, unlock_id, reason) VALUES ('north', 'x', 'x')";
  for (const key of EVIDENCE) {
    const table = getTableName(postgresTables[key as keyof Tables]);
    const rights = RIGHTS[key as keyof Tables] as readonly string[];
    const attempts: [what: string, statement: string][] = [
      ['a row changed', `UPDATE ${table} SET tenant_id = tenant_id`],
      ...(rights.includes('DELETE') ? [] : [['a row deleted', `DELETE FROM ${table}`] as [string, string]]),
      ['all rows thrown away', `TRUNCATE ${table}`],
      ['its triggers disabled', `ALTER TABLE ${table} DISABLE TRIGGER ALL`],
      ['its triggers disabled as user triggers', `ALTER TABLE ${table} DISABLE TRIGGER USER`],
      [
        'a trigger added',
        `CREATE TRIGGER x BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse()`,
      ],
      ['a rule added', `CREATE RULE x AS ON INSERT TO ${table} DO INSTEAD NOTHING`],
      ['a column added', `ALTER TABLE ${table} ADD COLUMN x TEXT`],
      [
        'its rows replaced on insertion',
        `INSERT INTO ${table} SELECT * FROM ${table} ON CONFLICT DO UPDATE SET tenant_id = 'x'`,
      ],
      ['another owner', `ALTER TABLE ${table} OWNER TO ${SERVICE}`],
      ['it dropped', `DROP TABLE ${table} CASCADE`],
      ['a policy on it', `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`],
    ];
    it(`keeps the service from changing ${table}, even with the evidence unlocked: the server refuses`, async () => {
      for (const [what, statement] of attempts) {
        const code = await refusal(service, unlock, statement);
        // ON CONFLICT without a target is no SQL for DO UPDATE; PostgreSQL says so before it looks at rights.
        assert.ok(code === REFUSED || (code === '42601' && what.includes('replaced')), `${what}: ${code}`);
      }
    });
  }

  it('keeps the service from going round: triggers off for its session, other functions, tables in front', async () => {
    for (const statement of [
      "SET session_replication_role = 'replica'",
      'CREATE TABLE evidence (x int)',
      'CREATE OR REPLACE FUNCTION lethe_evidence_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$',
      'DROP FUNCTION lethe_evidence_refuse() CASCADE',
      'CREATE SCHEMA front',
      `SET ROLE ${OWNER}`,
      "UPDATE lethe_migrations SET hash = 'x'",
    ])
      assert.equal(await refusal(service, statement), REFUSED, statement);
    // A temporary table of the guard's name fools the guard, but not the server's own rights.
    const shadow = 'CREATE TEMP TABLE evidence_unlocks AS SELECT tenant_id FROM tenants';
    assert.equal(await refusal(service, shadow, 'DELETE FROM audit_entries'), REFUSED);
  });

  it('leaves consent events their one lawful end, which the triggers watch', async () => {
    assert.equal(await refusal(service, "UPDATE consent_events SET status = 'given'"), REFUSED);
    const found = await ask(administrator, 'SELECT count(*) AS n FROM consent_events');
    assert.ok(Number(found.rows[0].n) > 0);
    assert.equal(await refusal(service, 'DELETE FROM consent_events'), 'LE001');
    assert.equal(await refusal(service, 'UPDATE consent_events SET evidence_sealed = NULL'), 'LE001');
    assert.equal(await refusal(service, unlock, "DELETE FROM consent_events WHERE tenant_id = 'north'"), undefined);
  });

  const walls: [what: string, urls: () => [string, string], said: RegExp, undo?: () => Promise<unknown>][] = [
    ['one role for both', () => [owner, owner], /name the same role/],
    ['a service that is a superuser', () => [administrator, owner], /superuser/],
  ];
  for (const [what, urls, said] of walls)
    it(`is no wall with ${what}: the start is refused in words`, async () => {
      await assert.rejects(openStore(...urls()), (error: { code?: string; message: string }) => {
        assert.equal(error.code, 'no-wall');
        assert.match(error.message, said);
        return true;
      });
    });

  it('is no wall when another role lends the service its rights: the start is refused in words', async () => {
    await ask(administrator, `GRANT ${OWNER} TO ${SERVICE}`);
    await assert.rejects(openStore(service, owner), { code: 'no-wall' });
    await ask(administrator, `REVOKE ${OWNER} FROM ${SERVICE}`);
    await ask(administrator, `GRANT pg_write_all_data TO ${SERVICE}`);
    await assert.rejects(openStore(service, owner), /through another role/);
    await ask(administrator, `REVOKE pg_write_all_data FROM ${SERVICE}`);
    await (await openStore(service, owner)).close();
  });

  it('names the owner when the tables belong to a third role', async () => {
    const url = await newPostgresDatabase();
    const of = (role: string) => {
      const changed = new URL(as(role));
      changed.pathname = new URL(url).pathname;
      return changed.href;
    };
    try {
      await assert.rejects(openStore(of(SERVICE), of(OWNER)), /belong to the role ".+"[\s\S]*REASSIGN OWNED/);
    } finally {
      await dropPostgresDatabase(url);
    }
  });

  it('is missed aloud, once, by a start without the second role, and not by one with it', async () => {
    const said = async (environment: Record<string, string>) => {
      const folder = mkdtempSync(join(tmpdir(), 'lethe-wall-'));
      const child = spawn(process.execPath, [built('src/main.ts')], {
        cwd: packageRoot,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], HOME: folder, LETHE_DATA: folder, PORT: '0', ...environment },
      });
      let log = '';
      child.stdout.on('data', (piece) => {
        log += piece;
        if (log.includes('"listening"')) child.kill('SIGTERM');
      });
      await new Promise((exit) => child.once('exit', exit));
      rmSync(folder, { recursive: true, force: true });
      return log.split('\n').filter((line) => line.includes('DATABASE_MIGRATION_URL')).length;
    };
    const alone = await newPostgresDatabase();
    assert.equal(await said({ DATABASE_URL: alone }), 1);
    await dropPostgresDatabase(alone);
    assert.equal(await said({ DATABASE_URL: service, DATABASE_MIGRATION_URL: owner }), 0);
  });
});

/**
 * SQLite knows no roles: triggers are the wall, and they bind whoever does not take them down. That anybody who may
 * write the file can (DROP TRIGGER, another program, an editor) is its limit; the signed log shows it afterwards.
 */
describe('Evidence on SQLite', () => {
  let ground: Ground;
  before(async () => {
    ground = await openGround('sqlite');
    await ground.store.write(async (tx) => {
      for (const key of EVIDENCE) {
        const table = getTableName(postgresTables[key as keyof Tables]);
        const columns = await tx.rows<{ name: string; type: string }>(sql.raw(`PRAGMA table_info(${table})`));
        const values = columns.map(({ name, type }) =>
          name === 'tenant_id' ? "'north'" : { TEXT: "'1'", INTEGER: '1', BLOB: "x'01'" }[type.toUpperCase()],
        );
        await tx.run(sql.raw(`INSERT INTO ${table} VALUES (${values.join(', ')})`));
      }
    });
  });
  after(() => ground.close());

  const unlock = "INSERT INTO evidence_unlocks (tenant_id, unlock_id, reason) VALUES ('north', 'x', 'x')";
  const rowsOf = (table: string) => ground.store.read((q) => q.rows(sql.raw(`SELECT * FROM ${table}`)));

  for (const key of EVIDENCE) {
    const table = getTableName(postgresTables[key as keyof Tables]);
    it(`in ${table} is not changed, deleted or replaced, whichever words are chosen`, async () => {
      const before = await rowsOf(table);
      assert.equal(before.length, 1);
      const columns = Object.keys(before[0] as object);
      const own = columns.filter((column) => column !== 'tenant_id' && !(table === 'log_tiles' && column === 'hashes'));
      const attempts = [
        ...own.map((column) => `UPDATE ${table} SET ${column} = ${column}`),
        `DELETE FROM ${table}`,
        `REPLACE INTO ${table} SELECT * FROM ${table}`,
        `INSERT OR REPLACE INTO ${table} SELECT * FROM ${table}`,
        `UPDATE OR REPLACE ${table} SET ${own[0]} = ${own[0]}`,
        `INSERT INTO ${table} SELECT * FROM ${table} WHERE true ON CONFLICT DO UPDATE SET ${own[0]} = ${own[0]}`,
      ];
      for (const attempt of attempts)
        await assert.rejects(
          ground.store.write((tx) => tx.run(sql.raw(attempt))),
          { name: 'StoreError', fault: 'evidence' },
          attempt,
        );
      assert.deepEqual(await rowsOf(table), before);
    });

    it(`in ${table} is not rewritten with the evidence unlocked: that only takes away`, async () => {
      const before = await rowsOf(table);
      // What is sealed may be sealed anew, to the same length.
      const sealed = ['evidence_sealed', 'parental_sealed'];
      const columns = Object.keys(before[0] as object).filter((column) => !sealed.includes(column));
      for (const column of table === 'log_tiles' ? ['level', 'tile_index'] : columns)
        await assert.rejects(
          ground.store.write(async (tx) => {
            await tx.run(sql.raw(unlock));
            // What is no text becomes none: a STRICT table would refuse that first.
            const other = column === 'salt' ? "x'02'" : `${column} || '2'`;
            await tx.run(sql.raw(`UPDATE ${table} SET ${column} = ${other}`));
          }),
          { fault: 'evidence' },
          `${table}.${column}`,
        );
      assert.deepEqual(await rowsOf(table), before);
    });
  }

  it('is not made editable by writing into the schema table', async () => {
    for (const attempt of [
      "DELETE FROM sqlite_schema WHERE type = 'trigger'",
      "UPDATE sqlite_schema SET sql = '' WHERE type = 'trigger'",
    ])
      await assert.rejects(
        ground.store.write(async (tx) => {
          await tx.rows(sql.raw('PRAGMA writable_schema = ON'));
          await tx.run(sql.raw(attempt));
        }),
        attempt,
      );
    await assert.rejects(
      ground.store.write((tx) => tx.run(sql.raw('DELETE FROM certificates'))),
      { fault: 'evidence' },
    );
  });

  it('has a tile that only grows', async () => {
    const grow = (hashes: string) =>
      ground.store.write((tx) => tx.run(sql.raw(`UPDATE log_tiles SET hashes = ${hashes}`)));
    for (const hashes of ["x'02'", "x''", "x'01'", "x'0201'"])
      await assert.rejects(grow(hashes), { fault: 'evidence' });
    await grow("x'0102'");
  });
});
