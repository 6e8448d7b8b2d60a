import pg from 'pg';
import { KEPT_APART_SCHEMA, openPostgresKeptApart } from './kept-apart.postgres.ts';
import type { Keyring, WrappedKey } from './keyring.ts';

export const KEYRING_SCHEMA = `
CREATE TABLE IF NOT EXISTS lethe_keys (tenant_id TEXT NOT NULL, scope TEXT COLLATE "C" NOT NULL, key_id TEXT NOT NULL, wrapped BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, scope));
CREATE TABLE IF NOT EXISTS lethe_master (one INTEGER PRIMARY KEY CHECK (one = 1), check_value TEXT NOT NULL);`;

const COLUMNS = 'tenant_id AS "tenantId", scope, key_id AS "keyId", wrapped';

/** The keyring in a PostgreSQL database of its own, for several instances on several machines. */
export async function openPostgresKeyring(url: string): Promise<Keyring> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    application_name: 'lethe-keyring',
  });
  pool.on('error', () => undefined);
  await pool.query(KEYRING_SCHEMA + KEPT_APART_SCHEMA).catch((error: { code?: string }) => {
    if (!['23505', '42710', '42P07', 'XX000'].includes(error.code ?? '')) throw error;
  });
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
    rewrap: async (check, rewrapOne) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('LOCK TABLE lethe_keys IN EXCLUSIVE MODE');
        const { rows } = await client.query<WrappedKey>(`SELECT ${COLUMNS} FROM lethe_keys`);
        for (const row of rows)
          await client.query('UPDATE lethe_keys SET wrapped = $1 WHERE tenant_id = $2 AND scope = $3', [
            rewrapOne(row),
            row.tenantId,
            row.scope,
          ]);
        await client.query('UPDATE lethe_master SET check_value = $1', [check]);
        await client.query('COMMIT');
        return rows.length;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
    // One message, so one transaction: no other ever sees the row.
    tryWrite: async () => {
      await pool.query(
        `INSERT INTO lethe_keys (tenant_id, scope, key_id, wrapped) VALUES ('*', 'readyz', '', '') ON CONFLICT DO NOTHING;
         DELETE FROM lethe_keys WHERE tenant_id = '*' AND scope = 'readyz'`,
      );
    },
    close: () => pool.end(),
  };
}
