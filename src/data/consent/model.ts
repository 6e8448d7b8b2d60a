import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { line } from '../../foundations/contract/personal-text.ts';
import { closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { SUBJECT_ID_PATTERN, SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { AGE_BANDS, AGE_CHECKS } from '../../law/child-consent.ts';
import { CONSENT_STATUSES } from '../../law/consent-status.ts';
import { Word } from '../../register/policies/whose-word.ts';

const Code = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'lower-case letters, digits and hyphens',
});
const Version = Type.String({ pattern: '^\\d{1,4}\\.\\d{1,4}$', description: 'major.minor' });
const Language = Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$', description: 'a language tag such as en or de' });
export const SubjectInput = Type.Object(
  {
    kind: Type.Enum(['visitor', 'account']),
    id: Type.String({ pattern: SUBJECT_ID_PATTERN, description: '1 to 128 letters, digits or . _ ~ @ + -' }),
  },
  closed,
);

/** What a caller may report of a decision; the rest of the states follow from rules. */
export const REPORTED = ['given', 'refused', 'withdrawn', 'deferred', 'requested'] as const;

const Age = {
  age: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 130, description: 'With `given`: judged and not kept. Or give `ageBand`.' }),
  ),
  ageBand: Type.Optional(Type.Enum([...AGE_BANDS])),
  parental: Type.Optional(
    Type.Object(
      {
        by: line(200, 'Who holds parental responsibility and agreed. Kept under the person’s key.'),
        verified: Type.String({
          pattern: '^[a-z0-9][a-z0-9.-]{0,62}$',
          description: 'How that was verified: `signed-form`, `id-document`, `email-confirmation` …',
        }),
      },
      {
        ...closed,
        description:
          'Authorisation of a child’s consent by a holder of parental responsibility (Art. 8(1), (2)); from the platform’s ' +
          'server only. Kept where the child is below the age of its country, and nowhere else.',
      },
    ),
  ),
};

export const ConsentInput = Type.Object(
  {
    subject: SubjectInput,
    purpose: Code,
    status: Type.Enum([...REPORTED], {
      description:
        '`deferred`: the notice was shown, nothing was decided. `requested`: consent was asked for by other means.',
    }),
    notice: Type.Optional(
      Type.Object(
        { id: Code, version: Version, language: Language },
        {
          ...closed,
          description: 'What was shown. May be left out when withdrawing: withdrawing needs no more than giving.',
        },
      ),
    ),
    act: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'What the person did, e.g. clicked-accept.' }),
    ),
    method: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,62}$', description: 'Which interface, e.g. banner-3.1.' }),
    ),
    ...Age,
    evidence: Type.Optional(
      Type.Object(
        {
          address: Type.Optional(Type.String({ maxLength: 100 })),
          userAgent: Type.Optional(Type.String({ maxLength: 8192 })),
        },
        {
          ...closed,
          description:
            'From the platform’s server only; a browser’s are read from its connection. Reduced before they are kept.',
        },
      ),
    ),
  },
  closed,
);

const NoticeRef = Type.Object(
  { id: Type.String(), version: Type.String(), language: Type.String(), hash: Type.String() },
  closed,
);

/** One consent event, as it was recorded (REQ-C01). */
export const ConsentEvent = Type.Object(
  {
    eventId: Type.String({ format: 'uuid', description: 'Also the receipt id.' }),
    subjectKind: Type.Enum(['visitor', 'account']),
    purpose: Type.Object({ id: Type.String(), version: Type.String() }, closed),
    status: Type.Enum([...CONSENT_STATUSES]),
    permitsProcessing: Type.Boolean(),
    consentType: Type.Enum(['expressed', 'explicit']),
    notice: NoticeRef,
    controllers: Type.Array(Type.String()),
    act: Type.String(),
    method: Type.String(),
    source: Type.Enum(['ui', 'api', 'gpc', 'job']),
    jurisdiction: Type.String(),
    ageCheck: Type.Optional(
      Type.Enum([...AGE_CHECKS], {
        description:
          'Where the age was judged (Art. 8). `parental-missing`: too young, and no parent has agreed; the consent is ' +
          '`invalidated` and permits nothing.',
      }),
    ),
    parentalMethod: Type.Optional(Type.String({ description: 'How the authorisation of a parent was verified.' })),
    recordedAt: Instant,
    expiresAt: OrNull(Instant),
    links: Type.Object(
      {
        self: Type.String(),
        notice: Type.String(),
        receipt: Type.String({ description: 'A page for the person, who needs nothing but this address to withdraw.' }),
      },
      closed,
    ),
  },
  closed,
);

