import type { Context } from '../contract/context.ts';
import { readJson } from '../contract/json.ts';
import { Problem } from '../contract/problem.ts';
import { checker } from '../contract/validation.ts';
import type { Query } from '../store/store.ts';
import { type Deps, type ImportSummary, importLines, LINES_PER_CHUNK, type LineImport } from './import-lines.ts';
import { type Line, linesOf, MAX_LINE_BYTES } from './lines.ts';
import type { NewRecord, RecordFault, RecordImport } from './record-import.ts';
import { openRejects } from './rejects.ts';
import { openSource, type Source } from './source.ts';
import { type Counts, insertRecords, knownRecords, sumOf } from './table.ts';

/** Characters of a pointer that are kept: one that is longer points to nothing that is known here. */
const POINTER = 256;

/** What `counts` calls lines of which not even the kind could be read. */
const NO_KIND = 'unknown';

/** A fault with the line it is about, as it was: personal data. */
export interface FaultyLine extends RecordFault {
  text: string;
}

export interface RecordOptions extends Pick<LineImport, 'rejectFile' | 'onProgress'> {
  /** Everything is decided, and nothing written. */
  dryRun?: boolean;
  /** Prepares what else is written with the lines of a chunk, in their transaction: faults that are kept here. */
  keepFaults?: (faults: readonly FaultyLine[]) => Promise<(tx: Query) => Promise<void>>;
  /** Of a dry run, which has no transactions. */
  onFaults?: (faults: readonly FaultyLine[]) => Promise<void>;
}

export interface RecordSummary extends Omit<ImportSummary, 'state'> {
  state: ImportSummary['state'] | 'tried';
}

/**
 * Imports a file of records of several kinds, mixed in any order: each line is held against the schema of its kind, each
 * thing is taken once for ever (by keyed hashes of what makes it the same), a wrong line is set apart with its reason and
 * stops nothing. What else holds for files holds for these (see `importLines`).
 * @throws Problem as `importLines`; `unprocessable-request` when none of the first lines is a record.
 */
