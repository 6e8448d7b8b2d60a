import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { inArray, type SQL, sql } from 'drizzle-orm';
import type { HandedLog, MerkleLog } from '../audit/log/service.ts';
import { entriesBetween, findTile } from '../audit/log/table.ts';
import { HASH_BYTES, hashesAtLevel, TILE_WIDTH, widthOf } from '../audit/log/tile.ts';
import type { Clock } from '../process/clock.ts';
import type { Signer } from '../signing/signer.ts';
import type { Tables } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { SIGNING_PREFIX } from '../vault/keyring.ts';
import { inUnitOfWork } from '../vault/unit-of-work.ts';
import type { Vault } from '../vault/vault.ts';
import { fateOf, LOG_TABLES, returnedTables, SHARED_TABLES } from './contents.ts';
import {
  FORMAT,
  HEADER_FILE,
  KEYS_FOLDER,
  LOG_FILE,
  MANIFEST_FILE,
  type Manifest,
  manifestDigest,
  SIGNATURE_FILE,
} from './manifest.ts';
import { columnOf, pagesOf, tableOf } from './read-rows.ts';
import { columnsOf, type Line, lineOf, type Row, sqlNameOf } from './rows.ts';
import { tarEnd, tarEntry } from './tar.ts';

/** Bytes of one file in it, about: what is in memory at once. */
const PIECE = 1024 * 1024;
const SCOPES = 200;

export interface FileDeps {
  store: Store;
  vault: Vault;
  signer: Signer;
  merkleLog: Pick<MerkleLog, 'handedOver'>;
  clock: Clock;
  installation: string;
  release: string;
}

/** What beside rows goes in: documents as they were issued, what holders outside have; lines by folder. */
export type Documents = AsyncIterable<{ folder: string; line: Line }>;

export interface Wanted {
  tenantId: string;
  departureId: string;
  /** Absent: everything. */
  part?: { described: Record<string, unknown>; tables: Partial<Record<keyof Tables, SQL | undefined>> };
  documents?: Documents;
}

export interface Made {
  digest: string;
  /** Leaves of the log that went along. */
  size: number;
  rows: Record<string, number>;
}

const README = `This is what Lethe returned of one institution (GDPR Art. 28(3)(g)). It is described in docs/departure-format.md.

departure.json   what this is
keys/            what blind indexes and openings of the audit log are made of; it opens nothing that was sealed elsewhere
data/TABLE/      every row, one line of JSON each, opened
documents/       receipts and certificates as they are signed
outside/HOLDER/  what holders outside the database had
log/log.json     the audit log: its last checkpoint, its key; entries, leaves and tiles are in data/
jwks.json        the keys that signed documents
manifest.json    every file with its SHA-256; manifest.jws is the signature on it

It holds personal data. lethe tenants receive FILE reads it into another instance.
`;

