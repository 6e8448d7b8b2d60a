import { createHash, type Hash } from 'node:crypto';
import type { RequestAction, SqlHolder } from '../declaration.ts';
import { describeHolder } from '../describe.ts';
import {
  type ErasureStep,
  type ExternalDue,
  type ExternalErasure,
  type ExternalHolder,
  HolderFault,
  type KnownPerson,
} from '../external.ts';
import type { HolderFinding } from '../finding.ts';
import type { BatchLimit, BatchOutcome, CategoryOutcome, DueSummary, ErasureOrder, ExportedRecord } from '../holder.ts';
import { after, idOf, type Key, keyOf, selectRows, treatBatch } from './batch.ts';
import { checkDeclaration } from './check.ts';
import { checkRights } from './check-rights.ts';
import { checkRows } from './check-rows.ts';
import { type RowClock, rowClock } from './clocks.ts';
import {
  actOn,
  all,
  any,
  col,
  from,
  ofPersons,
  ofTenant,
  requestAct,
  subjectOf,
  type TableAct,
  untreated,
} from './conditions.ts';
import { type Engine, type Limits, type Row, type Session, type Statement, TRUE } from './engine.ts';
import { exportedValue } from './exported-value.ts';
import { faultOf } from './fault.ts';
import { readInstant } from './instant.ts';
import { type Reference, referencesOf, takingAlong } from './references.ts';
import { type ResolvedTable, resolveAll } from './resolve.ts';

/** Rows of a page of an export or of a digest. */
const PAGE = 1_000;

interface SqlHolderDeps {
  declaration: SqlHolder;
  engine: Engine;
  limits: Limits;
  /** What the policies decide of a category on request. */
  onRequest: (category: string) => RequestAction;
}

interface Ready {
  tables: ResolvedTable[];
  references: Map<ResolvedTable, Reference[]>;
}

/** An act of a rule, and conditions on the rows it is about. */
interface DueAct {
  act: TableAct;
  clock: RowClock;
  /** Rows of the portal that the act would still change, of whatever age. */
  kept: Statement;
  /** Due and under a hold. */
  held: Statement;
  /** Due and under none. */
  free: Statement;
}

const actionOf = ({ action }: Pick<ExternalDue, 'action'>) => (action === 'reduce' ? 'reduce' : 'erase');
const changeable = ({ table }: ResolvedTable): boolean => table.kind !== 'copy';

/** Which of an erasure's acts is next, how many rows before it resisted, and what was done; holds no key of any row. */
interface ErasureCursor {
  act: number;
  skip: number;
  counts: Record<string, [removed: number, reduced: number]>;
}

