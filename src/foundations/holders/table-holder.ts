import { type AnyColumn, and, asc, eq, gt, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';
import { isOneOf, valueList } from '../store/value-lists.ts';
import type {
  CategoryOutcome,
  ColumnClaim,
  DueRows,
  ErasureOrder,
  Holder,
  HolderDescription,
  Person,
  RowOfPerson,
  RowsWanted,
  SubjectsPage,
  TouchedCount,
  TouchedRows,
} from './holder.ts';
import {
  type CategoryRows,
  dueKeysOf,
  eraseRows,
  planRows,
  type RowClock,
  type RowSource,
  standingKeysOf,
} from './table-rows.ts';

/** The rows of one category, and the columns that tell when each came and when it was last changed. */
interface TouchedSource extends CategoryRows {
  came: AnyColumn;
  changed: AnyColumn;
}

/** One category in one table: which rows, about whom, when they came and changed, and what their retention counts from. */
export interface CategorySource extends TouchedSource {
  /** By the names in the description: a column, or what is worked out of several. */
  clocks: Record<string, AnyColumn | RowClock>;
}

export type CategorySources = (tables: Tables) => Record<string, CategorySource>;

const count = sql<number>`count(*)`.mapWith(Number);

export interface TableHolderParts extends HolderDescription {
  id: string;
  /** Every category that may be about people. */
  sources: CategorySources;
  export: Holder['export'];
  /** Absent: the rows of every category go, unless they are to be kept. */
  erase?: Holder['erase'];
  /** Absent: one look at the rows of the category. */
  plan?: Holder['plan'];
  /** Absent: what is due is deleted. */
  sweep?: Holder['sweep'];
  spentScopes?: Holder['spentScopes'];
  stillSpent?: Holder['stillSpent'];
}

/** A holder that keeps its categories in tables of the store: what is the same for all of them, and what each adds. */
export function createTableHolder(parts: TableHolderParts): Holder {
  const {
    id,
    sources: declared,
    export: exported,
    erase,
    plan,
    sweep,
    spentScopes,
    stillSpent,
    ...description
  } = parts;
  const sources = builtOnce(declared);
  const described: HolderDescription = { ...description, actions: withReview(description) };
  return {
    id,
    describe: () => described,
    export: exported,
    erase: erase ?? ((tx, person, order) => eraseCategories(tx, sources(tx.tables), person, order)),
    async count(q, person) {
      const counts: Record<string, number> = {};
      for (const [category, source] of Object.entries(sources(q.tables)))
        counts[category] = await countRowsOf(q, source, person);
      return counts;
    },
    subjects: (q, tenantId, cursor, limit) =>
      distinctSubjects(q, Object.values(sources(q.tables)), tenantId, cursor, limit),
    countTouched: (q, wanted) => countTouchedRows(q, sources(q.tables)[wanted.category], wanted),
    touchedSubjects: (q, wanted, after, limit) =>
      touchedSubjectsOf(q, sources(q.tables)[wanted.category], wanted, after, limit),
    plan: plan ?? ((q, due) => planRows(q, rowSource(sources, q, due), due)),
    sweep: sweep ?? ((tx, due, batch) => eraseRows(tx, rowSource(sources, tx, due), due, batch)),
    rowsOf: (q, wanted) => readRows(q, sources(q.tables)[wanted.category], wanted),
    dueKeys: (q, due, limit) => dueKeysOf(q, rowSource(sources, q, due), due, limit),
    standing: async (q, tenantId, category, keys) => {
      const source = sources(q.tables)[category];
      return source ? standingKeysOf(q, source, tenantId, keys) : [];
    },
    spentScopes,
    stillSpent,
  };
}

/** `Holder.rowsOf` over one table; without a source, or where its rows are about nobody: none. */
async function readRows(q: Query, source: CategorySource | undefined, wanted: RowsWanted): Promise<RowOfPerson[]> {
  if (!source || source.subjects.length === 0) return [];
  const { table, key, where, subjects, clocks } = source;
  const { of, tenantId, limit } = wanted;
  const these =
    'rows' in of
      ? isOneOf(q, key, JSON.stringify(of.rows))
      : or(...subjects.map((subject) => isOneOf(q, subject, valueList(subject, of.subjectIds))));
  const names = Object.keys(clocks);
  const columns: Record<string, SQL> = { row: sql`${key}` };
  for (const [at, subject] of subjects.entries())
    columns[`subject${at}`] = sql`${subject}`.mapWith((stored) => stored && subject.mapFromDriverValue(stored));
  for (const name of names) {
    const clock = clocks[name] as AnyColumn | RowClock;
    const {
      expression,
      like,
      where: counts,
    } = ('expression' in clock ? clock : { expression: clock, like: clock }) as RowClock;
    const at = counts ? sql`CASE WHEN ${counts} THEN ${expression} END` : sql`${expression}`;
    columns[`clock ${name}`] = at.mapWith((at) => (at === null ? null : like.mapFromDriverValue(at)));
  }
  const rows = await q
    .select(columns)
    .from(table)
    .where(and(eq(table.tenantId, tenantId), where, these))
    .orderBy(asc(key))
    .limit(limit);
  return (rows as Record<string, unknown>[]).map((found) => ({
    row: String(found.row),
    subjectIds: subjects.flatMap((_, at) => (found[`subject${at}`] as string | null) ?? []),
    clocks: Object.fromEntries(names.map((name) => [name, (found[`clock ${name}`] as Date | null) ?? null])),
  }));
}

/** Whatever it can end by a clock, a person may be asked to look at first. */
function withReview({ actions, clocks }: HolderDescription): HolderDescription['actions'] {
  return Object.fromEntries(
    Object.entries(actions).map(([category, can]) => [category, clocks[category] ? [...can, 'review' as const] : can]),
  );
}

/** The rows of a category are the same for whoever asks: put together once for the tables of an engine. */
function builtOnce(sources: CategorySources): CategorySources {
  const built = new WeakMap<Tables, ReturnType<CategorySources>>();
  return (tables) => {
    const known = built.get(tables) ?? sources(tables);
    built.set(tables, known);
    return known;
  };
}

/** The rows a rule is about, with the clock it counts from. */
export function rowSource(sources: CategorySources, q: Query, due: DueRows): RowSource {
  const source = sources(q.tables)[due.category];
  const clockOf = (name: string): RowClock => {
    const clock = source?.clocks[name];
    if (!clock) throw new Error(`No clock "${name}" is kept for "${due.category}".`);
    return 'expression' in clock ? clock : { expression: clock, like: clock };
  };
  const clock = clockOf(due.clock);
  return {
    ...(source as CategorySource),
    clock,
    leaves: due.leaves?.map((one) => ({ clock: clockOf(one.clock), before: one.before })),
    stronger: due.stronger?.map((its) => ({ source: rowSource(sources, q, its), due: its })),
  };
}

/** Rows of the table about one person; undefined where its rows are about nobody. */
function ofPerson({ table, subjects }: CategoryRows, { tenantId, subjectIds }: Person): SQL | undefined {
  if (subjects.length === 0) return undefined;
  return and(eq(table.tenantId, tenantId), or(...subjects.map((subject) => inArray(subject, subjectIds))));
}

/** How many rows of a category are about one person. */
export async function countRowsOf(q: Query, rows: CategoryRows, person: Person): Promise<number> {
  const mine = ofPerson(rows, person);
  if (!mine) return 0;
  // Not in the condition: a planner might rather walk an index over everybody's rows of the category.
  const counted = rows.where ? sql<number>`count(CASE WHEN ${rows.where} THEN 1 END)`.mapWith(Number) : count;
  const [row] = await q.select({ counted }).from(rows.table).where(mine);
  return row?.counted ?? 0;
}

/** Deletes the rows of a category about one person, answering how many there were. */
export async function eraseRowsOf(tx: Query, rows: CategoryRows, person: Person): Promise<number> {
  const mine = ofPerson(rows, person);
  return mine ? tx.run(sql`DELETE FROM ${rows.table} WHERE ${and(mine, rows.where)}`) : 0;
}

/**
 * The pseudonyms in the tables of these categories, one column after the other: each has an order of its own. Whom an
 * earlier column has is left out of a later one. The cursor is the number of the column and the last pseudonym of it.
 */
async function distinctSubjects(
  q: Query,
  sources: CategoryRows[],
  tenantId: string,
  cursor: string | null,
  limit: number,
): Promise<SubjectsPage> {
  const columns = [...new Map(sources.flatMap(({ table, subjects }) => subjects.map((subject) => [subject, table])))];
  const [number, after] = cursor === null ? ['0', ''] : (cursor.split(':') as [string, string]);
  const [subject, table] = columns[Number(number)] ?? [];
  if (!subject || !table) return { subjectIds: [], next: null };
  const page = await subjectsIn(q, subject, table, and(eq(table.tenantId, tenantId), gt(subject, after)), limit);
  const known = new Set<string>();
  for (const [other, of] of columns.slice(0, Number(number))) {
    const these = and(eq(of.tenantId, tenantId), isOneOf(q, other, valueList(other, page)));
    for (const subjectId of await subjectsIn(q, other, of, these, limit)) known.add(subjectId);
  }
  const subjectIds = page.filter((subjectId) => !known.has(subjectId));
  if (page.length === limit) return { subjectIds, next: `${number}:${page.at(-1)}` };
  return { subjectIds, next: Number(number) + 1 < columns.length ? `${Number(number) + 1}:` : null };
}

/** Different pseudonyms of a column, in its own order. */
async function subjectsIn(
  q: Query,
  subject: AnyColumn,
  table: CategoryRows['table'],
  where: SQL | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await q
    .selectDistinct({
      subjectId: sql`${subject}`.mapWith((stored): string => subject.mapFromDriverValue(stored) as string),
    })
    .from(table)
    .where(where)
    .orderBy(asc(subject))
    .limit(limit);
  return rows.map(({ subjectId }) => subjectId);
}

const isTouched = ({ table, where, came, changed }: TouchedSource, { tenantId, from, until }: TouchedRows) =>
  and(eq(table.tenantId, tenantId), where, from && gte(changed, from), until && lt(came, until));

/** `Holder.countTouched` over one table; without a source: nothing of that category is about people. */
async function countTouchedRows(
  q: Query,
  source: TouchedSource | undefined,
  wanted: TouchedRows,
): Promise<TouchedCount> {
  if (!source) return { records: 0, nameless: 0 };
  const [subject] = source.subjects;
  const [row] = await q
    .select({ records: count, named: subject ? sql<number>`count(${subject})`.mapWith(Number) : sql<number>`0` })
    .from(source.table)
    .where(isTouched(source, wanted));
  const { records = 0, named = 0 } = row ?? {};
  return { records, nameless: records - named };
}

/** `Holder.touchedSubjects` over one table. */
async function touchedSubjectsOf(
  q: Query,
  source: TouchedSource | undefined,
  wanted: TouchedRows,
  after: string,
  limit: number,
): Promise<string[]> {
  const [subject] = source?.subjects ?? [];
  if (!source || !subject) return [];
  return subjectsIn(q, subject, source.table, and(isTouched(source, wanted), gt(subject, after)), limit);
}

async function eraseCategories(
  tx: Query,
  sources: Record<string, CategorySource>,
  person: Person,
  order: ErasureOrder,
): Promise<CategoryOutcome[]> {
  const outcomes = Object.values(emptyOutcomes(order, Object.keys(sources)));
  for (const outcome of outcomes) {
    const source = sources[outcome.category] as CategorySource;
    if (isKept(order, outcome.category)) outcome.retained = await countRowsOf(tx, source, person);
    else outcome.removed = await eraseRowsOf(tx, source, person);
  }
  return outcomes;
}

/** Of categories for which nothing has been done yet, in their order, with the ground of what is kept. */
export function emptyOutcomes<Category extends string>(
  order: ErasureOrder,
  categories: readonly Category[],
): Record<Category, CategoryOutcome> {
  const outcomes = categories.map((category) => {
    const { ground, reviewAt } = order.decisions[category] ?? {};
    return [category, { category, removed: 0, reduced: 0, retained: 0, ground, reviewAt }];
  });
  return Object.fromEntries(outcomes);
}

/** Whether the order leaves a category as it is. */
export function isKept(order: ErasureOrder, category: string): boolean {
  return ['retain', 'held'].includes(order.decisions[category]?.action ?? 'erase');
}

/** A column without personal data, and why it has none. */
export const structure = (reason: string): ColumnClaim => ({ structure: reason });

/** Claims columns for a category: with the name in exports, or null and the reason why they are not exported. */
export const claimsFor =
  (category: string, also?: string[]) =>
  (exportedAs: string | null, reason?: string): ColumnClaim => ({ category, also, exportedAs, reason });
