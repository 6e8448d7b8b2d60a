import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { latestPast } from '../../foundations/contract/instant.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { inUnitOfWork } from '../../foundations/vault/unit-of-work.ts';
import { type LogChunk, readAccessLog } from './access-log.ts';
import type { RecordingDeps } from './batch.ts';
import { captureVisits, type ObservedVisit } from './capture.ts';
import { PORTAL_PATTERN } from './model.ts';
import { recordVisits } from './recordable.ts';
import { advanceImport, beginImport, type ImportProgress, type ImportRow } from './table.ts';

const KIND = 'access-log';
/** Bytes at the head of a file by which it is known again. */
const HEAD = 65_536;
const LINES_PER_CHUNK = 1000;
const portalName = new RegExp(PORTAL_PATTERN);

export interface ImportOptions {
  /** The portal the log is of. */
  portal: string;
  /**
   * Where malformed lines go, as they were. They hold personal data: the file is made only if it is asked for, only its
   * owner can read it, and deleting it is up to who asked.
   */
  rejectFile?: string;
  onProgress?: (progress: ImportStep) => void;
}

interface ImportStep {
  /** Bytes of the file as it lies on disk (compressed, if it is). */
  readBytes: number;
  totalBytes: number;
  accepted: number;
  rejected: number;
}

export interface ImportSummary {
  importId: string;
  /** `already-imported`: the same file was finished before; nothing was done. */
  state: 'imported' | 'already-imported';
  /** Whether an earlier run had begun. */
  resumed: boolean;
  /** Lines of all runs together. */
  accepted: number;
  rejected: number;
  /** Uncompressed bytes read. */
  bytes: number;
}

/**
 * Imports an access log (Apache or nginx, *combined* or *common*, gzip or not), streaming. Each chunk of lines is one
 * transaction together with the place it ends at, so that a run killed anywhere goes on where it was: no line is lost,
 * none doubled. A file is known again by its first 64 KiB and its size, in the tenant: a log that is still being
 * written is another file the next time, so import rotated ones.
 * @throws Problem `unprocessable-request` for a portal that cannot be one; `conflict` when another run moves the same import, or the reject file is there already.
 */
export async function importAccessLog(
  deps: RecordingDeps,
  context: Context,
  file: string,
  options: ImportOptions,
): Promise<ImportSummary> {
  if (!portalName.test(options.portal))
    throw invalidField('/portal', 'must be a short name of lower-case letters, digits, dots and hyphens');
  const { store } = deps;
  const tenantId = context.tenant.id;
  const startedAt = context.clock();
  const fresh = {
    tenantId,
    importId: uuidv7(startedAt),
    kind: KIND,
    sourceIndex: await deps.vault.index(tenantId, 'import source', await sourceOf(file)),
    startedAt,
  };
  let row = await store.write((tx) => beginImport(tx, fresh));
  const summary = (state: ImportSummary['state']): ImportSummary => ({
    importId: row.importId,
    state,
    resumed: row.importId !== fresh.importId,
    accepted: row.accepted,
    rejected: row.rejected,
    bytes: row.position,
  });
  if (row.finishedAt) return summary('already-imported');

  const rejects = options.rejectFile === undefined ? undefined : await openRejects(options.rejectFile, row);
  try {
    for await (const chunk of readAccessLog(file, { fromByte: row.position, linesPerChunk: LINES_PER_CHUNK })) {
      const { visits, rejected } = sorted(context, chunk, options.portal);
      if (rejects) await rejects.append(rejected);
      const next = {
        position: chunk.endByte,
        accepted: row.accepted + visits.length,
        rejected: row.rejected + rejected.length,
        rejectedBytes: rejects?.bytes() ?? row.rejectedBytes,
        finishedAt: null,
      };
      const from = row;
      if (next.position > from.position) await inUnitOfWork(() => writeChunk(deps, context, from, next, visits));
      row = { ...row, ...next };
      const { readBytes, totalBytes } = chunk;
      options.onProgress?.({ readBytes, totalBytes, accepted: row.accepted, rejected: row.rejected });
    }
  } finally {
    await rejects?.close();
  }
  await finish(deps, context, row);
  return summary('imported');
}

