import Type, { type Static } from 'typebox';
import { ItemDecision } from '../../data/content/item-decisions.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { line } from '../../foundations/contract/personal-text.ts';
import { CategoryId, closed, Instant, PolicyId } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { REFUSAL_GROUNDS } from '../../law/grounds.ts';
import { ERASURE_GROUNDS } from '../../law/rights.ts';
import { ERASURE_EXCEPTIONS } from '../../law/vocabulary.ts';
import { STATES } from './states.ts';
import { CHANNELS, LANGUAGES, REQUEST_TYPES } from './types.ts';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', format: 'date', description: 'A day: 2026-11-23.' });
const words = (description: string) =>
  Type.String({ minLength: 3, maxLength: 20_000, pattern: '\\S', description: `${description} Kept sealed.` });
const Optional = Type.Optional;
const RequestId = Type.String({ format: 'uuid' });
const At = Optional(
  Type.String({ format: 'date-time', description: 'When it happened; now when absent. Never in the future.' }),
);
const Email = Type.String({
  maxLength: 254,
  pattern: '^[^@\\s\\u0000-\\u001f<>",;]{1,64}@[^@\\s\\u0000-\\u001f<>",;]{1,190}$',
});

const requester = {
  name: Optional(line(300, 'As the person writes it.')),
  email: Optional(Email),
  address: Optional(words('Postal address.')),
  language: Optional(Type.Enum([...LANGUAGES])),
};
const asked = {
  type: Type.Enum([...REQUEST_TYPES]),
  then: Optional(
    Type.Enum(['erasure'], { description: 'Two in one: first the copy, or the withdrawal, then erasure.' }),
  ),
  text: Optional(words('What the person wrote or said.')),
  purpose: Optional(Type.String({ ...PolicyId, description: 'Objection, withdrawal: only this purpose.' })),
  marketing: Optional(Type.Boolean({ description: 'Objection to direct marketing (Art. 21(2), (3)): absolute.' })),
  categories: Optional(
    Type.Array(CategoryId, { minItems: 1, maxItems: 50, uniqueItems: true, description: 'Restriction: only these.' }),
  ),
  ground: Optional(
    Type.Enum(['18-1-a', '18-1-b', '18-1-c', '18-1-d', ...ERASURE_GROUNDS], {
      description: 'Of a restriction or an erasure, where the person names one.',
    }),
  ),
  changes: Optional(
    Type.Record(Type.String({ pattern: '^[a-zA-Z]{1,40}$' }), Type.Unknown(), {
      maxProperties: 20,
      description: 'Rectification: what would be right, by field of the profile.',
    }),
  ),
  transferTo: Optional(
    Type.String({
      ...PolicyId,
      description: 'Portability: the party of the register to which it is to go directly (Art. 20(2)).',
    }),
  ),
  statement: Optional(words('Rectification: a supplementary statement (Art. 16).')),
};

export const RequestIntake = Type.Object(
  {
    ...asked,
    channel: Optional(Type.Enum(CHANNELS.filter((one) => !['page', 'opendsr', 'drp'].includes(one)))),
    receivedAt: Optional(
      Type.String({ format: 'date-time', description: 'When it reached the controller; now when absent.' }),
    ),
    requester: Optional(Type.Object(requester, closed)),
    subject: Optional(
      Type.String({
        pattern: SUBJECT_REF_PATTERN,
        description: 'Whom it is about, if known: account:ID or visitor:ID',
      }),
    ),
  },
  { ...closed, title: 'RequestIntake' },
);
export const PublicIntake = Type.Object(
  {
    ...asked,
    requester: Type.Object(
      {
        ...requester,
        email: Type.String({ ...Email, description: 'A mail goes there, to be confirmed by its link.' }),
      },
      closed,
    ),
  },
  { ...closed, title: 'PublicRequest' },
);