/** What stands for one purpose, and the event it follows from (REQ-C03, REQ-C04). */
export const ConsentState = Type.Object(
  {
    purpose: Type.String(),
    status: Type.Enum([...CONSENT_STATUSES]),
    permitsProcessing: Type.Boolean(),
    needsDecision: Type.Boolean({ description: 'Whether the notice should be shown.' }),
    because: Type.Enum(['decided', 'undecided', 'expired', 'notice-changed', 'global-privacy-control']),
    source: OrNull(Type.Enum(['ui', 'api', 'gpc', 'job'])),
    decidedAs: OrNull(
      Type.Enum(['visitor', 'account'], { description: 'Whose history it comes from: of the account or a visitor.' }),
    ),
    eventId: OrNull(Uuid),
    notice: OrNull(NoticeRef),
    recordedAt: OrNull(Instant),
    expiresAt: OrNull(Instant),
  },
  closed,
);

export const ConsentStates = Type.Object({ purposes: Type.Array(ConsentState) }, closed);
export const ConsentHistory = cursorPage(ConsentEvent);

export const SignalInput = Type.Object({ subject: SubjectInput }, closed);
export const SignalResult = Type.Object(
  { globalPrivacyControl: Type.Boolean(), refused: Type.Array(Type.String()) },
  closed,
);

export const LinkInput = Type.Object(
  { visitor: Type.String({ pattern: SUBJECT_ID_PATTERN, description: '1 to 128 letters, digits or . _ ~ @ + -' }) },
  closed,
);
export const LinkResult = Type.Object({ linkedAt: Instant }, closed);

export const NoticeText = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    kind: Type.String(),
    language: Type.String(),
    languages: Type.Array(Type.String()),
    validFrom: Type.String(),
    purposes: Type.Array(Type.String()),
    hash: Type.String(),
    text: Type.String({ description: 'Markdown, byte for byte what the hash is over.' }),
    word: Type.Optional(Word),
  },
  closed,
);

export const PurposeList = Type.Object(
  {
    purposes: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          version: Type.String(),
          title: Type.String(),
          description: Type.String(),
          needsConsent: Type.Boolean(),
          explicit: Type.Boolean(),
          globalPrivacyControlRefuses: Type.Boolean(),
          offeredToChildren: Type.Boolean({ description: 'A decision then needs the age (Art. 8).' }),
          ageOfConsent: Type.Integer({ description: 'From which age a child decides by itself here.' }),
          word: Type.Optional(Word),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const GpcDocument = Type.Object({ gpc: Type.Boolean(), lastUpdate: Type.String() }, closed);

export const EventParams = Type.Object({ eventId: Uuid }, closed);
export const SubjectParams = Type.Object(
  { id: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'account:ID, visitor:ID or an account id' }) },
  closed,
);
export const NoticeParams = Type.Object({ noticeId: Code, version: Version, language: Language }, closed);
export const NoticeVersionParams = Type.Object({ noticeId: Code, version: Version }, closed);
export const NoticeVersionTexts = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    texts: Type.Array(
      Type.Object(
        {
          language: Type.String(),
          hash: Type.String({ description: 'SHA-256 of the text, as decisions and receipts name it.' }),
          text: Type.String({ description: 'Markdown, byte for byte what the hash is over.' }),
          firstLoadedAt: Instant,
          page: Type.String(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export const CurrentNoticeQuery = Type.Object(
  { id: Type.Optional(Code), purpose: Type.Optional(Code), language: Type.Optional(Language) },
  closed,
);
export const LanguageQuery = Type.Object({ language: Type.Optional(Language) }, closed);

export type ConsentInput = Static<typeof ConsentInput>;
export type ConsentEvent = Static<typeof ConsentEvent>;
export type ConsentState = Static<typeof ConsentState>;
export type NoticeText = Static<typeof NoticeText>;
export type SubjectInput = Static<typeof SubjectInput>;
