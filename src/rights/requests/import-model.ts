import Type, { type Static } from 'typebox';
import { line } from '../../foundations/contract/personal-text.ts';
import { closed, PolicyId } from '../../foundations/contract/schemas.ts';
import { REFUSAL_GROUNDS } from '../../law/grounds.ts';
import type { EventKind } from './events.ts';
import { OUTCOMES } from './events.ts';
import { Refusal, RequestIntake } from './model.ts';
import { CHANNELS } from './types.ts';

const Optional = Type.Optional;
const { type, text, purpose, categories, ground, requester, subject, marketing } = RequestIntake.properties;
const { restriction, exceptions } = Refusal.properties;
const words = (description: string) =>
  Type.String({ minLength: 1, maxLength: 20_000, description: `${description} Kept sealed.` });

/** What can be told of the course of a request that was dealt with elsewhere. */
export const IMPORTED_EVENTS = [
  ...(['acknowledged', 'identity-asked', 'identity-answered', 'identity-confirmed', 'identity-failed'] as const),
  ...(['cannot-identify', 'clarification-asked', 'clarification-answered', 'extended', 'noted'] as const),
  ...(['answered', 'refused', 'withdrawn'] as const),
] as const satisfies readonly EventKind[];

const ImportedEvent = Type.Object(
  {
    event: Type.Enum([...IMPORTED_EVENTS]),
    at: Type.String({ format: 'date-time', description: 'When it happened; of a letter, when it went.' }),
    method: Optional(Type.Enum(['email-code', 'documents', 'platform', 'known'], { description: 'Of identity.' })),
    doubt: Optional(Type.Enum(['unknown-sender', 'address-differs', 'asks-for-another', 'signs-of-fraud'])),
    reasons: Optional(
      Type.Array(Type.Enum(['complexity', 'number']), {
        minItems: 1,
        uniqueItems: true,
        description: 'Of an extension.',
      }),
    ),
    outcome: Optional(Type.Enum([...OUTCOMES], { description: 'Of an answer.' })),
    ground: Optional(Type.Enum([...REFUSAL_GROUNDS], { description: 'Of a refusal.' })),
    restriction,
    exceptions,
    text: Optional(words('What was said, asked or noted.')),
    letter: Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'What the letter is called where it lies.' }),
    ),
    sent: Optional(Type.Enum(['email', 'post', 'handed-over', 'page', 'telephone'])),
  },
  closed,
);

/** A closed request of a data subject as it was dealt with elsewhere. */
export const RequestRecord = Type.Object(
  {
    kind: Type.Literal('request'),
    reference: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$',
      description: 'What it is called there: letters, digits, . _ -; no names. Here it is `imported-` and that.',
    }),
    type,
    channel: Type.Enum([...CHANNELS]),
    receivedAt: Type.String({ format: 'date-time', description: 'When it reached the controller.' }),
    vouchedBy: Type.Object(
      {
        party: Optional(PolicyId),
        reason: Optional(line(300, 'How its course is known. Names nobody.')),
      },
      { ...closed, minProperties: 1, description: 'Who vouches for it: a party of the register, a reason, or both.' },
    ),
    subject,
    requester,
    text,
    purpose,
    categories,
    ground,
    marketing,
    events: Type.Array(ImportedEvent, {
      minItems: 1,
      maxItems: 200,
      description: 'In the order in which they happened; the last of them closes it.',
    }),
  },
  { ...closed, title: 'RequestRecord' },
);
export type RequestRecord = Static<typeof RequestRecord>;
export type ImportedEvent = RequestRecord['events'][number];
