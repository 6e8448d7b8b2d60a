import Type, { type Static } from 'typebox';
import { CategoryId, closed } from '../../foundations/contract/schemas.ts';
import { Duration } from './retention-model.ts';
import { Id, Language } from './words.ts';

const ids = (description: string) => Type.Optional(Type.Array(Id, { uniqueItems: true, description }));
const addAndChange = (what: string) =>
  Type.Optional(
    Type.Object(
      {
        add: Type.Optional(Type.Boolean({ description: `Whether an institution may have ${what} of its own.` })),
        change: ids(`The ${what} of the installation that it may word anew.`),
      },
      closed,
    ),
  );

/** The block `institutions` of `installation.yaml`: what an institution may decide for its own portal. */
export const InstitutionBounds = Type.Object(
  {
    categories: Type.Optional(
      Type.Array(
        Type.Object(
          {
            category: CategoryId,
            atLeast: Type.Optional(Duration),
            atMost: Type.Optional(Duration),
            onRequest: Type.Optional(
              Type.Boolean({ description: 'Whether it may decide what a request to be forgotten does here.' }),
            ),
          },
          closed,
        ),
        { minItems: 1, description: 'Kinds of data whose period it may set, and between which periods.' },
      ),
    ),
    purposes: addAndChange('purposes'),
    activities: addAndChange('activities'),
    notices: addAndChange('notices'),
    letters: ids('Letters it may word anew.'),
    capture: Type.Optional(
      Type.Boolean({ description: 'Whether it may capture less of a visit than the installation does.' }),
    ),
    languages: Type.Optional(
      Type.Array(Language, { minItems: 1, uniqueItems: true, description: 'Default languages it may choose from.' }),
    ),
  },
  {
    ...closed,
    description:
      'What an institution may decide for itself (policies/tenants), where it is controller. Absent: nothing.',
  },
);
export type InstitutionBounds = Static<typeof InstitutionBounds>;
