import Type, { type Static, type TObject } from 'typebox';
import { closed, OrNull } from '../../../foundations/contract/schemas.ts';
import { REQUEST_LETTERS } from '../../../register/policies/request-letters.ts';
import { type Language, REQUEST_TYPES, type RequestType } from '../types.ts';
import { REASON_CODES } from './phrases.ts';

/** Every letter to the person; its template is `policies/letters/request-<kind>.<language>.md`. */
export type LetterKind =
  | 'acknowledged'
  | 'identity-asked'
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

const Line = Type.String({ minLength: 1, maxLength: 500 });
const Words = Type.String({ maxLength: 20_000 });
const Lines = Type.Array(Line, { maxItems: 500 });
const Code = Type.String({ pattern: '^[0-9* -]{6,20}$' });
const Restriction = Type.Object(
  { provision: Type.String({ minLength: 1, maxLength: 500 }), reviewOn: Type.String({ format: 'date' }) },
  closed,
);
const Day = Type.String({ format: 'date' });

const Recipients = Type.Array(
  Type.Object(
    { name: Line, told: Type.Enum(['told', 'pending', 'failed', 'disproportionate']), on: Type.Optional(Day) },
    closed,
  ),
  { maxItems: 10_000 },
);

/** What a letter may be told beyond what every letter knows; each kind puts in what it has a place for. */
const LetterDetails = Type.Object(
  {
    /** Of a code: until when it counts. */
    validUntil: Type.Optional(Type.String({ format: 'date-time' })),
    /** Of a fee: what the answer costs (Art. 12(5)(a)), as amounts with their currency. */
    costs: Type.Optional(
      Type.Array(Type.Object({ what: Type.Enum(['labour', 'copying', 'postage', 'media']), amount: Line }, closed), {
        minItems: 1,
        maxItems: 20,
      }),
    ),
    /** Of an abusive request: days of earlier ones. */
    earlierRequests: Type.Optional(Type.Array(Day, { maxItems: 100 })),
    /** Of a limit by national law (REQ-A60). */
    restriction: Type.Optional(Restriction),
    /** Titles of categories or purposes it is about; `all` where it is about every one, said so. */
    categories: Type.Optional(Type.Union([Type.Literal('all'), Lines])),
    /** What was changed or erased. */
    done: Type.Optional(Lines),
    /** What stays: category and ground, an exception of Art. 17(3) as a code or other words. */
    kept: Type.Optional(Type.Array(Type.Object({ category: Line, ground: Line }, closed), { maxItems: 500 })),
    /** What a hold keeps back for now: category and why. It is erased by itself afterwards. */
    held: Type.Optional(Type.Array(Type.Object({ category: Line, ground: Line }, closed), { maxItems: 500 })),
    /** Where an erasure is not through. */
    unfinished: Type.Optional(
      Type.Array(Type.Object({ place: Line, since: Day }, closed), { minItems: 1, maxItems: 500 }),
    ),
    recipients: Type.Optional(Recipients),
    /** Records in a copy. */
    records: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);

const Facts = Type.Object(
  {
    reference: Type.String({ minLength: 1, maxLength: 60 }),
    type: Type.Enum([...REQUEST_TYPES]),
    then: OrNull(Type.Enum([...REQUEST_TYPES])),
    name: OrNull(Type.String({ maxLength: 500 })),
    receivedOn: Day,
    dueOn: OrNull(Day),
    code: OrNull(Code),
    reasons: Type.Array(Type.Enum(REASON_CODES), { maxItems: 20 }),
    words: OrNull(Words),
    asked: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), { maxItems: 50 }),
    fee: OrNull(Line),
    link: OrNull(Type.String({ minLength: 1, maxLength: 2000 })),
    details: Type.Optional(LetterDetails),
  },
  closed,
);
/** What a letter may say; institution, authority, remedies and the date are added where it is made. */
export type Facts = Static<typeof Facts>;

type TemplateOf<Id> = Id extends `request-${infer T}` ? T : never;
export type Template = TemplateOf<keyof typeof REQUEST_LETTERS>;
export const TEMPLATES = Object.keys(REQUEST_LETTERS).map((id) => id.slice('request-'.length)) as Template[];

const reasons = Type.Array(Type.Enum(REASON_CODES), { minItems: 1, maxItems: 20 });
const words = Type.String({ minLength: 1, maxLength: 20_000, pattern: '\\S' });
const asked = Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), { minItems: 1, maxItems: 50 });
const withDetails = (details: TObject['properties']) =>
  Type.Object({ ...LetterDetails.properties, ...details }, closed);

/** What a kind cannot do without: the law wants the person told, and only the caller knows it. */
const NEEDS: Partial<Record<Template, TObject['properties']>> = {
  'identity-asked': { code: Code },
  'documents-asked': { asked },
  'fee-asked': { fee: Line, reasons },
  extended: { reasons, dueOn: Day },
  'cannot-identify': { asked },
  refused: { reasons },
  'refused-abusive': { reasons, words },
  'refused-by-law': { details: withDetails({ restriction: Restriction }) },
  reopened: { reasons },
  'rectification-refused': { reasons, words },
  'objection-rejected': { reasons, words },
  'restriction-lifting': { words },
  'answered-human-review': { reasons, words },
  'answered-complaint': { reasons, words },
  'recipients-told': { details: withDetails({ recipients: Recipients }) },
};

/** The facts of one kind: what all have, and what this one must. */
export function factsOf(template: Template): TObject {
  return Type.Object({ ...Facts.properties, ...NEEDS[template] }, closed);
}
