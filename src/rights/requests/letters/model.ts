import Type, { type Static, type TObject } from 'typebox';
import { closed, OrNull } from '../../../foundations/contract/schemas.ts';
import type { REQUEST_LETTERS } from '../../../register/policies/request-letters.ts';
import { type Language, REQUEST_TYPES, type RequestType } from '../types.ts';

/** Every letter to the person; its template is `policies/letters/request-<kind>.<language>.md`. */
export type LetterKind =
  | 'acknowledged'
  /** What an officer writes besides. */
  | 'informed'
  | 'identity-asked'
  | 'documents-asked'
  | 'clarification-asked'
  | 'fee-asked'
  | 'extended'
  | 'cannot-identify'
  | 'refused'
  | 'refused-abusive'
  | 'duplicate'
  | 'withdrawn'
  | 'reopened'
  /** What was done, one for each type. */
  | `answered-${RequestType}`
  /** Nothing is held (REQ-A22). */
  | 'answered-no-data'
  /** How an erasure stands that a place has not carried out yet. */
  | 'erasure-incomplete'
  /** Who was told of it (Art. 19). */
  | 'recipients-told'
  /** A restriction will be lifted (Art. 18(3)). */
  | 'restriction-lifting';

export interface MadeLetter {
  kind: LetterKind;
  language: Language;
  subject: string;
  text: string;
  /** Hex SHA-256 over subject, an empty line and text. */
  sha256: string;
  /** Of the mail it went by, if it did. */
  messageId?: string;
}

/** Codes of reasons: of refusals, extensions and fees, of what was decided, of why a request is taken up again. */
const REASON_CODES = [
  ...(['complexity', 'number', 'manifestly-unfounded', 'excessive', 'further-copy'] as const),
  ...(['right-does-not-apply', 'exception', 'compelling-grounds', 'identity-not-shown', 'fee-not-paid'] as const),
  ...(['national-restriction', 'rights-of-others', 'not-responsible'] as const),
  ...(['authority', 'court', 'complaint', 'new-facts', 'ground-ended'] as const),
  ...(['upheld', 'rejected', 'changed', 'confirmed'] as const),
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** What of the person would identify a visitor (Art. 11(2), 12(2); REQ-A12). */
export const WOULD_IDENTIFY = ['consent-receipt', 'visitor-id', 'time-and-address'] as const;

const Line = Type.String({ minLength: 1, maxLength: 500 });
const Lines = Type.Array(Line, { maxItems: 500 });
const Day = Type.String({ format: 'date' });
const Instant = Type.String({ format: 'date-time' });
const Amount = Type.Integer({ minimum: 1, description: 'In minor units (cents).' });
/** Titles; `all`: every one, and that is so. */
const Scope = Type.Union([Type.Literal('all'), Type.Array(Line, { minItems: 1, maxItems: 500 })]);
const Explained = Type.Array(Type.Object({ category: Line, grounds: Type.Array(Line, { minItems: 1 }) }, closed), {
  maxItems: 500,
});
const Reasons = Type.Array(Type.Enum([...REASON_CODES]), { minItems: 1, maxItems: 20 });

/** What every letter about a request knows: the request as it stands after what the letter tells of. */
const FRAME = {
  reference: Type.String({ minLength: 1, maxLength: 60 }),
  type: Type.Enum([...REQUEST_TYPES]),
  then: OrNull(Type.Enum([...REQUEST_TYPES])),
  name: OrNull(Type.String({ maxLength: 500 })),
  receivedOn: Day,
  /** The last day of the answer; null while the clock stands still or is over, and for complaints. */
  dueOn: OrNull(Day),
  /** What the clock stands still for. */
  standsStill: OrNull(Type.Enum(['identity', 'clarification', 'fee'])),
  /** Once it has come, the time begins anew; otherwise what was left of it goes on. */
  restarts: Type.Boolean(),
  extended: Type.Boolean(),
};

/** What single letters are told beside that. What a letter needs is listed below; nothing here has a default. */
const SAID = {
  /** As it is mailed, with its gap; stars in what is kept. */
  code: Type.String({ pattern: '^[0-9* -]{6,20}$' }),
  validUntil: Instant,
  /** Documents and the like that are asked for. */
  asked: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), { minItems: 1, maxItems: 50 }),
  identifiers: Type.Array(Type.Enum([...WOULD_IDENTIFY]), { minItems: 1 }),
  fee: Type.Object({ amount: Amount, currency: Type.String({ pattern: '^[A-Z]{3}$' }) }, closed),
  /** What the answer costs (Art. 12(5)(a)). */
  costs: Type.Array(
    Type.Object({ what: Type.Enum(['labour', 'copying', 'postage', 'media']), amount: Amount }, closed),
    { minItems: 1, maxItems: 20 },
  ),
  /** Of an abusive request: days of earlier ones. */
  earlierRequests: Type.Array(Day, { maxItems: 200 }),
  /** Of a further copy: the day of the one before, and whether an officer has said that nothing has changed since. */
  copyBefore: Type.Object({ on: Day, unchanged: Type.Boolean() }, closed),
  reasons: Reasons,
  words: Type.String({ minLength: 1, maxLength: 20_000, pattern: '\\S' }),
  /** A refusal by national law (REQ-A60). */
  restriction: Type.Object({ provision: Line, reviewOn: Day }, closed),
  /** Limits by national law beside an answer. */
  limits: Type.Array(Type.Object({ provision: Line, reviewOn: Day, categories: Scope }, closed), { maxItems: 50 }),
  /** What it is about, by titles. */
  categories: Scope,
  /** What was changed or erased, by titles. */
  done: Lines,
  /** Of a rectification: the person's statement was added. */
  statement: Type.Boolean(),
  /** What stays: category and grounds, each an exception of Art. 17(3), a basis that still needs it, or other words. */
  kept: Explained,
  /** What a hold keeps back for now: category and kinds of holds. It is erased by itself afterwards. */
  held: Explained,
  /** Where an erasure is not through; place null: here. */
  unfinished: Type.Array(Type.Object({ place: OrNull(Line), since: Day }, closed), { minItems: 1, maxItems: 500 }),
  recipients: Type.Array(
    Type.Object(
      {
        name: Line,
        told: Type.Enum([
          ...(['told', 'sent', 'pending', 'failed', 'disproportionate'] as const),
          ...(['done', 'not-held', 'refused'] as const),
        ]),
        on: Type.Optional(Day),
      },
      closed,
    ),
    { maxItems: 10_000 },
  ),
  /** Records in a copy. */
  records: Type.Integer({ minimum: 0 }),
  /** How a copy comes: by a link that works once, as a file that a passphrase opens, or to another controller. */
  delivery: Type.Union([
    Type.Object(
      { by: Type.Literal('link'), url: Type.String({ minLength: 1, maxLength: 2000 }), until: Instant },
      closed,
    ),
    Type.Object({ by: Type.Literal('passphrase') }, closed),
    Type.Object({ by: Type.Literal('transfer'), controller: Line, on: Day }, closed),
  ]),
  feePaid: Type.Boolean(),
  /** Of two in one request: the second, which begins now, and its last day. */
  next: OrNull(Type.Object({ type: Type.Enum([...REQUEST_TYPES]), dueOn: Day }, closed)),
  /** The request by which a duplicate is dealt with. */
  other: Type.Object(
    { reference: Type.String({ minLength: 1, maxLength: 60 }), dueOn: OrNull(Day), answeredOn: OrNull(Day) },
    closed,
  ),
  marketing: Type.Boolean(),
  /** Of an erasure: whether a keyed hash keeps the person from coming back by an import. */
  keptOut: Type.Boolean(),
  /** Consents that were taken back. */
  withdrawn: Type.Integer({ minimum: 0 }),
};
type SaidName = keyof typeof SAID;

