import { createHash } from 'node:crypto';
import { type AnyColumn, and, asc, eq, gt, gte, lt, type SQL, sql, type Table } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Query } from '../store/store.ts';
import type { BatchLimit, BatchOutcome, DueRows, DueSummary, TouchedCount, TouchedRows } from './holder.ts';

/** The rows of one category in one table, and the clock its retention counts from. */
export interface RowSource {
  table: Table;
  tenant: AnyColumn;
  /** The rest of the primary key: one column. */
  key: AnyColumn;
  /** Pseudonym of the person the row is about; undefined where rows have none. */
  subject: AnyColumn | undefined;
  /** Which rows belong to the category; undefined: all. */
  where: SQL | undefined;
  /** The instant retention counts from; `like` is a column of the same kind, for binding. */
  clock: { expression: SQL | AnyColumn; like: AnyColumn };
  /** For a computed clock: an indexed instant that is never later than it. Narrows what is looked at and orders it. */
  notBefore?: AnyColumn;
}

/** Ids hashed between two looks at the event loop: about 10 ms of work. */
const DIGEST_PAGE = 5_000;

const ofTenant = (source: RowSource, tenantId: string) => and(eq(source.tenant, tenantId), source.where);

function isDue(source: RowSource, due: DueRows): SQL {
  const { expression, like } = source.clock;
  return and(
    ofTenant(source, due.tenantId),
    source.notBefore && lt(source.notBefore, due.before),
    sql`${expression} < ${sql.param(due.before, like)}`,
  ) as SQL;
}

async function one<T extends Record<string, unknown>>(
  q: Query,
  source: RowSource,
  where: SQL | undefined,
  fields: Record<string, SQL>,
): Promise<T> {
  const [row] = await q
    .select(fields)
    .from(source.table as SQLiteTable)
    .where(where);
  return row as T;
}

const count = sql<number>`count(*)`.mapWith(Number);

/** What a rule would treat: counts, oldest, a digest over the ids of the due rows, a few of them to look at. */
export async function planRows(q: Query, source: RowSource, due: DueRows): Promise<DueSummary> {
  const all = isDue(source, due);
  const free = due.notHeld(source.subject);
  const mine = free ? (and(all, free) as SQL) : all;
  const oldestAt = sql`min(${source.clock.expression})`.mapWith(source.clock.like);
  const { rows, oldest } = await one<{ rows: number; oldest: Date | null }>(q, source, mine, {
    rows: count,
    oldest: oldestAt,
  });
  const everyDue = free ? (await one<{ rows: number }>(q, source, all, { rows: count })).rows : rows;
  const { rows: total } = await one<{ rows: number }>(q, source, ofTenant(source, due.tenantId), { rows: count });
  const { digest, sample } = await digestRows(q, source, mine);
  return { due: rows, held: everyDue - rows, total, oldest: rows > 0 ? oldest : null, digest, sample };
}

/** SHA-256 over the ids in order, read in pages with a turn of the event loop in between. */
async function digestRows(q: Query, source: RowSource, where: SQL): Promise<{ digest: string; sample: string[] }> {
  const hash = createHash('sha256');
  const sample: string[] = [];
  for (let after = ''; ; ) {
    const page = await q
      .select({ id: sql<string>`${source.key}` })
      .from(source.table as SQLiteTable)
      .where(and(where, gt(source.key, after)))
      .orderBy(asc(source.key))
      .limit(DIGEST_PAGE);
    for (const { id } of page) {
      if (sample.length < 3) sample.push(id);
      hash.update(`${id}\n`);
    }
    if (page.length < DIGEST_PAGE) return { digest: hash.digest('hex'), sample };
    after = (page.at(-1) as { id: string }).id;
    await new Promise((next) => setImmediate(next));
  }
}

/** The keys of the next batch, as a subquery in the order of the clock. */
function nextBatch(source: RowSource, due: DueRows, limit: BatchLimit): SQL {
  const free = due.notHeld(source.subject);
  const where = free ? and(isDue(source, due), free) : isDue(source, due);
  return sql`(SELECT ${source.key} FROM ${source.table} WHERE ${where} ORDER BY ${source.notBefore ?? source.clock.expression} LIMIT ${limit.rows})`;
}

