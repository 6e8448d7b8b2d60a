import type { ExternalDue } from '../external.ts';
import { all, any, through, valueAt } from './conditions.ts';
import { type Before, type ClockConditions, type Dialect, FALSE, type Statement } from './engine.ts';
import type { ResolvedPath, ResolvedTable } from './resolve.ts';

/** The local day of an instant, as a rule's period ends: `2026-06-01`. */
const localDay = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** Conditions on a clock of rows: whether it lies before an instant, and whether it can be read at all. */
export interface RowClock {
  before(due: Pick<ExternalDue, 'before' | 'timeZone'>): Statement;
  /** Rows on which none of its columns can be read: they are never due. */
  unread: Statement;
}

/** A clock of a table; undefined where it has none of this name, or counts from first sight. A column counts where all before it are empty. */
export function rowClock(sql: Dialect, table: ResolvedTable, name: string): RowClock | undefined {
  const paths = table.clocks.get(name);
  if (!paths || paths.length === 0) return undefined;
  const each = paths.map((path) => clockAt(sql, path, table.declared.clockFormat));
  const emptyBefore = (index: number) => each.slice(0, index).map(({ missing }) => missing);
  const counting = (of: (index: number) => Statement) =>
    any(each.map((_, index) => all(...emptyBefore(index), of(index))));
  return {
    before: ({ before, timeZone }) => {
      const bound: Before = { instant: before, day: localDay(before, timeZone) };
      return counting((index) => (each[index] as (typeof each)[number]).before(bound));
    },
    unread: any([
      all(...each.map(({ missing }) => missing)),
      counting((index) => (each[index] as (typeof each)[number]).unreadable),
    ]),
  };
}

/** Conditions on the instant at the end of a path; where the way breaks off there is none. */
export function clockAt(
  sql: Dialect,
  path: ResolvedPath,
  format: ResolvedTable['declared']['clockFormat'],
): ClockConditions {
  const at = (of: (clock: ClockConditions) => Statement) =>
    through(sql, path, (column) => of(sql.clock(column, path.column, format)));
  if (path.hops.length === 0)
    return {
      missing: at((one) => one.missing),
      unreadable: at((one) => one.unreadable),
      before: (bound) => at((one) => one.before(bound)),
    };
  const there = at(({ missing }) => ({ text: `(${missing.text}) IS NOT TRUE`, values: missing.values }));
  return {
    missing: { text: `(${there.text}) IS NOT TRUE`, values: there.values },
    unreadable: at((one) => (one.unreadable.text === FALSE.text ? FALSE : one.unreadable)),
    before: (bound) => at((one) => one.before(bound)),
  };
}

/** The instants of a clock as an export shows them, as fields `at0`, `at1` …; the first that can be read counts. */
export const instantFields = (sql: Dialect, paths: readonly ResolvedPath[]): string[] =>
  paths.map((path, index) => `${valueAt(sql, path, (column) => sql.asExport(column, path.column))} AS at${index}`);
