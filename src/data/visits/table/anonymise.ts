import { and, asc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { BatchLimit, BatchOutcome, DueRows } from '../../../foundations/holders/holder.ts';
import { isFree } from '../../../foundations/holders/table-rows.ts';
import type { Query } from '../../../foundations/store/store.ts';
import { dueBefore, endOfPeriod, localDay } from '../../../law/duration.ts';
import { dueVisits } from './due.ts';

/**
 * From visits to daily counts (REQ-E01, REQ-E02). A cell is local day × portal × browser family × platform; all robots
 * of a day and portal are one family, `robot`: they are no people, but they must not swell the counts of people either.
 *
 * - A day is treated only when all of it is due, so that its cells are whole.
 * - A cell smaller than k is not published; its rows go all the same and are reported as suppressed.
 * - Rows that come late (a late import, a hold that was lifted) are added to a cell already published; for any other
 *   cell, k holds for the newcomers alone: what was suppressed before is forgotten and cannot be added up.
 * - Rows leave the table in the transaction that counts them, so that a crash neither loses nor doubles any.
 */
interface Day {
  day: string;
  starts: Date;
  ends: Date;
}

interface Cell {
  day: string;
  portal: string;
  browser: string;
  platform: string;
  visits: number;
}

/** Local days of one batch at most. */
const DAYS_PER_BATCH = 31;
const CELLS_PER_STATEMENT = 500;

/** The beginning of the local day of an instant: what is due after a day is due before it. */
const startOfDay = (at: Date, timeZone: string) => dueBefore(at, 'P1D', timeZone);

/** The due rows of whole local days only. */
export function wholeDaysDue(due: DueRows): DueRows {
  return { ...due, before: startOfDay(due.before, due.timeZone) };
}

/** Treats the next whole days of what is due; of a day larger than the batch, a part. */
export async function anonymiseDue(tx: Query, wanted: DueRows, batch: BatchLimit): Promise<BatchOutcome> {
  const { visits: t } = tx.tables;
  const due = wholeDaysDue(wanted);
  const free = and(
    dueVisits(tx, due, 'reduced'),
    batch.cursor === null ? undefined : gte(t.occurredAt, new Date(batch.cursor)),
    isFree({ subjects: [t.subjectId] }, due),
  );
  const [first, beyond] = [await instantOfRow(tx, free, 0), await instantOfRow(tx, free, batch.rows)];
  if (!first) return { treated: 0, suppressed: 0, cursor: null, done: true };

  const start = startOfDay(first, due.timeZone);
  const end = beyond ? startOfDay(beyond, due.timeZone) : due.before;
  if (end > start) {
    const days = daysBetween(start, end, due.timeZone);
    const last = days.at(-1) as Day;
    const outcome = await moveToCounts(tx, due, inWindow(tx, free, start, last.ends), days);
    return { ...outcome, cursor: last.ends.toISOString(), done: !beyond && last.ends >= end };
  }
  const day = { day: localDay(first, due.timeZone), starts: start, ends: endOfPeriod(first, 'P1D', due.timeZone) };
  const outcome = await moveToCounts(tx, due, await partOfDay(tx, due, day, free, batch.rows), [day]);
  return { ...outcome, cursor: start.toISOString(), done: false };
}

async function instantOfRow(tx: Query, condition: SQL | undefined, offset: number): Promise<Date | undefined> {
  const { visits: t } = tx.tables;
  const [row] = await tx
    .select({ occurredAt: t.occurredAt })
    .from(t)
    .where(condition)
    .orderBy(asc(t.occurredAt))
    .limit(1)
    .offset(offset);
  return row?.occurredAt;
}

function daysBetween(start: Date, end: Date, timeZone: string): Day[] {
  const days: Day[] = [];
  for (let starts = start; starts < end && days.length < DAYS_PER_BATCH; ) {
    const ends = endOfPeriod(starts, 'P1D', timeZone);
    days.push({ day: localDay(starts, timeZone), starts, ends });
    starts = ends;
  }
  return days;
}

const inWindow = (tx: Query, condition: SQL | undefined, from: Date, until: Date) =>
  and(condition, gte(tx.tables.visits.occurredAt, from), lt(tx.tables.visits.occurredAt, until));

const browserOf = (tx: Query) =>
  sql`CASE WHEN ${tx.tables.visits.robot} THEN 'robot' ELSE ${tx.tables.visits.browser} END`;
const platformOf = (tx: Query) =>
  sql`CASE WHEN ${tx.tables.visits.robot} THEN 'robot' ELSE ${tx.tables.visits.platform} END`;

/**
 * Which rows of a day larger than a batch go next. Once a cell is published it may grow in any steps, so the day is
 * opened first with k rows of every cell (all there are, where they are fewer), then moved `rows` at a time.
 */
async function partOfDay(tx: Query, due: DueRows, day: Day, free: SQL | undefined, rows: number): Promise<SQL> {
  const { visits: t, visitDays: d } = tx.tables;
  const ofDay = inWindow(tx, free, day.starts, day.ends);
  const unpublished = sql`NOT EXISTS (SELECT 1 FROM ${d} WHERE ${d.tenantId} = ${due.tenantId} AND ${d.day} = ${day.day}
    AND ${d.portal} = ${t.portal} AND ${d.browser} = ${browserOf(tx)} AND ${d.platform} = ${platformOf(tx)})`;
  const next = sql`SELECT ${t.visitId} FROM ${t} WHERE ${ofDay} ORDER BY ${t.occurredAt}, ${t.visitId} LIMIT ${rows}`;
  const closed = await tx
    .select({ visitId: t.visitId })
    .from(t)
    .where(and(eq(t.tenantId, due.tenantId), sql`${t.visitId} IN (${next})`, unpublished))
    .limit(1);
  const chosen =
    closed.length === 0
      ? next
      : sql`SELECT visit_id FROM (SELECT ${t.visitId} AS visit_id, row_number() OVER (
          PARTITION BY ${t.portal}, ${browserOf(tx)}, ${platformOf(tx)} ORDER BY ${t.visitId}) AS place
          FROM ${t} WHERE ${and(ofDay, unpublished)}) AS ranked WHERE place <= ${due.minimumCell}`;
  return sql`${t.tenantId} = ${due.tenantId} AND ${t.visitId} IN (${chosen})`;
}

/** Takes the rows out, publishes the cells that are large enough or published already, and counts the others. */
async function moveToCounts(
  tx: Query,
  due: DueRows,
  rows: SQL | undefined,
  days: Day[],
): Promise<{ treated: number; suppressed: number }> {
  const cells = await takeCells(tx, rows, days);
  const small = cells.filter(({ visits }) => visits < due.minimumCell);
  const known = await publishedCells(tx, due.tenantId, [...new Set(small.map(({ day }) => day))]);
  const kept = cells.filter((cell) => cell.visits >= due.minimumCell || known.has(nameOf(cell)));
  const { visitDays: d } = tx.tables;
  for (let from = 0; from < kept.length; from += CELLS_PER_STATEMENT)
    await tx
      .insert(d)
      .values(kept.slice(from, from + CELLS_PER_STATEMENT).map((cell) => ({ tenantId: due.tenantId, ...cell })))
      .onConflictDoUpdate({
        target: [d.tenantId, d.day, d.portal, d.browser, d.platform],
        set: { visits: sql`${d.visits} + excluded.visits` },
      });
  const sum = (some: Cell[]) => some.reduce((total, { visits }) => total + visits, 0);
  const treated = sum(cells);
  return { treated, suppressed: treated - sum(kept) };
}

/**
 * Deletes the rows and answers what was deleted, cell by cell. PostgreSQL does both in one statement, so that a row
 * that arrives meanwhile is not deleted uncounted; on SQLite there is one writer.
 */
async function takeCells(tx: Query, rows: SQL | undefined, days: Day[]): Promise<Cell[]> {
  const { visits: t } = tx.tables;
  const instant = (at: Date) =>
    tx.engine === 'postgres' ? sql`${sql.param(at, t.occurredAt)}::timestamptz` : sql`${sql.param(at, t.occurredAt)}`;
  const list = sql.join(
    days.map(({ day, starts, ends }) => sql`(${day}, ${instant(starts)}, ${instant(ends)})`),
    sql`, `,
  );
  const calendar = sql`days(day, starts, ends) AS (VALUES ${list})`;
  const within = sql`${t.occurredAt} >= days.starts AND ${t.occurredAt} < days.ends`;
  const cell = sql`days.day AS day, ${t.portal} AS portal, ${browserOf(tx)} AS browser, ${platformOf(tx)} AS platform,
    count(*) AS visits`;
  if (tx.engine === 'postgres') {
    const found = await tx.rows<Cell>(sql`WITH ${calendar}, gone AS (DELETE FROM ${t} WHERE ${rows}
      RETURNING occurred_at, portal, browser, platform, robot)
      SELECT ${cell} FROM gone AS ${t} JOIN days ON ${within} GROUP BY 1, 2, 3, 4`);
    return found.map((row) => ({ ...row, visits: Number(row.visits) }));
  }
  const found = await tx.rows<Cell>(
    sql`WITH ${calendar} SELECT ${cell} FROM days CROSS JOIN ${t} WHERE ${within} AND ${rows} GROUP BY 1, 2, 3, 4`,
  );
  await tx.run(tx.delete(t).where(rows).getSQL());
  return found;
}

const nameOf = (cell: Omit<Cell, 'visits'>) => JSON.stringify([cell.day, cell.portal, cell.browser, cell.platform]);

async function publishedCells(tx: Query, tenantId: string, days: string[]): Promise<Set<string>> {
  if (days.length === 0) return new Set();
  const { visitDays: d } = tx.tables;
  const rows = await tx
    .select({ day: d.day, portal: d.portal, browser: d.browser, platform: d.platform })
    .from(d)
    .where(and(eq(d.tenantId, tenantId), inArray(d.day, days)));
  return new Set(rows.map(nameOf));
}