/** Deletes the next batch. */
export async function eraseRows(tx: Query, source: RowSource, due: DueRows, limit: BatchLimit): Promise<BatchOutcome> {
  const treated = await tx.run(
    sql`DELETE FROM ${source.table} WHERE ${eq(source.tenant, due.tenantId)} AND ${source.key} IN ${nextBatch(source, due, limit)}`,
  );
  return { treated, suppressed: 0, cursor: null, done: treated < limit.rows };
}

/** Sets the next batch to `assignments` (`column = value`, after which the rows no longer belong to the category). */
export async function updateRows(
  tx: Query,
  source: RowSource,
  due: DueRows,
  limit: BatchLimit,
  assignments: SQL,
): Promise<BatchOutcome> {
  const treated = await tx.run(
    sql`UPDATE ${source.table} SET ${assignments} WHERE ${eq(source.tenant, due.tenantId)} AND ${source.key} IN ${nextBatch(source, due, limit)}`,
  );
  return { treated, suppressed: 0, cursor: null, done: treated < limit.rows };
}

/** `column = NULL, …` for an UPDATE on either engine. */
export function nulls(columns: AnyColumn[]): SQL {
  return sql.join(
    columns.map((column) => sql`${sql.identifier(column.name)} = NULL`),
    sql`, `,
  );
}

/**
 * The pseudonyms in these columns (of a table's tenant and subject each), in order, after `after`, at most `limit`: no
 * column's pseudonym below the last one answered is left out.
 */
export async function distinctSubjects(
  q: Query,
  columns: { table: Table; tenant: AnyColumn; subject: AnyColumn }[],
  tenantId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const found = new Set<string>();
  for (const { table, tenant, subject } of columns) {
    const rows = await q
      .selectDistinct({ subjectId: sql<string>`${subject}` })
      .from(table as SQLiteTable)
      .where(and(eq(tenant, tenantId), gt(subject, after)))
      .orderBy(asc(subject))
      .limit(limit);
    for (const { subjectId } of rows) found.add(subjectId);
  }
  return [...found].sort().slice(0, limit);
}

/** The rows of one category, and the columns that tell when each came and when it was last changed. */
export interface TouchedSource extends Pick<RowSource, 'table' | 'tenant' | 'subject' | 'where'> {
  came: AnyColumn;
  changed: AnyColumn;
}

const isTouched = (source: TouchedSource, { tenantId, from, until }: TouchedRows): SQL =>
  and(
    eq(source.tenant, tenantId),
    source.where,
    from && gte(source.changed, from),
    until && lt(source.came, until),
  ) as SQL;

/** `Holder.countTouched` over one table; without a source: nothing of that category is about people. */
export async function countTouchedRows(
  q: Query,
  source: TouchedSource | undefined,
  wanted: TouchedRows,
): Promise<TouchedCount> {
  if (!source) return { records: 0, nameless: 0 };
  const [row] = await q
    .select({ records: count, named: source.subject ? sql<number>`count(${source.subject})`.mapWith(Number) : count })
    .from(source.table as SQLiteTable)
    .where(isTouched(source, wanted));
  const { records = 0, named = 0 } = row ?? {};
  return { records, nameless: source.subject ? records - named : records };
}

/** `Holder.touchedSubjects` over one table. */
export async function touchedSubjectsOf(
  q: Query,
  source: TouchedSource | undefined,
  wanted: TouchedRows,
  after: string,
  limit: number,
): Promise<string[]> {
  if (!source?.subject) return [];
  const { subject } = source;
  const rows = await q
    .selectDistinct({ subjectId: sql<string>`${subject}` })
    .from(source.table as SQLiteTable)
    .where(and(isTouched(source, wanted), gt(subject, after)))
    .orderBy(asc(subject))
    .limit(limit);
  return rows.map(({ subjectId }) => subjectId);
}
