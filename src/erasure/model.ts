import Type, { type Static } from 'typebox';
import { SUBJECT_REF_PATTERN } from '../vault/subjects.ts';

const closed = { additionalProperties: false } as const;
const Instant = Type.String({ format: 'date-time' });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

/** What became of one category of one person's data. */
export const ErasedCategory = Type.Object(
  {
    category: Type.String(),
    result: Type.Enum(['nothing-held', 'removed', 'reduced', 'retained', 'held', 'failed']),
    removed: Count,
    reduced: Count,
    retained: Count,
    remaining: Type.Integer({ minimum: 0, description: 'Rows still found in a second look after the act.' }),
    ground: OrNull(
      Type.String({ description: 'Why something stays: a DPV term for Art. 17(3), or the kind of hold.' }),
    ),
    groundInWords: OrNull(Type.String()),
    reviewAt: OrNull(Instant),
  },
  closed,
);

export const Erasure = Type.Object(
  {
    erasureId: Type.String({ format: 'uuid' }),
    status: Type.Enum(['running', 'finished']),
    verdict: OrNull(Type.Enum(['complete', 'complete-with-exceptions', 'incomplete'])),
    keyDestroyed: Type.Boolean({ description: 'False while a hold or an exception needs what the key opens.' }),
    startedAt: Instant,
    finishedAt: OrNull(Instant),
    certificateId: OrNull(Type.String({ format: 'uuid' })),
    holders: Type.Array(Type.Object({ holder: Type.String(), categories: Type.Array(ErasedCategory) }, closed)),
  },
  closed,
);

export const SubjectParams = Type.Object(
  { id: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'account:ID, visitor:ID or an account id' }) },
  closed,
);
export const ErasureParams = Type.Object({ erasureId: Type.String({ format: 'uuid' }) }, closed);

export type Erasure = Static<typeof Erasure>;
export type ErasedCategory = Static<typeof ErasedCategory>;
