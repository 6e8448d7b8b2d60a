import Type, { type Static } from 'typebox';
import { PublishedName } from '../../data/content/model.ts';
import { ProfilePatch } from '../../data/profiles/model.ts';
import { closed } from '../../foundations/contract/schemas.ts';

const { lastActivityAt: _, closedAt: __, ...profileFields } = ProfilePatch.properties;

/** Fields of the profile as a merge patch, and the name on items. */
export const Changes = Type.Object(
  { ...profileFields, ...Type.Partial(PublishedName).properties },
  { ...closed, minProperties: 1 },
);
export type Changes = Static<typeof Changes>;

export const RectificationInput = Type.Object(
  {
    changes: Type.Optional(Changes),
    statement: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20_000,
        pattern: '\\S',
        description: 'What the person adds, shown with the data from now on (Art. 16, second sentence).',
      }),
    ),
  },
  { ...closed, minProperties: 1, title: 'RectificationInput' },
);
export type RectificationInput = Static<typeof RectificationInput>;

export const Rectified = Type.Object(
  {
    changed: Type.Array(Type.String(), { description: 'Categories in which something is otherwise now.' }),
    items: Type.Integer({ minimum: 0, description: 'Items on which another name stands now.' }),
  },
  { ...closed, title: 'Rectified' },
);
export type Rectified = Static<typeof Rectified>;
