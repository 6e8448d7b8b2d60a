import Type, { type Static } from 'typebox';
import { line } from '../../foundations/contract/personal-text.ts';
import { closed, Instant, PolicyId } from '../../foundations/contract/schemas.ts';
import { ConsentInput, SubjectInput } from './model.ts';
import { IMPORTED_STATUSES } from './place.ts';

const { purpose, act, method, evidence } = ConsentInput.properties;
const Language = Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$', description: 'a language tag such as en or de' });
const Version = Type.String({ pattern: '^\\d{1,4}\\.\\d{1,4}$', description: 'major.minor' });

/** What makes one decision, apart from whose and for what. */
const Decision = {
  status: Type.Enum([...IMPORTED_STATUSES]),
  decidedAt: Type.String({ format: 'date-time', description: 'When the person decided.' }),
  notice: Type.Optional(
    Type.Object(
      {
        id: Type.Optional(PolicyId),
        version: Type.Optional(Version),
        language: Language,
        text: Type.Optional(
          Type.String({ minLength: 1, maxLength: 20_000, description: 'The text that was shown, byte for byte.' }),
        ),
      },
      {
        ...closed,
        description:
          'What was shown: a version that is known here (`id`, `version`, `language`), or `text` and `language`, kept as ' +
          'a text of the past. May be left out of a withdrawal.',
      },
    ),
  ),
  purposeVersion: Type.Optional(Version),
  act,
  method,
  evidence,
};

/** Who stands for it. */
const VouchedBy = Type.Object(
  {
    party: Type.Optional(PolicyId),
    reason: Type.Optional(line(300, 'How it is known that people decided so. Names nobody.')),
  },
  {
    ...closed,
    description: 'Who vouches for it: a party of the register, or whoever imports it with a reason; or both.',
  },
);

/** A line `{"kind": "consent"}`: one decision, or with `decisions` a history of them. */
export const ConsentRecord = Type.Object(
  {
    kind: Type.Literal('consent'),
    subject: SubjectInput,
    purpose,
    vouchedBy: VouchedBy,
    controllers: Type.Optional(
      Type.Array(line(200), {
        minItems: 1,
        maxItems: 10,
        description: 'Who was controller then, by name; who is now, where nothing is said.',
      }),
    ),
    ...Decision,
    status: Type.Optional(Decision.status),
    decidedAt: Type.Optional(Instant),
    decisions: Type.Optional(Type.Array(Type.Object(Decision, closed), { minItems: 1, maxItems: 200 })),
  },
  closed,
);

export type ConsentRecord = Static<typeof ConsentRecord>;
export type ImportedDecision = NonNullable<ConsentRecord['decisions']>[number];
