import { type AnyColumn, and, asc, eq, gt, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Person } from '../../foundations/holders/holder.ts';
import { nulls } from '../../foundations/holders/table-rows.ts';
import { hotRun } from '../../foundations/store/hot.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { pastTheHour } from '../../law/local-hour.ts';

export type Life = 'full' | 'reduced';
export type VisitRow = Tables['visits']['$inferSelect'];
export type NewVisit = Tables['visits']['$inferInsert'];

/** Rows of the larger prepared INSERT: fifteen parameters each, well below 32 766 (SQLite) and 65 535 (PostgreSQL). */
const ROWS_TOGETHER = 100;

const COLUMNS = [
  'tenantId',
  'visitId',
  'occurredAt',
  'portal',
  'subjectId',
  'life',
  'addressSealed',
  'userAgentSealed',
  'addressIndex',
  'network',
  'browser',
  'browserMajor',
  'platform',
  'robot',
  'policyHash',
] as const satisfies (keyof NewVisit)[];

const PLACEHOLDERS = Array.from({ length: ROWS_TOGETHER }, (_, row) =>
  COLUMNS.map((name) => [name, `${name}${row}`] as const),
);

/** An INSERT of so many visits, prepared once: building one takes longer than running it. */
const insertOf = (rows: number) =>
  hotRun<Record<string, unknown>>(`visits_insert_${rows}`, (q) =>
    q
      .insert(q.tables.visits)
      .values(
        PLACEHOLDERS.slice(0, rows).map(
          (row) => Object.fromEntries(row.map(([name, place]) => [name, sql.placeholder(place)])) as never,
        ),
      ),
  );

const insertOne = insertOf(1);
const insertMany = insertOf(ROWS_TOGETHER);

export async function insertVisits(tx: Query, rows: readonly NewVisit[]): Promise<void> {
  let from = 0;
  for (; from + ROWS_TOGETHER <= rows.length; from += ROWS_TOGETHER)
    await insertMany(tx, numbered(rows, from, ROWS_TOGETHER));
  for (; from < rows.length; from += 1) await insertOne(tx, numbered(rows, from, 1));
}

function numbered(rows: readonly NewVisit[], from: number, count: number): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (let row = 0; row < count; row += 1)
    for (const [name, place] of PLACEHOLDERS[row] ?? []) values[place] = rows[from + row]?.[name];
  return values;
}

const hourOfId = (visitId: string) => new Date(Number.parseInt(visitId.replace('-', '').slice(0, 12), 16) || 0);

/** A column as a value only: keeps a planner from walking an index over everybody's visits for its sake. */
const plain = (column: AnyColumn) => sql<string>`(${column} || '')`;

/** These visits, in order of id. */
export async function findVisits(q: Query, tenantId: string, visitIds: string[]): Promise<VisitRow[]> {
  const { visits: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.visitId, visitIds)))
    .orderBy(asc(t.visitId));
}

/**
 * Full visits by blind index, in order of time, after the visit `after`. Where that one is reduced or gone meanwhile, its
 * hour is told of again: its id tells no more.
 */
export async function findByAddress(
  q: Query,
  tenantId: string,
  wanted: { indexes: string[]; from: Date; until: Date; after: string | undefined; limit: number },
): Promise<VisitRow[]> {
  const { visits: t } = q.tables;
  const { after } = wanted;
  const [last] = after === undefined ? [] : await findVisits(q, tenantId, [after]);
  const since = last?.occurredAt ?? (after === undefined ? undefined : hourOfId(after));
  const within = last?.life === 'full' ? gt(t.visitId, last.visitId) : undefined;
  const further = since && or(gt(t.occurredAt, since), and(eq(t.occurredAt, since), within));
  return (
    q
      .select()
      .from(t)
      .where(
        and(
          eq(t.tenantId, tenantId),
          inArray(t.addressIndex, wanted.indexes),
          gte(t.occurredAt, wanted.from),
          lt(t.occurredAt, wanted.until),
          further,
        ),
      )
      // As an expression: ordered by the bare column, a planner may walk everybody's visits rather than sort a few.
      .orderBy(sql`coalesce(${t.occurredAt}, ${t.occurredAt})`, asc(plain(t.visitId)))
      .limit(wanted.limit)
  );
}

/** One page of what is held of a subject, in order of time, after the visit `after`. */
export async function visitsOf(
  q: Query,
  tenantId: string,
  subjectId: string,
  after: Pick<VisitRow, 'occurredAt' | 'visitId'> | undefined,
  limit: number,
): Promise<VisitRow[]> {
  const { visits: t } = q.tables;
  const further =
    after &&
    and(gte(t.occurredAt, after.occurredAt), or(gt(t.occurredAt, after.occurredAt), gt(t.visitId, after.visitId)));
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), further))
    .orderBy(asc(t.occurredAt), asc(t.visitId))
    .limit(limit);
}

/** How many visits of some subjects stand in each life. */
export async function countVisitsOf(
  q: Query,
  tenantId: string,
  subjectIds: readonly string[],
): Promise<Record<Life, number>> {
  const { visits: t } = q.tables;
  const rows = await q
    .select({ life: plain(t.life), count: sql<number>`count(*)`.mapWith(Number) })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.subjectId, [...subjectIds])))
    .groupBy(plain(t.life));
  return { full: 0, reduced: 0, ...Object.fromEntries(rows.map(({ life, count }) => [life, count])) };
}

const ofSubjects = (q: Query, tenantId: string, life: Life, subjectIds: readonly string[]) => {
  const { visits: t } = q.tables;
  return and(eq(t.tenantId, tenantId), inArray(t.subjectId, [...subjectIds]), eq(plain(t.life), life));
};

/**
 * What forgetting the sealed part of a visit sets; of its instant the local hour is left. Where a zone's offset changes
 * by half an hour (Lord Howe) all hours begin as at `at`.
 */
export function forgetting(q: Query, { timeZone, at }: { timeZone: string; at: Date }): SQL {
  const { visits: t } = q.tables;
  const past = pastTheHour(at, timeZone);
  const hour =
    q.engine === 'postgres'
      ? sql`date_trunc('hour', ${t.occurredAt} + ${past}::int * interval '1 millisecond', 'UTC') - ${past}::int * interval '1 millisecond'`
      : sql`${t.occurredAt} - (${t.occurredAt} + ${past}) % 3600000`;
  return sql`${sql.identifier(t.life.name)} = 'reduced', ${sql.identifier(t.occurredAt.name)} = ${hour}, ${nulls([t.addressSealed, t.userAgentSealed, t.addressIndex])}`;
}

export async function reduceVisitsOf(tx: Query, { tenantId, timeZone, subjectIds }: Person, at: Date): Promise<number> {
  const mine = ofSubjects(tx, tenantId, 'full', subjectIds);
  return tx.run(sql`UPDATE ${tx.tables.visits} SET ${forgetting(tx, { timeZone, at })} WHERE ${mine}`);
}

export async function eraseVisitsOf(
  tx: Query,
  tenantId: string,
  life: Life,
  subjectIds: readonly string[],
): Promise<number> {
  return tx.run(
    tx
      .delete(tx.tables.visits)
      .where(ofSubjects(tx, tenantId, life, subjectIds))
      .getSQL(),
  );
}

/** Whether any sealed visit of the window is left. */
export async function anyFullVisit(q: Query, tenantId: string, from: Date, until: Date): Promise<boolean> {
  const { visits: t } = q.tables;
  const rows = await q
    .select({ visitId: t.visitId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.life, 'full'), gte(t.occurredAt, from), lt(t.occurredAt, until)))
    .limit(1);
  return rows.length > 0;
}
