import { refuseOnceLeaving } from '../access/leaving.ts';
import type { Audit } from '../audit/audit.ts';
import type { Context } from '../contract/context.ts';
import { Problem } from '../contract/problem.ts';
import { StoreError } from '../store/errors.ts';
import type { Query, Store, WriteOptions } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import { inUnitOfWork } from '../vault/unit-of-work.ts';
import type { Vault } from '../vault/vault.ts';
import { type Candidate, knownAs } from './known-as.ts';
import { type Line, type LineChunk, linesOf } from './lines.ts';
import { openRejects, type Rejects } from './rejects.ts';
import { openSource, type Source } from './source.ts';
import {
  advanceImport,
  beginImport,
  type Counts,
  type ImportProgress,
  type ImportRow,
  importOf,
  insertMarks,
  sumOf,
} from './table.ts';

export const LINES_PER_CHUNK = 1000;
/** Lines looked at before anything is written. */
const LINES_TRIED = 1000;
/** How often a chunk is done again that met another import, or a decision, at the same thing. */
const ATTEMPTS = 8;

/** What one kind of import makes of lines. */
export interface LineImport {
  /** Imports of different kinds do not know each other: the same file may be read as two things. */
  kind: string;
  /**
   * Where lines that were not taken go, as they were. They hold personal data: the file is made only if it is asked
   * for, only its owner can read it, and deleting it is up to who asked.
   */
  rejectFile?: string;
  /** The first line of that file, which says whose it is. */
  rejectHead?: (importId: string) => string;
  onProgress?: (step: ImportStep) => void;
  isolation?: WriteOptions['isolation'];
  /**
   * Looks at the first lines before anything is written.
   * @throws Problem when they cannot be meant: another format, another kind of file.
   */
  tried(lines: Line[], begun: boolean): void;
  /** Makes of lines what is to be written. */
  taken(lines: Line[]): Promise<Taken>;
}

export interface Taken {
  accepted: number;
  /** Lines that were not taken, as they were, or what a file of them is to say instead. */
  rejected: string[];
  /** Of records: by kind. */
  counts?: Counts;
  /** Writes what was taken, in the transaction that also moves the import on. Only queries on `tx` are awaited. */
  write(tx: Query, importId: string): Promise<void>;
}

export interface ImportStep {
  /** Bytes of the file as it lies on disk (packed, if it is). */
  readBytes: number;
  totalBytes: number;
  /** Of this run. */
  accepted: number;
  rejected: number;
  /** Of records, of all runs. */
  counts: Counts;
}

export interface ImportSummary {
  importId: string;
  /**
   * `imported`: read to its end. `nothing-new`: everything in it was imported before, or it has no whole line yet;
   * nothing was done. `cut`: a packed file that ends in the middle, imported as far as it goes.
   */
  state: 'imported' | 'nothing-new' | 'cut';
  /** Whether an earlier run had begun: it was interrupted, or the file has grown since. */
  resumed: boolean;
  /** Lines of all runs together. */
  accepted: number;
  rejected: number;
  /** Lines of this run. */
  added: { accepted: number; rejected: number };
  /** Of records: by kind, of all runs. */
  counts: Counts;
  /** Unpacked bytes read by all runs together. */
  bytes: number;
  /** The last line has no end and was left for the next run: it may still be being written. */
  openLine: boolean;
}

export interface Deps {
  store: Store;
  audit: Audit;
  vault: Vault;
}

/**
 * Imports a file line by line, gzip or not, streaming, every stretch of it exactly once. Each chunk of lines is one
 * transaction together with the place it ends at, so that a run killed anywhere goes on where it was.
 *
 * A file is known again by what it begins with, in the tenant and the kind, and by nothing else: renamed, packed,
 * unpacked or grown it goes on where it was left; what was read from a file that was cut is not read again from the
 * whole one. What a run has read is remembered as keyed hashes of everything up to some ends of lines: one line, two,
 * four … and each chunk. A file that is shorter than what was read of it is held to be the same when it agrees up to the
 * last of these ends, which is at least half of it.
 * @throws Problem `unprocessable-request` for a file that cannot be read or is damaged, with nothing written; `conflict`
 *   when another run moves the same import, the file changes meanwhile, or the reject file is there already.
 */
