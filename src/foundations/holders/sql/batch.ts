import { reduceAddress } from '../../../law/reduce-address.ts';
import type { KnownPerson } from '../external.ts';
import {
  all,
  any,
  col,
  emptyAddress,
  from,
  ofPersons,
  ofTenant,
  replacement,
  subjectOf,
  type TableAct,
  untreated,
} from './conditions.ts';
import {
  type Bound,
  type Dialect,
  type Engine,
  marks,
  quotedTable,
  type Row,
  type Session,
  type Statement,
} from './engine.ts';
import type { Reference } from './references.ts';
import type { ResolvedTable } from './resolve.ts';
import { alreadyTreated, type ComputedAct, KEEP, type TreatmentKey, treatedValue } from './treat-values.ts';

/** A key of a row, part by part. */
export type Key = Exclude<Bound, null>[];

const keyColumns = (sql: Dialect, table: ResolvedTable) =>
  table.identity.map((part, index) => `${sql.asText(col(sql, part), part)} AS k${index}`).join(', ');
export const keyOf = (table: ResolvedTable, row: Row): Key =>
  table.identity.map((_, index) => row[`k${index}`] as Key[number]);
/** What others know the row by: its declared key, in one text. */
export const idOf = (table: ResolvedTable, row: Row): string =>
  keyOf(table, row)
    .slice(table.identity.length - table.key.length)
    .map((part) => (Buffer.isBuffer(part) ? part.toString('hex') : String(part)))
    .join('/');
const order = (sql: Dialect, table: ResolvedTable) =>
  table.identity.map((part) => sql.asOrder(col(sql, part), part)).join(', ');

/** Rows beyond a key, in the order of keys. */
export function after(sql: Dialect, table: ResolvedTable, key: Key | null | undefined): Statement | undefined {
  if (!key) return undefined;
  const bounds = table.identity.map((part) => sql.bound(part)).join(', ');
  return { text: `(${order(sql, table)}) > (${bounds})`, values: key };
}

/** Rows with one of these keys. A key alone is never trusted: whose the row is, and how old, is asked again beside it. */
export function among(sql: Dialect, table: ResolvedTable, keys: Key[]): Statement {
  const [only, ...more] = table.identity;
  if (only && more.length === 0)
    return {
      text: `${col(sql, only)} IN (${marks(keys, sql.bound(only))})`,
      values: keys.map(([part]) => part as Bound),
    };
  return any(
    keys.map((key) => ({
      text: table.identity.map((part) => `${col(sql, part)} = ${sql.bound(part)}`).join(' AND '),
      values: key as Bound[],
    })),
  );
}

/** Keys, and addresses where they are to be cut, of the next rows. */
export function selectRows(
  sql: Dialect,
  table: ResolvedTable,
  where: Statement,
  page: { rows: number; skip?: number; fields?: string[]; fieldValues?: Bound[]; lock?: boolean },
): Statement {
  const fields = [keyColumns(sql, table), ...(page.fields ?? [])].join(', ');
  const skip = page.skip ? ` OFFSET ${page.skip}` : '';
  return {
    text: `SELECT ${fields} FROM ${from(sql, table)} WHERE ${where.text} ORDER BY ${order(sql, table)} LIMIT ${page.rows}${skip}${page.lock ? sql.lockRows : ''}`,
    values: [...(page.fieldValues ?? []), ...where.values],
  };
}

/** What is to be done, on which rows, and what stands in its way. */
export interface Batch {
  act: TableAct;
  references: readonly Reference[];
  /** Whose the rows are and how old; every statement that changes one asks it again. */
  where: Statement;
  /** Whose they all are, where an act is one person's. */
  person?: KnownPerson;
  /** What keyed treatments are made with. */
  key?: TreatmentKey;
}

export interface Treated {
  found: number;
  treated: number;
  /** Rows that are as they were: the database refused them, or somebody put back what was taken. */
  resisted: number;
  last: Key | null;
}

/** What the database refused, with the rows it was asked for. */
class Refused extends Error {
  readonly keys: Key[];
  constructor(keys: Key[]) {
    super('The database refused a row.');
    this.keys = keys;
  }
}

/**
 * Carries an act out on the next rows, in a transaction, and looks at them again. Where the database refuses one of them,
 * the others are done without it: halves, each in a transaction of its own, until what resists is alone.
 */
export async function treatBatch(
  engine: Engine,
  signal: AbortSignal,
  batch: Batch,
  page: { rows: number; skip?: number },
): Promise<Treated> {
  try {
    return await attempt(engine, signal, batch, page);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { keys } = error;
    const apart = await treatApart(engine, signal, batch, keys);
    return { found: keys.length, ...apart, last: keys.at(-1) ?? null };
  }
}

type Done = Pick<Treated, 'treated' | 'resisted'>;

