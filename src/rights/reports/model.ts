import Type, { type Static } from 'typebox';
import { cursorPage, PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';

const FieldValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Type.Array(Type.String())]);

const ReportRecord = Type.Object(
  {
    id: Type.String(),
    at: Instant,
    fields: Type.Record(Type.String(), FieldValue),
    redacted: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Fields that are not shown, with the reason (Art. 15(4)).',
      }),
    ),
  },
  closed,
);

/** One kind of data: what it is for, on which basis, who receives it, how long it stays, and the data itself. */
export const ReportCategory = Type.Object(
  {
    category: Type.String(),
    title: Type.String(),
    source: Type.String({ description: 'Where the data comes from (Art. 15(1)(g)).' }),
    activities: Type.Array(
      Type.Object(
        {
          title: Type.String(),
          purpose: Type.String(),
          basis: Type.String(),
          basisInWords: Type.String(),
          rights: Type.Array(Type.String(), { description: 'Articles: the rights its basis gives.' }),
          parties: Type.Array(
            Type.Object(
              {
                name: Type.String(),
                role: Type.String(),
                does: OrNull(Type.String()),
                onBehalfOf: OrNull(Type.String()),
                contact: OrNull(Type.String()),
                countries: Type.Array(Type.String()),
              },
              closed,
            ),
            { description: 'Who receives the data, by name (Art. 15(1)(c)).' },
          ),
          transfers: Type.Array(
            Type.Object(
              {
                importer: Type.String(),
                country: Type.String(),
                tool: Type.String(),
                toolInWords: Type.String(),
              },
              { ...closed, description: 'Art. 15(2).' },
            ),
          ),
        },
        closed,
      ),
    ),
    retention: Type.Array(Type.String(), { description: 'How long it stays, in words (Art. 15(1)(d)).' }),
    keptBecause: Type.Array(Type.String(), {
      description: 'Why something of it is still there although its period is over: a hold, a condition of the rule.',
    }),
    onErasureRequest: Type.String(),
    records: Type.Array(ReportRecord),
  },
  closed,
);

const ReportLog = Type.Object(
  {
    key: OrNull(Type.String({ description: 'The verifier key of the audit log (/log/TENANT/key).' })),
    openings: Type.Array(
      Type.Object(
        {
          key: Type.String({
            pattern: '^[0-9a-f]{64}$',
            description: 'Hex. HMAC-SHA-256 of an entry’s id under it begins with the `subject` of that entry.',
          }),
        },
        closed,
      ),
      { description: 'One for the person, and one for each browser of theirs.' },
    ),
    entries: Type.Array(
      Type.Object(
        {
          entryId: Type.String(),
          entry: OrNull(Type.String({ description: 'The entry as it is hashed.' })),
          proof: OrNull(
            Type.String({ description: 'A .tlog-proof with entry and salt, once it is in the signed log.' }),
          ),
        },
        closed,
      ),
    ),
    howToVerify: Type.String(),
  },
  {
    ...closed,
    description:
      'With this the person, or an authority, checks that entries are about them and stand in the public log.',
  },
);

/** A document that carries `log`: the report, or `log.json` of a package. */
export const LogBearer = Type.Object({ log: ReportLog });

/** What is held about one person (first cut of the answer under GDPR Art. 15(1) and (3)). */
export const AccessReport = Type.Object(
  {
    held: Type.Boolean({ description: 'Whether anything is held about this person at all.' }),
    generatedAt: Instant,
    institution: Type.String(),
    subjectKind: Type.Enum(['visitor', 'account']),
    linkedVisitors: Type.Integer(),
    policyHash: Type.String(),
    categories: Type.Array(ReportCategory),
    searched: Type.Array(Type.Object({ category: Type.String(), title: Type.String() }, closed), {
      description: 'Every kind of data that was looked for.',
    }),
    counts: Type.Record(Type.String(), Type.Integer(), {
      description: 'Records per category; 0 means looked for and not found.',
    }),
    missing: Type.Array(Type.Object({ holder: Type.String(), code: Type.String() }, closed), {
      description: 'Places outside the database that did not answer: unless this is empty, the report is incomplete.',
    }),
    withheld: Type.Array(Type.Object({ what: Type.String(), reason: Type.String() }, closed), {
      description: 'What is not shown although it stands in the same records, and why (Art. 15(4)).',
    }),
    rights: Type.Array(
      Type.Object({ article: Type.String(), right: Type.String(), limit: OrNull(Type.String()) }, closed),
      { description: 'Rights against the processing of what is held, as its bases give them, each with its limit.' },
    ),
    rightsNotGiven: Type.Array(
      Type.Object({ article: Type.String(), right: Type.String(), reason: Type.String() }, closed),
      { description: 'Rights that none of the bases gives, and why.' },
    ),
    complaint: Type.Object({ authority: Type.String(), contact: Type.String() }, closed),
    automatedDecisions: Type.String(),
    readings: Type.Array(
      Type.Object(
        {
          at: Instant,
          what: Type.String(),
          purpose: Type.String(),
          purposeInWords: Type.String(),
          role: Type.String(),
        },
        closed,
      ),
      { description: 'When people looked at this person’s data, and why; staff appear by role (C-579/21).' },
    ),
    log: ReportLog,
    history: Type.Array(Type.Object({ at: Instant, action: Type.String(), role: Type.String() }, closed), {
      description: 'What was done with this person’s data and when, also who looked; staff appear by role.',
    }),
  },
  closed,
);

export const AuditEntry = Type.Object(
  {
    entryId: Uuid,
    recordedAt: Instant,
    actor: Type.String(),
    role: Type.String(),
    action: Type.String(),
    subject: OrNull(Type.String({ description: 'A keyed commitment, another one in each entry.' })),
    policyHash: Type.String(),
    requestId: Type.String(),
    detail: Type.Record(Type.String(), Type.Unknown()),
    index: OrNull(Type.Integer({ description: 'Its place in the log; null for the second before it has one.' })),
    salt: OrNull(Type.String({ description: 'Hex, 32 bytes: with it the entry opens its leaf (docs/log-format.md).' })),
  },
  closed,
);
export const AuditPage = cursorPage(AuditEntry);

const FILTER = {
  action: Type.Optional(
    Type.String({
      pattern: '^[a-z][a-z-]{0,40}(\\.[a-z-]{1,40})?$',
      description: 'an action such as consent.given, or its first word',
    }),
  ),
  actor: Type.Optional(Type.String({ pattern: '^[\\w:-]{1,80}$', description: 'a token id or system:NAME' })),
  from: Type.Optional(Instant),
  until: Type.Optional(Instant),
};
export const AuditQuery = Type.Object({ ...FILTER, ...PAGE_QUERY }, closed);
export const AuditExportQuery = Type.Object(FILTER, closed);
export const AuditSearch = Type.Object(
  {
    subject: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'account:ID or visitor:ID' }),
    ...FILTER,
    ...PAGE_QUERY,
  },
  closed,
);
export const EntryParams = Type.Object({ entryId: Uuid }, closed);
export const SubjectParams = Type.Object(
  { id: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'account:ID, visitor:ID or an account id' }) },
  closed,
);

export type AccessReport = Static<typeof AccessReport>;
export type ReportCategory = Static<typeof ReportCategory>;
export type AuditEntry = Static<typeof AuditEntry>;
