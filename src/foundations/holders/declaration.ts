import Type, { type Static } from 'typebox';
import { ERASURE_EXCEPTIONS } from '../../law/vocabulary.ts';
import { CategoryId, closed, Line } from '../contract/schemas.ts';
import { ColumnAction, ColumnReduction, treatmentFields } from './treatments.ts';

/** What a file of `policies/holders/` may say: one source for types, validation and the JSON Schema beside the files. */
const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and hyphens.',
});
const Reason = Type.String({ minLength: 3, maxLength: 1000, description: 'In a sentence.' });
/** Any name a database can have: it is held against the catalogue before anything is asked, and quoted. */
const Identifier = Type.String({
  pattern: '^[^\\u0000-\\u001f\\u007f]{1,128}$',
  description: 'A name of the database, as it is there.',
});
const TableName = Type.String({
  pattern: '^[^\\u0000-\\u001f\\u007f]{1,260}$',
  description:
    'A table, with its schema where that is not the usual one: app.users. A name with a point in it stands in double quotes: app."a.b".',
});
/** The secret itself never stands in the file. */
const Setting = Type.String({
  pattern: '^(?!LETHE_)[A-Z][A-Z0-9_]{2,62}$',
  description: 'The name of an environment setting (or of its _FILE): PLATFORM_READ_URL. Not the value.',
});

const Hop = Type.Object(
  { column: Identifier, table: TableName, key: Identifier },
  { ...closed, description: 'From this column to the row of that table whose key it names.' },
);
const via = Type.Optional(
  Type.Array(Hop, { minItems: 1, maxItems: 4, description: 'The way to the table of column.' }),
);
const SubjectKey = Type.Object(
  {
    by: Type.Enum(['account', 'email', 'visitor'], { description: 'What the person is known by there.' }),
    column: Identifier,
    via,
  },
  closed,
);
const TenantKey = Type.Object({ column: Identifier, via }, { ...closed, description: 'The column with the portal.' });

/** By language, English first where a reader's own is missing. */
const Titles = Type.Record(Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' }), Line, {
  minProperties: 1,
  description: 'What a person reads it is called, by language; absent: its name taken apart.',
});

const Column = Type.Object(
  {
    category: CategoryId,
    action: ColumnAction,
    reduce: Type.Optional(ColumnReduction),
    ...treatmentFields,
    ground: Type.Optional(Type.Enum([...ERASURE_EXCEPTIONS], { description: 'Why it is kept (Art. 17(3)).' })),
    exportAs: Type.Optional(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,62}$' })),
    titles: Type.Optional(Titles),
    notExported: Type.Optional(Reason),
  },
  closed,
);

const CLOCKS = ['occurred', 'recorded', 'ended', 'last-activity', 'updated', 'linked'] as const;
const Clock = Type.Union([
  Identifier,
  Type.Array(Identifier, {
    minItems: 1,
    maxItems: 4,
    uniqueItems: true,
    description: 'The first that is not empty counts: [last_login, created_at].',
  }),
  Type.Object({ column: Identifier, via }, { ...closed, description: 'A column of a row that it refers to.' }),
  Type.Object(
    { firstSight: Type.Literal(true) },
    { ...closed, description: 'The table has no time: rows count from the first plan or sweep that has seen them.' },
  ),
]);
const SqlTable = Type.Object(
  {
    id: Id,
    table: TableName,
    key: Type.Array(Identifier, { minItems: 1, maxItems: 4, uniqueItems: true, description: 'Its primary key.' }),
    subject: SubjectKey,
    tenant: Type.Optional(TenantKey),
    clocks: Type.Optional(
      Type.Object(Object.fromEntries(CLOCKS.map((clock) => [clock, Type.Optional(Clock)])), {
        ...closed,
        description: 'The columns with the instants that retention counts from.',
      }) as unknown as Type.TObject<Record<(typeof CLOCKS)[number], Type.TOptional<typeof Clock>>>,
    ),
    clockFormat: Type.Optional(
      Type.Enum(['text', 'epoch-seconds', 'epoch-milliseconds'], {
        description: 'How instants are kept in columns of text or numbers.',
      }),
    ),
    columns: Type.Record(Identifier, Column, { minProperties: 1, description: 'Personal data.' }),
    structure: Type.Optional(
      Type.Record(Identifier, Reason, { description: 'Columns that are not personal data, each with the reason.' }),
    ),
    detach: Type.Optional(
      Type.Array(Type.Object({ table: TableName, column: Identifier }, closed), {
        minItems: 1,
        description: 'References to rows that are deleted here, which are emptied first.',
      }),
    ),
  },
  closed,
);