export async function importRecords(
  deps: Deps,
  context: Context,
  file: string | Source,
  kinds: readonly RecordImport[],
  options: RecordOptions = {},
): Promise<RecordSummary> {
  const reader = recordReader(kinds);
  const source = withLastLine(typeof file === 'string' ? await openSource(file) : file);
  const decide = (lines: readonly Line[], seen?: Set<string>) => decideOn(deps, context, reader, lines, seen);
  if (options.dryRun) return tryRecords(source, decide, reader, options);
  return importLines(deps, context, source, {
    kind: 'records',
    isolation: 'serializable',
    ...(options.rejectFile === undefined ? {} : { rejectFile: options.rejectFile, rejectHead }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    tried: (lines, begun) => {
      if (!begun) refuseStrangers(lines, reader);
    },
    taken: async (lines) => {
      const decided = await decide(lines);
      const writes = await Promise.all(decided.chosen.map(({ prepare }) => prepare()));
      const keep = decided.faults.length > 0 ? await options.keepFaults?.(decided.faults) : undefined;
      return {
        accepted: decided.taken,
        rejected: decided.faults.map((fault) => JSON.stringify(fault)),
        counts: decided.counts,
        write: async (tx, importId) => {
          for (const { kind, identities } of decided.chosen)
            await insertRecords(tx, { tenantId: context.tenant.id, kind }, identities);
          for (const write of writes) await write(tx, importId);
          await keep?.(tx);
        },
      };
    },
  });
}

const rejectHead = (importId: string): string => JSON.stringify({ rejectedBy: importId });
const NEW_LINE = Buffer.from('\n');

/** A file of records is whole, unless it is packed and was cut: its last line counts also where it has no end. */
function withLastLine(source: Source): Source {
  if (source.cut) return source;
  return {
    ...source,
    async *bytes(read) {
      let last: Buffer | undefined;
      for await (const piece of source.bytes(read)) {
        if (piece.length > 0) last = piece;
        yield piece;
      }
      if (last && last.at(-1) !== NEW_LINE[0]) yield NEW_LINE;
    },
  };
}

type Reader = ReturnType<typeof recordReader>;
type Read = { kind: RecordImport; record: unknown } | (Omit<RecordFault, 'line'> & { of?: string });

/** Reads lines as strictly as the body of a request; of a wrong one the first fault is told. */
function recordReader(kinds: readonly RecordImport[]) {
  const known = new Map(
    kinds.map((kind) => [kind.kind, { kind, check: checker(kind.schema, '', { namesKept: true }) }]),
  );
  const names = [...known.keys()].join(', ');
  return (line: Pick<Line, 'text' | 'tooLong' | 'notUtf8'>): Read => {
    if (line.tooLong) return { pointer: '', detail: `must have ${MAX_LINE_BYTES} bytes at most` };
    if (line.notUtf8) return { pointer: '', detail: 'must be UTF-8' };
    let of: string | undefined;
    try {
      const record = readJson(line.text);
      if (typeof record !== 'object' || record === null || Array.isArray(record))
        return { pointer: '', detail: 'must be a JSON object' };
      const { kind: name } = record as { kind?: unknown };
      const found = typeof name === 'string' ? known.get(name) : undefined;
      if (!found) return { pointer: '/kind', detail: `must be one of ${names}` };
      of = found.kind.kind;
      found.check(record);
      return { kind: found.kind, record };
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      const { pointer, detail } = error.extras.errors?.[0] ?? { pointer: '', detail: error.message };
      return { pointer: pointer.slice(0, POINTER), detail, ...(of === undefined ? {} : { of }) };
    }
  };
}

/** @throws Problem when a file is of another kind altogether: a table, an access log. */
function refuseStrangers(lines: readonly Line[], read: Reader): void {
  if (lines.length === 0) return;
  const someKind = lines.some((line) => {
    const one = read(line);
    return 'kind' in one || one.of !== undefined;
  });
  if (someKind) return;
  throw new Problem(
    'unprocessable-request',
    `None of the first ${lines.length} lines is a record: JSON with a “kind” that is known here. Nothing was imported.`,
  );
}

/** What is to be written of some lines: by kind, with the identities that are new. */
interface Chosen {
  kind: string;
  identities: string[];
  prepare: () => Promise<(tx: Query, importId: string) => Promise<void>>;
}

interface Decision {
  faults: FaultyLine[];
  taken: number;
  counts: Counts;
  chosen: Chosen[];
}

interface Candidate extends NewRecord<unknown> {
  text: string;
  identities: string[];
}

async function decideOn(
  { store, vault }: Deps,
  context: Context,
  read: Reader,
  lines: readonly Line[],
  seen: Set<string> | undefined,
): Promise<Decision> {
  const tenantId = context.tenant.id;
  const decision: Decision = { faults: [], taken: 0, counts: {}, chosen: [] };
  const count = (kind: string, as: keyof Counts[string]) => {
    decision.counts[kind] ??= { taken: 0, known: 0, faulty: 0 };
    decision.counts[kind][as] += 1;
  };
  const byKind = new Map<RecordImport, Omit<Candidate, 'fresh'>[]>();
  for (const line of lines) {
    const one = read(line);
    if ('kind' in one) {
      const identities: string[] = [];
      for (const identity of one.kind.identitiesOf(one.record))
        identities.push(await vault.index(tenantId, `imported ${one.kind.kind}`, identity));
      const candidate = { line: line.number, text: line.text, record: one.record, identities };
      const same = byKind.get(one.kind);
      if (same) same.push(candidate);
      else byKind.set(one.kind, [candidate]);
    } else {
      const { of = NO_KIND, pointer, detail } = one;
      count(of, 'faulty');
      decision.faults.push({ line: line.number, pointer, detail, text: line.text });
    }
  }
  for (const [kind, candidates] of byKind) {
    const all = [...new Set(candidates.flatMap(({ identities }) => identities))];
    const known = await store.read((q) => knownRecords(q, { tenantId, kind: kind.kind }, all));
    if (seen) for (const identity of all) if (seen.has(shortened(identity))) known.add(identity);
    // Of two lines about the same thing the second waits for what becomes of the first: a wrong one takes nothing.
    for (let waiting = candidates; waiting.length > 0; ) {
      const fresh: Candidate[] = [];
      const later: typeof waiting = [];
      const claimed = new Set<string>();
      for (const candidate of waiting) {
        const its = candidate.identities;
        const places = its.flatMap((identity, place) =>
          known.has(identity) || its.indexOf(identity) < place ? [] : [place],
        );
        if (its.some((identity) => claimed.has(identity))) later.push(candidate);
        else if (places.length > 0) fresh.push({ ...candidate, fresh: places });
        else count(kind.kind, 'known');
        for (const place of places) claimed.add(its[place] as string);
      }
      waiting = later;
      if (fresh.length === 0) continue;
      const { faults, prepare } = await kind.decide(context, fresh);
      const wrong = new Map(faults.map((fault) => [fault.line, fault]));
      const identities: string[] = [];
      for (const { line, text, fresh: places, identities: its } of fresh) {
        const fault = wrong.get(line);
        count(kind.kind, fault ? 'faulty' : 'taken');
        if (fault) decision.faults.push({ ...fault, text });
        else {
          decision.taken += 1;
          for (const place of places) identities.push(its[place] as string);
        }
      }
      for (const identity of identities) known.add(identity);
      if (seen) for (const identity of identities) seen.add(shortened(identity));
      if (identities.length > 0) decision.chosen.push({ kind: kind.kind, identities, prepare });
    }
  }
  decision.faults.sort((a, b) => a.line - b.line);
  return decision;
}

/** Of what a dry run has to remember: 80 bits tell a million things apart, and take half the room. */
const shortened = (identity: string): string => identity.slice(0, 20);

/** Decides on a whole file, from its beginning, and writes nothing. */
async function tryRecords(
  source: Source,
  decide: (lines: readonly Line[], seen: Set<string>) => Promise<Decision>,
  reader: Reader,
  { onProgress, onFaults, rejectFile }: RecordOptions,
): Promise<RecordSummary> {
  const rejects =
    rejectFile === undefined
      ? undefined
      : await openRejects(rejectFile, { importId: 'dry-run', rejectedBytes: 0 }, rejectHead);
  const seen = new Set<string>();
  const { totalBytes } = source;
  let readBytes = 0;
  let [accepted, rejected, bytes] = [0, 0, 0];
  let counts: Counts = {};
  let openLine = false;
  let begun = false;
  const pieces = source.bytes((read) => {
    readBytes = read;
  });
  for await (const chunk of linesOf(pieces, { linesPerChunk: LINES_PER_CHUNK })) {
    if (!begun) refuseStrangers(chunk.lines, reader);
    begun = true;
    const decision = await decide(chunk.lines, seen);
    accepted += decision.taken;
    rejected += decision.faults.length;
    counts = sumOf(counts, decision.counts);
    await rejects?.append(decision.faults.map((fault) => JSON.stringify(fault)));
    if (decision.faults.length > 0) await onFaults?.(decision.faults);
    ({ openLine } = chunk);
    bytes = chunk.position;
    onProgress?.({ readBytes: Math.min(readBytes, totalBytes), totalBytes, accepted, rejected, counts });
  }
  await rejects?.close();
  return {
    importId: '',
    state: source.cut ? 'cut' : 'tried',
    resumed: false,
    accepted,
    rejected,
    added: { accepted, rejected },
    counts,
    bytes,
    openLine,
  };
}
