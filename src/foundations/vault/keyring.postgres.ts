import type pg from 'pg';
import { bringUpPostgres } from '../store/bring-up.ts';
import { onOneConnection, openConnections, TIMEOUTS, type Timeouts } from '../store/connections.ts';
import { grantTo, hasRights, refuseOtherOwner, refuseWithoutWall, type Wall } from '../store/privileges.ts';
import { KEPT_APART_SCHEMA, openPostgresKeptApart } from './kept-apart.postgres.ts';
import type { Keyring, WrappedKey } from './keyring.ts';
import { openPostgresRotations } from './rotations.postgres.ts';

const MASTER_TABLE =
  'CREATE TABLE IF NOT EXISTS lethe_master (one INTEGER PRIMARY KEY CHECK (one = 1), check_value TEXT NOT NULL)';

export const KEYRING_SCHEMA = `
CREATE TABLE IF NOT EXISTS lethe_keys (tenant_id TEXT NOT NULL, scope TEXT COLLATE "C" NOT NULL, number INTEGER NOT NULL,
  key_id TEXT NOT NULL, wrapped BYTEA NOT NULL, epoch BIGINT NOT NULL, pending BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, scope, number));
CREATE TABLE IF NOT EXISTS lethe_rotations (epoch BIGINT PRIMARY KEY, tenant_id TEXT, scope TEXT, phase TEXT NOT NULL);
${MASTER_TABLE};`;

const COLUMNS = 'tenant_id AS "tenantId", scope, number, key_id AS "keyId", wrapped, epoch::int AS epoch, pending';

const APPLICATION = 'lethe-keyring';
/** Connections of one instance at most. */
const SIZES = { request: 8, batch: 2, reserved: 2 };

/** The names of what the statements of a schema make, by their own words. */
const namesIn = (schema: string) =>
  [...schema.matchAll(/CREATE (?:OR REPLACE )?(?:TABLE|INDEX|TRIGGER|FUNCTION) (?:IF NOT EXISTS )?(\w+)/g)].map(
    ([, name]) => name as string,
  );

