import type Database from 'better-sqlite3';
import type { KeptApart, LedgerEntry, PublishedCheckpoint } from './kept-apart.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS published_checkpoints (tenant_id TEXT PRIMARY KEY, generation INTEGER NOT NULL,
  size INTEGER NOT NULL, root TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS erasure_ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, tenant_id TEXT NOT NULL,
  erasure_id TEXT NOT NULL, subjects TEXT NOT NULL, recorded_at INTEGER NOT NULL, decisions TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS erasure_ledger_erasure ON erasure_ledger (tenant_id, erasure_id, seq);
CREATE TABLE IF NOT EXISTS ended_tokens (tenant_id TEXT NOT NULL, token_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, token_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ended_tenants (tenant_id TEXT NOT NULL, departure_id TEXT NOT NULL,
  recorded_at INTEGER NOT NULL, readmitted_at INTEGER, PRIMARY KEY (tenant_id, departure_id)) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS erasure_ledger_no_update BEFORE UPDATE ON erasure_ledger
  BEGIN SELECT RAISE(ABORT, 'evidence: erasure_ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS erasure_ledger_no_delete BEFORE DELETE ON erasure_ledger
  BEGIN SELECT RAISE(ABORT, 'evidence: erasure_ledger is append-only'); END;`;

interface LedgerRow {
  seq: number;
  tenantId: string;
  erasureId: string;
  subjects: string;
  recordedAt: number;
  decisions: string;
}

/** In the keyring's own file. `durable` resolves once what was written before it is on the disk. */
export function openSqliteKeptApart(db: Database.Database, durable: () => Promise<void>): KeptApart {
  db.exec(SCHEMA);
  const getPublished = db.prepare<[string], PublishedCheckpoint>(
    'SELECT tenant_id AS tenantId, generation, size, root FROM published_checkpoints WHERE tenant_id = ?',
  );
  const putPublished = db.prepare(
    `INSERT INTO published_checkpoints (tenant_id, generation, size, root) VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant_id) DO UPDATE SET generation = excluded.generation, size = excluded.size, root = excluded.root
     WHERE excluded.generation > published_checkpoints.generation
        OR (excluded.generation = published_checkpoints.generation AND excluded.size > published_checkpoints.size)`,
  );
  const columns =
    'seq, tenant_id AS tenantId, erasure_id AS erasureId, subjects, recorded_at AS recordedAt, decisions FROM erasure_ledger';
  const last = db.prepare<[string, string], LedgerRow>(
    `SELECT ${columns} WHERE tenant_id = ? AND erasure_id = ? ORDER BY seq DESC LIMIT 1`,
  );
  const append = db.prepare(
    'INSERT INTO erasure_ledger (tenant_id, erasure_id, subjects, recorded_at, decisions) VALUES (?, ?, ?, ?, ?)',
  );
  const putEnd = db.prepare('INSERT INTO ended_tokens (tenant_id, token_id) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const getEnd = db.prepare('SELECT 1 FROM ended_tokens WHERE tenant_id = ? AND token_id = ?');
  const putTenantEnd = db.prepare(
    'INSERT INTO ended_tenants (tenant_id, departure_id, recorded_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const readmit = db.prepare(
    'UPDATE ended_tenants SET readmitted_at = ? WHERE tenant_id = ? AND readmitted_at IS NULL',
  );
  const tenantEnds = db.prepare<
    [],
    { tenantId: string; departureId: string; recordedAt: number; readmittedAt: number | null }
  >(
    `SELECT tenant_id AS tenantId, departure_id AS departureId, recorded_at AS recordedAt, readmitted_at AS readmittedAt
     FROM ended_tenants ORDER BY recorded_at, tenant_id`,
  );
  const page = db.prepare<[number, number], LedgerRow>(`SELECT ${columns} WHERE seq > ? ORDER BY seq LIMIT ?`);

  return {
    published: async (tenantId) => getPublished.get(tenantId),
    publish: async ({ tenantId, generation, size, root }) => {
      putPublished.run(tenantId, generation, size, root);
      await durable();
      return getPublished.get(tenantId) as PublishedCheckpoint;
    },
    recordErasure: async ({ tenantId, erasureId, subjects, recordedAt, decisions }) => {
      const told = [JSON.stringify(subjects), JSON.stringify(decisions)] as const;
      db.transaction(() => {
        const standing = last.get(tenantId, erasureId);
        if (standing && standing.subjects === told[0] && standing.decisions === told[1]) return;
        append.run(tenantId, erasureId, told[0], recordedAt.getTime(), told[1]);
      }).immediate();
      await durable();
    },
    recordTokenEnd: async (tenantId, tokenId) => {
      putEnd.run(tenantId, tokenId);
      await durable();
    },
    tokenEnded: async (tenantId, tokenId) => getEnd.get(tenantId, tokenId) !== undefined,
    recordTenantEnd: async ({ tenantId, departureId, recordedAt }) => {
      putTenantEnd.run(tenantId, departureId, recordedAt.getTime());
      await durable();
    },
    tenantEnds: async () =>
      tenantEnds.all().map((row) => ({
        ...row,
        recordedAt: new Date(row.recordedAt),
        readmittedAt: row.readmittedAt === null ? null : new Date(row.readmittedAt),
      })),
    readmitTenant: async (tenantId, at) => {
      readmit.run(at.getTime(), tenantId);
      await durable();
    },
    erasures: async (after, limit) =>
      page.all(after, limit).map(
        (row): LedgerEntry => ({
          ...row,
          subjects: JSON.parse(row.subjects) as string[],
          recordedAt: new Date(row.recordedAt),
          decisions: JSON.parse(row.decisions),
        }),
      ),
  };
}
