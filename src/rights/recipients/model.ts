import Type, { type Static } from 'typebox';
import { cursorPage, PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { line } from '../../foundations/contract/personal-text.ts';
import { closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';

const PartyId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'a party of the register' });
const CategoryId = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]*\\.[a-z0-9][a-z0-9-]*$',
  maxLength: 127,
  description: 'a category of the policies',
});
export const SubjectParams = Type.Object({ id: Type.String({ pattern: SUBJECT_REF_PATTERN }) }, closed);
export const TaskParams = Type.Object({ taskId: Uuid }, closed);
export const AnswerParams = Type.Object(
  { tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }), taskId: Uuid },
  closed,
);

/** That data of a person was passed on, or made public there. */
export const RecipientInput = Type.Object(
  {
    party: PartyId,
    categories: Type.Array(CategoryId, { minItems: 1, maxItems: 50, uniqueItems: true }),
    at: Type.String({ format: 'date-time', description: 'When it was passed on.' }),
    reference: Type.Optional(
      line(300, 'What the recipient knows it by: a DOI, its own id of the person. Kept under the person’s key.'),
    ),
  },
  { ...closed, title: 'RecipientInput' },
);

export const RecipientDisclosure = Type.Object(
  {
    disclosureId: Uuid,
    party: Type.String(),
    name: Type.String({ description: 'The recipient by name (C-154/21).' }),
    categories: Type.Array(Type.String()),
    at: Instant,
    reference: OrNull(Type.String()),
  },
  { ...closed, title: 'RecipientDisclosure' },
);
export const RecipientDisclosures = Type.Object(
  { items: Type.Array(RecipientDisclosure) },
  { ...closed, title: 'RecipientDisclosures' },
);

/** What a recipient is told of (Art. 19; an objection by Art. 21 in connection with it). */
const TOLD = ['rectification', 'erasure', 'restriction', 'restriction-lifted', 'objection'] as const;
/** `waiting`: told once the act is done. `manual`: somebody writes or calls. */
const STATUSES = ['waiting', 'sent', 'delivered', 'manual', 'failed', 'answered', 'cancelled'] as const;
const ANSWERS = ['done', 'not-held', 'refused', 'impossible', 'disproportionate'] as const;

export const RecipientTask = Type.Object(
  {
    taskId: Uuid,
    requestId: Uuid,
    party: Type.String(),
    name: Type.String(),
    what: Type.Enum([...TOLD]),
    categories: Type.Array(Type.String()),
    channel: Type.Enum(['webhook', 'email', 'opendsr', 'manual']),
    status: Type.Enum([...STATUSES]),
    messageId: OrNull(Type.String({ description: 'The message of the outbox that carries it.' })),
    createdAt: Instant,
    dueAt: Type.String({ format: 'date-time', description: 'When an answer is missed.' }),
    overdue: Type.Boolean(),
    answer: OrNull(Type.Enum([...ANSWERS])),
    answeredAt: OrNull(Instant),
  },
  { ...closed, title: 'RecipientTask' },
);
export const RecipientTasks = cursorPage(RecipientTask);
export const TaskQuery = Type.Object(
  {
    request: Type.Optional(Uuid),
    status: Type.Optional(Type.Enum([...STATUSES])),
    overdue: Type.Optional(Type.Boolean({ description: 'Only those whose answer is missed.' })),
    ...PAGE_QUERY,
  },
  closed,
);

/** What came of telling a recipient; not being able to needs its reason (Art. 19). */
export const RecipientAnswer = Type.Object(
  {
    answer: Type.Enum([...ANSWERS]),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2000, description: 'Needed where nothing was done; kept sealed.' }),
    ),
  },
  { ...closed, title: 'RecipientAnswer' },
);

/** What a recipient may answer itself: that telling it was impossible is not for it to say. */
export const SignedAnswer = Type.Object(
  {
    type: Type.Literal('recipient-task.answered'),
    timestamp: Type.Optional(Instant),
    data: Type.Object(
      { answer: Type.Enum(['done', 'not-held', 'refused']), reason: Type.Optional(RecipientAnswer.properties.reason) },
      closed,
    ),
  },
  { ...closed, title: 'SignedAnswer' },
);

export type Told = (typeof TOLD)[number];
export type TaskStatus = (typeof STATUSES)[number];
export type RecipientInput = Static<typeof RecipientInput>;
export type RecipientDisclosure = Static<typeof RecipientDisclosure>;
export type RecipientTask = Static<typeof RecipientTask>;
export type TaskQuery = Static<typeof TaskQuery>;
export type RecipientAnswer = Static<typeof RecipientAnswer>;
export type SignedAnswer = Static<typeof SignedAnswer>;