/** Head and size of a file, as text for the blind index. */
async function sourceOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return `${size}:${createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex')}`;
  } finally {
    await handle.close();
  }
}

/** Which lines of a chunk are visits, and which are not (malformed, or from the future). */
function sorted(context: Context, chunk: LogChunk, portal: string): { visits: ObservedVisit[]; rejected: string[] } {
  const latest = latestPast(context.clock()).getTime();
  const visits: ObservedVisit[] = [];
  const rejected: string[] = [];
  for (const { text, parsed } of chunk.lines) {
    if ('malformed' in parsed || parsed.occurredAt.getTime() > latest) rejected.push(text);
    else visits.push({ portal, ...parsed });
  }
  return { visits, rejected };
}

async function writeChunk(
  deps: RecordingDeps,
  context: Context,
  row: ImportRow,
  next: ImportProgress,
  visits: ObservedVisit[],
): Promise<void> {
  const captured = await captureVisits(deps, context, visits);
  const { rows, policyHash, full } = captured;
  await deps.store.write(async (tx) => {
    await advance(tx, row, next);
    await recordVisits(tx, context, deps.processing, captured);
    const rejected = next.rejected - row.rejected;
    const detail = { importId: row.importId, accepted: rows.length, rejected, full };
    await deps.audit.add(tx, context, { action: 'visits.imported', policyHash, detail });
  });
}

async function finish(deps: { store: Store; audit: Audit }, context: Context, row: ImportRow): Promise<void> {
  const { importId, accepted, rejected } = row;
  await deps.store.write(async (tx) => {
    await advance(tx, row, { ...row, finishedAt: context.clock() });
    await deps.audit.add(tx, context, { action: 'import.finished', detail: { importId, accepted, rejected } });
  });
}

async function advance(tx: Query, row: ImportRow, next: ImportProgress): Promise<void> {
  const { position, accepted, rejected, rejectedBytes, finishedAt } = next;
  if (!(await advanceImport(tx, row, { position, accepted, rejected, rejectedBytes, finishedAt })))
    throw new Problem('conflict', 'Another run is importing the same file. Let it finish.');
}

interface Rejects {
  append(lines: string[]): Promise<void>;
  /** Length of the file after all that was appended. */
  bytes(): number;
  close(): Promise<void>;
}

/**
 * Opens the reject file, cut to what belongs to lines already read: what a killed run had written beyond that comes
 * again. Its first line names the import, so that no other file is ever cut.
 */
async function openRejects(path: string, row: ImportRow): Promise<Rejects> {
  const head = Buffer.from(`# lines rejected by import ${row.importId}\n`);
  const { handle, size } = await openOwn(path, head);
  if (size === 0) await handle.write(head, 0, head.length, 0);
  let length = Math.max(Math.min(size, row.rejectedBytes), head.length);
  await handle.truncate(length);
  return {
    append: async (lines) => {
      if (lines.length === 0) return;
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      await handle.write(bytes, 0, bytes.length, length);
      await handle.sync();
      length += bytes.length;
    },
    bytes: () => length,
    close: () => handle.close(),
  };
}

/** A new file only its owner can read, or the one an earlier run of the same import began. */
async function openOwn(path: string, head: Buffer): Promise<{ handle: FileHandle; size: number }> {
  try {
    return { handle: await open(path, 'wx', 0o600), size: 0 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const handle = await open(path, 'r+');
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(head.length), 0, head.length, 0);
  if (size > 0 && !buffer.subarray(0, bytesRead).equals(head)) {
    await handle.close();
    throw new Problem('conflict', 'The reject file is there already. Move it away, or name another.');
  }
  await handle.chmod(0o600);
  return { handle, size };
}
