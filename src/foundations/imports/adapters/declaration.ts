import Type, { type Static } from 'typebox';
import { closed, Line } from '../../contract/schemas.ts';

/**
 * What a file of `policies/imports/` may say: how rows of another system become lines of an import. One source for types,
 * validation and the JSON Schema beside the files.
 */
const Optional = Type.Optional;
const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and hyphens.',
});
const Column = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'A column of the rows, as it is called there.',
});
const Path = Type.String({
  pattern: '^(/[^/]*)+$',
  maxLength: 300,
  description: 'Where in a column of JSON: a JSON pointer, /full_name.',
});
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const Zone = Type.String({
  pattern: '^[A-Za-z0-9_+/-]{1,64}$',
  description: 'An IANA time zone, Europe/Berlin: of dates that say none. UTC when absent.',
});

const Csv = Type.Object(
  {
    delimiter: Optional(Type.String({ minLength: 1, maxLength: 1, description: 'A comma when absent.' })),
    quote: Optional(Type.String({ minLength: 1, maxLength: 1, description: 'A double quote when absent.' })),
    encoding: Optional(
      Type.Enum(['utf-8', 'utf-16le', 'windows-1252', 'iso-8859-1', 'iso-8859-15'], {
        description: 'UTF-8 when absent.',
      }),
    ),
    columns: Optional(
      Type.Array(Column, {
        minItems: 1,
        maxItems: 500,
        uniqueItems: true,
        description: 'Where no first line names them.',
      }),
    ),
  },
  { ...closed, description: 'A file as of RFC 4180; its first line names the columns, where `columns` does not.' },
);
const Sql = Type.Object(
  {
    query: Type.String({
      minLength: 10,
      maxLength: 20_000,
      pattern: '^\\s*(SELECT|WITH|select|with)\\s',
      description: 'One SELECT, joins and all, without ORDER BY. It is asked over a connection that only reads.',
    }),
    key: Type.String({
      ...Column,
      description: 'A column that no two rows share, a number or a text: rows are read along it.',
    }),
    pageRows: Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: '5000 when absent.' })),
  },
  { ...closed, description: 'PostgreSQL, MariaDB, MySQL or SQLite: what --source names.' },
);
const Lookup = Type.Object(
  { query: Sql.properties.query, key: Column, value: Column },
  { ...closed, description: 'A small table, read whole before: from what is in `key` to what is in `value`.' },
);

/** Where a value comes from (one of the first six), and what is made of it, in this order. */
const steps = {
  column: Optional(Column),
  constant: Optional(Scalar),
  join: Optional(
    Type.Object(
      { columns: Type.Array(Column, { minItems: 2, maxItems: 10 }), with: Type.String({ maxLength: 10 }) },
      { ...closed, description: 'Those that are not empty, with this between them.' },
    ),
  ),
  contains: Optional(
    Type.Object(
      { column: Column, item: Column },
      { ...closed, description: 'Whether a column with a JSON list has what another column has: true or false.' },
    ),
  ),
  path: Optional(Path),
  as: Optional(
    Type.Enum(['text', 'lower', 'integer', 'boolean', 'hex', 'address', 'json'], {
      description: 'address: 4 or 16 bytes as an IP address. hex: bytes as digits.',
    }),
  ),
  split: Optional(
    Type.Object(
      {
        by: Type.String({ minLength: 1, maxLength: 10 }),
        take: Optional(
          Type.Integer({ minimum: 0, maximum: 100, description: 'This part alone, from 0; absent: a list.' }),
        ),
      },
      closed,
    ),
  ),
  lookup: Optional(Id),
  values: Optional(
    Type.Record(
      Type.String({ maxLength: 200 }),
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
      {
        minProperties: 1,
        description: 'From what is there to what is meant; null: left out.',
      },
    ),
  ),
  otherwise: Optional(
    Type.Enum(['fault', 'keep', 'leave-out'], {
      description: 'Of `values`: what has no line there. A fault when absent.',
    }),
  ),
  prefix: Optional(Type.String({ maxLength: 60 })),
  date: Optional(
    Type.Object(
      {
        format: Type.String({
          minLength: 2,
          maxLength: 40,
          description: 'iso, epoch-seconds, epoch-milliseconds, or a pattern of yyyy MM dd HH mm ss: dd.MM.yyyy HH:mm.',
        }),
        timeZone: Optional(Zone),
        day: Optional(Type.Boolean({ description: 'Only the day, as it is written.' })),
      },
      closed,
    ),
  ),
  default: Optional(Scalar),
  required: Optional(Type.Boolean({ description: 'A row without it is a fault.' })),
};
const One = Type.Object(steps, closed);
/** Objects and lists go one further down: deeper no record goes. */
const Inner = Type.Object(
  { ...steps, object: Optional(Type.Record(Type.String(), One)), list: Optional(Type.Array(One, { maxItems: 50 })) },
  closed,
);
const Value = Type.Object(
  {
    ...steps,
    object: Optional(Type.Record(Type.String(), Inner)),
    list: Optional(Type.Array(Inner, { maxItems: 50 })),
  },
  { ...closed, minProperties: 1 },
);
const Condition = Type.Object(
  {
    column: Column,
    path: Optional(Path),
    empty: Optional(Type.Boolean({ description: 'Whether there is nothing in it.' })),
    is: Optional(Type.Array(Scalar, { minItems: 1, maxItems: 100 })),
    isNot: Optional(Type.Array(Scalar, { minItems: 1, maxItems: 100 })),
  },
  { ...closed, minProperties: 2 },
);

export const ImportDeclaration = Type.Object(
  {
    id: Id,
    title: Line,
    of: Optional(
      Type.String({ maxLength: 1000, description: 'Which system and version it was tried on; what to change in it.' }),
    ),
    timeZone: Optional(Zone),
    source: Type.Object({ csv: Optional(Csv), sql: Optional(Sql) }, { ...closed, minProperties: 1, maxProperties: 1 }),
    lookups: Optional(Type.Record(Id, Lookup)),
    records: Type.Array(
      Type.Object(
        {
          kind: Type.String({
            pattern: '^[a-z][a-z-]{0,30}$',
            description: 'consent, profile, item, link, request, hold, visit.',
          }),
          skipWhen: Optional(
            Type.Array(Condition, {
              minItems: 1,
              maxItems: 20,
              description: 'Rows of which one is true are left out.',
            }),
          ),
          each: Optional(
            Type.Object(
              {
                column: Optional(Column),
                lookup: Optional(Id),
                as: Column,
                valueAs: Optional(Column),
              },
              {
                ...closed,
                description:
                  'One record for each item of a JSON list, or for each key of a lookup; in the column `as`, with what the lookup has for it in `valueAs`.',
              },
            ),
          ),
          members: Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]{0,40}$' }), Value, { minProperties: 1 }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 20 },
    ),
  },
  { ...closed, title: 'ImportDeclaration' },
);
export type ImportDeclaration = Static<typeof ImportDeclaration>;
export type RecordMapping = ImportDeclaration['records'][number];
export type MappedValue = RecordMapping['members'][string];
export type MappedCondition = NonNullable<RecordMapping['skipWhen']>[number];
