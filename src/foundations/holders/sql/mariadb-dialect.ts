import type { CatalogueColumn } from './catalogue.ts';
import { type ClockConditions, type Dialect, FALSE, FIRST_SECOND, holdable, marks, plain } from './engine.ts';

/** The transaction sets ANSI_QUOTES and PIPES_AS_CONCAT, so that statements are said as everywhere else. */
const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
const FIRST_DAY = '1970-01-02';
const KEYS: Dialect['keyFamilies'] = ['integer', 'decimal', 'uuid', 'text'];

/** Compared by its letters, whatever collation the column has. */
const letters = (column: string) => `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin`;
/** Byte for byte: collations take trailing spaces for nothing. */
const bytes = (text: string) => `CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`;
/** A to Z in lower case, one by one: `LOWER` folds all of Unicode here, and takes a KELVIN SIGN for a k. */
const ADDRESS = (column: string) =>
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].reduce(
    (text, letter) => `REPLACE(${text}, '${letter}', '${letter.toLowerCase()}')`,
    `TRIM(${letters(column)})`,
  );

const number = ({ family, range }: CatalogueColumn): string => {
  if (family === 'decimal') return 'CAST(? AS DECIMAL(65, 30))';
  return `CAST(? AS ${range?.least === 0n ? 'UNSIGNED' : 'SIGNED'})`;
};

function epoch(column: string, perSecond: number): ClockConditions {
  const first = FIRST_SECOND * perSecond;
  return {
    missing: plain(`${column} IS NULL OR ${column} < ${first}`),
    unreadable: FALSE,
    before: ({ instant }) => ({
      text: `${column} >= ${first} AND ${column} < CAST(? AS SIGNED)`,
      values: [String(Math.floor((instant.getTime() / 1000) * perSecond))],
    }),
  };
}

/** MariaDB and MySQL, in words of their own. */
export const mariadbDialect: Dialect = {
  quoted,
  asText: (column, { family }) => {
    if (family === 'bytes') return column;
    return family === 'text' ? letters(column) : `CAST(${column} AS CHAR)`;
  },
  asOrder: (column) => column,
  asExport: (column, { family, type }) => {
    // Whole numbers of 32 bits, and numbers of floating point, as the driver has them.
    if (family === 'float' || family === 'bytes' || /^(tiny|small|medium)?int$/.test(type)) return column;
    if (family === 'instant') return `DATE_FORMAT(${column}, '%Y-%m-%dT%H:%i:%s.%fZ')`;
    if (type === 'bit') return `CAST(CAST(${column} AS UNSIGNED) AS CHAR)`;
    return family === 'text' ? `CONVERT(${column} USING utf8mb4)` : `CAST(${column} AS CHAR)`;
  },
  exportsList: () => false,
  asAddress: (column, { family }) => (family === 'text' ? letters(column) : letters(`CAST(${column} AS CHAR)`)),
  asComparedAddress: ADDRESS,
  text: '?',
  bound: (type) => (type.family === 'integer' || type.family === 'decimal' ? number(type) : '?'),
  toColumn: (text) => text,
  spelledAs: (column, type, values) => {
    const fitting = holdable(values, type);
    if (fitting.length === 0 || !KEYS.includes(type.family)) return FALSE;
    if (type.family === 'integer') return { text: `${column} IN (${marks(fitting, number(type))})`, values: fitting };
    if (type.family === 'decimal')
      return {
        text: `${column} IN (${marks(fitting, number(type))}) AND CAST(${column} AS CHAR) IN (${marks(fitting)})`,
        values: [...fitting, ...fitting],
      };
    if (type.family === 'uuid') return { text: `${column} IN (${marks(fitting)})`, values: fitting };
    // Equal is not the same: a collation takes several spellings for one.
    return {
      text: `${column} IN (${marks(fitting)}) AND ${bytes(column)} IN (${marks(fitting, bytes('?'))})`,
      values: [...fitting, ...fitting],
    };
  },
  keyFamilies: KEYS,
  readsClock: ({ family }, format) =>
    format?.startsWith('epoch') ? family === 'integer' : ['instant', 'local-instant', 'day'].includes(family),
  clock: (column, { family }, format) => {
    if (format === 'epoch-seconds') return epoch(column, 1);
    if (format === 'epoch-milliseconds') return epoch(column, 1000);
    return {
      // The zeros that stand for "never" here lie before every date.
      missing: plain(`${column} IS NULL OR ${column} < '${FIRST_DAY}'`),
      unreadable: FALSE,
      before: ({ instant, day }) => ({
        text: `${column} >= '${FIRST_DAY}' AND ${column} < CAST(? AS ${family === 'day' ? 'DATE' : 'DATETIME(6)'})`,
        values: [family === 'day' ? day : instant.toISOString().replace('T', ' ').slice(0, -1)],
      }),
    };
  },
  onlyOf: (text, characters) => `${text} REGEXP '^[${characters}]*$'`,
  origin: undefined,
  deleteFrom: (table, where) => `DELETE t FROM ${table} AS t WHERE ${where}`,
  lockRows: ' FOR UPDATE',
  deferConstraints: undefined,
  checkConstraints: undefined,
  indexRemedy: ({ table }, { name }, compared) =>
    compared === 'as-address'
      ? 'Nothing: the database has no index of that kind.'
      : `CREATE INDEX ${quoted(name)} ON ${quoted(table)} (${quoted(name)})`,
};