const Facts = Type.Object({ ...FRAME, ...Type.Partial(Type.Object(SAID)).properties }, closed);
/** What a letter may say; institution, authority, remedies and the date are added where it is made. */
export type Facts = Static<typeof Facts>;
/** What the act adds to what every letter knows. */
export type Said = Partial<Pick<Facts, SaidName | 'type'>>;

type TemplateOf<Id> = Id extends `request-${infer T}` ? T : never;
export type Template = TemplateOf<keyof typeof REQUEST_LETTERS>;

const RECIPIENTS = ['recipients'] as const;
const COPY = ['delivery', 'records', 'limits', 'next'] as const;

/** What each letter cannot do without: the law wants the person told, and only the act knows it. */
export const NEEDS: Record<Template, readonly SaidName[]> = {
  acknowledged: [],
  'complaint-acknowledged': [],
  informed: ['words'],
  'identity-asked': ['code', 'validUntil'],
  'documents-asked': ['asked'],
  'clarification-asked': ['words'],
  'fee-asked': ['fee', 'costs', 'reasons'],
  extended: ['reasons', 'words'],
  'cannot-identify': ['identifiers'],
  refused: ['reasons', 'words'],
  'refused-abusive': ['reasons', 'words', 'earlierRequests'],
  'refused-by-law': ['restriction', 'categories', 'words'],
  duplicate: ['other'],
  withdrawn: [],
  reopened: ['reasons', 'words'],
  'answered-access': [...COPY, 'feePaid'],
  'answered-no-data': [],
  'answered-portability': COPY,
  'answered-rectification': ['done', 'statement', 'limits', ...RECIPIENTS],
  'rectification-refused': ['reasons', 'words'],
  'answered-erasure': ['done', 'kept', 'keptOut', 'limits', ...RECIPIENTS],
  'erasure-incomplete': ['done', 'kept', 'unfinished'],
  'erasure-held': ['done', 'held', 'kept', 'limits', ...RECIPIENTS],
  'erasure-kept': ['kept', 'limits'],
  'answered-restriction': ['categories', 'limits', ...RECIPIENTS],
  'restriction-lifting': ['categories', 'words'],
  'answered-objection': ['categories', 'limits', 'marketing'],
  'objection-rejected': ['categories', 'reasons', 'words'],
  'answered-consent-withdrawal': ['categories', 'withdrawn'],
  'answered-human-review': ['reasons', 'words'],
  'answered-complaint': ['reasons', 'words'],
  'recipients-told': RECIPIENTS,
};
export const TEMPLATES = Object.keys(NEEDS) as Template[];

/** Letters that promise a day: without one they are not made. */
const PROMISE_A_DAY: readonly Template[] = ['extended'];

/** The facts of one letter: what all have, and what this one must. */
export function factsOf(template: Template): TObject {
  const needed = Object.fromEntries(NEEDS[template].map((name) => [name, SAID[name]]));
  const day = PROMISE_A_DAY.includes(template) ? { dueOn: Day } : {};
  return Type.Object({ ...Facts.properties, ...needed, ...day }, closed);
}
