import { type AnyColumn, and, asc, eq, gt, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../store/store.ts';
import type { Person, TouchedCount, TouchedRows } from '../holder.ts';
import type { CategoryRows } from './rows.ts';

const count = sql<number>`count(*)`.mapWith(Number);

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
 * The pseudonyms in the tables of these categories, in order, after `after`, at most `limit`: no column's pseudonym
 * below the last one answered is left out.
 */
export async function distinctSubjects(
  q: Query,
  sources: CategoryRows[],
  tenantId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const columns = new Map(sources.flatMap(({ table, subjects }) => subjects.map((subject) => [subject, table])));
  const found = new Set<string>();
  for (const [subject, table] of columns) {
    const rows = await q
      .selectDistinct({ subjectId: sql<string>`${subject}` })
      .from(table)
      .where(and(eq(table.tenantId, tenantId), gt(subject, after)))
      .orderBy(asc(subject))
      .limit(limit);
    for (const { subjectId } of rows) found.add(subjectId);
  }
  return [...found].sort().slice(0, limit);
}

/** The rows of one category, and the columns that tell when each came and when it was last changed. */
export interface TouchedSource extends CategoryRows {
  came: AnyColumn;
  changed: AnyColumn;
}

const isTouched = ({ table, where, came, changed }: TouchedSource, { tenantId, from, until }: TouchedRows) =>
  and(eq(table.tenantId, tenantId), where, from && gte(changed, from), until && lt(came, until));

/** `Holder.countTouched` over one table; without a source: nothing of that category is about people. */
export async function countTouchedRows(
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
export async function touchedSubjectsOf(
  q: Query,
  source: TouchedSource | undefined,
  wanted: TouchedRows,
  after: string,
  limit: number,
): Promise<string[]> {
  const [subject] = source?.subjects ?? [];
  if (!source || !subject) return [];
  const rows = await q
    .selectDistinct({ subjectId: sql<string>`${subject}` })
    .from(source.table)
    .where(and(isTouched(source, wanted), gt(subject, after)))
    .orderBy(asc(subject))
    .limit(limit);
  return rows.map(({ subjectId }) => subjectId);
}
