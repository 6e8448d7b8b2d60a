import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decrypting } from '../../../src/foundations/backup/age.ts';
import { type BackupRequest, makeBackup } from '../../../src/foundations/backup/backup.ts';
import { manifestOf } from '../../../src/foundations/backup/folder.ts';
import {
  type BackupKeys,
  dataKeysAt,
  keyringKeys,
  type OpeningKeys,
  openingKeys,
  signManifest,
} from '../../../src/foundations/backup/keys.ts';
import { type Manifest, renderManifest } from '../../../src/foundations/backup/manifest.ts';
import type { RestoreRequest } from '../../../src/foundations/backup/restore.ts';
import { type Verdict, verifyAll } from '../../../src/foundations/backup/verify.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import type { Query, Store } from '../../../src/foundations/store/store.ts';
import { openPostgresKeyring } from '../../../src/foundations/vault/keyring.postgres.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault, subjectScope, type Vault } from '../../../src/foundations/vault/vault.ts';
import type { Engine } from '../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';

/** Data and keyring on one engine, folders for backups, and a place to restore to. */
export interface Stage {
  folder: string;
  store: Store;
  vault: Vault;
  request(more?: Partial<BackupRequest>): BackupRequest;
  backUp(more?: Partial<BackupRequest>): ReturnType<typeof makeBackup>;
  /** Restores to a place of its own, empty at first, with the present keyring. */
  restore(file: string, more?: Partial<RestoreRequest>): RestoreRequest;
  /** Opens what was restored. */
  reopen(): Promise<Store>;
  masterKey: string;
  /** The database and the keyring themselves. */
  places: { database: string; keyring: string };
  /** What backups of a kind are closed and signed with. */
  keys(kind: Manifest['kind']): Promise<BackupKeys>;
  opening(kind: Manifest['kind']): Promise<OpeningKeys>;
  /** What is wrong with each, undefined where nothing is. */
  faults(files: string[]): Promise<Verdict['fault'][]>;
  /** What a backup holds, decrypted and uncompressed. */
  content(file: string): Promise<Buffer>;
  /** Writes a manifest that is not true and signed all the same. */
  lie(file: string, manifest: Manifest): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(engine: Engine): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-backup-'));
  const databases: string[] = [];
  const place = async (name: string, empty: boolean) => {
    if (engine === 'sqlite') return join(folder, name);
    const url = await newPostgresDatabase({ empty });
    databases.push(url);
    return url;
  };
  const database = await place('lethe.db', false);
  const keyring = await place('keyring.db', true);
  const target = await place('restored.db', true);
  const masterKey = newMasterKey();
  const ring = engine === 'sqlite' ? openSqliteKeyring(keyring) : await openPostgresKeyring(keyring);
  const vault = await openVault(ring, parseMasterKey(masterKey));
  const store = await openStore(database, undefined, undefined, vault.pseudonyms);
  await vault.subjectId('north', 'account', 'somebody');
  const request = (more: Partial<BackupRequest> = {}): BackupRequest => ({
    database,
    keyring,
    masterKey: parseMasterKey(masterKey),
    to: join(folder, 'backups'),
    keyringTo: join(folder, 'keys'),
    lethe: '0.0.0-test',
    policyHash: 'ab'.repeat(32),
    now: new Date('2026-03-01T12:00:00Z'),
    ...more,
  });
  const keys = async (kind: Manifest['kind']) =>
    kind === 'data' ? dataKeysAt(keyring, parseMasterKey(masterKey), true) : keyringKeys(parseMasterKey(masterKey));
  const opening = async (kind: Manifest['kind']) => openingKeys(await keys(kind));
  return {
    folder,
    places: { database, keyring },
    keys,
    opening,
    faults: async (files) => (await verifyAll(files, opening, folder, () => undefined)).map(({ fault }) => fault),
    content: async (file) => gunzipSync(await decrypted(file, [await opening('data'), await opening('keyring')])),
    lie: async (file, lying) => {
      const signature = await signManifest(lying, await keys(lying.kind));
      writeFileSync(manifestOf(file), renderManifest({ manifest: lying, signature }));
    },
    store,
    vault,
    request,
    masterKey,
    backUp: (more) => makeBackup(request(more)),
    restore: (file, more = {}) => ({
      file,
      keyringFile: undefined,
      database: target,
      keyring,
      masterKey: parseMasterKey(masterKey),
      replace: false,
      ...more,
    }),
    reopen: () => openStore(target, undefined, undefined, vault.pseudonyms),
    close: async () => {
      await store.close();
      await vault.close();
      for (const url of databases) await dropPostgresDatabase(url);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The bytes inside an age file. */
export async function decrypted(file: string, keys: Pick<OpeningKeys, 'identities'>[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const open = decrypting(keys.flatMap(({ identities }) => identities));
  for await (const piece of open(createReadStream(file))) pieces.push(piece);
  return Buffer.concat(pieces);
}

let made = 0;

/** Rows of many kinds of columns: text with everything in it, bytes, JSON, instants, flags, nulls. */
export async function fill({ store, vault }: Stage, rows = 20): Promise<void> {
  const at = new Date('2026-02-28T23:59:59.987Z');
  const values = await Promise.all(
    Array.from({ length: rows }, async () => {
      made += 1;
      const subjectId = await vault.subjectId('north', 'account', `person-${made}`);
      const key = await vault.key('north', subjectScope(subjectId));
      const place = { tenant: 'north', table: 'profiles', column: 'name_sealed', row: subjectId };
      return { subjectId, nameSealed: key.seal(place, `Name ${made}`) };
    }),
  );
  await store.write(async (tx) => {
    const { profiles, auditEntries, certificates, visits, tenants } = tx.tables;
    for (const [index, { subjectId, nameSealed }] of values.entries())
      await tx.insert(profiles).values({
        tenantId: 'north',
        subjectId,
        nameSealed,
        titleSealed: index % 2 === 0 ? Buffer.from([0, 10, 13, 92, 46, 255]) : null,
        version: index,
        createdAt: at,
        updatedAt: at,
        lastActivityAt: at,
        policyHash: 'x',
      });
    const id = crypto.randomUUID();
    await tx.insert(auditEntries).values({
      tenantId: 'north',
      entryId: id,
      recordedAt: at,
      actor: 'system:test',
      role: 'admin',
      action: 'thing.done',
      subject: null,
      policyHash: 'x',
      requestId: 'a\tb\\.\n\\.\nCOPY "x" ("y") FROM stdin;\r\u{1F600} \\N',
      detail: { text: 'ä"\\\n', list: [1, 2.5, null], deep: { '\\.': true } },
    });
    await tx.insert(certificates).values({
      tenantId: 'north',
      certificateId: id,
      kind: 'sweep',
      issuedAt: new Date(0),
      body: { n: 1 },
    });
    await tx.insert(visits).values({
      tenantId: 'north',
      visitId: id,
      occurredAt: at,
      portal: '\\N',
      life: 'full',
      addressSealed: Buffer.alloc(0),
      browser: '',
      browserMajor: '\\.',
      platform: 'é',
      robot: true,
      policyHash: 'x',
    });
    await tx
      .insert(tenants)
      .values({
        tenantId: 'north',
        name: 'North',
        timeZone: 'Europe/Berlin',
        jurisdiction: 'DE',
        language: 'en',
        origins: ['https://a.example'],
        gpcSince: at,
        createdAt: at,
      })
      .onConflictDoNothing();
    await tx
      .insert(tx.tables.logHeads)
      .values({
        tenantId: 'north',
        generation: 1,
        origin: 'o',
        leafVersion: 1,
        size: 7,
        checkpointSize: 7,
        updatedAt: at,
      })
      .onConflictDoNothing();
  });
}

/** Every row of every table, comparable. */
export function everything(store: Store): Promise<Record<string, string[]>> {
  return store.read(async (q: Query) => {
    const all: Record<string, string[]> = {};
    for (const [name, table] of Object.entries(q.tables))
      all[name] = (await q.select().from(table)).map((row) => JSON.stringify(row)).sort();
    return all;
  });
}

/**
 * Every file below a folder with the digest of its bytes, in order, for "nothing was touched". What processes share to read
 * a write-ahead log (`-shm`) is no content.
 */
export function bytesBelow(folder: string): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('-shm') && statSync(join(folder, name)).isFile())
    .sort()
    .map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]);
}