async function treatApart(engine: Engine, signal: AbortSignal, batch: Batch, keys: Key[]): Promise<Done> {
  if (keys.length === 1) return { treated: 0, resisted: 1 };
  const middle = Math.ceil(keys.length / 2);
  const done: Done = { treated: 0, resisted: 0 };
  for (const half of [keys.slice(0, middle), keys.slice(middle)]) {
    const where = all(batch.where, among(engine.sql, batch.act.table, half));
    let its: Done;
    try {
      its = await attempt(engine, signal, { ...batch, where }, { rows: half.length });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      its = await treatApart(engine, signal, batch, half);
    }
    done.treated += its.treated;
    done.resisted += its.resisted;
  }
  return done;
}

/** @throws Refused when the database refuses a row, also at the end of the transaction. */
async function attempt(
  engine: Engine,
  signal: AbortSignal,
  batch: Batch,
  page: { rows: number; skip?: number },
): Promise<Treated> {
  let keys: Key[] = [];
  try {
    return await engine.writing(signal, async (session) => {
      const { act, references, where } = batch;
      const { sql } = engine;
      const { table } = act;
      const addresses = act.columns.filter(({ act: what }) => what === 'truncate-ip');
      const computed = computedOf(act);
      const done = computed.map((one) => alreadyTreated(sql, col(sql, one.column), one));
      const fields = [
        ...addresses.map(({ column }, index) => `${sql.asAddress(col(sql, column), column)} AS a${index}`),
        ...computed.map(({ column }, index) => `${sql.asText(col(sql, column), column)} AS v${index}`),
        ...(computed.length > 0 ? [`${subjectOf(sql, table)} AS person`] : []),
        ...done.map(({ text }, index) => `CASE WHEN ${text} THEN 1 ELSE 0 END AS d${index}`),
      ];
      const fieldValues = done.flatMap(({ values }) => values);
      // A row that is only deleted is not locked first: that would take another right, and the statement asks all again.
      const lock = act.does === 'change' || references.some(({ solved }) => solved === 'emptied' || solved === 'joint');
      const found = await session.rows(
        selectRows(sql, table, all(where, untreated(sql, act)), { ...page, fields, fieldValues, lock }),
      );
      keys = found.map((row) => keyOf(table, row));
      if (keys.length === 0) return { found: 0, treated: 0, resisted: 0, last: null };
      const chosen = among(sql, table, keys);
      const last = keys.at(-1) ?? null;
      const removed = act.does === 'delete' ? await remove(session, sql, batch, chosen) : undefined;
      if (removed === undefined) await change(session, sql, batch, chosen, found);
      const resisting = all(chosen, removed === undefined ? untreated(sql, act) : where);
      const [left] = await session.rows({
        text: `SELECT count(*) AS n FROM ${from(sql, table)} WHERE ${resisting.text}`,
        values: resisting.values,
      });
      const resisted = Math.min(Number(left?.['n'] ?? 0), keys.length);
      return { found: keys.length, treated: removed ?? keys.length - resisted, resisted, last };
    });
  } catch (error) {
    if (keys.length > 0 && engine.refusesRow(error)) throw new Refused(keys);
    throw error;
  }
}

/** Deletes rows; answers how many the database says it was. */
async function remove(
  session: Session,
  sql: Dialect,
  { act: { table }, references, where, person }: Batch,
  chosen: Statement,
): Promise<number> {
  const theirs = all(where, chosen);
  await detach(session, sql, references, table, theirs);
  const joint = references.flatMap(({ with: other }) => other ?? []);
  if (person && joint.length > 0 && sql.deferConstraints) {
    await session.run({ text: sql.deferConstraints, values: [] });
    for (const other of joint) {
      const own = all(ofPersons(sql, other, [person]), ofTenant(sql, other, person.tenantId));
      await session.run({ text: sql.deleteFrom(quotedTable(sql, other.table), own.text), values: own.values });
    }
  }
  const removed = await session.run({
    text: sql.deleteFrom(quotedTable(sql, table.table), theirs.text),
    values: theirs.values,
  });
  if (sql.checkConstraints) await session.run({ text: sql.checkConstraints, values: [] });
  return removed;
}

const computedOf = ({ columns }: TableAct): ComputedAct[] =>
  columns.flatMap((one) => (one.act === 'computed' ? [one] : []));

