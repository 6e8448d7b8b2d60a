import type { AccessService } from '../../foundations/access/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import { openCheckpoint } from '../../foundations/audit/log/checkpoint.ts';
import { rootOf } from '../../foundations/audit/log/merkle.ts';
import { NoteError, parseVerifierKey } from '../../foundations/audit/log/note.ts';
import type { MerkleLog } from '../../foundations/audit/log/service.ts';
import { findTile } from '../../foundations/audit/log/table.ts';
import { HASH_BYTES, hashesFromTiles } from '../../foundations/audit/log/tile.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { fateOf, SHARED_TABLES } from '../../foundations/departure/contents.ts';
import { DepartureError } from '../../foundations/departure/departure-error.ts';
import { KEYS_FOLDER, type Manifest } from '../../foundations/departure/manifest.ts';
import { bytesOfFile, type Checked, checkDeparture, linesIn, partsOf } from '../../foundations/departure/read-file.ts';
import { countRows } from '../../foundations/departure/read-rows.ts';
import { type Line, rowOf, sqlNameOf } from '../../foundations/departure/rows.ts';
import { writeLines } from '../../foundations/departure/write-rows.ts';
import type { KeySet } from '../../foundations/signing/signer.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Store } from '../../foundations/store/store.ts';
import { SIGNING_PREFIX } from '../../foundations/vault/keyring.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { checkShared } from './check-shared.ts';
import { hasTenant } from './found.ts';

export interface ReceiveDeps {
  store: Store;
  vault: Vault;
  audit: Audit;
  access: Pick<AccessService, 'admitTenant' | 'forgetTenant' | 'refuseEnded'>;
  merkleLog: Pick<MerkleLog, 'takeOver'>;
  policies: Policies;
}

export interface Reception {
  /** Path of the file. */
  file: string;
  /** age identities that open it. */
  identities?: string[];
  /** Keys of the instance that made it, as it publishes them. */
  trusted?: KeySet;
  /** Thumbprint of the key it must be signed with. */
  signedBy?: string;
  /** Where its data is from now on: a region of the policies; absent: the home region. */
  region?: string | null;
  /** Purposes that the policies here do not have may be missing. */
  acceptMissing?: boolean;
  /** Only looks. */
  dryRun?: boolean;
}

export interface Received {
  tenant: string;
  /** Digest of the manifest: what is acknowledged to the instance that made the file. */
  manifest: string;
  signedBy: string;
  /** Rows by table. */
  rows: Record<string, number>;
  /** Purposes that decisions name and the policies here do not have. */
  missingPurposes: string[];
  /** The name of the log here; absent where nothing was written. */
  log?: string;
}

/**
 * Takes a tenant over from another instance: the whole file is read and held against its signature first; then every key
 * is made anew, every value sealed anew, and last, in one transaction, the log goes on and the tenant is there. Killed
 * before that there is no such tenant, and the next call does it again.
 * @throws DepartureError for the file; Problem `conflict` for a tenant that is here, or has left and was not let in again
 */
export async function receiveTenant(deps: ReceiveDeps, context: Context, wanted: Reception): Promise<Received> {
  const { store, access, policies } = deps;
  const { identities = [], file } = wanted;
  const checked: Checked = await checkDeparture(bytesOfFile(file, identities), wanted.trusted);
  const { manifest, digest, signedBy } = checked;
  if (wanted.signedBy !== undefined && wanted.signedBy !== signedBy)
    throw new DepartureError(`The file was signed with the key ${signedBy}, not with the one that was named.`);
  if (manifest.kind !== 'tenant' || !manifest.log)
    throw new DepartureError('The file holds a part of what an institution had: no instance takes that for a tenant.');
  if (!wanted.dryRun && wanted.trusted === undefined && wanted.signedBy === undefined)
    throw new DepartureError(
      `Nobody vouches for the key ${signedBy}. Name the keys of the instance that made the file (--jwks), or this key once you have compared it (--signed-by).`,
    );
  checkLog(manifest);
  const { tenant: tenantId } = manifest;
  if (await hasTenant(store, tenantId))
    throw new Problem('conflict', 'There is a tenant of this id already: nothing was touched.');
  await access.refuseEnded(tenantId);
  await checkContents(store, bytesOfFile(file, identities), manifest);
  const missingPurposes = await purposesMissing(policies, bytesOfFile(file, identities), manifest);
  const told = { tenant: tenantId, manifest: digest, signedBy, rows: manifest.rows, missingPurposes };
  if (missingPurposes.length > 0 && !wanted.acceptMissing && !wanted.dryRun)
    throw new Problem(
      'unprocessable-request',
      `Decisions name purposes that the policies here do not have: ${missingPurposes.join(', ')}. Add them first, or accept that (--accept-missing).`,
      { members: { missing: missingPurposes } },
    );
  if (wanted.dryRun) return told;
  const tenantLine = await takeIn(deps, manifest, bytesOfFile(file, identities));
  await checkCounts(store, manifest);
  await checkTree(store, manifest);
  return { ...told, log: await goOn(deps, context, { manifest, tenantLine, region: wanted.region ?? null, digest }) };
}

const SHARED: ReadonlySet<keyof Tables> = new Set(SHARED_TABLES);

const tableNames = (tables: Tables) =>
  new Map((Object.keys(tables) as (keyof Tables)[]).map((name) => [sqlNameOf(name), name]));

function checkLog({ log }: Manifest): void {
  if (!log) return;
  try {
    const { size, root, origin } = openCheckpoint(log.checkpoint, parseVerifierKey(log.key));
    if (size !== log.size || root.toString('base64') !== log.root || origin !== log.origin)
      throw new DepartureError('The log in the file is not the one its checkpoint is of.');
  } catch (error) {
    if (error instanceof NoteError)
      throw new DepartureError(`The checkpoint of the log does not verify: ${error.message}.`);
    throw error;
  }
}

