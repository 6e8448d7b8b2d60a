import Type, { type Static } from 'typebox';
import { CategoryId, closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';

const Because = Type.Object(
  {
    kind: Type.Enum(['hold', 'ground', 'condition', 'rule'], {
      description: 'In the order in which they go before one another.',
    }),
    id: Type.String({ description: 'Of the hold, the condition or the rule; of a ground its DPV code.' }),
    inWords: Type.String(),
    until: OrNull({ ...Instant, description: 'When it ends by itself; null: nobody can say.' }),
  },
  closed,
);

/** Why one row is still there, and until when. */
export const Explanation = Type.Object(
  {
    category: Type.String(),
    row: Type.String({ description: 'As the records of its holder are named; a pseudonym where that is a person’s.' }),
    rule: OrNull(Type.String({ description: 'The rule that will treat it; null: none does.' })),
    until: OrNull({
      ...Instant,
      description: 'Until when it stays by all of this; null: nobody can say, or for good.',
    }),
    isKept: Type.Boolean({ description: 'Its period is over, and something keeps it all the same.' }),
    inWords: Type.String(),
    because: Type.Array(Because),
  },
  closed,
);

export const Explanations = Type.Object(
  {
    asOf: Instant,
    policyHash: Type.String(),
    items: Type.Array(Explanation),
    left: Type.Record(Type.String(), Type.Integer(), {
      description: 'Rows of a category beyond those told here, oldest first.',
    }),
    outside: Type.Array(Type.String(), {
      description: 'Categories at holders outside: their rows are not told here.',
    }),
  },
  closed,
);

export const ExplainParams = Type.Object({ id: Type.String({ pattern: SUBJECT_REF_PATTERN }) }, closed);
export const ExplainQuery = Type.Object(
  {
    category: Type.Optional(CategoryId),
    language: Type.Optional(Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$', description: 'Default: the portal’s.' })),
  },
  closed,
);

export type Because = Static<typeof Because>;
export type Explanation = Static<typeof Explanation>;
export type Explanations = Static<typeof Explanations>;
