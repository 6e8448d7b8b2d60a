import { closeSync, fdatasync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { mappedMethods, StoreError } from '../store/errors.ts';
import { createScrubbing, truncatedNow } from '../store/truncate-log.ts';
import { openSqliteKeptApart } from './kept-apart.sqlite.ts';
import type { Keyring, NewKey, WrappedKey } from './keyring.ts';
import { openSqliteRotations } from './rotations.sqlite.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS keys (tenant_id TEXT NOT NULL, scope TEXT NOT NULL, number INTEGER NOT NULL,
  key_id TEXT NOT NULL, wrapped BLOB NOT NULL, epoch INTEGER NOT NULL, pending INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, scope, number)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rotations (epoch INTEGER PRIMARY KEY, tenant_id TEXT, scope TEXT, phase TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS master (one INTEGER PRIMARY KEY CHECK (one = 1), check_value TEXT NOT NULL) STRICT;`;

/** Milliseconds a statement may wait for another process; beyond it is tried again by whoever asked. */
const PATIENCE = 1_000;

interface Row extends Omit<WrappedKey, 'pending'> {
  pending: number;
}
const keyOf = (row: Row): WrappedKey => ({ ...row, pending: row.pending === 1 });

const diskFault = ({ code = 'unknown' }: NodeJS.ErrnoException) =>
  new StoreError(code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'unavailable', code);

/**
 * The keyring as a file of its own beside the data. New keys of one turn share a commit, and its flush to the disk
 * happens beside the event loop (`synchronous = NORMAL` leaves it to us): a key is answered only once it is there.
 */
export function openSqliteKeyring(file: string): Keyring {
  const db = new Database(file);
  db.pragma(`busy_timeout = ${PATIENCE}`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('secure_delete = ON');
  db.pragma('wal_autocheckpoint = 4000');
  db.exec(SCHEMA);
  // Lives as long as the connection; checkpoints truncate it, but never replace it.
  const log = openSync(`${file}-wal`, 'r+');

  const scrubbing = createScrubbing(db, () => undefined);
  const columns = 'tenant_id AS tenantId, scope, number, key_id AS keyId, wrapped, epoch, pending';
  // Of values compared with the head of an index SQLite compiles the statement anew each time, to look at them
  // (SQLITE_ENABLE_STAT4); inside of a SELECT it does not see them.
  const select = db.prepare<[string, string], Row>(
    `SELECT ${columns} FROM keys WHERE tenant_id = (SELECT ?) AND scope = (SELECT ?) ORDER BY number`,
  );
  const find = (tenantId: string, scope: string) => select.all(tenantId, scope).map(keyOf);
  const selectEach = db.prepare<[string, string], Row>(
    `SELECT ${columns} FROM keys WHERE tenant_id = (SELECT ?) AND scope IN (SELECT value FROM json_each(?)) ORDER BY number`,
  );
  const insert = db.prepare(
    `INSERT INTO keys (tenant_id, scope, number, key_id, wrapped, epoch, pending)
     SELECT ?, ?, 1, ?, ?, (SELECT coalesce(max(epoch), 0) FROM rotations), 0
     WHERE EXISTS (SELECT 1 FROM master WHERE check_value = ?)
       AND NOT EXISTS (SELECT 1 FROM keys WHERE tenant_id = ? AND scope = ?)`,
  );
  const remove = db.prepare('DELETE FROM keys WHERE tenant_id = ? AND scope = ?');
  const update = db.prepare('UPDATE keys SET wrapped = ? WHERE tenant_id = ? AND scope = ? AND number = ?');
  const page = db.prepare<[string, string, string, string, number], { scope: string }>(
    'SELECT DISTINCT scope FROM keys WHERE tenant_id = ? AND scope > ? AND scope >= ? AND scope < ? ORDER BY scope LIMIT ?',
  );
  const isMaster = db.prepare<[string], { one: number }>('SELECT one FROM master WHERE check_value = ?');
  const getCheck = db.prepare<[], { value: string }>('SELECT check_value AS value FROM master');
  const claimCheck = db.prepare('INSERT INTO master (one, check_value) VALUES (1, ?) ON CONFLICT DO NOTHING');
  const putCheck = db.prepare('UPDATE master SET check_value = ?');

  interface Waiting {
    keys: readonly NewKey[];
    check: string;
    resolve: (standing: WrappedKey[][]) => void;
    reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  /** Flushes on their way to the disk. */
  const flushing = new Set<Promise<void>>();

  /** What stands of a scope: the new key, one that was there before, or none under another master key. */
  function insertOne({ tenantId, scope, keyId, wrapped }: NewKey, check: string): WrappedKey[] {
    const made = insert.run(tenantId, scope, keyId, wrapped, check, tenantId, scope).changes === 1;
    if (made) return [{ tenantId, scope, number: 1, keyId, wrapped, epoch: 0, pending: false }];
    // Another's, but only while the master key is the one that the asker knows.
    return isMaster.get(check) ? find(tenantId, scope) : [];
  }
  const insertAll = db.transaction((batch: Waiting[]): WrappedKey[][][] =>
    batch.map(({ keys, check }) => keys.map((key) => insertOne(key, check))),
  );

  function wait(one: Waiting): void {
    waiting.push(one);
    if (waiting.length === 1) setImmediate(flush);
  }

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const fail = (error: unknown) => {
      for (const { reject } of batch) reject(error);
    };
    try {
      const standing = insertAll.immediate(batch);
      const flushed = new Promise<void>((done) => {
        fdatasync(log, (fault) => {
          if (fault) fail(diskFault(fault));
          else for (const [index, { resolve }] of batch.entries()) resolve(standing[index] ?? []);
          done();
        });
      }).finally(() => flushing.delete(flushed));
      flushing.add(flushed);
    } catch (error) {
      fail(error);
    }
  }

  const tryInsert = db.prepare(
    "INSERT INTO keys (tenant_id, scope, number, key_id, wrapped, epoch, pending) VALUES ('*', 'readyz', 1, '', x'', 0, 0) ON CONFLICT DO NOTHING",
  );

  const durable = () =>
    new Promise<void>((resolve, reject) => fdatasync(log, (fault) => (fault ? reject(diskFault(fault)) : resolve())));

  return mappedMethods<Keyring>({
    keptApart: mappedMethods(openSqliteKeptApart(db, durable)),
    rotations: mappedMethods(openSqliteRotations(db, durable)),
    find: async (tenantId, scope) => find(tenantId, scope),
    findEach: async (tenantId, scopes) => selectEach.all(tenantId, JSON.stringify(scopes)).map(keyOf),
    create: (key, check) =>
      new Promise((resolve, reject) => {
        wait({ keys: [key], check, resolve: ([standing = []]) => resolve(standing), reject });
      }),
    createEach: (keys, check) => new Promise((resolve, reject) => wait({ keys, check, resolve, reject })),
    destroy: async (tenantId, scopes) => {
      let destroyed = 0;
      db.transaction(() => {
        for (const scope of scopes) destroyed += remove.run(tenantId, scope).changes > 0 ? 1 : 0;
      }).immediate();
      await durable();
      return destroyed;
    },
    // The log still holds the old pages until it is truncated.
    scrub: scrubbing.scrub,
    scrubLate: scrubbing.scrubLate,
    list: async (tenantId, prefix, after, limit) =>
      page.all(tenantId, after, prefix, `${prefix}\u{10FFFF}`, limit).map((row) => row.scope),
    claim: async (check) => {
      const known = getCheck.get()?.value;
      if (known !== undefined) return known;
      claimCheck.run(check);
      truncatedNow(db);
      return getCheck.get()?.value ?? check;
    },
    rewrap: async (check, rewrapOne) => {
      let count = 0;
      db.transaction(() => {
        for (const row of db.prepare<[], Row>(`SELECT ${columns} FROM keys`).all()) {
          update.run(rewrapOne(keyOf(row)), row.tenantId, row.scope, row.number);
          count += 1;
        }
        putCheck.run(check);
      }).immediate();
      await durable();
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
      truncatedNow(db);
      db.close();
      closeSync(log);
    },
  });
}