/** One file of a return, from beginning to end, with a megabyte of it in memory. */
export async function* writeDeparture(
  deps: FileDeps,
  { tenantId, departureId, part, documents }: Wanted,
  made: (facts: Made) => Promise<void>,
): AsyncGenerator<Buffer> {
  const { store, vault, signer, merkleLog, clock, installation, release } = deps;
  const madeAt = clock();
  const log: HandedLog | null = part ? null : await merkleLog.handedOver(tenantId, clock);
  const files: Manifest['files'] = [];
  const rows: Record<string, number> = {};
  const file = (name: string, content: string | Buffer): Buffer => {
    const bytes = Buffer.from(content as string);
    files.push({ name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    return tarEntry(name, bytes, madeAt);
  };
  /** Lines of one folder, in files of about a megabyte. */
  async function* folder(name: string, lines: AsyncIterable<Line>, count?: string): AsyncGenerator<Buffer> {
    let text = '';
    let number = 0;
    for await (const line of lines) {
      if (count !== undefined) rows[count] = (rows[count] ?? 0) + 1;
      text += `${JSON.stringify(line)}\n`;
      if (text.length < PIECE) continue;
      number += 1;
      yield file(`${name}/${String(number).padStart(6, '0')}.ndjson`, text);
      text = '';
      await turn();
    }
    if (text !== '') yield file(`${name}/${String(number + 1).padStart(6, '0')}.ndjson`, text);
  }

  yield file('README.txt', README);
  const tables = part ? (Object.keys(part.tables) as (keyof Tables)[]) : returnedTables(store.tables);
  const about = {
    format: FORMAT,
    kind: part ? 'part' : 'tenant',
    tenant: tenantId,
    madeAt: madeAt.toISOString(),
    departure: departureId,
    part: part?.described ?? null,
    installation,
    release,
    tables: Object.fromEntries(tables.map((name) => [sqlNameOf(name), columnsOf(name)])),
    leftOut: Object.fromEntries(
      (Object.keys(store.tables) as (keyof Tables)[]).flatMap((name) => {
        const { returned, because } = fateOf(name);
        return returned ? [] : [[sqlNameOf(name), because]];
      }),
    ),
  };
  yield file(HEADER_FILE, pretty(about));
  if (!part) yield* folder(KEYS_FOLDER, keysOf(vault, tenantId));
  const named = { policies: new Set<string>(), notices: new Set<string>() };
  for (const name of tables.filter((one) => !LOG_TABLES.includes(one)))
    yield* folder(
      `data/${sqlNameOf(name)}`,
      linesOf(deps, name, tenantId, part?.tables[name], (row) => noteNamed(named, name, row)),
      sqlNameOf(name),
    );
  if (log) {
    yield* folder(
      'data/audit_entries',
      entryLines(deps, tenantId, log.size, 'entries', named.policies),
      'audit_entries',
    );
    yield* folder('data/log_leaves', entryLines(deps, tenantId, log.size, 'leaves', named.policies), 'log_leaves');
    yield* folder('data/log_tiles', tileLines(deps, tenantId, log.size), 'log_tiles');
    yield file(LOG_FILE, pretty(log));
  }
  for (const name of SHARED_TABLES) {
    const wanted = [...(name === 'policySets' ? named.policies : named.notices)];
    yield* folder(`data/${sqlNameOf(name)}`, sharedLines(deps, name, tenantId, wanted, !part), sqlNameOf(name));
  }
  if (documents) yield* inFolders(documents, folder);
  const keySet = await signer.keySet();
  yield file('jwks.json', pretty(keySet));
  const manifest: Manifest = {
    format: FORMAT,
    kind: part ? 'part' : 'tenant',
    tenant: tenantId,
    madeAt: madeAt.toISOString(),
    departure: departureId,
    part: part?.described ?? null,
    installation,
    release,
    log,
    rows,
    keySet: { ...keySet },
    files: [...files],
  };
  yield tarEntry(MANIFEST_FILE, Buffer.from(pretty(manifest)), madeAt);
  yield tarEntry(SIGNATURE_FILE, Buffer.from(await signer.sign(manifest, 'departure-manifest+jws')), madeAt);
  yield tarEnd();
  await made({ digest: manifestDigest(manifest), size: log?.size ?? 0, rows });
}

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

async function* keysOf(vault: Vault, tenantId: string): AsyncGenerator<Line> {
  for (let after = ''; ; ) {
    const page = await vault.scopes(tenantId, '', after, SCOPES);
    for (const scope of page) {
      // What signed stays where it signed.
      if (scope.startsWith(SIGNING_PREFIX)) continue;
      const comparable = await vault.comparable(tenantId, scope);
      if (comparable) yield { scope, comparable: comparable.toString('base64') };
    }
    if (page.length < SCOPES) return;
    after = page.at(-1) as string;
  }
}

async function* linesOf(
  { store, vault }: FileDeps,
  name: keyof Tables,
  tenantId: string,
  where: SQL | undefined,
  look: (row: Row) => void,
): AsyncGenerator<Line> {
  for await (const page of pagesOf(store, name, tenantId, where)) {
    for (const row of page) look(row);
    // Keys are remembered within a unit only.
    yield* await inUnitOfWork(async () => {
      const lines: Line[] = [];
      for (const row of page) lines.push(await lineOf(vault, name, tenantId, row));
      return lines;
    });
  }
}

const HASH_DIGITS = 64;
const HASH = /^[0-9a-f]{64}$/;

/** Which sets of policies and which texts of notices rows name. */
function noteNamed(
  { policies, notices }: { policies: Set<string>; notices: Set<string> },
  name: keyof Tables,
  row: Row,
) {
  if (typeof row['policyHash'] === 'string') policies.add(row['policyHash']);
  if (typeof row['noticeHash'] === 'string') notices.add(row['noticeHash']);
  // What was in force for the institution is told by a fact that names sets by their hashes.
  if (name === 'registerFacts')
    for (const value of Object.values((row['value'] ?? {}) as Record<string, unknown>))
      if (typeof value === 'string' && HASH.test(value)) policies.add(value);
}

/** What rows name of the installation's, and all of what is the institution's own. */
async function* sharedLines(
  deps: FileDeps,
  name: keyof Tables,
  tenantId: string,
  hashes: string[],
  whole: boolean,
): AsyncGenerator<Line> {
  const table = tableOf(deps.store.tables, name);
  const column = columnOf(table, name === 'policySets' ? 'hash' : 'noticeHash');
  // The same words under another version stand under a name that begins with their hash.
  const hash = sql`substr(${column}, 1, ${sql.raw(String(HASH_DIGITS))})`;
  for (let from = 0; from < hashes.length; from += SCOPES) {
    const named = inArray(hash, hashes.slice(from, from + SCOPES));
    yield* linesOf(deps, name, '*', named, () => undefined);
    if (whole) continue;
    for await (const line of linesOf(deps, name, tenantId, named, () => undefined)) yield { ...line, _own: true };
  }
  if (!whole) return;
  for await (const line of linesOf(deps, name, tenantId, undefined, () => undefined)) yield { ...line, _own: true };
}

/** Entries and leaves at the places that the checkpoint covers: what came later belongs to another return. */
async function* entryLines(
  { store, vault }: FileDeps,
  tenantId: string,
  size: number,
  which: 'entries' | 'leaves',
  policies: Set<string>,
): AsyncGenerator<Line> {
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const count = Math.min(TILE_WIDTH, size - from);
    for (const { entry, ...leaf } of await store.read((q) => entriesBetween(q, tenantId, from, count))) {
      policies.add(entry.policyHash);
      if (which === 'entries') yield lineOf(vault, 'auditEntries', tenantId, entry);
      else yield lineOf(vault, 'logLeaves', tenantId, { ...leaf, entryId: entry.entryId });
    }
  }
}

async function* tileLines({ store, vault }: FileDeps, tenantId: string, size: number): AsyncGenerator<Line> {
  for (let level = 0; hashesAtLevel(level, size) > 0; level += 1)
    for (let tileIndex = 0; widthOf(level, tileIndex, size) > 0; tileIndex += 1) {
      const tile = await store.read((q) => findTile(q, tenantId, level, tileIndex));
      const hashes = tile?.subarray(0, widthOf(level, tileIndex, size) * HASH_BYTES);
      yield lineOf(vault, 'logTiles', tenantId, { level, tileIndex, hashes });
    }
}

/** Documents come folder after folder. */
async function* inFolders(
  documents: Documents,
  folder: (name: string, lines: AsyncIterable<Line>) => AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  const all = documents[Symbol.asyncIterator]();
  let next = await all.next();
  while (!next.done) {
    const { folder: name } = next.value;
    yield* folder(
      name,
      (async function* () {
        while (!next.done && next.value.folder === name) {
          yield next.value.line;
          next = await all.next();
        }
      })(),
    );
  }
}