async function change(
  session: Session,
  sql: Dialect,
  { act, where, key }: Batch,
  chosen: Statement,
  found: Row[],
): Promise<void> {
  const { table } = act;
  const target = from(sql, table);
  // Addresses first: what the other columns become may make the row nobody's.
  let position = 0;
  for (const { column, act: what } of act.columns) {
    if (what !== 'truncate-ip') continue;
    const field = `a${position++}`;
    for (const { keys, was, reduced } of reductions(table, found, field, emptyAddress(column))) {
      const name = col(sql, column);
      const these = all(among(sql, table, keys), where, {
        text: `${sql.asAddress(name, column)} IN (${marks(was, sql.text)})`,
        values: was,
      });
      await session.run({
        text: `UPDATE ${target} SET ${sql.quoted(column.name)} = ${reduced === null ? 'NULL' : sql.toColumn(sql.text, column)} WHERE ${these.text}`,
        values: [...(reduced === null ? [] : [reduced]), ...these.values],
      });
    }
  }
  const sets = act.columns.flatMap(({ column, act: what, with: template }): Statement[] => {
    if (what === 'truncate-ip' || what === 'computed') return [];
    const name = sql.quoted(column.name);
    if (what === 'null') return [{ text: `${name} = NULL`, values: [] }];
    const text = replacement(sql, table, template ?? '');
    // What is empty stays empty: a replacement would say that there was something.
    return [
      {
        text: `${name} = CASE WHEN ${col(sql, column)} IS NULL THEN NULL ELSE ${sql.toColumn(text.text, column)} END`,
        values: text.values,
      },
    ];
  });
  const update = async (changes: Statement[], rows: Statement) => {
    if (changes.length === 0) return;
    const theirs = all(where, rows);
    await session.run({
      text: `UPDATE ${target} SET ${changes.map(({ text }) => text).join(', ')} WHERE ${theirs.text}`,
      values: [...changes.flatMap(({ values }) => values), ...theirs.values],
    });
  };
  const computed = computedOf(act);
  // All columns of a row at once: what one of them becomes may make the row nobody's.
  for (const { keys, values } of computations(table, computed, found, key))
    await update(
      [
        ...computed.flatMap(({ column }, index): Statement[] => {
          const value = values[index];
          if (value === undefined) return [];
          const name = sql.quoted(column.name);
          if (value === null) return [{ text: `${name} = NULL`, values: [] }];
          return [{ text: `${name} = ${sql.toColumn(sql.text, column)}`, values: [value] }];
        }),
        ...sets,
      ],
      among(sql, table, keys),
    );
  if (computed.length === 0) await update(sets, chosen);
  if (sql.checkConstraints) await session.run({ text: sql.checkConstraints, values: [] });
}

/** What the addresses of these rows become, together where it is the same. */
function reductions(
  table: ResolvedTable,
  found: Row[],
  field: string,
  empty: string | null,
): { keys: Key[]; was: string[]; reduced: string | null }[] {
  const byResult = new Map<string | null, { keys: Key[]; was: Set<string> }>();
  for (const row of found) {
    const address = row[field];
    if (address === null || address === undefined) continue;
    // What is no address is not passed through: it could be anything.
    const reduced = reduceAddress(String(address), KEEP) ?? empty;
    if (reduced === address) continue;
    const same = byResult.get(reduced) ?? { keys: [], was: new Set() };
    byResult.set(reduced, same);
    same.keys.push(keyOf(table, row));
    same.was.add(String(address));
  }
  return [...byResult].map(([reduced, { keys, was }]) => ({ keys, was: [...was], reduced }));
}

/** What the columns of these rows become, together where it is the same; undefined: they stay as they are. */
function computations(
  table: ResolvedTable,
  acts: readonly ComputedAct[],
  found: readonly Row[],
  key: TreatmentKey | undefined,
): { keys: Key[]; values: (string | null | undefined)[] }[] {
  if (acts.length === 0) return [];
  const { by } = table.declared.subject;
  const same = new Map<string, { keys: Key[]; values: (string | null | undefined)[] }>();
  for (const row of found) {
    const named = row['person'] === null ? undefined : String(row['person']);
    const person = named && `${by}:${by === 'email' ? named.trim().toLowerCase() : named}`;
    const values = acts.map((act, index) => {
      const value = row[`v${index}`];
      if (value === null || value === undefined || value === '' || Number(row[`d${index}`]) === 1) return undefined;
      return treatedValue(act, String(value), person, key);
    });
    const group = JSON.stringify(values.map((value) => (value === undefined ? 0 : value)));
    const its = same.get(group) ?? { keys: [], values };
    same.set(group, its);
    its.keys.push(keyOf(table, row));
  }
  return [...same.values()];
}

/** References to rows about to go are emptied: declared ones, and those that close a circle. */
async function detach(
  session: Session,
  sql: Dialect,
  references: readonly Reference[],
  table: ResolvedTable,
  theirs: Statement,
): Promise<void> {
  for (const { from: child, key, solved } of references) {
    const [column, referenced] = [key.columns[0], key.referenced[0]];
    if (solved !== 'emptied' || !column || !referenced) continue;
    await session.run({
      text: `UPDATE ${quotedTable(sql, child)} SET ${sql.quoted(column)} = NULL WHERE ${sql.quoted(column)} IN (SELECT ${col(sql, { name: referenced })} FROM ${from(sql, table)} WHERE ${theirs.text})`,
      values: theirs.values,
    });
  }
}
