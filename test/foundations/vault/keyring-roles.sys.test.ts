import assert from 'node:assert/strict';
import pg from 'pg';
import { StoreError } from '../../../src/foundations/store/errors.ts';
import { openPostgresKeyring } from '../../../src/foundations/vault/keyring.postgres.ts';
import { newMasterKey, parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault } from '../../../src/foundations/vault/vault.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';

const OWNER = `lethe_keyring_owner_${process.pid}`;
const SERVICE = `lethe_keyring_${process.pid}`;
/** The role of the data's service, on the same server. */
const DATA = `lethe_data_${process.pid}`;

async function ask(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
const refusal = (url: string, statement: string) =>
  ask(url, statement).then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

describe('The keyring on PostgreSQL has two roles of its own', function () {
  this.timeout(180_000);
  let administrator: string;
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
      ...[OWNER, SERVICE, DATA].map((role) => `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`),
      `ALTER DATABASE ${database} OWNER TO ${OWNER}`,
      `ALTER SCHEMA public OWNER TO ${OWNER}`,
    );
  });
  after(async () => {
    await ask(administrator, `DROP OWNED BY ${SERVICE}, ${DATA} CASCADE`, `REASSIGN OWNED BY ${OWNER} TO CURRENT_USER`);
    const elsewhere = new URL(administrator);
    elsewhere.pathname = '/postgres';
    await dropPostgresDatabase(administrator);
    await ask(
      elsewhere.href,
      `DROP OWNED BY ${OWNER} CASCADE`,
      ...[OWNER, SERVICE, DATA].map((role) => `DROP ROLE IF EXISTS ${role}`),
    );
  });

  it('does all it has to by the role that owns nothing: keys, destruction, rotations, the ledger', async () => {
    for (let start = 0; start < 2; start += 1) {
      const keyring = await openPostgresKeyring(as(SERVICE), undefined, as(OWNER));
      const vault = await openVault(keyring, parseMasterKey(Buffer.alloc(32, 7).toString('base64')));
      await vault.key('north', 'subject:a');
      assert.equal(await vault.shred('north', ['subject:a']), 1);
      await vault.key('north', 'content');
      const rotation = await vault.keyRotation.begin({ tenantId: null, scope: null });
      await vault.keyRotation.announce(rotation);
      await vault.keyRotation.promote(rotation);
      // That of the content, and the one pseudonyms are made with.
      assert.equal(await vault.keyRotation.retire(rotation), 2);
      await vault.keyRotation.moveTo(rotation, 'finished');
      const entry = {
        tenantId: 'north',
        erasureId: `e${start}`,
        subjects: ['x'],
        recordedAt: new Date(0),
        decisions: {},
      };
      await vault.keptApart.recordErasure(entry);
      await vault.keptApart.publish({ tenantId: 'north', generation: 1, size: 1 + start, root: 'r' });
      await keyring.tryWrite();
      if (start === 1) await vault.rotateMasterKey(parseMasterKey(newMasterKey()));
      await vault.close();
    }
  });

  it('gives whoever has the service’s role rows, and no table, no trigger, no end of the ledger', async () => {
    for (const statement of [
      'CREATE TABLE planted (a int)',
      'DROP TABLE lethe_keys',
      'TRUNCATE lethe_keys',
      'ALTER TABLE lethe_keys ADD COLUMN a int',
      'ALTER TABLE lethe_erasure_ledger DISABLE TRIGGER ALL',
      "UPDATE lethe_erasure_ledger SET subjects = '[]'",
      'DELETE FROM lethe_erasure_ledger',
      'DELETE FROM lethe_master',
      'DELETE FROM lethe_published_checkpoints',
    ])
      assert.equal(await refusal(as(SERVICE), statement), '42501', statement);
  });

  it('lets a role of the data on the same server read nothing: it may not even connect', async () => {
    assert.equal(await refusal(as(DATA), 'SELECT * FROM lethe_keys'), '42501');
  });

  it('refuses a start when both settings name one role, or the service’s may do more', async () => {
    const noWall = (error: unknown) => error instanceof StoreError && error.code === 'no-wall';
    await assert.rejects(openPostgresKeyring(as(OWNER), undefined, as(OWNER)), noWall);
    await ask(administrator, `GRANT ${OWNER} TO ${SERVICE}`);
    await assert.rejects(openPostgresKeyring(as(SERVICE), undefined, as(OWNER)), noWall);
    await ask(administrator, `REVOKE ${OWNER} FROM ${SERVICE}`);
  });
});