/** Nothing is in it that a return does not have: credentials, keys that sign, policies under a hash of others. */
async function checkContents(store: Store, source: AsyncIterable<Buffer>, manifest: Manifest): Promise<void> {
  const names = tableNames(store.tables);
  for (const table of Object.keys(manifest.rows)) receivable(names, table);
  for await (const { folder, content } of partsOf(source, manifest)) {
    if (folder === KEYS_FOLDER)
      for (const { scope } of linesIn(content))
        if (typeof scope !== 'string' || scope.startsWith(SIGNING_PREFIX))
          throw new DepartureError('The file brings a key that signs: what signed stays where it signed.');
    if (!folder.startsWith('data/')) continue;
    const table = receivable(names, folder.slice('data/'.length));
    if (SHARED.has(table)) for (const line of linesIn(content)) checkShared(table, manifest.tenant, line);
  }
}

/** @throws DepartureError for a table that no return has */
function receivable(names: ReturnType<typeof tableNames>, sqlName: string): keyof Tables {
  const table = names.get(sqlName);
  if (!table)
    throw new DepartureError('The file has a table that this release does not know: receive it with a newer one.');
  if (!fateOf(table).returned)
    throw new DepartureError(`The file has rows of ${sqlName}, which no instance takes over.`);
  return table;
}

async function purposesMissing(
  policies: Policies,
  source: AsyncIterable<Buffer>,
  manifest: Manifest,
): Promise<string[]> {
  const known = new Set(policies.current().purposes.map(({ id }) => id));
  const missing = new Set<string>();
  for await (const { folder, content } of partsOf(source, manifest)) {
    if (folder !== 'data/consent_events') continue;
    for (const { purposeId } of linesIn(content))
      if (typeof purposeId === 'string' && !known.has(purposeId)) missing.add(purposeId);
  }
  return [...missing].sort();
}

/** Keys, then rows; answers the tenant's own row, which comes last of all. */
async function takeIn({ store, vault }: ReceiveDeps, manifest: Manifest, source: AsyncIterable<Buffer>): Promise<Line> {
  const names = tableNames(store.tables);
  const { tenant: tenantId } = manifest;
  let tenantLine: Line | undefined;
  for await (const { folder, content } of partsOf(source, manifest)) {
    if (folder === KEYS_FOLDER)
      for (const { scope, comparable } of linesIn(content))
        await vault.adopt(tenantId, String(scope), Buffer.from(String(comparable), 'base64'));
    if (!folder.startsWith('data/')) continue;
    const table = receivable(names, folder.slice('data/'.length));
    const lines = linesIn(content);
    if (table === 'tenants') tenantLine = lines[0];
    else if (!SHARED.has(table)) await writeLines({ store, vault }, table, tenantId, lines);
    else
      for (const own of [false, true])
        await writeLines(
          { store, vault },
          table,
          own ? tenantId : '*',
          lines.filter((line) => (line['_own'] === true) === own),
        );
  }
  if (!tenantLine) throw new DepartureError('The file does not say what the tenant is called.');
  return tenantLine;
}

/** A second look: as many rows as the file has. */
async function checkCounts(store: Store, { rows, tenant }: Manifest): Promise<void> {
  const names = tableNames(store.tables);
  for (const [table, count] of Object.entries(rows)) {
    const name = names.get(table) as keyof Tables;
    if (name === 'tenants' || SHARED.has(name)) continue;
    const there = await store.read((q) => countRows(q, name, tenant));
    if (there < count) throw new DepartureError(`Of ${table} ${there} rows arrived, not ${count}.`);
  }
}

/** The tree that arrived has the root that was signed. */
async function checkTree(store: Store, { log, tenant }: Manifest): Promise<void> {
  const root = await rootOf(
    (log as NonNullable<Manifest['log']>).size,
    hashesFromTiles(async (level, index, width) => {
      const tile = await store.read((q) => findTile(q, tenant, level, index));
      if (!tile || tile.length < width * HASH_BYTES) throw new DepartureError('A tile of the log is missing.');
      return tile;
    }),
  );
  if (root.toString('base64') !== log?.root)
    throw new DepartureError('The log that arrived does not have the root that was signed.');
}

interface Arrived {
  manifest: Manifest;
  tenantLine: Line;
  region: string | null;
  digest: string;
}

async function goOn(
  { store, vault, audit, access, merkleLog }: ReceiveDeps,
  context: Context,
  { manifest, tenantLine, region, digest }: Arrived,
): Promise<string> {
  const { tenant: tenantId } = manifest;
  const log = manifest.log as NonNullable<Manifest['log']>;
  const row = await rowOf(vault, 'tenants', tenantId, { ...tenantLine, region, leavingSince: null });
  const own = { ...context, tenant: { ...context.tenant, id: tenantId } };
  const at = context.clock();
  const name = await merkleLog.takeOver(own, log, async (tx) => {
    await tx
      .insert(tx.tables.finishedLogs)
      .values({
        tenantId,
        generation: log.generation,
        origin: log.origin,
        size: log.size,
        root: log.root,
        checkpoint: log.checkpoint,
        key: log.key,
        keySet: manifest.keySet,
        receivedAt: at,
      })
      .onConflictDoNothing();
    if (!(await access.admitTenant(tx, row as Parameters<typeof access.admitTenant>[1])))
      throw new Problem('conflict', 'There is a tenant of this id already.');
    await audit.add(tx, own, {
      action: 'tenant.received',
      detail: { tenant: tenantId, from: manifest.installation, manifest: digest, departure: manifest.departure },
    });
  });
  access.forgetTenant(tenantId);
  await store.scrub();
  return name;
}
