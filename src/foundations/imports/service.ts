import type { Audit } from '../audit/audit.ts';
import { type Context, withoutIdempotencyKey } from '../contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../contract/cursor-page.ts';
import { invalidField, Problem } from '../contract/problem.ts';
import type { Log } from '../process/log.ts';
import type { Query, Store } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import { onBehalfOf } from '../store/workload.ts';
import { inUnitOfWork } from '../vault/unit-of-work.ts';
import type { Vault } from '../vault/vault.ts';
import { type FaultyLine, importRecords, type RecordOptions, type RecordSummary } from './import-records.ts';
import type { ImportFaultsPage, ImportRun, ImportRunsPage } from './model.ts';
import type { RecordImport } from './record-import.ts';
import {
  countFaults,
  deleteFaults,
  type FaultRow,
  faultsAfter,
  findRun,
  forgetTexts,
  insertFaults,
  type RunProgress,
  type RunRow,
  runOf,
  runsBefore,
  runsWithOldLines,
  updateRun,
} from './run-table.ts';
import { type Spool, spooled } from './spool.ts';
import { sumOf } from './table.ts';

/** Milliseconds without a step after which a run is held to be interrupted: its process is gone. */
const SILENCE = 120_000;
/** Days the lines that were not taken can be fetched. */
const DAYS_KEPT = 7;
const DAY = 86_400_000;
const PAGE = 500;
const TABLE = 'import_faults';

interface ImportsDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  kinds: readonly RecordImport[];
  /** Where what is sent lies while it is read. */
  folder: string;
  log: Pick<Log, 'error'>;
}

/** Key scope of the lines of a run that were not taken. */
const faultsScope = (runId: string) => `import:${runId}`;

