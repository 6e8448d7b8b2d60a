import type { CatalogueColumn } from './catalogue.ts';
import {
  type ClockConditions,
  type Dialect,
  FALSE,
  FIRST_SECOND,
  holdable,
  marks,
  plain,
  type Statement,
} from './engine.ts';

const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
const FIRST_DAY = '1970-01-02';
const KEYS: Dialect['keyFamilies'] = ['integer', 'decimal', 'uuid', 'text'];

const ADDRESS = (column: string) => `lower(btrim(${column}) COLLATE "C")`;

function epoch(column: string, perSecond: number): ClockConditions {
  const first = FIRST_SECOND * perSecond;
  return {
    missing: plain(`${column} IS NULL OR ${column} < ${first}`),
    unreadable: FALSE,
    before: ({ instant }) => ({
      text: `${column} >= ${first} AND ${column} < CAST(? AS bigint)`,
      values: [Math.floor((instant.getTime() / 1000) * perSecond)],
    }),
  };
}

/** A clock without a zone is UTC, which the transaction sees to; a day is one of the portal's. */
function calendar(column: string, type: string, value: (bound: { instant: Date; day: string }) => string) {
  return {
    missing: plain(`${column} IS NULL OR ${column} < '${FIRST_DAY}'`),
    unreadable: FALSE,
    before: (bound: { instant: Date; day: string }): Statement => ({
      text: `${column} >= '${FIRST_DAY}' AND ${column} < CAST(? AS ${type})`,
      values: [value(bound)],
    }),
  };
}

/** PostgreSQL, in words of its own. */
export const postgresDialect: Dialect = {
  quoted,
  asText: (column) => `${column}::text`,
  asOrder: (column, { type }) => (type === 'citext' ? `${column}::text COLLATE "C"` : column),
  asExport: (column, { family, type }) => {
    if (family === 'float' || family === 'boolean' || type === 'smallint' || type === 'integer') return column;
    if (family === 'array') return `array_to_json(${column})::text`;
    // What lies outside the calendar (infinity, years before Christ) is told as the database does.
    if (family === 'instant')
      return `CASE WHEN isfinite(${column}) AND ${column} >= '0001-01-02' THEN to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') ELSE ${column}::text END`;
    if (family === 'address') return `abbrev(${column})`;
    return family === 'bytes' ? `translate(encode(${column}, 'base64'), E'\\n', '')` : `${column}::text`;
  },
  exportsList: ({ family }) => family === 'array',
  asAddress: (column, { family }) =>
    family === 'address' || family === 'network' ? `host(${column})` : `${column}::text`,
  asComparedAddress: (column) => ADDRESS(`${column}::text`),
  text: '?::text',
  bound: () => '?',
  toColumn: (text, { cast }) => `CAST(${text} AS ${cast})`,
  spelledAs: (column, type, values) => {
    const fitting = holdable(values, type);
    if (fitting.length === 0 || !KEYS.includes(type.family)) return FALSE;
    const equal = `${column} IN (${marks(fitting)})`;
    if (type.family === 'integer' || type.family === 'uuid') return { text: equal, values: fitting };
    // Equal is not the same: collations, citext, padded text and numbers take several spellings for one.
    return {
      text: `${equal} AND ${column}::text COLLATE "C" IN (${marks(fitting, '?::text')})`,
      values: [...fitting, ...fitting],
    };
  },
  keyFamilies: KEYS,
  readsClock: ({ family }, format) =>
    format?.startsWith('epoch') ? family === 'integer' : ['instant', 'local-instant', 'day'].includes(family),
  clock: (column, { family }: CatalogueColumn, format) => {
    if (format === 'epoch-seconds') return epoch(column, 1);
    if (format === 'epoch-milliseconds') return epoch(column, 1000);
    if (family === 'day') return calendar(column, 'date', ({ day }) => day);
    if (family === 'local-instant')
      return calendar(column, 'timestamp', ({ instant }) => instant.toISOString().slice(0, -1));
    return calendar(column, 'timestamptz', ({ instant }) => instant.toISOString());
  },
  onlyOf: (text, characters) => `${text} ~ '^[${characters}]*$'`,
  origin: {
    name: 'tableoid',
    type: 'oid',
    family: 'integer',
    cast: 'pg_catalog.oid',
    nullable: false,
    generated: true,
    maxLength: null,
  },
  deleteFrom: (table, where) => `DELETE FROM ${table} AS t WHERE ${where}`,
  lockRows: ' FOR UPDATE OF t',
  deferConstraints: 'SET CONSTRAINTS ALL DEFERRED',
  checkConstraints: 'SET CONSTRAINTS ALL IMMEDIATE',
  indexRemedy: ({ schema, table }, { name }, compared) =>
    `CREATE INDEX ON ${quoted(schema)}.${quoted(table)} (${compared === 'as-address' ? ADDRESS(quoted(name)) : quoted(name)})`,
};

/** Whether an index's expression is the one that addresses are compared by. */
export function isAddressExpression(expression: string, column: string): boolean {
  const bare = (text: string) => text.replaceAll(/::text|[\s()"]/g, '').toLowerCase();
  const found = bare(expression).replace('trimbothfrom', 'btrim');
  return found === bare(ADDRESS(column));
}
