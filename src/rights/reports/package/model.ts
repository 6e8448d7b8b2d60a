import Type, { type Static, type TProperties } from 'typebox';
import { closed, Instant, OrNull, Uuid } from '../../../foundations/contract/schemas.ts';
import { languagesIn } from '../../../foundations/messages/texts.ts';
import { SUBJECT_REF_PATTERN } from '../../../foundations/vault/subjects.ts';
import { RIGHTS } from './rights.ts';

const Text = Type.String();
const object = <T extends TProperties>(properties: T, description?: string) =>
  Type.Object(properties, description === undefined ? closed : { ...closed, description });
const FieldValue = Type.Union([Text, Type.Number(), Type.Boolean(), Type.Null(), Type.Array(Text)]);

export const LANGUAGES: readonly string[] = languagesIn();
export type Language = string;

/** Why a field is not shown to the person (Art. 15(4)). */
const REDACTION_REASONS = ['data-of-another-person', 'address-of-another-person', 'trade-secret', 'security'] as const;
/** Why a field about another person is shown nevertheless. */
const DISCLOSURE_REASONS = ['consented', 'public', 'known-to-the-person'] as const;
export type RedactionReason = (typeof REDACTION_REASONS)[number];

const PackageRecord = object({
  id: Text,
  at: Instant,
  table: Text,
  fields: Type.Record(Text, FieldValue),
  redacted: Type.Optional(
    Type.Record(Text, Type.Enum([...REDACTION_REASONS]), {
      description: 'Fields whose value, or a part of it, is not shown, each with the reason.',
    }),
  ),
});

const Copy = Type.Array(object({ category: Text, title: Text, records: Type.Array(PackageRecord) }), {
  description: 'Art. 15(3), 20(1): every record held, by kind of data.',
});

const Redactions = object(
  {
    each: Type.Array(object({ category: Text, record: Text, field: Text, reason: Type.Enum([...REDACTION_REASONS]) })),
    decided: Type.Array(
      object({
        category: Text,
        field: Text,
        decision: Type.Enum(['redact', 'disclose']),
        reason: Text,
        reasonInWords: Text,
      }),
      { description: 'What a person decided for a whole field.' },
    ),
    withheld: Type.Array(object({ what: Text, reason: Text }), {
      description: 'What stands in the same rows and is no data of its own.',
    }),
  },
  'Art. 15(4): what is not shown, and why.',
);

const Missing = Type.Array(object({ holder: Text, code: Text, inWords: Text }), {
  description: 'Places that did not answer. Unless this is empty, the copy is not complete.',
});

const head = {
  version: Type.Literal(1),
  institution: Text,
  contact: OrNull(Text),
  language: Type.Enum([...LANGUAGES]),
  snapshotAt: Instant,
  policyHash: Text,
  subjectKind: Type.Enum(['visitor', 'account']),
  linkedVisitors: Type.Integer(),
  portals: Type.Optional(
    Type.Array(Text, {
      description: 'Other portals whose data stands in it too, as far as the same controllers answer.',
    }),
  ),
  missing: Missing,
};

const ofCategories = Type.Array(Text, { description: 'Kinds of data it is about.' });