/** Imports of records: of files, and of what is sent over HTTP. */
export function createImports(deps: ImportsDeps) {
  const { store, audit, vault, kinds, folder, log } = deps;
  const underWay = new Set<Promise<void>>();
  let stopping = false;

  const stateOf = ({ state, movedAt }: RunRow, now: Date) =>
    state === 'running' && now.getTime() - movedAt.getTime() > SILENCE ? 'interrupted' : state;

  async function shown(context: Context, row: RunRow): Promise<ImportRun> {
    const { faults, kept } = await store.read((q) => countFaults(q, row));
    return {
      importId: row.runId,
      dryRun: row.dryRun,
      state: stateOf(row, context.clock()) as ImportRun['state'],
      bytes: row.bytes,
      readBytes: row.readBytes,
      counts: row.counts,
      faults,
      linesKeptUntil: kept > 0 ? new Date(row.movedAt.getTime() + DAYS_KEPT * DAY).toISOString() : null,
      failure: row.failure,
      startedAt: row.startedAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  }

  async function runIn({ tenant }: Context, runId: string): Promise<RunRow> {
    const row = await store.read((q) => findRun(q, tenant.id, runId));
    if (!row) throw new Problem('not-found', 'There is no import of this id.');
    return row;
  }

  /** Seals lines that were not taken; answers what writes them down. */
  async function kept({ tenant }: Context, runId: string, faults: readonly FaultyLine[]) {
    const key = await vault.key(tenant.id, faultsScope(runId));
    const rows = faults.map(({ line, pointer, detail, text }): FaultRow => {
      const place = { tenant: tenant.id, table: TABLE, column: 'text_sealed', row: `${runId}/${line}` };
      return { tenantId: tenant.id, runId, line, pointer, detail, textSealed: key.seal(place, text) };
    });
    return (tx: Query) => insertFaults(tx, rows);
  }

  async function carryOut(context: Context, claimed: RunRow, spool: Spool): Promise<void> {
    let row = claimed;
    const move = async (next: RunProgress) => {
      const movedAt = laterThan(row.movedAt, context.clock());
      if (!(await store.write((tx) => updateRun(tx, row, { ...next, movedAt })))) throw taken();
      row = { ...row, ...next, movedAt };
    };
    const { runId, dryRun } = row;
    let steps: Promise<void> = Promise.resolve();
    const options: RecordOptions = {
      dryRun,
      keepFaults: (faults) => kept(context, runId, faults),
      onFaults: (faults) =>
        inUnitOfWork(async () => {
          const write = await kept(context, runId, faults);
          await store.write(write);
        }),
      onProgress: ({ readBytes, counts }) => {
        if (stopping) throw new Problem('unavailable', 'The service stops. Send the same again; it goes on.');
        steps = steps.then(() => move({ readBytes, counts }));
        steps.catch(() => undefined);
      },
    };
    try {
      const summary = await importRecords(deps, context, spool.source, kinds, options);
      await steps;
      const { importId, counts } = summary;
      const state = dryRun ? 'tried' : 'imported';
      await move({
        state,
        readBytes: row.bytes,
        importId: importId || null,
        counts: dryRun ? counts : sumOf({}, counts),
        finishedAt: context.clock(),
      });
    } catch (error) {
      await steps.catch(() => undefined);
      const problem = error instanceof Problem ? error : undefined;
      if (!problem) log.error({ err: error, import: runId }, 'an import stopped');
      const { type = 'internal', message = 'Something went wrong here. Send the same again; it goes on.' } =
        problem ?? {};
      await move({ state: stopping ? 'interrupted' : 'failed', failure: { type, detail: message } }).catch(
        () => undefined,
      );
    } finally {
      await spool.close();
    }
  }

  return {
    /** Imports a file, or only decides on it. See `importRecords`. */
    fromFile: (
      context: Context,
      file: string,
      options: Pick<RecordOptions, 'dryRun' | 'rejectFile' | 'onProgress'> = {},
    ): Promise<RecordSummary> => importRecords(deps, context, file, kinds, options),

    /** The same of lines that are made as they are read: from the rows of another system. */
    async fromLines(
      context: Context,
      pieces: AsyncIterable<Buffer>,
      options: Pick<RecordOptions, 'dryRun' | 'rejectFile' | 'onProgress'> = {},
    ): Promise<RecordSummary> {
      const spool = await spooled(folder, pieces);
      try {
        return await importRecords(deps, context, spool.source, kinds, options);
      } finally {
        await spool.close();
      }
    },

    /**
     * Takes what is sent, and begins to import it; answers at once where that stands. The same content again is the same
     * import: it goes on where it was interrupted, and once it is through nothing is done. A dry run is always done anew.
     */
    async begin(context: Context, pieces: AsyncIterable<Buffer>, dryRun: boolean): Promise<ImportRun> {
      const spool = await spooled(folder, pieces);
      const own = withoutIdempotencyKey(context);
      try {
        const tenantId = context.tenant.id;
        const now = context.clock();
        const contentIndex = await vault.index(tenantId, 'import content', spool.digest);
        const fresh: RunRow = {
          tenantId,
          runId: uuidv7(now),
          contentIndex,
          dryRun,
          state: 'running',
          failure: null,
          importId: null,
          bytes: spool.bytes,
          readBytes: 0,
          counts: {},
          startedAt: now,
          movedAt: now,
          finishedAt: null,
        };
        const { row, mine } = await store.write(async (tx) => {
          const { row: found, made } = await runOf(tx, fresh);
          const runs = !made && stateOf(found, now) === 'running';
          if (!made && (runs || found.state === 'imported')) return { row: found, mine: false };
          const begins = made ? found : { ...fresh, runId: found.runId, movedAt: laterThan(found.movedAt, now) };
          if (!made) {
            const { state, failure, readBytes, startedAt, movedAt, finishedAt } = begins;
            if (!(await updateRun(tx, found, { state, failure, readBytes, startedAt, movedAt, finishedAt })))
              throw taken();
            if (dryRun) await deleteFaults(tx, tenantId, found.runId);
          }
          await audit.add(tx, own, {
            action: dryRun ? 'import.tried' : 'import.begun',
            detail: { importId: found.runId },
          });
          return { row: begins, mine: true };
        });
        if (!mine) {
          await spool.close();
          return await shown(context, row);
        }
        const work = onBehalfOf({ lane: 'batch', name: 'import' }, () => carryOut(own, row, spool)).finally(() =>
          underWay.delete(work),
        );
        underWay.add(work);
        return await shown(context, row);
      } catch (error) {
        await spool.close().catch(() => undefined);
        throw error;
      }
    },

    get: async (context: Context, runId: string): Promise<ImportRun> => shown(context, await runIn(context, runId)),

    async list(context: Context, page: { limit?: number; cursor?: string }): Promise<ImportRunsPage> {
      const limit = page.limit ?? DEFAULT_PAGE;
      const [, at, runId] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(page.cursor ?? '') ?? [];
      if (page.cursor !== undefined && !runId)
        throw invalidField('?cursor', 'must be `next` of the page before', 'invalid-request');
      const before = runId === undefined ? undefined : { startedAt: new Date(Number(at)), runId };
      const rows = await store.read((q) => runsBefore(q, context.tenant.id, before, limit + 1));
      const { items, next } = cursorPageFrom(rows, limit, (row) => `${row.startedAt.getTime()}.${row.runId}`);
      return { items: await Promise.all(items.map((row) => shown(context, row))), next };
    },

    /** Which lines were not taken, and why; not what they say. */
    async faults(
      context: Context,
      runId: string,
      page: { limit?: number; cursor?: string },
    ): Promise<ImportFaultsPage> {
      const row = await runIn(context, runId);
      const limit = page.limit ?? DEFAULT_PAGE;
      if (page.cursor !== undefined && !/^\d{1,12}$/.test(page.cursor))
        throw invalidField('?cursor', 'must be `next` of the page before', 'invalid-request');
      const rows = await store.read((q) => faultsAfter(q, row, Number(page.cursor ?? 0), limit + 1));
      const { items, next } = cursorPageFrom(rows, limit, ({ line }) => String(line));
      return { items: items.map(({ line, pointer, detail }) => ({ line, pointer, detail })), next };
    },

    /**
     * The lines that were not taken, as they were, once: when the last has gone out their key is destroyed.
     * @throws Problem `conflict` while it runs
     */
    async rejected(context: Context, runId: string): Promise<AsyncIterable<string>> {
      const row = await runIn(context, runId);
      if (stateOf(row, context.clock()) === 'running')
        throw new Problem('conflict', 'The import is not through yet. Ask again when it is.');
      const { tenantId } = row;
      const key = await vault.existingKey(tenantId, faultsScope(runId));
      await store.write((tx) =>
        audit.add(tx, context, { action: 'import.faults-fetched', detail: { importId: runId } }),
      );
      return (async function* () {
        for (let after = 0; key; ) {
          const rows = await store.read((q) => faultsAfter(q, row, after, PAGE));
          for (const { line, pointer, detail, textSealed } of rows) {
            const place = { tenant: tenantId, table: TABLE, column: 'text_sealed', row: `${runId}/${line}` };
            const text = textSealed && key.open(place, textSealed);
            yield `${JSON.stringify({ line, pointer, detail, text: text ?? null })}\n`;
          }
          after = rows.at(-1)?.line ?? after;
          if (rows.length < PAGE) break;
        }
        await forget(row);
      })();
    },

    /** Destroys lines that nobody has fetched in their time; answers of how many imports. */
    async forgetLines(now: Date): Promise<number> {
      const rows = await store.read((q) => runsWithOldLines(q, new Date(now.getTime() - DAYS_KEPT * DAY), PAGE));
      for (const row of rows) await forget(row);
      return rows.length;
    },

    /** Stops what runs at the end of its chunk, and waits for it: the same content sent again goes on there. */
    async stop(): Promise<void> {
      stopping = true;
      await Promise.allSettled(underWay);
    },
    /** Resolves when nothing runs. */
    idle: async (): Promise<void> => {
      await Promise.allSettled(underWay);
    },
  };

  async function forget({ tenantId, runId }: RunRow): Promise<void> {
    await vault.shred(tenantId, [faultsScope(runId)]);
    await store.write((tx) => forgetTexts(tx, tenantId, runId));
    await store.scrub().catch(() => undefined);
  }
}

/** Instants that a run has moved at are all different, so that one tells whether it has moved since. */
const laterThan = (moved: Date, now: Date): Date => new Date(Math.max(now.getTime(), moved.getTime() + 1));

const taken = () => new Problem('conflict', 'The same content is being imported already. Ask for it there.');

export type ImportsService = ReturnType<typeof createImports>;
