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
import type { FirstSights } from '../first-sights.ts';
import type { BatchLimit, BatchOutcome, CategoryOutcome, DueSummary, ErasureOrder, ExportedRecord } from '../holder.ts';
import { after, among, idOf, type Key, keyOf, selectRows, treatBatch } from './batch.ts';
import { checkDeclaration } from './check.ts';
import { checkRights } from './check-rights.ts';
import { checkRows } from './check-rows.ts';
import { instantFields } from './clocks.ts';
import { actOn, all, col, ofPersons, ofTenant, requestAct, type TableAct, untreated } from './conditions.ts';
import { actionOf, dueActs, type Ready } from './due-acts.ts';
import type { Engine, Limits, Row, Session, Statement } from './engine.ts';
import { exportedValue } from './exported-value.ts';
import { faultOf } from './fault.ts';
import { countRows, instantOf, PAGE, planAct, planSighted, sightedPage } from './plan-act.ts';
import { referencesOf } from './references.ts';
import { type ResolvedTable, resolveAll } from './resolve.ts';
import { isKeyed, type TreatmentKey } from './treat-values.ts';

interface SqlHolderDeps {
  declaration: SqlHolder;
  engine: Engine;
  limits: Limits;
  /** What the policies decide of a category on request. */
  onRequest: (category: string) => RequestAction;
  /** What keyed treatments are made with, of a portal; absent: none is carried out. */
  keyOf?: (tenantId: string) => Promise<TreatmentKey>;
  /** When rows without a time of their own were seen first; absent: no rule can count from that. */
  sightsOf?: (tenantId: string) => FirstSights;
}

const changeable = ({ table }: ResolvedTable): boolean => table.kind !== 'copy';

/** Which of an erasure's acts is next, how many rows before it resisted, and what was done; holds no key of any row. */
interface ErasureCursor {
  act: number;
  skip: number;
  counts: Record<string, [removed: number, reduced: number]>;
}

/** The platform's own database as a holder. Everything it does is held against the catalogue first. */
export function createSqlHolder({
  declaration,
  engine,
  limits,
  onRequest,
  keyOf: keyOfTenant,
  sightsOf,
}: SqlHolderDeps) {
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

  /** @throws HolderFault `misconfigured` where an act needs a key and there is none to be had */
  async function keyFor({ columns }: TableAct, tenantId: string): Promise<TreatmentKey | undefined> {
    if (!columns.some((one) => one.act === 'computed' && isKeyed(one))) return undefined;
    if (!keyOfTenant) throw new HolderFault(id, 'misconfigured');
    return keyOfTenant(tenantId);
  }

  /** @throws HolderFault `misconfigured` where nothing is remembered of rows */
  function sightsFor(tenantId: string): FirstSights {
    if (!sightsOf) throw new HolderFault(id, 'misconfigured');
    return sightsOf(tenantId);
  }

  const ofPerson = (table: ResolvedTable, person: KnownPerson): Statement =>
    all(ofPersons(sql, table, [person]), ofTenant(sql, table, person.tenantId));

  /** Addresses that could be cut deeper are told by reading them (see `cutAlready`). */
  async function countUntreated(session: Session, act: TableAct, where: Statement): Promise<number> {
    return countRows(session, sql, act.table, all(where, untreated(sql, act)));
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
        ...instantFields(sql, instants),
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
    return tables.filter(changeable).flatMap((table) => {
      const acts = categories.flatMap((category) => {
        const action = order.decisions[category]?.action;
        return action === 'erase' || action === 'reduce' ? (actOn(table, category, action) ?? []) : [];
      });
      // What takes away whose a row is comes after everything else that is done to it.
      const last = ({ columns }: TableAct) =>
        Number(
          table.subject.hops.length === 0 && columns.some(({ column }) => column.name === table.subject.column.name),
        );
      return acts.toSorted((one, other) => last(one) - last(other));
    });
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
        {
          act,
          references: references.get(act.table) ?? [],
          where: ofPerson(act.table, person),
          person,
          key: await keyFor(act, person.tenantId),
        },
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
            counts[category] =
              (counts[category] ?? 0) + (await countRows(session, sql, table, ofPerson(table, person)));
        }
    });
    return counts;
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
      for (const act of dueActs(sql, await ready(signal), due)) {
        const gathered = { summary, digest, people };
        await engine.reading(signal, (session) => planAct(session, sql, act, due, gathered));
        if (act.clock) continue;
        const reading = <T>(work: (session: Session) => Promise<T>) => engine.reading(signal, work);
        await planSighted(reading, sql, act, due, gathered, sightsFor(due.tenantId));
      }
    summary.digest = digest.digest('hex');
    summary.people = people.size;
    return summary;
  }

  async function sweep(due: ExternalDue, batch: BatchLimit, signal: AbortSignal): Promise<BatchOutcome> {
    const nothing = { treated: 0, suppressed: 0, cursor: null, done: true };
    if (!mine(due.tenantId)) return nothing;
    const current = await ready(signal, (table) => actOn(table, due.category, actionOf(due)) !== undefined);
    const acts = dueActs(sql, current, due);
    const cursor: { act: number; key: string[] | null } = batch.cursor
      ? JSON.parse(batch.cursor)
      : { act: 0, key: null };
    const next = acts[cursor.act];
    if (!next) return nothing;
    const rows = Math.min(batch.rows, limits.batchRows);
    const { act, free } = next;
    const key = cursor.key?.map(keyPart);
    const sighted = next.clock
      ? undefined
      : await engine.reading(signal, (session) =>
          sightedPage(session, sql, next, due, { sights: sightsFor(due.tenantId), key, rows }),
        );
    const chosen = sighted?.filter(({ isFree }) => isFree).map((one) => one.key);
    const where = all(free, chosen ? among(sql, act.table, chosen) : after(sql, act.table, key));
    const references = current.references.get(act.table) ?? [];
    // What is due in a copy stays due until it is refreshed, and the second look says so.
    const outcome =
      changeable(act.table) && chosen?.length !== 0
        ? await treatBatch(engine, signal, { act, references, where, key: await keyFor(act, due.tenantId) }, { rows })
        : { found: 0, treated: 0, resisted: 0, last: null };
    const [found, last] = sighted ? [sighted.length, sighted.at(-1)?.key] : [outcome.found, outcome.last];
    const through = found < rows || !last;
    const position = through ? { act: cursor.act + 1, key: null } : { act: cursor.act, key: last?.map(keptKeyPart) };
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
