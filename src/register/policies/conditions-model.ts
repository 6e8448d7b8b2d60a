import Type, { type Static } from 'typebox';
import { CategoryId, closed, Line } from '../../foundations/contract/schemas.ts';
import { DURATION_PATTERN } from '../../law/duration.ts';
import { ERASURE_EXCEPTIONS } from '../../law/vocabulary.ts';
import { Id, Text, Titles } from './words.ts';

/** What a rule may ask of the people its rows are about, and how they can stand to the platform at all. */

const Named = { id: Id, title: Line, titles: Titles };

/** `relations.yaml`: the relations, roles and attributes that the platform tells of people. */
export const RelationsFile = Type.Object(
  {
    relations: Type.Array(
      Type.Object(
        {
          ...Named,
          also: Type.Optional(
            Type.Enum(['private-items'], {
              description: 'It lasts as well while the person works on an item that Lethe knows as private.',
            }),
          ),
        },
        closed,
      ),
    ),
    roles: Type.Array(Type.Object(Named, closed)),
    attributes: Type.Array(
      Type.Object(
        {
          ...Named,
          values: Type.Array(
            Type.Object(
              {
                ...Named,
                visits: Type.Optional(
                  Type.Enum(['not-recorded'], { description: 'Visits of whom it is said are not even recorded.' }),
                ),
              },
              closed,
            ),
            { minItems: 1, description: 'All it can be: nothing else is taken.' },
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** One reason why rows outlast their period: exactly one of relation, role, attribute, children. */
export const KeepCondition = Type.Object(
  {
    id: Id,
    relation: Type.Optional(Type.String({ ...Id, description: 'While the person has such a relation.' })),
    plus: Type.Optional(
      Type.String({ pattern: DURATION_PATTERN, description: 'And so long after it ended: P6M. With a relation only.' }),
    ),
    role: Type.Optional(Type.String({ ...Id, description: 'While the person has this role.' })),
    attribute: Type.Optional(
      Type.Record(Id, Id, {
        minProperties: 1,
        maxProperties: 1,
        description: 'While this is said of the person: { statistics: refused }.',
      }),
    ),
    children: Type.Optional(
      Type.Array(CategoryId, {
        minItems: 1,
        uniqueItems: true,
        description: 'While there is anything of these categories about the person.',
      }),
    ),
    reason: Text,
    reasons: Titles,
  },
  closed,
);

/** Whom a rule is for: who has one of the roles, and of each attribute one of the values. */
export const RuleScope = Type.Object(
  {
    roles: Type.Optional(Type.Array(Id, { minItems: 1, uniqueItems: true })),
    attributes: Type.Optional(
      Type.Record(Id, Type.Array(Id, { minItems: 1, uniqueItems: true }), { minProperties: 1 }),
    ),
  },
  { ...closed, minProperties: 1 },
);

/** Of a category that no rule ends. */
export const KeptForGood = Type.Object(
  {
    ground: Type.Enum([...ERASURE_EXCEPTIONS], { description: 'What permits it (Art. 17(3), 5(1)(e), 89(1)).' }),
    reason: Text,
    reasons: Titles,
  },
  { ...closed, description: 'It is kept for good, and why; then it has no rule in retention.yaml.' },
);

export type RelationsFile = Static<typeof RelationsFile>;
export type KeepCondition = Static<typeof KeepCondition>;
export type RuleScope = Static<typeof RuleScope>;
export type KeptForGood = Static<typeof KeptForGood>;
