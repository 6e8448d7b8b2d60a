import type { CatalogueColumn, Family } from './catalogue.ts';
import { type Bound, type Dialect, FALSE, marks, plain } from './engine.ts';
import { type ReadInstant, readInstant } from './instant.ts';

const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

const KEYS: readonly Family[] = ['integer', 'decimal', 'float', 'text', 'other'];
const INT64 = 2n ** 63n;
/** What a text must not be for a column that turns texts into numbers: there it would be another's spelling. */
const LOOKS_NUMERIC = /^\s*[+-]?(\d|\.\d|0x)/i;
const ADDRESS = (column: string) => `lower(trim(${column}))`;

/** A column that keeps texts as they are, or one that turns what looks like a number into one. */
function spellings(values: readonly string[], type: CatalogueColumn): { equal: Bound[]; exact: string[] } {
  const whole = values.filter((value) => !value.includes('\0') && value.isWellFormed());
  const numbers = whole.filter(
    (value) => /^(0|-?[1-9]\d{0,18})$/.test(value) && BigInt(value) < INT64 && BigInt(value) >= -INT64,
  );
  const exact =
    type.family === 'text' ? whole : whole.filter((value) => numbers.includes(value) || !LOOKS_NUMERIC.test(value));
  // Without a type, a number and its digits are not equal.
  return { equal: [...exact, ...numbers.filter((value) => exact.includes(value)).map(BigInt)], exact };
}

/** Registered on each connection, because SQLite's own functions read some spellings of an instant and not others. */
export const CLOCK_FUNCTION = 'lethe_clock';
const CLOCK = { missing: -2n, unreadable: -1n, later: 0n, before: 1n };

/** Whether an instant as it is kept lies before a bound (in milliseconds), or a day before a day. */
export function compareClock(value: unknown, format: unknown, before: unknown, day: unknown): bigint {
  const read: ReadInstant = readInstant(value, format === null ? undefined : String(format));
  if (read === 'missing' || read === 'unreadable') return CLOCK[read];
  return ('day' in read ? read.day < String(day) : read.at < Number(before)) ? CLOCK.before : CLOCK.later;
}

/** SQLite, in words of its own. */
export const sqliteDialect: Dialect = {
  quoted,
  asText: (column) => column,
  asOrder: (column) => column,
  asExport: (column) => column,
  exportsList: () => false,
  asAddress: (column) => column,
  asComparedAddress: ADDRESS,
  text: '?',
  bound: () => '?',
  toColumn: (text) => text,
  spelledAs: (column, type, values) => {
    const { equal, exact } = spellings(values, type);
    if (exact.length === 0) return FALSE;
    return {
      text: `${column} IN (${marks(equal)}) AND CAST(${column} AS TEXT) COLLATE BINARY IN (${marks(exact)})`,
      values: [...equal, ...exact],
    };
  },
  keyFamilies: KEYS,
  readsClock: () => true,
  clock: (column, _, format) => {
    const kept = format === undefined ? 'NULL' : `'${format}'`;
    const found = `${CLOCK_FUNCTION}(${column}, ${kept}, 0, '')`;
    return {
      missing: plain(`${found} = ${CLOCK.missing}`),
      unreadable: plain(`${found} = ${CLOCK.unreadable}`),
      before: ({ instant, day }) => ({
        text: `${CLOCK_FUNCTION}(${column}, ${kept}, ?, ?) = ${CLOCK.before}`,
        values: [BigInt(instant.getTime()), day],
      }),
    };
  },
  onlyOf: (text, characters) => `${text} NOT GLOB '*[^${characters}]*'`,
  origin: undefined,
  deleteFrom: (table, where) => `DELETE FROM ${table} AS t WHERE ${where}`,
  lockRows: '',
  deferConstraints: 'PRAGMA defer_foreign_keys = ON',
  // What is put off is looked at when the transaction ends.
  checkConstraints: undefined,
  indexRemedy: ({ table }, { name }, compared) =>
    `CREATE INDEX … ON ${quoted(table)} (${compared === 'as-address' ? ADDRESS(quoted(name)) : quoted(name)})`,
};

/** Whether an index is on an address as it is compared; `definition` is the statement that made it. */
export function isAddressIndex(definition: string, column: string): boolean {
  const bare = (text: string) => text.replaceAll(/[\s"`[\]]/g, '').toLowerCase();
  return bare(definition).includes(`(${bare(ADDRESS(quoted(column)))}`);
}