/** The parts of Art. 15(1) and (2), without what is streamed into the file after them. */
const accessParts = {
  confirmation: object(
    {
      held: Type.Boolean(),
      records: Type.Integer(),
      inWords: Text,
      searched: Type.Array(object({ category: Text, title: Text, records: Type.Integer() })),
    },
    'Art. 15(1): whether personal data is processed, and where was looked.',
  ),
  purposes: Type.Array(
    object({
      purpose: Text,
      title: Text,
      description: Text,
      activity: Text,
      basis: Text,
      basisInWords: Text,
      legitimateInterest: OrNull(Text),
      categories: ofCategories,
      decision: OrNull(
        object({ status: Text, at: Instant, inWords: Text }, 'Of consent: the newest decision of the person.'),
      ),
    }),
    { description: 'Art. 15(1)(a): the purposes that concern this person.' },
  ),
  categories: Type.Array(object({ category: Text, title: Text, special: Type.Boolean(), records: Type.Integer() }), {
    description: 'Art. 15(1)(b).',
  }),
  recipients: Type.Array(
    object({
      name: Text,
      role: Text,
      roleInWords: Text,
      does: OrNull(Text),
      onBehalfOf: OrNull(Text),
      contact: OrNull(Text),
      countries: Type.Array(Text),
      categories: ofCategories,
    }),
    { description: 'Art. 15(1)(c): by name (C-154/21).' },
  ),
  periods: Type.Array(object({ category: Text, title: Text, periods: Type.Array(Text), onErasureRequest: Text }), {
    description: 'Art. 15(1)(d).',
  }),
  rights: Type.Array(
    object({
      article: Type.Enum([...RIGHTS]),
      right: Text,
      offered: Type.Boolean(),
      standings: Type.Array(
        object({
          basis: Text,
          basisInWords: Text,
          offered: Type.Boolean(),
          reason: Text,
          reasonInWords: Text,
          categories: ofCategories,
        }),
        { description: 'By basis: whether the right exists there, and why not.' },
      ),
    }),
    { description: 'Art. 15(1)(e).' },
  ),
  complaint: object({ authority: Text, contact: Text }, 'Art. 15(1)(f).'),
  sources: Type.Array(object({ category: Text, title: Text, source: Text, sourceInWords: Text }), {
    description: 'Art. 15(1)(g).',
  }),
  automatedDecisions: object(
    { exist: Type.Boolean(), inWords: Text, decisions: Type.Array(object({ activity: Text, logic: Text })) },
    'Art. 15(1)(h), 22.',
  ),
  transfers: Type.Array(
    object({
      importer: Text,
      country: Text,
      tool: Text,
      toolInWords: Text,
      supplementaryMeasures: Type.Array(Text),
      categories: ofCategories,
    }),
    { description: 'Art. 15(2): safeguards of each transfer (Art. 46).' },
  ),
};

const AccessLog = Type.Array(object({ at: Instant, what: Text, purpose: Text, purposeInWords: Text, role: Text }), {
  description: 'When people looked at this person’s data, and why; staff appear by role (C-579/21).',
});
const History = Type.Array(object({ at: Instant, action: Text, role: Text }), {
  description: 'What was done with this person’s data; staff appear by role.',
});

/** `data.json` of the answer to a request for access (GDPR Art. 15): the nine parts, safeguards and the copy. */
export const AccessDocument = Type.Object(
  {
    ...head,
    kind: Type.Literal('access'),
    ...accessParts,
    copy: Copy,
    redactions: Redactions,
    accessLog: AccessLog,
    history: History,
  },
  { ...closed, title: 'AccessDocument' },
);

const portabilityParts = {
  scope: Type.Array(
    object({ category: Text, title: Text, basis: Text, basisInWords: Text, source: Text, records: Type.Integer() }),
    { description: 'Art. 20(1): provided or observed data on the basis of consent or contract.' },
  ),
  leftOut: Type.Array(
    object({
      category: Text,
      title: Text,
      reason: Type.Enum(['basis', 'source']),
      reasonInWords: Text,
    }),
    { description: 'Kinds of data the right does not reach; they are part of an answer under Art. 15.' },
  ),
};

/** `data.json` of the pack a person takes elsewhere (GDPR Art. 20). */
export const PortabilityDocument = Type.Object(
  { ...head, kind: Type.Literal('portability'), ...portabilityParts, copy: Copy, redactions: Redactions },
  { ...closed, title: 'PortabilityDocument' },
);

const AccessFacts = Type.Object({ ...head, kind: Type.Literal('access'), ...accessParts }, closed);
const PortabilityFacts = Type.Object({ ...head, kind: Type.Literal('portability'), ...portabilityParts }, closed);
export type AccessFacts = Static<typeof AccessFacts>;
export type PortabilityFacts = Static<typeof PortabilityFacts>;
/** What a package says beside the rows. */
export type Facts = AccessFacts | PortabilityFacts;
export type PackageRecord = Static<typeof PackageRecord>;
export type RedactionDecisions = Static<typeof Redactions>['decided'];
export type Withheld = Static<typeof Redactions>['withheld'];

const PackageFile = object({
  name: Text,
  bytes: Type.Integer(),
  sha256: Text,
  records: Type.Optional(Type.Integer()),
});