export async function importLines(
  deps: Deps,
  context: Context,
  file: string | Source,
  job: LineImport,
): Promise<ImportSummary> {
  const { kind } = job;
  const tenantId = context.tenant.id;
  const index = (digest: string) => deps.vault.index(tenantId, 'import source', digest);
  const source = typeof file === 'string' ? await openSource(file) : file;
  /** Sources may begin alike and go on differently: each import has the number of those before it in its index. */
  const indexOf = (firstLine: string, number: number) => index(`${firstLine}#${number}`);
  const seen = await knownAs(source.bytes(), index, async (firstLine) => {
    const found: Candidate<ImportRow>[] = [];
    for (;;) {
      const sourceIndex = await indexOf(firstLine, found.length);
      const next = await deps.store.read((q) => importOf(q, tenantId, kind, sourceIndex));
      if (!next) return found;
      found.push(next);
    }
  });
  const run = new Run(deps, context, source, job, index);
  if (!seen) return run.summary(source.cut ? 'cut' : 'nothing-new', source.totalBytes > 0);
  const { firstLine, known, others } = seen;
  if (known) return run.from(known.import, known.marks.at(-1)?.prefixIndex);
  return run.from({ sourceIndex: await indexOf(firstLine, others) });
}

class Run {
  readonly #deps: Deps;
  readonly #context: Context;
  readonly #source: Source;
  readonly #job: LineImport;
  readonly #index: (digest: string) => Promise<string>;
  #row: ImportRow | undefined;
  #resumed = false;
  readonly #added = { accepted: 0, rejected: 0 };

  constructor(
    deps: Deps,
    context: Context,
    source: Source,
    job: LineImport,
    index: (digest: string) => Promise<string>,
  ) {
    this.#deps = deps;
    this.#context = context;
    this.#source = source;
    this.#job = job;
    this.#index = index;
  }

