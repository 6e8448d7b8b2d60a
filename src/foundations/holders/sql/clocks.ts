import type { SqlTable } from '../declaration.ts';
import type { ExternalDue } from '../external.ts';
import type { CatalogueColumn } from './catalogue.ts';
import { col } from './conditions.ts';
import type { Engine, Statement } from './engine.ts';

/** Types a clock can have on PostgreSQL; SQLite keeps instants as text or numbers. */
export const CLOCK_TYPES = ['timestamp with time zone', 'timestamp without time zone', 'date'];

/** The local day of an instant, as a rule's period ends: `2026-06-01`. */
const localDay = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** Rows whose clock lies before the bound. A clock without a zone is UTC; a day is one of the portal's. */
export function dueBefore(
  engine: Engine,
  column: CatalogueColumn,
  format: SqlTable['clockFormat'],
  { before, timeZone }: Pick<ExternalDue, 'before' | 'timeZone'>,
): Statement {
  const name = col(column);
  const iso = before.toISOString();
  if (engine.kind === 'postgres') {
    if (column.type === 'date') return { text: `${name} < ?::date`, values: [localDay(before, timeZone)] };
    if (column.type === 'timestamp without time zone')
      return { text: `${name} < ?::timestamp`, values: [iso.replace('T', ' ').replace('Z', '')] };
    return { text: `${name} < ?::timestamptz`, values: [iso] };
  }
  if (format === 'epoch-seconds') return { text: `${name} < ?`, values: [Math.floor(before.getTime() / 1000)] };
  if (format === 'epoch-milliseconds') return { text: `${name} < ?`, values: [before.getTime()] };
  // Both forms people write ("2026-06-01 10:00:00", ISO 8601 with T and Z) mean the same instant.
  return { text: `datetime(${name}) < ?`, values: [iso.slice(0, 19).replace('T', ' ')] };
}
