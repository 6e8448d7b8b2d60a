import type { Session } from '../store/connections.ts';
import type { KeptApart, LedgerEntry, PublishedCheckpoint, TenantEnd } from './kept-apart.ts';

export const KEPT_APART_SCHEMA = `
CREATE TABLE IF NOT EXISTS lethe_published_checkpoints (tenant_id TEXT PRIMARY KEY, generation BIGINT NOT NULL,
  size BIGINT NOT NULL, root TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lethe_erasure_ledger (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id TEXT NOT NULL, erasure_id TEXT NOT NULL, subjects TEXT NOT NULL, recorded_at TIMESTAMPTZ NOT NULL,
  decisions TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS lethe_erasure_ledger_erasure ON lethe_erasure_ledger (tenant_id, erasure_id, seq);
CREATE TABLE IF NOT EXISTS lethe_ended_tokens (tenant_id TEXT NOT NULL, token_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, token_id));
CREATE TABLE IF NOT EXISTS lethe_ended_tenants (tenant_id TEXT NOT NULL, departure_id TEXT NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL, readmitted_at TIMESTAMPTZ, PRIMARY KEY (tenant_id, departure_id));
CREATE OR REPLACE FUNCTION lethe_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
END $$;
CREATE OR REPLACE TRIGGER lethe_erasure_ledger_no_change BEFORE UPDATE OR DELETE ON lethe_erasure_ledger
  FOR EACH ROW EXECUTE FUNCTION lethe_ledger_refuse();
CREATE OR REPLACE TRIGGER lethe_erasure_ledger_no_truncate BEFORE TRUNCATE ON lethe_erasure_ledger
  FOR EACH STATEMENT EXECUTE FUNCTION lethe_ledger_refuse();`;

interface LedgerRow {
  seq: string;
  tenantId: string;
  erasureId: string;
  subjects: string;
  recordedAt: Date;
  decisions: string;
}

const COLUMNS =
  'seq, tenant_id AS "tenantId", erasure_id AS "erasureId", subjects, recorded_at AS "recordedAt", decisions FROM lethe_erasure_ledger';

/** In the keyring's own database, shared by all instances. */
export function openPostgresKeptApart(pool: Session): KeptApart {
  const published = async (tenantId: string): Promise<PublishedCheckpoint | undefined> => {
    const { rows } = await pool.query<{ generation: string; size: string; root: string }>(
      'SELECT generation, size, root FROM lethe_published_checkpoints WHERE tenant_id = $1',
      [tenantId],
    );
    const [row] = rows;
    return row && { tenantId, generation: Number(row.generation), size: Number(row.size), root: row.root };
  };
  return {
    published,
    publish: async ({ tenantId, generation, size, root }) => {
      await pool.query(
        `INSERT INTO lethe_published_checkpoints AS p (tenant_id, generation, size, root) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id) DO UPDATE SET generation = excluded.generation, size = excluded.size, root = excluded.root
         WHERE excluded.generation > p.generation OR (excluded.generation = p.generation AND excluded.size > p.size)`,
        [tenantId, generation, size, root],
      );
      return (await published(tenantId)) as PublishedCheckpoint;
    },
    recordErasure: async ({ tenantId, erasureId, subjects, recordedAt, decisions }) => {
      await pool.query(
        `INSERT INTO lethe_erasure_ledger (tenant_id, erasure_id, subjects, recorded_at, decisions)
         SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
           SELECT 1 FROM (SELECT subjects, decisions FROM lethe_erasure_ledger
             WHERE tenant_id = $1 AND erasure_id = $2 ORDER BY seq DESC LIMIT 1) AS standing
           WHERE standing.subjects = $3 AND standing.decisions = $5)`,
        [tenantId, erasureId, JSON.stringify(subjects), recordedAt, JSON.stringify(decisions)],
      );
    },
    recordTokenEnd: async (tenantId, tokenId) => {
      await pool.query('INSERT INTO lethe_ended_tokens (tenant_id, token_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        tenantId,
        tokenId,
      ]);
    },
    tokenEnded: async (tenantId, tokenId) =>
      (await pool.query('SELECT 1 FROM lethe_ended_tokens WHERE tenant_id = $1 AND token_id = $2', [tenantId, tokenId]))
        .rows.length > 0,
    recordTenantEnd: async ({ tenantId, departureId, recordedAt }) => {
      await pool.query(
        'INSERT INTO lethe_ended_tenants (tenant_id, departure_id, recorded_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [tenantId, departureId, recordedAt],
      );
    },
    tenantEnds: async () =>
      (
        await pool.query<TenantEnd>(
          `SELECT tenant_id AS "tenantId", departure_id AS "departureId", recorded_at AS "recordedAt",
             readmitted_at AS "readmittedAt" FROM lethe_ended_tenants ORDER BY recorded_at, tenant_id`,
        )
      ).rows,
    readmitTenant: async (tenantId, at) => {
      await pool.query(
        'UPDATE lethe_ended_tenants SET readmitted_at = $2 WHERE tenant_id = $1 AND readmitted_at IS NULL',
        [tenantId, at],
      );
    },
    erasures: async (after, limit) => {
      const { rows } = await pool.query<LedgerRow>(`SELECT ${COLUMNS} WHERE seq > $1 ORDER BY seq LIMIT $2`, [
        after,
        limit,
      ]);
      return rows.map(
        (row): LedgerEntry => ({
          ...row,
          seq: Number(row.seq),
          subjects: JSON.parse(row.subjects) as string[],
          decisions: JSON.parse(row.decisions),
        }),
      );
    },
  };
}
