import { closeSync, fdatasync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { mappedMethods, StoreError } from '../store/errors.ts';
import { openSqliteKeptApart } from './kept-apart.sqlite.ts';
import type { Keyring, WrappedKey } from './keyring.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS keys (tenant_id TEXT NOT NULL, scope TEXT NOT NULL, key_id TEXT NOT NULL, wrapped BLOB NOT NULL,
  PRIMARY KEY (tenant_id, scope)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS master (one INTEGER PRIMARY KEY CHECK (one = 1), check_value TEXT NOT NULL) STRICT;`;

interface Row {
  tenantId: string;
  scope: string;
  keyId: string;
  wrapped: Buffer;
}

const diskFault = ({ code = 'unknown' }: NodeJS.ErrnoException) =>
  new StoreError(code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'unavailable', code);

/**
 * The keyring as a file of its own beside the data. New keys of one turn share a commit, and its flush to the disk
 * happens beside the event loop (`synchronous = NORMAL` leaves it to us): a key is answered only once it is there.
 */
export function openSqliteKeyring(file: string): Keyring {
  const db = new Database(file);
  db.pragma('busy_timeout = 10000');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('secure_delete = ON');
  db.pragma('wal_autocheckpoint = 4000');
  db.exec(SCHEMA);
  // Lives as long as the connection; checkpoints truncate it, but never replace it.
  const log = openSync(`${file}-wal`, 'r+');

  const columns = 'tenant_id AS tenantId, scope, key_id AS keyId, wrapped';
  const select = db.prepare<[string, string], Row>(`SELECT ${columns} FROM keys WHERE tenant_id = ? AND scope = ?`);
  const insert = db.prepare(
    `INSERT INTO keys (tenant_id, scope, key_id, wrapped)
     SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM master WHERE check_value = ?) ON CONFLICT DO NOTHING`,
  );
  const remove = db.prepare('DELETE FROM keys WHERE tenant_id = ? AND scope = ?');
  const update = db.prepare('UPDATE keys SET wrapped = ? WHERE tenant_id = ? AND scope = ?');
  const page = db.prepare<[string, string, string, string, number], { scope: string }>(
    'SELECT scope FROM keys WHERE tenant_id = ? AND scope > ? AND scope >= ? AND scope < ? ORDER BY scope LIMIT ?',
  );
  const getCheck = db.prepare<[], { value: string }>('SELECT check_value AS value FROM master');
  const claimCheck = db.prepare('INSERT INTO master (one, check_value) VALUES (1, ?) ON CONFLICT DO NOTHING');
  const putCheck = db.prepare('UPDATE master SET check_value = ?');

  interface Waiting {
    key: WrappedKey;
    check: string;
    resolve: (key: WrappedKey | undefined) => void;
    reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  /** Flushes on their way to the disk. */
  const flushing = new Set<Promise<void>>();

  /** Which of the batch are new; the others were there before, or came under another master key. */
  const insertAll = db.transaction((batch: Waiting[]): boolean[] =>
    batch.map(({ key, check }) => insert.run(key.tenantId, key.scope, key.keyId, key.wrapped, check).changes === 1),
  );

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const fail = (error: unknown) => {
      for (const { reject } of batch) reject(error);
    };
    try {
      const created = insertAll.immediate(batch);
      const standing = batch.map(({ key }, index) => (created[index] ? key : select.get(key.tenantId, key.scope)));
      const flushed = new Promise<void>((done) => {
        fdatasync(log, (fault) => {
          if (fault) fail(diskFault(fault));
          else for (const [index, { resolve }] of batch.entries()) resolve(standing[index]);
          done();
        });
      }).finally(() => flushing.delete(flushed));
      flushing.add(flushed);
    } catch (error) {
      fail(error);
    }
  }

  const tryInsert = db.prepare(
    "INSERT INTO keys (tenant_id, scope, key_id, wrapped) VALUES ('*', 'readyz', '', x'') ON CONFLICT DO NOTHING",
  );

  const durable = () =>
    new Promise<void>((resolve, reject) => fdatasync(log, (fault) => (fault ? reject(diskFault(fault)) : resolve())));

  return mappedMethods<Keyring>({
    keptApart: mappedMethods(openSqliteKeptApart(db, durable)),
    find: async (tenantId, scope) => select.get(tenantId, scope),
    create: (key, check) =>
      new Promise((resolve, reject) => {
        waiting.push({ key, check, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
    destroy: async (tenantId, scopes) => {
      let destroyed = 0;
      db.transaction(() => {
        for (const scope of scopes) destroyed += remove.run(tenantId, scope).changes;
      }).immediate();
      // The log still holds the old pages until it is truncated.
      if (destroyed > 0) db.pragma('wal_checkpoint(TRUNCATE)');
      return destroyed;
    },
    list: async (tenantId, prefix, after, limit) =>
      page.all(tenantId, after, prefix, `${prefix}\u{10FFFF}`, limit).map((row) => row.scope),
    claim: async (check) => {
      const known = getCheck.get()?.value;
      if (known !== undefined) return known;
      claimCheck.run(check);
      db.pragma('wal_checkpoint(TRUNCATE)');
      return getCheck.get()?.value ?? check;
    },
    rewrap: async (check, rewrapOne) => {
      let count = 0;
      db.transaction(() => {
        for (const row of db.prepare<[], Row>(`SELECT ${columns} FROM keys`).all()) {
          update.run(rewrapOne(row), row.tenantId, row.scope);
          count += 1;
        }
        putCheck.run(check);
      }).immediate();
      db.pragma('wal_checkpoint(TRUNCATE)');
      return count;
    },
    tryWrite: async () => {
      db.transaction(() => {
        tryInsert.run();
        remove.run('*', 'readyz');
      }).immediate();
      await durable();
    },
    close: async () => {
      if (!db.open) return;
      if (waiting.length > 0) flush();
      await Promise.all(flushing);
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
      closeSync(log);
    },
  });
}