/** `manifest.json`: what the package holds, signed in `manifest.jws`, its digest in an entry of the public log. */
export const Manifest = Type.Object(
  {
    version: Type.Literal(1),
    packageId: Text,
    kind: Type.Enum(['access', 'portability']),
    language: Type.Enum([...LANGUAGES]),
    institution: Text,
    snapshotAt: Instant,
    policyHash: Text,
    held: Type.Boolean(),
    records: Type.Integer(),
    counts: Type.Record(Text, Type.Integer()),
    redactions: Type.Integer(),
    missing: Missing,
    files: Type.Array(PackageFile),
    contents: Type.String({ description: 'SHA-256 of `files` as canonical JSON (RFC 8785).' }),
    log: object(
      {
        entryId: OrNull(Text),
        entry: OrNull(Type.String({ description: 'The entry as the log holds it; its detail names `contents`.' })),
        proof: OrNull(Type.String({ description: 'A .tlog-proof of the entry; null while the log is not signed.' })),
        key: OrNull(Text),
      },
      'The entry that recorded the making.',
    ),
  },
  { ...closed, title: 'PackageManifest' },
);
export type Manifest = Static<typeof Manifest>;

const FieldDecision = {
  category: Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9-]{0,30}$' }),
  field: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,62}$' }),
};

export const PackageInput = Type.Object(
  {
    subject: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'account:ID, visitor:ID or an account id' }),
    kind: Type.Enum(['access', 'portability']),
    language: Type.Optional(Type.Enum([...LANGUAGES], { description: 'Of the person; the portal’s when absent.' })),
    requestId: Type.Optional(Type.String({ format: 'uuid', description: 'The request it answers.' })),
    redact: Type.Optional(
      Type.Array(object({ ...FieldDecision, reason: Type.Enum([...REDACTION_REASONS]) }), { maxItems: 100 }),
    ),
    disclose: Type.Optional(
      Type.Array(object({ ...FieldDecision, reason: Type.Enum([...DISCLOSURE_REASONS]) }), {
        maxItems: 100,
        description: 'Fields with data of others that are shown nevertheless.',
      }),
    ),
  },
  { ...closed, title: 'PackageInput' },
);
export type PackageInput = Static<typeof PackageInput>;

const PACKAGE_STATUS = ['preparing', 'ready', 'approved', 'released', 'delivered', 'destroyed', 'failed'] as const;

export const Package = Type.Object(
  {
    packageId: Uuid,
    requestId: OrNull(Text),
    kind: Type.Enum(['access', 'portability']),
    status: Type.Enum([...PACKAGE_STATUS]),
    language: Type.Enum([...LANGUAGES]),
    records: OrNull(Type.Integer({ description: 'Records in it; 0: nothing is held; null: not made yet.' })),
    snapshotAt: Instant,
    manifest: OrNull(Manifest),
    bytes: OrNull(Type.Integer()),
    sha256: OrNull(Text),
    preparedBy: Text,
    approvedBy: OrNull(Text),
    approvedAt: OrNull(Instant),
    release: OrNull(Type.Enum(['link', 'passphrase'])),
    linkExpiresAt: OrNull(Instant),
    releasedAt: OrNull(Instant),
    deliveredAt: OrNull(Instant),
    destroyAfter: OrNull(Instant),
    destroyedAt: OrNull(Instant),
    failure: OrNull(Text),
    createdAt: Instant,
  },
  { ...closed, title: 'Package' },
);
export type Package = Static<typeof Package>;

export const PackageParams = Type.Object({ packageId: Uuid }, closed);
export const PackageApproval = Type.Object(
  { incomplete: Type.Optional(Type.Literal('accepted', { description: 'Although a place did not answer.' })) },
  { ...closed, title: 'PackageApproval' },
);
export const PackageRelease = Type.Union(
  [
    object({ by: Type.Literal('link') }),
    object({
      by: Type.Literal('passphrase'),
      passphrase: Type.String({ minLength: 12, maxLength: 200, description: 'Told to the person another way.' }),
    }),
  ],
  { title: 'PackageRelease' },
);
export type PackageRelease = Static<typeof PackageRelease>;
export const ReleasedPackage = Type.Object(
  {
    package: Package,
    path: OrNull(Type.String({ description: 'The one-time link below the address of this service; shown once.' })),
  },
  { ...closed, title: 'ReleasedPackage' },
);
export const LinkParams = Type.Object(
  {
    tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    packageId: Uuid,
    secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  },
  closed,
);