  /** Goes on from where an import stands, or begins one. */
  async from(start: ImportRow | Pick<ImportRow, 'sourceIndex'>, knownBy?: string | undefined): Promise<ImportSummary> {
    if ('importId' in start) this.#row = start;
    this.#resumed = this.#row !== undefined;
    const from = this.#row?.position ?? 0;
    const { totalBytes } = this.#source;
    let readBytes = 0;
    const bytes = this.#source.bytes((read) => {
      readBytes = read;
    });
    let rejects: Rejects | undefined;
    let openLine = false;
    try {
      for await (const chunk of tried(linesOf(bytes, { from, linesPerChunk: LINES_PER_CHUNK }), (lines) =>
        this.#job.tried(lines, from > 0),
      )) {
        // Shorter than what was read of it before: nothing in it is new.
        if (chunk.from < from) break;
        if (chunk.from === from && from > 0 && (await this.#index(chunk.before)) !== knownBy) throw changed();
        openLine = chunk.openLine;
        if (chunk.position > chunk.from) {
          this.#row ??= await this.#begin(start);
          if (this.#job.rejectFile !== undefined)
            rejects ??= await openRejects(this.#job.rejectFile, this.#row, this.#job.rejectHead);
          await this.#write(this.#row, chunk, rejects);
        }
        this.#job.onProgress?.({
          readBytes: Math.min(readBytes, totalBytes),
          totalBytes,
          ...this.#added,
          counts: this.#row?.counts ?? {},
        });
      }
    } finally {
      await rejects?.close();
    }
    const moved = this.#row !== undefined && this.#row.position > from;
    if (this.#source.cut) return this.summary('cut', openLine);
    if (this.#row && (moved || !this.#row.finishedAt)) await this.#finish(this.#row);
    return this.summary(moved ? 'imported' : 'nothing-new', openLine);
  }

  summary(state: ImportSummary['state'], openLine: boolean): ImportSummary {
    const { importId = '', accepted = 0, rejected = 0, position = 0 } = this.#row ?? {};
    return {
      importId,
      state,
      resumed: this.#resumed,
      accepted,
      rejected,
      added: { ...this.#added },
      counts: this.#row?.counts ?? {},
      bytes: position,
      openLine,
    };
  }

  async #begin(start: Pick<ImportRow, 'sourceIndex'>): Promise<ImportRow> {
    const { id: tenantId } = this.#context.tenant;
    const startedAt = this.#context.clock();
    const { sourceIndex } = start;
    const fresh = { tenantId, importId: uuidv7(startedAt), kind: this.#job.kind, sourceIndex, startedAt };
    const row = await this.#deps.store.write(async (tx) => {
      await refuseOnceLeaving(tx, tenantId);
      return beginImport(tx, fresh);
    });
    if (!row) throw otherRun();
    return row;
  }

  async #write(row: ImportRow, chunk: LineChunk, rejects: Rejects | undefined): Promise<void> {
    const marks: Candidate<ImportRow>['marks'] = [];
    for (const { position, digest } of chunk.marks) marks.push({ position, prefixIndex: await this.#index(digest) });
    let isAppended = false;
    const { taken, next } = await againAfterOthers(async () => {
      const taken = await this.#job.taken(chunk.lines);
      // Done again under other keys, the same lines are rejected.
      if (!isAppended) await rejects?.append(taken.rejected);
      isAppended = true;
      const next = {
        position: chunk.position,
        accepted: row.accepted + taken.accepted,
        rejected: row.rejected + taken.rejected.length,
        rejectedBytes: rejects?.bytes() ?? row.rejectedBytes,
        counts: taken.counts ? sumOf(row.counts ?? {}, taken.counts) : row.counts,
        finishedAt: null,
      };
      await this.#deps.store.write(async (tx) => {
        await refuseOnceLeaving(tx, row.tenantId);
        await advance(tx, row, next);
        await insertMarks(tx, row, marks);
        await taken.write(tx, row.importId);
      }, this.#job.isolation && { isolation: this.#job.isolation });
      return { taken, next };
    });
    this.#row = { ...row, ...next };
    this.#added.accepted += taken.accepted;
    this.#added.rejected += taken.rejected.length;
  }

  async #finish(row: ImportRow): Promise<void> {
    const { importId, accepted, rejected } = row;
    const { audit, store } = this.#deps;
    await store.write(async (tx) => {
      await advance(tx, row, { ...row, finishedAt: this.#context.clock() });
      await audit.add(tx, this.#context, { action: 'import.finished', detail: { importId, accepted, rejected } });
    });
  }
}

/** One chunk, done again from the beginning where another import or a decision was first at the same thing. */
async function againAfterOthers<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await inUnitOfWork(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof StoreError) || error.fault !== 'unique') throw error;
    }
}

/** Holds chunks back until enough lines have been looked at. */
async function* tried(chunks: AsyncIterable<LineChunk>, look: (lines: Line[]) => void): AsyncGenerator<LineChunk> {
  let held: LineChunk[] | undefined = [];
  const looked = function* (chunksHeld: LineChunk[]) {
    look(chunksHeld.flatMap(({ lines }) => lines));
    yield* chunksHeld;
  };
  for await (const chunk of chunks) {
    if (!held) yield chunk;
    else if (held.push(chunk) && held.reduce((count, { lines }) => count + lines.length, 0) >= LINES_TRIED) {
      yield* looked(held);
      held = undefined;
    }
  }
  if (held) yield* looked(held);
}

async function advance(tx: Query, row: ImportRow, next: ImportProgress): Promise<void> {
  if (!(await advanceImport(tx, row, next))) throw otherRun();
}

const otherRun = () => new Problem('conflict', 'Another run is importing the same file. Let it finish.');
const changed = () =>
  new Problem('conflict', 'The file changed while it was being read. Start again; the import goes on where it stands.');
