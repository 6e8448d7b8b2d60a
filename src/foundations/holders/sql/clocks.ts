import type { ExternalDue } from '../external.ts';
import { all, any, col } from './conditions.ts';
import type { Before, Dialect, Statement } from './engine.ts';
import type { ResolvedTable } from './resolve.ts';

/** The local day of an instant, as a rule's period ends: `2026-06-01`. */
const localDay = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** Conditions on a clock of rows: whether it lies before an instant, and whether it can be read at all. */
export interface RowClock {
  before(due: Pick<ExternalDue, 'before' | 'timeZone'>): Statement;
  /** Rows on which none of its columns can be read: they are never due. */
  unread: Statement;
}

/** A clock of a table; undefined where it has none of this name. A column counts where all before it are empty. */
export function rowClock(sql: Dialect, table: ResolvedTable, name: string): RowClock | undefined {
  const columns = table.clocks.get(name);
  if (!columns) return undefined;
  const each = columns.map((column) => sql.clock(col(sql, column), column, table.declared.clockFormat));
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
