import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';

export const SubjectParams = Type.Object({ id: Type.String({ pattern: SUBJECT_REF_PATTERN }) }, closed);

/** Why somebody who was erased is taken in again. */
const ADMISSION_REASONS = ['asked-to-return', 'new-contract', 'erased-by-mistake'] as const;

export const AdmissionInput = Type.Object(
  {
    reason: Type.Enum([...ADMISSION_REASONS], { description: 'Why the person is taken in again.' }),
    email: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 320,
        pattern: '^[^@\\s]+@[^@\\s]+$',
        description: 'An address to admit as well, if the person was known by another account under it.',
      }),
    ),
  },
  { ...closed, title: 'AdmissionInput' },
);

export const Admission = Type.Object(
  {
    suppressed: Type.Boolean({ description: 'Whether data of this account is refused now.' }),
    erasedAt: OrNull(Instant),
    until: OrNull(Instant),
  },
  { ...closed, title: 'Admission' },
);

export type AdmissionInput = Static<typeof AdmissionInput>;
export type Admission = Static<typeof Admission>;