/** What the service's role may do in the keyring where another owns it: rows, never the tables; the ledger only grows. */
const WALL: Wall = {
  settings: ['LETHE_KEYRING_URL', 'LETHE_KEYRING_MIGRATION_URL'],
  rightsByTable: () => [
    ['lethe_keys', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']],
    ['lethe_rotations', ['SELECT', 'INSERT', 'UPDATE']],
    ['lethe_master', ['SELECT', 'INSERT', 'UPDATE']],
    ['lethe_published_checkpoints', ['SELECT', 'INSERT', 'UPDATE']],
    ['lethe_erasure_ledger', ['SELECT', 'INSERT']],
    ['lethe_ended_tokens', ['SELECT', 'INSERT']],
    ['lethe_ended_tenants', ['SELECT', 'INSERT', 'UPDATE']],
  ],
};

/** Nobody but the two roles may even connect, where the owner can decide that: the data's roles may be on this server. */
async function closeTo(owner: pg.ClientBase, role: string): Promise<void> {
  const { rows } = await owner.query<{ name: string; mine: boolean }>(
    `SELECT quote_ident(datname) AS name, pg_has_role(datdba, 'USAGE') AS mine FROM pg_database WHERE datname = current_database()`,
  );
  const [database] = rows;
  if (!database?.mine) return;
  await owner.query(`REVOKE ALL ON DATABASE ${database.name} FROM PUBLIC`);
  await owner.query(`GRANT CONNECT ON DATABASE ${database.name} TO "${role.replaceAll('"', '""')}"`);
}

/** With a role of its own that owns the tables, the service's is given its rights and no more. */
async function bringUpBy(url: string, migrationUrl: string | undefined): Promise<void> {
  if (migrationUrl === undefined) return onOneConnection(url, APPLICATION, (client) => bringUp(client));
  // By name: before the first start the service's role cannot be asked, as it may not be let in yet.
  const role = decodeURIComponent(new URL(url).username);
  await onOneConnection(migrationUrl, APPLICATION, async (owner) => {
    await refuseOtherOwner(owner, role, WALL);
    await bringUp(owner, {
      stand: (client) => hasRights(client, role, WALL),
      bring: async (client) => {
        await grantTo(client, role, WALL);
        await closeTo(client, role);
      },
    });
  });
  await onOneConnection(url, APPLICATION, (service) => refuseWithoutWall(service, WALL));
}

interface Rights {
  stand(client: pg.ClientBase): Promise<boolean>;
  bring(client: pg.ClientBase): Promise<void>;
}

/** Makes what is not there yet. What is looked at is what there is: a restore may have brought an older keyring. */
async function bringUp(client: pg.ClientBase, rights?: Rights): Promise<void> {
  const schema = KEYRING_SCHEMA + KEPT_APART_SCHEMA;
  const names = [...new Set(namesIn(schema))];
  await bringUpPostgres(client, {
    table: 'lethe_master',
    make: MASTER_TABLE,
    stands: async () => {
      const { rows } = await client.query<{ there: string }>(
        `SELECT count(DISTINCT name) AS there FROM (
           SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
           UNION ALL SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
             WHERE relnamespace = current_schema()::regnamespace
           UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace) AS made
         WHERE name = ANY($1)`,
        [names],
      );
      return Number(rows[0]?.there) === names.length && ((await rights?.stand(client)) ?? true);
    },
    bring: async () => {
      await client.query(schema);
      await rights?.bring(client);
    },
  });
}

/**
 * The keyring in a PostgreSQL database of its own, for several instances on several machines. `migrationUrl`: the same
 * database by the role that owns its tables; the service's may then change rows only.
 * @throws StoreError `no-wall` when the service's role could do more
 */
export async function openPostgresKeyring(
  url: string,
  timeouts: Timeouts = TIMEOUTS,
  migrationUrl?: string,
): Promise<Keyring> {
  await bringUpBy(url, migrationUrl);
  const connections = openConnections(url, { application: APPLICATION, sizes: SIZES, timeouts });
  const pool = connections.statements;
  const find = async (tenantId: string, scope: string): Promise<WrappedKey[]> =>
    (
      await pool.query<WrappedKey>(
        `SELECT ${COLUMNS} FROM lethe_keys WHERE tenant_id = $1 AND scope = $2 ORDER BY number`,
        [tenantId, scope],
      )
    ).rows;
  const findEach = async (tenantId: string, scopes: readonly string[]): Promise<WrappedKey[]> =>
    (
      await pool.query<WrappedKey>(
        `SELECT ${COLUMNS} FROM lethe_keys WHERE tenant_id = $1 AND scope = ANY($2) ORDER BY number`,
        [tenantId, scopes],
      )
    ).rows;
  const isMaster = async (check: string): Promise<boolean> =>
    (await pool.query('SELECT 1 FROM lethe_master WHERE check_value = $1', [check])).rows.length === 1;
  return {
    rotations: openPostgresRotations(pool, connections.transaction),
    keptApart: openPostgresKeptApart(pool),
    find,
    create: async (key, check) => {
      await pool.query(
        `INSERT INTO lethe_keys (tenant_id, scope, number, key_id, wrapped, epoch, pending)
         SELECT $1, $2, 1, $3, $4, (SELECT coalesce(max(epoch), 0) FROM lethe_rotations), false
         WHERE EXISTS (SELECT 1 FROM lethe_master WHERE check_value = $5)
           AND NOT EXISTS (SELECT 1 FROM lethe_keys WHERE tenant_id = $1 AND scope = $2) ON CONFLICT DO NOTHING`,
        [key.tenantId, key.scope, key.keyId, key.wrapped, check],
      );
      return (await isMaster(check)) ? find(key.tenantId, key.scope) : [];
    },
    findEach,
    createEach: async (keys, check) => {
      const [first] = keys;
      if (!first) return [];
      // In one order: two that make the same keys wait for each other, and never both.
      const sorted = keys.toSorted((one, other) => (one.scope < other.scope ? -1 : 1));
      await pool.query(
        `INSERT INTO lethe_keys (tenant_id, scope, number, key_id, wrapped, epoch, pending)
         SELECT $1, scope, 1, key_id, wrapped, (SELECT coalesce(max(epoch), 0) FROM lethe_rotations), false
         FROM unnest($2::text[], $3::text[], $4::bytea[]) AS made (scope, key_id, wrapped)
         WHERE EXISTS (SELECT 1 FROM lethe_master WHERE check_value = $5)
           AND NOT EXISTS (SELECT 1 FROM lethe_keys k WHERE k.tenant_id = $1 AND k.scope = made.scope) ON CONFLICT DO NOTHING`,
        [
          first.tenantId,
          sorted.map(({ scope }) => scope),
          sorted.map(({ keyId }) => keyId),
          sorted.map(({ wrapped }) => wrapped),
          check,
        ],
      );
      if (!(await isMaster(check))) return keys.map(() => []);
      const scopes = keys.map(({ scope }) => scope);
      const standing = Map.groupBy(await findEach(first.tenantId, scopes), ({ scope }) => scope);
      return scopes.map((scope) => standing.get(scope) ?? []);
    },
    destroy: async (tenantId, scopes) => {
      const gone = new Set<string>();
      for (;;) {
        const { rows } = await pool.query<{ scope: string }>(
          'DELETE FROM lethe_keys WHERE tenant_id = $1 AND scope = ANY($2) RETURNING scope',
          [tenantId, scopes],
        );
        for (const { scope } of rows) gone.add(scope);
        // Again, until there was none: a rotation may have added one that this statement did not see yet.
        if (rows.length === 0) return gone.size;
      }
    },
    scrub: async () => undefined,
    scrubLate: async () => true,
    list: async (tenantId, prefix, after, limit) =>
      (
        await pool.query<{ scope: string }>(
          'SELECT DISTINCT scope FROM lethe_keys WHERE tenant_id = $1 AND scope > $2 AND starts_with(scope, $3) ORDER BY scope LIMIT $4',
          [tenantId, after, prefix, limit],
        )
      ).rows.map((row) => row.scope),
    claim: async (check) => {
      const find = 'SELECT check_value AS value FROM lethe_master';
      const standing = async () => (await pool.query<{ value: string }>(find)).rows[0]?.value;
      const known = await standing();
      if (known !== undefined) return known;
      await pool.query('INSERT INTO lethe_master (one, check_value) VALUES (1, $1) ON CONFLICT DO NOTHING', [check]);
      return (await standing()) ?? check;
    },
    rewrap: (check, rewrapOne) =>
      connections.transaction('BEGIN', async (session) => {
        await session.query('LOCK TABLE lethe_keys IN EXCLUSIVE MODE');
        const { rows } = await session.query<WrappedKey>(`SELECT ${COLUMNS} FROM lethe_keys`);
        for (const row of rows)
          await session.query(
            'UPDATE lethe_keys SET wrapped = $1 WHERE tenant_id = $2 AND scope = $3 AND number = $4',
            [rewrapOne(row), row.tenantId, row.scope, row.number],
          );
        await session.query('UPDATE lethe_master SET check_value = $1', [check]);
        return rows.length;
      }),
    // One message, so one transaction: no other ever sees the row.
    tryWrite: async () => {
      await pool.query(
        `INSERT INTO lethe_keys (tenant_id, scope, number, key_id, wrapped, epoch, pending)
           VALUES ('*', 'readyz', 1, '', '', 0, false) ON CONFLICT DO NOTHING;
         DELETE FROM lethe_keys WHERE tenant_id = '*' AND scope = 'readyz'`,
      );
    },
    close: connections.close,
  };
}
