import Type, { type Static } from 'typebox';
import { cursorPage } from '../contract/cursor-page.ts';
import { Count, closed, Instant, OrNull, Uuid } from '../contract/schemas.ts';

export const ImportParams = Type.Object({ importId: Uuid }, closed);
export const ImportQuery = Type.Object(
  {
    dryRun: Type.Optional(
      Type.Boolean({ default: false, description: 'true: everything is decided and nothing written.' }),
    ),
  },
  closed,
);

/** One line; which members it has is its kind’s to say (docs/imports.md). */
export const ImportLine = Type.Object(
  { kind: Type.String({ description: 'consent …' }) },
  { additionalProperties: true, description: 'A line of the body; each kind has a schema of its own.' },
);

export const ImportRun = Type.Object(
  {
    importId: Uuid,
    dryRun: Type.Boolean(),
    state: Type.Enum(['running', 'imported', 'tried', 'failed', 'interrupted'], {
      description: '`interrupted`, `failed`: send the same content again, and it goes on where it was.',
    }),
    bytes: Count,
    readBytes: Count,
    counts: Type.Record(Type.String(), Type.Object({ taken: Count, known: Count, faulty: Count }, closed), {
      description: 'Lines by kind: taken, known already, with a fault.',
    }),
    faults: Count,
    linesKeptUntil: OrNull(
      Type.String({ format: 'date-time', description: 'Until when the lines with a fault can be fetched, once.' }),
    ),
    failure: OrNull(Type.Object({ type: Type.String(), detail: Type.String() }, closed)),
    startedAt: Instant,
    finishedAt: OrNull(Instant),
  },
  closed,
);
export const ImportRunsPage = cursorPage(ImportRun);
export const ImportFaultsPage = cursorPage(
  Type.Object(
    {
      line: Type.Integer({ minimum: 1 }),
      pointer: Type.String({ description: 'JSON pointer into the line.' }),
      detail: Type.String({ description: 'What would be right; never what stands there.' }),
    },
    closed,
  ),
);

export type ImportRun = Static<typeof ImportRun>;
export type ImportRunsPage = Static<typeof ImportRunsPage>;
export type ImportFaultsPage = Static<typeof ImportFaultsPage>;
