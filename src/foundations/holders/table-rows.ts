import { createHash } from 'node:crypto';
import { type AnyColumn, and, asc, eq, lt, or, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Query } from '../store/store.ts';
import type { BatchLimit, BatchOutcome, DueRows, DueSummary } from './holder.ts';

/** The rows of one category in one table. */
export interface CategoryRows {
  table: SQLiteTable & { tenantId: AnyColumn };
  /** The rest of the primary key: one column. */
  key: AnyColumn;
  /**
   * Columns with the pseudonym of whom a row is about; none where rows are about nobody the holder could name. Of
   * several the first stands for the person, and a hold on any protects the row.
   */
  subjects: AnyColumn[];
  /** Which rows belong to the category; absent: all. */
  where?: SQL;
}

/** The instant retention counts from. */
export interface RowClock {
  expression: SQL | AnyColumn;
  /** A column of the same kind, for binding. */
  like: AnyColumn;
  /**
   * For a computed clock: indexed instants of which, in every row, at least one is not later than it. They narrow what
   * is looked at; the first orders it.
   */
  notBefore?: [AnyColumn, ...AnyColumn[]];
  /** Rows it may count for at all; absent: every row of the category. */
  where?: SQL;
}

/** The rows of one category and the clock a rule counts from. */
export interface RowSource extends CategoryRows {
  clock: RowClock;
  /** Of stronger rules over the same rows: what is theirs is not due here. */
  stronger?: { source: RowSource; due: DueRows }[];
  /** Of rows that an older word decides: the clock that tells them, and the instant before which they are its. */
  leaves?: { clock: RowClock; before: Date }[];
}

/** Ids hashed between two looks at the event loop: about 10 ms of work. */
const DIGEST_PAGE = 5_000;

const ofTenant = ({ table, where, clock }: RowSource, tenantId: string) =>
  and(eq(table.tenantId, tenantId), where, clock.where);

const narrowed = ({ clock }: RowSource, due: DueRows): SQL | undefined =>
  or(...(clock.notBefore ?? []).map((instant) => lt(instant, due.before)));

function hasEnded(source: RowSource, due: DueRows, narrowing = narrowed(source, due)): SQL {
  const { expression, like } = source.clock;
  return and(
    ofTenant(source, due.tenantId),
    narrowing,
    sql`${expression} < ${sql.param(due.before, like)}`,
    leftToOldWords(source.leaves),
  ) as SQL;
}

/** Leaves out what an older word decides: a row is one part's of a rule that has changed. */
export function leftToOldWords(leaves: RowSource['leaves'] = []): SQL | undefined {
  return and(
    ...leaves.map(
      ({ clock: { expression, like }, before }) => sql`(${expression} < ${sql.param(before, like)}) IS NOT TRUE`,
    ),
  );
}

/** Leaves out what is due and free under a stronger rule: a row is one rule's. */
export function leftToOthers(stronger: RowSource['stronger'] = []): SQL | undefined {
  if (stronger.length === 0) return undefined;
  return and(
    ...stronger.map(({ source, due }) => sql`(${and(hasEnded(source, due), isFree(source, due))}) IS NOT TRUE`),
  );
}

const isDue = (source: RowSource, due: DueRows, narrowing?: SQL): SQL =>
  and(hasEnded(source, due, narrowing), leftToOthers(source.stronger)) as SQL;

/** Leaves out rows under a hold; undefined when nothing is held. */
const isFree = ({ subjects }: RowSource, due: DueRows): SQL | undefined =>
  subjects.length === 0 ? due.notHeld(undefined) : and(...subjects.map((subject) => due.notHeld(subject)));

async function one<T extends Record<string, unknown>>(
  q: Query,
  source: RowSource,
  where: SQL | undefined,
  fields: Record<string, SQL>,
): Promise<T> {
  const [row] = await q.select(fields).from(source.table).where(where);
  return row as T;
}

const count = sql<number>`count(*)`.mapWith(Number);

/** What a rule would treat: counts, oldest, a digest over the ids of the due rows, a few of them to look at. */
export async function planRows(q: Query, source: RowSource, due: DueRows): Promise<DueSummary> {
  const all = isDue(source, due);
  const free = isFree(source, due);
  const mine = free ? (and(all, free) as SQL) : all;
  const oldestAt = sql`min(${source.clock.expression})`.mapWith(source.clock.like);
  const [person] = source.subjects;
  const { rows, oldest, people } = await one<{ rows: number; oldest: Date | null; people: number }>(q, source, mine, {
    rows: count,
    oldest: oldestAt,
    people: person ? sql<number>`count(DISTINCT ${person})`.mapWith(Number) : sql<number>`0`.mapWith(Number),
  });
  const everyDue = free ? (await one<{ rows: number }>(q, source, all, { rows: count })).rows : rows;
  const { rows: total } = await one<{ rows: number }>(q, source, ofTenant(source, due.tenantId), { rows: count });
  const { digest, sample } = await digestRows(q, source, mine);
  return { due: rows, held: everyDue - rows, people, total, oldest: rows > 0 ? oldest : null, digest, sample };
}

/**
 * SHA-256 over the ids in order, as they are stored, read in pages with a turn of the event loop in between. What is kept
 * of a plan holds no other pseudonym than the rows themselves.
 */
async function digestRows(q: Query, source: RowSource, where: SQL): Promise<{ digest: string; sample: string[] }> {
  const hash = createHash('sha256');
  const sample: string[] = [];
  for (let after = ''; ; ) {
    const page = await q
      .select({ id: sql<string>`${source.key}` })
      .from(source.table)
      .where(and(where, sql`${source.key} > ${after}`))
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

/**
 * The keys of the next batch, as a subquery in the order of the clock. Of several instants that narrow it each is walked
 * by its own index: with an OR, SQLite would walk the whole table in order of the first.
 */
function nextBatch(source: RowSource, due: DueRows, limit: BatchLimit): SQL {
  const { key, table, clock } = source;
  const walk = (order: SQL | AnyColumn, narrowing?: SQL) =>
    sql`SELECT ${key} FROM ${table} WHERE ${and(isDue(source, due, narrowing), isFree(source, due))} ORDER BY ${order} LIMIT ${limit.rows}`;
  const notBefore: readonly AnyColumn[] = clock.notBefore ?? [];
  if (notBefore.length <= 1) return sql`(${walk(notBefore[0] ?? clock.expression)})`;
  const walks = notBefore.map((instant, index) => {
    const earlier = notBefore.slice(0, index).map((other) => sql`(${lt(other, due.before)}) IS NOT TRUE`);
    return sql`SELECT * FROM (${walk(instant, and(lt(instant, due.before), ...earlier))}) AS ${sql.identifier(`walk_${index}`)}`;
  });
  return sql`(SELECT * FROM (${sql.join(walks, sql` UNION ALL `)}) AS walks LIMIT ${limit.rows})`;
}

/** Deletes the next batch. */
export async function eraseRows(tx: Query, source: RowSource, due: DueRows, limit: BatchLimit): Promise<BatchOutcome> {
  const treated = await tx.run(
    sql`DELETE FROM ${source.table} WHERE ${eq(source.table.tenantId, due.tenantId)} AND ${source.key} IN ${nextBatch(source, due, limit)}`,
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
    sql`UPDATE ${source.table} SET ${assignments} WHERE ${eq(source.table.tenantId, due.tenantId)} AND ${source.key} IN ${nextBatch(source, due, limit)}`,
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