/** The platform's own database as a holder. Everything it does is held against the catalogue first. */
export function createSqlHolder({ declaration, engine, limits, onRequest }: SqlHolderDeps) {
  const { id } = declaration;
  const { sql } = engine;
  const description = describeHolder(declaration);
  const { categories } = description;
  const mine = (tenantId: string) => declaration.tenants?.includes(tenantId) ?? true;

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw faultOf(id, error);
    }
  }

  /** The declaration as it fits the database now; an act on what does not fit is refused before it begins. */
  async function ready(signal: AbortSignal, acting: (table: ResolvedTable) => boolean = () => false): Promise<Ready> {
    const catalogue = await engine.catalogue(signal);
    const tables = resolveAll(declaration, catalogue, sql, () => undefined);
    const findings = checkDeclaration(declaration, catalogue, sql);
    if (tables.includes(undefined)) throw new HolderFault(id, 'misconfigured');
    const fitting = tables as ResolvedTable[];
    const touched = new Set(fitting.filter(acting).map(({ declared }) => declared.id));
    const inTheWay = ({ severity, blocks, entry }: HolderFinding) =>
      severity === 'error' && (blocks === 'all' || (blocks === 'acts' && (entry === null || touched.has(entry))));
    if (findings.some(inTheWay)) throw new HolderFault(id, 'misconfigured');
    return {
      tables: fitting,
      references: new Map(fitting.map((table) => [table, referencesOf(catalogue, table, fitting)])),
    };
  }

  const ofPerson = (table: ResolvedTable, person: KnownPerson): Statement =>
    all(ofPersons(sql, table, [person]), ofTenant(sql, table, person.tenantId));

  async function countRows(session: Session, table: ResolvedTable, where: Statement): Promise<number> {
    const [row] = await session.rows({
      text: `SELECT count(*) AS n FROM ${from(sql, table)} WHERE ${where.text}`,
      values: where.values,
    });
    return Number(row?.['n'] ?? 0);
  }

  /** Addresses that could be cut deeper are told by reading them (see `cutAlready`). */
  async function countUntreated(session: Session, act: TableAct, where: Statement): Promise<number> {
    return countRows(session, act.table, all(where, untreated(sql, act)));
  }

  async function* exported(person: KnownPerson, signal: AbortSignal): AsyncIterable<ExportedRecord> {
    if (!mine(person.tenantId)) return;
    const { tables } = await guarded(() => ready(signal));
    for (const table of tables) {
      const shown = table.columns.filter(({ declared }) => declared.notExported === undefined);
      if (shown.length === 0) continue;
      const [instants = []] = table.clocks.values();
      const fields = [
        ...shown.map(({ column }, index) => `${sql.asExport(col(sql, column), column)} AS f${index}`),
        ...instants.map((column, index) => `${sql.asExport(col(sql, column), column)} AS at${index}`),
      ];
      const own = ofPerson(table, person);
      for (let key: Key | null = null; ; ) {
        const where: Statement = all(own, after(sql, table, key));
        const page: Row[] = await guarded(() =>
          engine.reading(signal, (session) => session.rows(selectRows(sql, table, where, { rows: PAGE, fields }))),
        );
        for (const row of page) yield* recordsOf(table, shown, row);
        const last = page.at(-1);
        if (page.length < PAGE || !last) break;
        key = keyOf(table, last);
      }
    }
  }

  function* recordsOf(table: ResolvedTable, shown: ResolvedTable['columns'], row: Row): Iterable<ExportedRecord> {
    const at = instantOf(row, table.declared.clockFormat);
    for (const category of new Set(shown.map(({ declared }) => declared.category))) {
      const fields: ExportedRecord['fields'] = {};
      for (const [index, { name, declared, column }] of shown.entries())
        if (declared.category === category)
          fields[declared.exportAs ?? name] = exportedValue(row[`f${index}`], sql.exportsList(column));
      if (Object.values(fields).some((value) => value !== null))
        yield { category, table: table.declared.id, id: idOf(table, row), at, fields };
    }
  }

  /** Acts of an erasure in the order of the declaration; a copy changes only with what it was made from. */
  function actsOf(tables: ResolvedTable[], order: ErasureOrder): TableAct[] {
    return tables.filter(changeable).flatMap((table) =>
      categories.flatMap((category) => {
        const action = order.decisions[category]?.action;
        return action === 'erase' || action === 'reduce' ? (actOn(table, category, action) ?? []) : [];
      }),
    );
  }

  async function erase(person: KnownPerson, order: ErasureOrder, step: ErasureStep): Promise<ExternalErasure> {
    const decided = categories.filter((category) => order.decisions[category] !== undefined);
    const cursor = readCursor(step.cursor);
    const { tables, references } = await ready(step.signal, (table) => actsOf([table], order).length > 0);
    const acts = mine(person.tenantId) ? actsOf(tables, order) : [];
    const act = acts[cursor.act];
    if (act) {
      const batch = await treatBatch(
        engine,
        step.signal,
        { act, references: references.get(act.table) ?? [], where: ofPerson(act.table, person), person },
        { rows: limits.batchRows, skip: cursor.skip },
      );
      const [removed, reduced] = cursor.counts[act.category] ?? [0, 0];
      const gone = order.decisions[act.category]?.action === 'erase';
      cursor.counts[act.category] = gone ? [removed + batch.treated, reduced] : [removed, reduced + batch.treated];
      if (batch.found < limits.batchRows) Object.assign(cursor, { act: cursor.act + 1, skip: 0 });
      else cursor.skip += batch.resisted;
      if (cursor.act < acts.length) return { status: 'more', cursor: JSON.stringify(cursor) };
    }
    const left = await counted(person, step.signal);
    return {
      status: 'done',
      outcomes: decided.map((category): CategoryOutcome => {
        const { action, ground, reviewAt } = order.decisions[category] ?? { action: 'erase' };
        const [removed, reduced] = cursor.counts[category] ?? [0, 0];
        const stays = action === 'held' || action === 'retain';
        return {
          category,
          removed,
          reduced,
          retained: stays ? (left[category] ?? 0) : 0,
          ground,
          reviewAt,
        };
      }),
    };
  }

  async function counted(person: KnownPerson, signal: AbortSignal): Promise<Record<string, number>> {
    const counts: Record<string, number> = Object.fromEntries(categories.map((category) => [category, 0]));
    if (!mine(person.tenantId)) return counts;
    const { tables } = await ready(signal);
    await engine.reading(signal, async (session) => {
      for (const table of tables)
        for (const category of categories) {
          const act = requestAct(table, category, onRequest(category));
          const own = table.columns.some(({ declared }) => declared.category === category);
          if (act)
            counts[category] = (counts[category] ?? 0) + (await countUntreated(session, act, ofPerson(table, person)));
          else if (own)
            counts[category] = (counts[category] ?? 0) + (await countRows(session, table, ofPerson(table, person)));
        }
    });
    return counts;
  }

  /** Acts a rule has, and the rows of each that are due; what another entry of the same table protects stays out too. */
  function dueActs(current: Ready, due: ExternalDue): DueAct[] {
    const { tables, references } = current;
    const action = actionOf(due);
    return tables.flatMap((table) => {
      const act = actOn(table, due.category, action);
      const clock = rowClock(sql, table, due.clock);
      if (!act || !clock) return [];
      const kept = all(ofTenant(sql, table, due.tenantId), untreated(sql, act));
      const held = heldRows(tables, act, references.get(table) ?? [], due);
      const free: Statement = { text: `(${held.text}) IS NOT TRUE`, values: held.values };
      const stronger = (due.stronger ?? []).flatMap((its) => leftTo(current, table, due, its));
      const passed = all(clock.before(due), kept, ...leftToOldWords(table, due), ...stronger);
      return [{ act, clock, kept, held: all(passed, held), free: all(passed, free) }];
    });
  }

  /** What an older word decides is not due here; a clock the table does not keep tells nothing of its rows. */
  function leftToOldWords(table: ResolvedTable, { leaves = [], timeZone }: ExternalDue): Statement[] {
    return leaves.flatMap(({ clock, before }) => {
      const earlier = rowClock(sql, table, clock)?.before({ before, timeZone });
      return earlier ? [{ text: `(${earlier.text}) IS NOT TRUE`, values: earlier.values }] : [];
    });
  }

  /** A row is one rule's: what a stronger one over the same category takes, or deletes whole, is not due here. */
  function leftTo(current: Ready, { table }: ResolvedTable, due: ExternalDue, its: ExternalDue): Statement[] {
    return dueActs(current, its)
      .filter(({ act }) => act.table.table.name === table.name)
      .filter(({ act }) => its.category === due.category || act.does === 'delete')
      .map(({ free }) => ({ text: `(${free.text}) IS NOT TRUE`, values: free.values }));
  }

  function heldRows(
    tables: ResolvedTable[],
    { table, does }: TableAct,
    references: Reference[],
    { held }: ExternalDue,
  ): Statement {
    if (held === 'all') return TRUE;
    const same = tables.filter((other) => other.table.name === table.table.name);
    const theirs = same.map((other) => ofPersons(sql, other, held));
    return any(does === 'delete' ? [...theirs, takingAlong(sql, references, tables, held)] : theirs);
  }

  async function plan(due: ExternalDue, signal: AbortSignal): Promise<DueSummary> {
    const summary: DueSummary = {
      due: 0,
      held: 0,
      people: 0,
      total: 0,
      withoutClock: 0,
      oldest: null,
      digest: '',
      sample: [],
    };
    const digest = createHash('sha256');
    const people = new Set<string>();
    if (mine(due.tenantId))
      for (const act of dueActs(await ready(signal), due))
        await engine.reading(signal, (session) => planAct(session, act, due, { summary, digest, people }));
    summary.digest = digest.digest('hex');
    summary.people = people.size;
    return summary;
  }

  async function planAct(
    session: Session,
    { act, clock, kept, held, free }: DueAct,
    due: ExternalDue,
    { summary, digest, people }: { summary: DueSummary; digest: Hash; people: Set<string> },
  ): Promise<void> {
    const { table } = act;
    summary.total += await countRows(session, table, ofTenant(sql, table, due.tenantId));
    summary.held += await countRows(session, table, held);
    summary.withoutClock = (summary.withoutClock ?? 0) + (await countRows(session, table, all(kept, clock.unread)));
    const instants = table.clocks.get(due.clock) ?? [];
    const fields = instants.map((column, index) => `${sql.asExport(col(sql, column), column)} AS at${index}`);
    const person = `${subjectOf(sql, table)} AS person`;
    for (let key: Key | null = null; ; ) {
      const page: Row[] = await session.rows(
        selectRows(sql, table, all(free, after(sql, table, key)), { rows: PAGE, fields: [...fields, person] }),
      );
      for (const row of page) {
        summary.due += 1;
        if (row['person'] !== null) people.add(`${table.declared.subject.by}:${row['person']}`);
        digest.update(`${table.declared.id}\0${keyOf(table, row).map(String).join('\0')}\n`);
        const at = instantOf(row, table.declared.clockFormat);
        if (!summary.oldest || at < summary.oldest) summary.oldest = at;
      }
      const last = page.at(-1);
      if (page.length < PAGE || !last) break;
      key = keyOf(table, last);
    }
  }

  async function sweep(due: ExternalDue, batch: BatchLimit, signal: AbortSignal): Promise<BatchOutcome> {
    const nothing = { treated: 0, suppressed: 0, cursor: null, done: true };
    if (!mine(due.tenantId)) return nothing;
    const current = await ready(signal, (table) => actOn(table, due.category, actionOf(due)) !== undefined);
    const acts = dueActs(current, due);
    const cursor: { act: number; key: string[] | null } = batch.cursor
      ? JSON.parse(batch.cursor)
      : { act: 0, key: null };
    const next = acts[cursor.act];
    if (!next) return nothing;
    const rows = Math.min(batch.rows, limits.batchRows);
    const { act, free } = next;
    const where = all(free, after(sql, act.table, cursor.key?.map(keyPart)));
    const references = current.references.get(act.table) ?? [];
    // What is due in a copy stays due until it is refreshed, and the second look says so.
    const outcome = changeable(act.table)
      ? await treatBatch(engine, signal, { act, references, where }, { rows })
      : { found: 0, treated: 0, resisted: 0, last: null };
    const through = outcome.found < rows || !outcome.last;
    const position = through
      ? { act: cursor.act + 1, key: null }
      : { act: cursor.act, key: outcome.last?.map(keptKeyPart) };
    const done = position.act >= acts.length;
    return {
      treated: outcome.treated,
      suppressed: 0,
      refused: outcome.resisted,
      cursor: done ? null : JSON.stringify(position),
      done,
    };
  }

  const holder: ExternalHolder = {
    id,
    describe: () => description,
    export: exported,
    count: (person, signal) => guarded(() => counted(person, signal)),
    erase: (person, order, step) => guarded(() => erase(person, order, step)),
    plan: (due, signal) => guarded(() => plan(due, signal)),
    sweep: (due, batch, signal) => guarded(() => sweep(due, batch, signal)),
  };
  return {
    ...holder,
    /** What of the declaration does not fit the database. @throws HolderFault */
    check: (signal: AbortSignal): Promise<HolderFinding[]> =>
      guarded(async () => {
        const catalogue = await engine.catalogue(signal);
        const fitting = resolveAll(declaration, catalogue, sql, () => undefined).filter((table) => table !== undefined);
        const references = new Map(fitting.map((table) => [table, referencesOf(catalogue, table, fitting)]));
        const rights = checkRights(fitting, references, await engine.rights(signal));
        // What may not be read cannot be counted.
        const readable = fitting.filter(({ table }) => !rights.some((finding) => finding.table === table.name));
        return [
          ...checkDeclaration(declaration, catalogue, sql),
          ...rights,
          ...(await checkRows(engine, readable, signal)),
        ];
      }),
    close: () => engine.close(),
  };
}

function readCursor(text: string | null): ErasureCursor {
  return text === null ? { act: 0, skip: 0, counts: {} } : (JSON.parse(text) as ErasureCursor);
}

/** A part of a key as a cursor keeps it, with what it is. */
const keptKeyPart = (part: Key[number]): string => {
  if (Buffer.isBuffer(part)) return `b${part.toString('base64')}`;
  return typeof part === 'bigint' ? `i${part}` : `${typeof part === 'number' ? 'n' : 't'}${part}`;
};
const keyPart = (kept: string): Key[number] => {
  const text = kept.slice(1);
  if (kept.startsWith('b')) return Buffer.from(text, 'base64');
  if (kept.startsWith('n')) return Number(text);
  return kept.startsWith('i') ? BigInt(text) : text;
};

/** The first instant of a row that can be read; where there is none, the beginning of time stands for "not known". */
function instantOf(row: Row, format: string | undefined): Date {
  for (let index = 0; `at${index}` in row; index += 1) {
    const read = readInstant(row[`at${index}`], format);
    if (read === 'unreadable') break;
    if (read !== 'missing') return new Date('day' in read ? `${read.day}T00:00:00Z` : read.at);
  }
  return new Date(0);
}