const Cost = Type.Object(
  {
    what: Type.Enum(['labour', 'copying', 'postage', 'media']),
    amount: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  },
  closed,
);
const Abuse = Type.Object(
  {
    which: Type.Enum(['manifestly-unfounded', 'excessive']),
    count: Optional(
      Type.Integer({ minimum: 1, description: 'How many requests there were; shows nothing by itself.' }),
    ),
    earlierRequests: Optional(
      Type.Array(Day, { minItems: 1, maxItems: 200, description: 'Days of earlier requests.' }),
    ),
    objectiveElements: Optional(words('What in the circumstances shows the abuse (C-526/24).')),
    subjectiveElements: Optional(words('What shows the intention (C-526/24).')),
  },
  { ...closed, description: 'Evidence that a request is manifestly unfounded or excessive (Art. 12(5)).' },
);
const restriction = {
  provision: line(300, 'The provision of national law, as it is cited (Art. 23).'),
  scope: Type.Enum(['whole', 'part']),
  categories: Optional(Type.Array(CategoryId, { minItems: 1, maxItems: 50, uniqueItems: true })),
  reviewOn: Day,
};
const SENT = Optional(
  Type.Enum(['email', 'post', 'handed-over', 'page', 'telephone'], {
    description:
      'By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`).',
  }),
);
const text = { text: words('Why.') };
const body = <P extends Record<string, Type.TSchema>>(name: string, members: P) =>
  Type.Object(members, { ...closed, title: `Request${name}` });

