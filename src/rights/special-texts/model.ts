import Type, { type Static } from 'typebox';
import { closed, Uuid } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';

export const SpecialTextInput = Type.Object(
  {
    of: Type.Enum(['title', 'statement', 'request'], {
      description:
        '`title`: of an item (subject, doi); `statement`: what a person added to their profile (subject); `request`: what ' +
        'stands in words under a number of a request, such as a letter or a note (requestId, seq).',
    }),
    subject: Type.Optional(Type.String({ pattern: SUBJECT_REF_PATTERN })),
    doi: Type.Optional(Type.String({ minLength: 1, maxLength: 600 })),
    requestId: Type.Optional(Uuid),
    seq: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { ...closed, title: 'SpecialTextInput' },
);
export type SpecialTextInput = Static<typeof SpecialTextInput>;

export const SpecialText = Type.Object(
  {
    specialTextId: Type.String({
      format: 'uuid',
      description: 'Under it two persons together see it: /v1/disclosures.',
    }),
  },
  { ...closed, title: 'SpecialText' },
);
export const SpecialTextParams = Type.Object({ specialTextId: Uuid }, closed);
