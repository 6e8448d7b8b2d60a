import type pg from 'pg';
import { bringUpPostgres } from '../store/bring-up.ts';
import { onOneConnection, openConnections, TIMEOUTS, type Timeouts } from '../store/connections.ts';
import { KEPT_APART_SCHEMA, openPostgresKeptApart } from './kept-apart.postgres.ts';
import type { Keyring, WrappedKey } from './keyring.ts';

const MASTER_TABLE =
  'CREATE TABLE IF NOT EXISTS lethe_master (one INTEGER PRIMARY KEY CHECK (one = 1), check_value TEXT NOT NULL)';

export const KEYRING_SCHEMA = `
CREATE TABLE IF NOT EXISTS lethe_keys (tenant_id TEXT NOT NULL, scope TEXT COLLATE "C" NOT NULL, key_id TEXT NOT NULL, wrapped BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, scope));
${MASTER_TABLE};`;

const COLUMNS = 'tenant_id AS "tenantId", scope, key_id AS "keyId", wrapped';

const APPLICATION = 'lethe-keyring';
/** Connections of one instance at most. */
const SIZES = { request: 8, batch: 2, reserved: 2 };

/** The names of what the statements of a schema make, by their own words. */
const namesIn = (schema: string) =>
  [...schema.matchAll(/CREATE (?:OR REPLACE )?(?:TABLE|INDEX|TRIGGER|FUNCTION) (?:IF NOT EXISTS )?(\w+)/g)].map(
    ([, name]) => name as string,
  );

/** Makes what is not there yet. What is looked at is what there is: a restore may have brought an older keyring. */
async function bringUp(client: pg.ClientBase): Promise<void> {
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
      return Number(rows[0]?.there) === names.length;
    },
    bring: async () => {
      await client.query(schema);
    },
  });
}

/** The keyring in a PostgreSQL database of its own, for several instances on several machines. @throws StoreError */
export async function openPostgresKeyring(url: string, timeouts: Timeouts = TIMEOUTS): Promise<Keyring> {
  await onOneConnection(url, APPLICATION, bringUp);
  const connections = openConnections(url, { application: APPLICATION, sizes: SIZES, timeouts });
  const pool = connections.statements;
  const find = async (tenantId: string, scope: string): Promise<WrappedKey | undefined> =>
    (
      await pool.query<WrappedKey>(`SELECT ${COLUMNS} FROM lethe_keys WHERE tenant_id = $1 AND scope = $2`, [
        tenantId,
        scope,
      ])
    ).rows[0];
  return {
    keptApart: openPostgresKeptApart(pool),
    find,
    create: async (key, check) => {
      await pool.query(
        `INSERT INTO lethe_keys (tenant_id, scope, key_id, wrapped)
         SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM lethe_master WHERE check_value = $5) ON CONFLICT DO NOTHING`,
        [key.tenantId, key.scope, key.keyId, key.wrapped, check],
      );
      return find(key.tenantId, key.scope);
    },
    destroy: async (tenantId, scopes) =>
      (await pool.query('DELETE FROM lethe_keys WHERE tenant_id = $1 AND scope = ANY($2)', [tenantId, scopes]))
        .rowCount ?? 0,
    list: async (tenantId, prefix, after, limit) =>
      (
        await pool.query<{ scope: string }>(
          'SELECT scope FROM lethe_keys WHERE tenant_id = $1 AND scope > $2 AND starts_with(scope, $3) ORDER BY scope LIMIT $4',
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
          await session.query('UPDATE lethe_keys SET wrapped = $1 WHERE tenant_id = $2 AND scope = $3', [
            rewrapOne(row),
            row.tenantId,
            row.scope,
          ]);
        await session.query('UPDATE lethe_master SET check_value = $1', [check]);
        return rows.length;
      }),
    // One message, so one transaction: no other ever sees the row.
    tryWrite: async () => {
      await pool.query(
        `INSERT INTO lethe_keys (tenant_id, scope, key_id, wrapped) VALUES ('*', 'readyz', '', '') ON CONFLICT DO NOTHING;
         DELETE FROM lethe_keys WHERE tenant_id = '*' AND scope = 'readyz'`,
      );
    },
    close: connections.close,
  };
}
