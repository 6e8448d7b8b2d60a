import type { KeyObject } from 'node:crypto';
import Database from 'better-sqlite3';
import type { WrappedKey } from '../vault/keyring.ts';
import { type BackupKeys, dataKeysIn, keyringKeys, openingKeys } from './keys.ts';
import { verifyBackup } from './verify.ts';

/**
 * The keys of the data's backups, as the backup of a keyring has them: what is needed where the keyring itself was lost.
 * `scratch` (SQLite): where it is put meanwhile.
 * @throws BackupError, MasterKeyError
 */
export async function dataKeysOf(file: string, masterKey: KeyObject, scratch: string | undefined): Promise<BackupKeys> {
  const keys: WrappedKey[] = [];
  await verifyBackup(file, await openingKeys(keyringKeys(masterKey)), {
    scratch,
    whole: (copy) => void keys.push(...inSqlite(copy)),
    rows: { table: 'lethe_keys', take: (piece, columns) => void keys.push(...inDump(piece, columns)) },
  });
  return dataKeysIn(keys, masterKey);
}

function inSqlite(file: string): WrappedKey[] {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return db
      .prepare<[], Omit<WrappedKey, 'pending'> & { pending: number }>(
        "SELECT tenant_id AS tenantId, scope, number, key_id AS keyId, wrapped, epoch, pending FROM keys WHERE tenant_id = '*'",
      )
      .all()
      .map((row) => ({ ...row, pending: row.pending === 1 }));
  } finally {
    db.close();
  }
}

/** Rows of COPY's text format; the names in them have nothing that it escapes. */
function inDump(piece: Buffer, columns: string): WrappedKey[] {
  const names = columns.replaceAll('"', '').split(', ');
  const lines = piece.toString('latin1').split('\n');
  return lines
    .map((line) => line.split('\t'))
    .map((values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])))
    .filter((row) => row['tenant_id'] === '*')
    .map((row) => ({
      tenantId: '*',
      scope: row['scope'] as string,
      number: Number(row['number']),
      keyId: row['key_id'] as string,
      wrapped: Buffer.from((row['wrapped'] as string).replace(/^\\\\x/, ''), 'hex'),
      epoch: Number(row['epoch']),
      pending: row['pending'] === 't',
    }));
}
