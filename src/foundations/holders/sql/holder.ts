import { createHash } from 'node:crypto';
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
import { after, type Key, keyOf, selectRows, treatBatch } from './batch.ts';
import type { Catalogue, CatalogueColumn } from './catalogue.ts';
import { checkDeclaration } from './check.ts';
import { dueBefore } from './clocks.ts';
import {
  actOn,
  all,
  col,
  from,
  ofPersons,
  ofTenant,
  requestAct,
  subjectOf,
  type TableAct,
  untreated,
} from './conditions.ts';
import type { Engine, Limits, Row, Session, Statement } from './engine.ts';
import { faultOf } from './fault.ts';
import { type Reference, referencesOf } from './references.ts';
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

interface DueAct {
  act: TableAct;
  passed: Statement;
  held: Statement;
  column: CatalogueColumn;
}

interface Ready {
  catalogue: Catalogue;
  tables: ResolvedTable[];
  references: Map<ResolvedTable, Reference[]>;
}

/** Which of an erasure's acts is next, how many rows before it resisted, and what was done; holds no key of any row. */
interface ErasureCursor {
  act: number;
  skip: number;
  counts: Record<string, [removed: number, reduced: number]>;
}

/** The platform's own database as a holder. Everything it does is held against the catalogue first. */
export function createSqlHolder({ declaration, engine, limits, onRequest }: SqlHolderDeps) {
  const { id } = declaration;
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
    const tables = resolveAll(declaration, catalogue, () => undefined);
    const findings = checkDeclaration(declaration, catalogue);
    if (tables.includes(undefined)) throw new HolderFault(id, 'misconfigured');
    const fitting = tables as ResolvedTable[];
    const touched = new Set(fitting.filter(acting).map(({ declared }) => declared.id));
    const inTheWay = ({ severity, blocks, entry }: HolderFinding) =>
      severity === 'error' && (blocks === 'all' || (blocks === 'acts' && (entry === null || touched.has(entry))));
    if (findings.some(inTheWay)) throw new HolderFault(id, 'misconfigured');
    return {
      catalogue,
      tables: fitting,
      references: new Map(fitting.map((table) => [table, referencesOf(catalogue, table, fitting)])),
    };
  }

  const ofPerson = (table: ResolvedTable, person: KnownPerson): Statement =>
    all(ofPersons(engine, table, [person]), ofTenant(engine, table, person.tenantId));

  async function countRows(session: Session, table: ResolvedTable, where: Statement): Promise<number> {
    const [row] = await session.rows({
      text: `SELECT count(*) AS n FROM ${from(table)} WHERE ${where.text}`,
      values: where.values,
    });
    return Number(row?.['n'] ?? 0);
  }

  /** Addresses that could be cut deeper are told by reading them (see `cutAlready`). */
  async function countUntreated(session: Session, act: TableAct, where: Statement): Promise<number> {
    return countRows(session, act.table, all(where, untreated(engine, act)));
  }

  async function* exported(person: KnownPerson, signal: AbortSignal): AsyncIterable<ExportedRecord> {
    if (!mine(person.tenantId)) return;
    const { tables } = await guarded(() => ready(signal));
    for (const table of tables) {
      const shown = table.columns.filter(({ declared }) => declared.notExported === undefined);
      if (shown.length === 0) continue;
      const [clock] = Object.values(table.declared.clocks ?? {});
      const instant = clock === undefined ? undefined : table.table.columns.get(clock);
      const fields = [
        ...shown.map(({ column }, index) => `${engine.sql.asExport(col(column), column)} AS f${index}`),
        ...(instant ? [`${engine.sql.asExport(col(instant), instant)} AS at`] : []),
      ];
      const own = ofPerson(table, person);
      for (let key: Key | null = null; ; ) {
        const where: Statement = all(own, after(table, key));
        const page: Row[] = await guarded(() =>
          engine.reading(signal, (session) => session.rows(selectRows(engine, table, where, { rows: PAGE, fields }))),
        );
        for (const row of page) yield* recordsOf(table, shown, row);
        const last = page.at(-1);
        if (page.length < PAGE || !last) break;
        key = keyOf(table, last);
      }
    }
  }

  function* recordsOf(table: ResolvedTable, shown: ResolvedTable['columns'], row: Row): Iterable<ExportedRecord> {
    const key = keyOf(table, row).map(String).join('/');
    const at = instantOf(row['at'], table.declared.clockFormat);
    for (const category of new Set(shown.map(({ declared }) => declared.category))) {
      const fields: ExportedRecord['fields'] = {};
      for (const [index, { name, declared }] of shown.entries())
        if (declared.category === category) fields[declared.exportAs ?? name] = exportable(row[`f${index}`]);
      if (Object.values(fields).some((value) => value !== null))
        yield { category, table: table.declared.id, id: key, at, fields };
    }
  }

  /** Acts of an erasure in the order of the declaration. */
  function actsOf(tables: ResolvedTable[], order: ErasureOrder): TableAct[] {
    return tables.flatMap((table) =>
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
      const batch = await engine.writing(step.signal, (session) =>
        treatBatch(
          session,
          engine,
          references.get(act.table) ?? [],
          act,
          ofPerson(act.table, person),
          { rows: limits.batchRows, skip: cursor.skip },
          person,
        ),
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
  function dueActs(tables: ResolvedTable[], due: ExternalDue): DueAct[] {
    const action = due.action === 'reduce' ? 'reduce' : 'erase';
    return tables.flatMap((table) => {
      const act = actOn(table, due.category, action);
      const clock = table.declared.clocks?.[due.clock as 'recorded'];
      const column = clock === undefined ? undefined : table.table.columns.get(clock);
      if (!act || !column) return [];
      const passed = all(
        ofTenant(engine, table, due.tenantId),
        dueBefore(engine, column, table.declared.clockFormat, due),
        untreated(engine, act),
        ...(due.stronger ?? []).flatMap((its) => leftTo(tables, table, due, its)),
      );
      return [{ act, passed, held: heldRows(tables, table, due), column }];
    });
  }

  /** A row is one rule's: what a stronger one over the same category takes, or deletes whole, is not due here. */
  function leftTo(tables: ResolvedTable[], { table }: ResolvedTable, due: ExternalDue, its: ExternalDue): Statement[] {
    const theirs = dueActs(
      tables.filter((other) => other.table.name === table.name),
      its,
    );
    return theirs
      .filter(({ act }) => its.category === due.category || act.does === 'delete')
      .map(({ passed, held }) => {
        const taken = all(passed, free(held));
        return { text: `(${taken.text}) IS NOT TRUE`, values: taken.values };
      });
  }

  function heldRows(tables: ResolvedTable[], table: ResolvedTable, { held }: ExternalDue): Statement {
    if (held === 'all') return { text: '1 = 1', values: [] };
    const same = tables.filter((other) => other.table.name === table.table.name);
    const each = same.map((other) => ofPersons(engine, other, held)).filter(({ text }) => text !== '1 = 0');
    if (each.length === 0) return { text: '1 = 0', values: [] };
    return { text: each.map(({ text }) => `(${text})`).join(' OR '), values: each.flatMap(({ values }) => values) };
  }
  const free = (held: Statement): Statement => ({ text: `(${held.text}) IS NOT TRUE`, values: held.values });

  async function plan(due: ExternalDue, signal: AbortSignal): Promise<DueSummary> {
    const summary: DueSummary = { due: 0, held: 0, people: 0, total: 0, oldest: null, digest: '', sample: [] };
    const digest = createHash('sha256');
    const people = new Set<string>();
    if (mine(due.tenantId)) {
      const { tables } = await ready(signal);
      for (const { act, passed, held, column } of dueActs(tables, due)) {
        const { table } = act;
        await engine.reading(signal, async (session) => {
          summary.total += await countRows(session, table, ofTenant(engine, table, due.tenantId));
          summary.held += await countRows(session, table, all(passed, held));
          const mineToTreat = all(passed, free(held));
          for (let key: Key | null = null; ; ) {
            const page: Row[] = await session.rows(
              selectRows(engine, table, all(mineToTreat, after(table, key)), {
                rows: PAGE,
                fields: [`${engine.sql.asExport(col(column), column)} AS at`, `${subjectOf(engine, table)} AS person`],
              }),
            );
            for (const row of page) {
              summary.due += 1;
              if (row['person'] !== null) people.add(`${table.declared.subject.by}:${row['person']}`);
              digest.update(`${table.declared.id}\0${keyOf(table, row).map(String).join('\0')}\n`);
              const at = instantOf(row['at'], table.declared.clockFormat);
              if (!summary.oldest || at < summary.oldest) summary.oldest = at;
            }
            const last = page.at(-1);
            if (page.length < PAGE || !last) break;
            key = keyOf(table, last);
          }
        });
      }
    }
    summary.digest = digest.digest('hex');
    summary.people = people.size;
    return summary;
  }

  async function sweep(due: ExternalDue, batch: BatchLimit, signal: AbortSignal): Promise<BatchOutcome> {
    const nothing = { treated: 0, suppressed: 0, cursor: null, done: true };
    if (!mine(due.tenantId)) return nothing;
    const { tables, references } = await ready(signal, (table) => dueActs([table], due).length > 0);
    const acts = dueActs(tables, due);
    const cursor: { act: number; key: string[] | null } = batch.cursor
      ? JSON.parse(batch.cursor)
      : { act: 0, key: null };
    const next = acts[cursor.act];
    if (!next) return nothing;
    const rows = Math.min(batch.rows, limits.batchRows);
    const { table } = next.act;
    const outcome = await engine.writing(signal, (session) =>
      treatBatch(
        session,
        engine,
        references.get(table) ?? [],
        next.act,
        all(next.passed, free(next.held), after(table, cursor.key && keyFrom(cursor.key))),
        { rows },
      ),
    );
    const through = outcome.found < rows || !outcome.last;
    const position = through
      ? { act: cursor.act + 1, key: null }
      : { act: cursor.act, key: outcome.last?.map((part) => (typeof part === 'bigint' ? `i${part}` : `t${part}`)) };
    const done = position.act >= acts.length;
    return { treated: outcome.treated, suppressed: 0, cursor: done ? null : JSON.stringify(position), done };
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
      guarded(async () => checkDeclaration(declaration, await engine.catalogue(signal))),
    close: () => engine.close(),
  };
}

function readCursor(text: string | null): ErasureCursor {
  return text === null ? { act: 0, skip: 0, counts: {} } : (JSON.parse(text) as ErasureCursor);
}

const keyFrom = (parts: string[]): Key =>
  parts.map((part) => (part.startsWith('i') ? BigInt(part.slice(1)) : part.slice(1)));

function exportable(value: unknown): ExportedRecord['fields'][string] {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(String);
  return JSON.stringify(value);
}

/** An instant of the database; where a table has none, the beginning of time stands for "not known". */
function instantOf(value: unknown, format: string | undefined): Date {
  if (typeof value === 'bigint' || typeof value === 'number')
    return new Date(Number(value) * (format === 'epoch-seconds' ? 1000 : 1));
  if (typeof value !== 'string') return new Date(0);
  const iso = /[zZ]|[+-]\d\d:?\d\d$/.test(value) || value.length <= 10 ? value : `${value.replace(' ', 'T')}Z`;
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? new Date(0) : at;
}
