import { createHash } from 'node:crypto';
import { type AnyColumn, and, asc, eq, lt, or, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Query } from '../store/store.ts';
import type { BatchLimit, BatchOutcome, DueKey, DueRows, DueSummary, StandingKey } from './holder.ts';

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

/** Rows shown of a plan. */
const SAMPLE = 3;
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
    isMeant(source, due),
    due.among?.(source.key),
    leftToOldWords(source.leaves),
  ) as SQL;
}

/** Leaves out rows of people the rule is not for; undefined where it is for everybody. */
export function isMeant({ subjects }: Pick<CategoryRows, 'subjects'>, { isMeant }: DueRows): SQL | undefined {
  if (!isMeant) return undefined;
  return or(...subjects.map((subject) => sql`(${isMeant(subject)}) IS TRUE`)) ?? sql`1 = 0`;
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

type Subjects = Pick<CategoryRows, 'subjects'>;

/** Leaves out rows under a hold; undefined when nothing is held. */
const notHeld = ({ subjects }: Subjects, due: DueRows): SQL | undefined =>
  subjects.length === 0 ? due.notHeld(undefined) : and(...subjects.map((subject) => due.notHeld(subject)));

/** What each condition of the rule leaves; of rows about nobody, all. */
const notKept = ({ subjects }: Subjects, { keptBy = [] }: DueRows): { id: string; notKept: SQL }[] =>
  subjects.length === 0
    ? []
    : keptBy.map((one) => ({ id: one.id, notKept: and(...subjects.map((subject) => one.notKept(subject))) as SQL }));

/** Leaves out what a hold protects or a condition keeps; undefined when nothing does. */
export const isFree = (rows: Subjects, due: DueRows): SQL | undefined =>
  and(notHeld(rows, due), ...notKept(rows, due).map((one) => one.notKept));

/** What becomes of a row past its period: 0 it is due; 1 held; from 2 on kept, by the conditions in their order. */
export function fateOf(rows: Subjects, due: DueRows): SQL<number> {
  const held = notHeld(rows, due);
  const reasons = [held, ...notKept(rows, due).map((one) => one.notKept)];
  const cases = reasons.flatMap((free, at) => (free ? [sql`WHEN NOT (${free}) THEN ${sql.raw(String(at + 1))}`] : []));
  return cases.length === 0 ? sql<number>`0` : sql<number>`CASE ${sql.join(cases, sql` `)} ELSE 0 END`;
}

/** Rows by their fate, in the words of a summary. */
export function summedUp({ keptBy }: DueRows, fates: ReadonlyMap<number, number>): Pick<DueSummary, 'held' | 'kept'> {
  const kept = keptBy?.map(({ id }, at) => ({ id, rows: fates.get(at + 2) ?? 0 }));
  return { held: fates.get(1) ?? 0, ...(kept ? { kept } : {}) };
}

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
  const fates = new Map<number, number>();
  const keptSample: string[] = [];
  if (free) {
    const fate = fateOf(source, due).mapWith(Number);
    const found = await q.select({ fate, rows: count }).from(source.table).where(all).groupBy(sql`1`);
    for (const each of found) fates.set(each.fate, each.rows);
    const stay = await q
      .select({ id: sql<string>`${source.key}` })
      .from(source.table)
      .where(and(all, sql`NOT (${free})`))
      .orderBy(asc(source.key))
      .limit(SAMPLE);
    keptSample.push(...stay.map(({ id }) => id));
  }
  const { rows: total } = await one<{ rows: number }>(q, source, ofTenant(source, due.tenantId), { rows: count });
  const { digest, sample } = await digestRows(q, source, mine);
  return {
    due: rows,
    ...summedUp(due, fates),
    people,
    total,
    oldest: rows > 0 ? oldest : null,
    digest,
    sample,
    ...(due.keptBy ? { keptSample } : {}),
  };
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
      if (sample.length < SAMPLE) sample.push(id);
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

/** Rows that are due and free, the longest due first. */
export async function dueKeysOf(q: Query, source: RowSource, due: DueRows, limit: number): Promise<DueKey[]> {
  const { key, table, clock, subjects } = source;
  const [subject] = subjects;
  return q
    .select({
      key: sql<string>`${key}`,
      subjectId: subject ? sql`${subject}`.mapWith(subject) : sql<null>`NULL`,
      at: sql<Date>`${clock.expression}`.mapWith(clock.like),
    })
    .from(table)
    .where(and(isDue(source, due), isFree(source, due)))
    .orderBy(sql`${clock.expression}`, asc(key))
    .limit(limit) as Promise<DueKey[]>;
}

/** Of these keys those that are rows of the category. */
export async function standingKeysOf(
  q: Query,
  { key, table, subjects, where }: CategoryRows,
  tenantId: string,
  keys: string[],
): Promise<StandingKey[]> {
  if (keys.length === 0) return [];
  const [subject] = subjects;
  const list = sql.join(
    keys.map((one) => sql`${one}`),
    sql`, `,
  );
  return q
    .select({ key: sql<string>`${key}`, subjectId: subject ? sql`${subject}`.mapWith(subject) : sql<null>`NULL` })
    .from(table)
    .where(and(eq(table.tenantId, tenantId), where, sql`${key} IN (${list})`)) as Promise<StandingKey[]>;
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