const shared = {
  id: Id,
  title: Line,
  place: Id,
  tenants: Type.Optional(
    Type.Array(Id, { minItems: 1, uniqueItems: true, description: 'The portals whose data it keeps; absent: all.' }),
  ),
};

export const SqlHolder = Type.Object(
  {
    ...shared,
    kind: Type.Literal('sql'),
    engine: Type.Enum(['postgres', 'sqlite', 'mariadb'], { description: 'mariadb: MySQL too.' }),
    connection: Type.Object(
      { read: Setting, write: Setting },
      {
        ...closed,
        description: 'Settings with postgres://…, mysql://… or sqlite:PATH: one that reads, one that may write.',
      },
    ),
    limits: Type.Optional(
      Type.Object(
        {
          statementSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
          lockSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
          batchRows: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })),
        },
        closed,
      ),
    ),
    tables: Type.Array(SqlTable, {
      minItems: 1,
      maxItems: 500,
      description: 'In the order of erasure: children first.',
    }),
    ignored: Type.Optional(
      Type.Record(TableName, Reason, { description: 'Tables without personal data, each with the reason.' }),
    ),
  },
  { ...closed, title: 'SqlHolder' },
);

const LimitsOfWebhook = Type.Object(
  {
    seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 30, description: 'How long it may be silent; 30 when absent.' }),
    ),
    answerBytes: Type.Optional(
      Type.Integer({ minimum: 1024, maximum: 2 ** 40, description: 'Of one export; a gibibyte when absent.' }),
    ),
  },
  closed,
);

/** A service that keeps personal data and answers signed HTTP (see the guide of webhook holders). */
export const WebhookHolder = Type.Object(
  {
    ...shared,
    kind: Type.Literal('webhook'),
    connection: Type.Object(
      { url: Setting, secret: Setting },
      {
        ...closed,
        description: 'Settings with https://… and whsec_…: where it answers, and what both sides sign with.',
      },
    ),
    limits: Type.Optional(LimitsOfWebhook),
    categories: Type.Record(
      CategoryId,
      Type.Object(
        {
          actions: Type.Array(Type.Enum(['erase', 'reduce']), {
            uniqueItems: true,
            description: 'What it can do; nothing: the policies retain the category.',
          }),
          clocks: Type.Array(Type.Enum([...CLOCKS]), {
            minItems: 1,
            uniqueItems: true,
            description: 'The instants it keeps, which retention can count from.',
          }),
          titles: Type.Optional(
            Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,62}$' }), Titles, {
              description: 'What its fields are called, by field.',
            }),
          ),
        },
        closed,
      ),
      { minProperties: 1 },
    ),
  },
  { ...closed, title: 'WebhookHolder' },
);

/** Told apart by `kind`, so that a mistake is one of that kind alone. */
export const DeclaredHolder = Type.Unsafe<SqlHolder | WebhookHolder>({
  type: 'object',
  properties: { kind: { enum: ['sql', 'webhook'] } },
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: [SqlHolder, WebhookHolder],
});
export type DeclaredHolder = Static<typeof DeclaredHolder>;
export type WebhookHolder = Static<typeof WebhookHolder>;

export type SqlTable = Static<typeof SqlTable>;
export type SqlHolder = Static<typeof SqlHolder>;
export type SqlColumn = Static<typeof Column>;
export type SubjectKey = Static<typeof SubjectKey>;
export type TenantKey = Static<typeof TenantKey>;

type DeclaredClock = Static<typeof Clock>;

/** The ways to the columns of a clock, the first that is not empty counting. */
export function clockPaths(clock: DeclaredClock): { column: string; via?: TenantKey['via'] }[] {
  if (typeof clock === 'string') return [{ column: clock }];
  if (Array.isArray(clock)) return clock.map((column) => ({ column }));
  return 'column' in clock ? [clock] : [];
}

/** What the policies decide about a category when a person asks to be forgotten. */
export type RequestAction = 'erase' | 'reduce' | 'retain';
