import Type, { type Static } from 'typebox';
import { CategoryId, closed, OrNull } from '../../foundations/contract/schemas.ts';

const Controllers = Type.Array(Type.Object({ party: Type.String(), name: Type.String() }, closed), {
  description: 'Who answers for it (Art. 4(7)); of several, jointly (Art. 26).',
});

/** Another portal where a person is known, and who answers for what is held there. */
export const PortalAnswer = Type.Object(
  {
    tenant: Type.String(),
    name: Type.String(),
    answers: Type.Enum(['together', 'in-part', 'separately'], {
      description:
        'together: the controllers of the portal that was asked answer for all that is held there too, alone or ' +
        'jointly; in-part: for some of it; separately: others do, and are asked by themselves.',
    }),
    categories: Type.Array(
      Type.Object(
        {
          category: CategoryId,
          rows: OrNull(Type.Integer({ minimum: 0, description: 'Null: a holder outside did not answer.' })),
          together: Type.Boolean(),
          controllers: Controllers,
        },
        closed,
      ),
    ),
    joined: Type.Boolean({ description: 'Whether this request is answered for it too.' }),
  },
  { ...closed, title: 'PortalAnswer' },
);
export type PortalAnswer = Static<typeof PortalAnswer>;

export const PortalAnswers = Type.Object(
  {
    controllers: Controllers,
    portals: Type.Array(PortalAnswer),
    elsewhere: Type.Array(Type.Object({ tenant: Type.String(), name: Type.String() }, closed), {
      description: 'Portals of other regions: what they hold is asked at the instance that serves them.',
    }),
  },
  { ...closed, title: 'PortalAnswers' },
);
export type PortalAnswers = Static<typeof PortalAnswers>;

/** What of a portal a request is answered for; kept with the request, so that what was agreed to is what is done. */
export interface JoinedPortal {
  tenant: string;
  categories: string[];
  /** Purposes for which the same controllers answer; null: for all. */
  purposes: string[] | null;
}