export const Acknowledgement = body('Acknowledgement', { at: At, sent: SENT });
export const Assignment = body('Assignment', {
  to: Type.Union([
    Type.String({ pattern: '^[A-Za-z0-9:._-]{1,100}$', description: 'A token id; no name.' }),
    Type.Null(),
  ]),
});
export const Note = body('Note', { text: words('For colleagues; the person may ask for it.') });
export const Information = body('Information', {
  text: Optional(words('What the person is told.')),
  about: Optional(
    Type.Enum(['recipients', 'erasure'], {
      description:
        'Instead of words alone: who was told of the change (Art. 19), or how an erasure stands that a place has not carried out yet.',
    }),
  ),
  sent: SENT,
});
export const SubjectNaming = body('Subject', { subject: Type.String({ pattern: SUBJECT_REF_PATTERN }) });
export const IdentityCheck = body('IdentityCheck', {
  method: Type.Enum(['email-code', 'documents']),
  doubt: Type.Enum(['unknown-sender', 'address-differs', 'asks-for-another', 'signs-of-fraud'], {
    description: 'Why there is reasonable doubt (Art. 12(6)).',
  }),
  asked: Optional(
    Type.Array(line(500, 'One thing that is asked for.'), {
      minItems: 1,
      maxItems: 10,
      description: 'Of documents, and needed there: what the person is asked for, no more than confirms who it is.',
    }),
  ),
  sent: SENT,
});
export const IdentityAnswer = body('IdentityAnswer', { at: At });
export const IdentityDecision = body('IdentityDecision', {
  confirmed: Type.Boolean(),
  text: Optional(words('How the person was recognised.')),
});
export const PortalJoining = body('PortalJoining', {
  portals: Type.Array(PolicyId, {
    maxItems: 200,
    uniqueItems: true,
    description:
      'Other portals that it is answered for too, where the same controllers answer; all of them, none ends it.',
  }),
});
export const Clarification = body('Clarification', { question: words('What is asked (Recital 63).'), sent: SENT });
export const ClarificationAnswer = body('ClarificationAnswer', { text: words('What the person answered.'), at: At });
export const Fee = body('Fee', {
  basis: Type.Enum(['further-copy', 'manifestly-unfounded', 'excessive']),
  amount: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'In minor units (cents).' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  costs: Type.Array(Cost, {
    minItems: 1,
    maxItems: 20,
    description: 'What it costs; the fee is no more (Art. 12(5)(a)).',
  }),
  unchanged: Optional(
    Type.Boolean({
      description:
        'Of a further copy: an officer has found that nothing has changed since the last one. Needed once that is more than a year ago: a copy is a first one again then (Art. 15(3)).',
    }),
  ),
  sent: SENT,
});
export const Payment = body('Payment', { at: At });
export const Extension = body('Extension', {
  reasons: Type.Array(Type.Enum(['complexity', 'number']), { maxItems: 2, uniqueItems: true }),
  text: words('Why, as the person is told (Art. 12(3)).'),
  at: At,
  sent: SENT,
});
export const CannotIdentify = body('CannotIdentify', { sent: SENT });
export const Identification = Type.Union(
  [
    Type.Object({ by: Type.Literal('consent-receipt'), receiptId: RequestId }, closed),
    Type.Object(
      { by: Type.Literal('visitor-id'), visitor: Type.String({ pattern: '^[A-Za-z0-9._~@+-]{1,128}$' }) },
      closed,
    ),
    Type.Object(
      {
        by: Type.Literal('trace'),
        at: Instant,
        address: Type.String({ maxLength: 45, pattern: '^[0-9a-fA-F:.]{2,45}$' }),
      },
      { ...closed, description: 'The exact time of a visit, and the address it came from.' },
    ),
  ],
  { title: 'RequestIdentification' },
);
export const Proposal = body('Proposal', {
  what: Type.Enum(['execution', 'abusive-refusal', 'abusive-fee']),
  ground: Optional(Type.Enum([...ERASURE_GROUNDS])),
  abuse: Optional(Abuse),
  decisions: Optional(
    Type.Object(
      {
        categories: Optional(Type.Record(CategoryId, Type.Unknown())),
        items: Optional(Type.Array(ItemDecision, { maxItems: 10_000 })),
      },
      closed,
    ),
  ),
  ...text,
});
export const Approval = body('Approval', { text: Optional(words('What was looked at.')) });
export const Rejection = body('Rejection', text);
export const Execution = body('Execution', {
  outcome: Optional(Type.Enum(['upheld', 'rejected', 'changed', 'confirmed'])),
  text: Optional(words('Why: compelling grounds, what the review found.')),
});
export const PackageApproval = body('PackageApproval', {
  unverified: Optional(Type.Boolean({ description: 'Also for a way nobody has verified.' })),
  transferTo: Optional(
    Type.String({ ...PolicyId, description: 'Also to this party of the register, directly (Art. 20(2)).' }),
  ),
});
export const Release = body('Release', {
  by: Type.Enum(['link', 'passphrase', 'transfer'], {
    description: 'transfer: directly to the controller that the approval names (Art. 20(2)).',
  }),
  passphrase: Optional(Type.String({ minLength: 12, maxLength: 200 })),
});
export const Answer = body('Answer', { text: Optional(words('To be said besides.')), at: At, sent: SENT });
export const Limitation = body('Limitation', { ...restriction, ...text });
export const Refusal = body('Refusal', {
  ground: Type.Enum([...REFUSAL_GROUNDS]),
  restriction: Optional(Type.Object(restriction, closed)),
  exceptions: Optional(
    Type.Array(
      Type.Object({ category: CategoryId, exception: Type.Enum([...ERASURE_EXCEPTIONS]), reviewOn: Day }, closed),
      { minItems: 1, maxItems: 50, description: 'Ground `exception`: which of Art. 17(3) keeps which kind of data.' },
    ),
  ),
  ...text,
  at: At,
  sent: SENT,
});
export const Withdrawal = body('Withdrawal', {});
export const DuplicateOf = body('DuplicateOf', { requestId: RequestId, sent: SENT });
export const LiftingNotice = body('LiftingNotice', { ...text, sent: SENT });
export const Lifting = body('Lifting', {});
export const GroundEnd = body('GroundEnd', { ...text, at: At, sent: SENT });
export const Reopening = body('Reopening', {
  because: Type.Enum(['authority', 'court', 'complaint', 'new-facts']),
  ...text,
  at: At,
  sent: SENT,
});
export const Correction = body('Correction', {
  corrects: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Number of the event that was wrong.' }),
  at: Type.Union([Instant, Type.Null()], { description: 'When it really happened; null: it never did.' }),
  reasons: Optional(Type.Array(Type.Enum(['complexity', 'number']), { minItems: 1, uniqueItems: true })),
  reason: words('What was wrong.'),
});
/** As it was mailed, with its gap, or however it is typed: only letters and digits count. */
export const CodeInput = body('Code', {
  code: Type.String({ maxLength: 40, pattern: '^[\\s-]*(?:[A-Za-z0-9][\\s-]*){4,20}$' }),
});

export const RequestParams = Type.Object({ requestId: RequestId }, closed);
export const PublicParams = Type.Object({ tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,62}$' }) }, closed);
export const PublicRequestParams = Type.Object({ ...PublicParams.properties, requestId: RequestId }, closed);
export const RequestQuery = Type.Object(
  {
    open: Optional(Type.Boolean()),
    type: Optional(Type.Enum([...REQUEST_TYPES])),
    state: Optional(Type.Enum([...STATES])),
    'due-by': Optional(Day),
    assigned: Optional(Type.String({ pattern: '^[A-Za-z0-9:._-]{1,100}$' })),
    ...PAGE_QUERY,
  },
  closed,
);

export type RequestIntake = Static<typeof RequestIntake>;
export type PublicIntake = Static<typeof PublicIntake>;
export type RequestQuery = Static<typeof RequestQuery>;
export type Identification = Static<typeof Identification>;
