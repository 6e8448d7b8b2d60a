import Type, { type Static } from 'typebox';
import { DPV_PURPOSES } from '../law/dpv-purposes.ts';
import { DURATION_PATTERN } from '../law/duration.ts';
import { ERASURE_EXCEPTIONS, LAWFUL_BASES, PARTY_ROLES } from '../law/vocabulary.ts';

/** What `policies/` may say: one source for types, validation and the JSON Schemas that ship beside the files. */
const closed = { additionalProperties: false } as const;
const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and hyphens.',
});
const CategoryId = Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9-]{0,30}$' });
const Line = Type.String({ minLength: 1, maxLength: 300 });
const Text = Type.String({ minLength: 1, maxLength: 4000 });
const Duration = Type.String({ pattern: DURATION_PATTERN, description: 'ISO 8601, whole days or more: P6M, P90D.' });
const Version = Type.String({
  pattern: '^(0|[1-9]\\d{0,3})\\.(0|[1-9]\\d{0,3})$',
  description: 'Major and minor: "1.0", in quotes.',
});
const Language = Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' });
const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2.' });
const Translated = Type.Record(Language, Text, { minProperties: 1 });

export const Installation = Type.Object(
  {
    name: Line,
    defaultLanguage: Language,
    supervisoryAuthority: Type.Object({ name: Line, contact: Line }, closed),
    retention: Type.Object(
      {
        brakeShare: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        brakeRows: Type.Integer({ minimum: 1 }),
        minimumCell: Type.Integer({ minimum: 2, maximum: 1000 }),
      },
      closed,
    ),
    erasure: Type.Optional(
      Type.Object(
        {
          suppression: Type.Optional(
            Type.String({
              pattern: DURATION_PATTERN,
              description: 'How long an erased person is kept from being imported again; a year when absent.',
            }),
          ),
        },
        closed,
      ),
    ),
    capture: Type.Object(
      {
        ipv4Prefix: Type.Enum([8, 16, 24]),
        ipv6Prefix: Type.Enum([32, 48]),
        fullVisits: Type.Optional(
          Type.Object(
            { purpose: Id, reason: Text },
            { ...closed, description: 'Full address and user agent are kept, sealed, only if a purpose needs them.' },
          ),
        ),
      },
      closed,
    ),
  },
  closed,
);

export const Party = Type.Object(
  {
    id: Id,
    name: Line,
    kind: Type.Enum(['tenant', 'organisation']),
    address: Type.Optional(Line),
    contact: Type.Optional(Type.String({ pattern: '^[^@\\s]{1,64}@[^@\\s]{1,255}$' })),
    phone: Type.Optional(
      Type.String({ pattern: '^\\+?[0-9][0-9 ()/-]{3,30}$', description: 'Stands in consent receipts.' }),
    ),
    country: Type.Optional(Country),
    region: Type.Optional(Id),
  },
  closed,
);

export const Purpose = Type.Object(
  {
    id: Id,
    version: Version,
    title: Translated,
    description: Translated,
    basis: Type.Enum([...LAWFUL_BASES]),
    dpv: Type.Optional(Type.Enum([...DPV_PURPOSES], { description: 'The purpose in DPV 2.3 terms.' })),
    consent: Type.Optional(
      Type.Object(
        {
          duration: Duration,
          explicit: Type.Boolean(),
        },
        { ...closed, description: 'How long a decision stands; refusals live as long as grants.' },
      ),
    ),
    gpc: Type.Boolean({ description: 'Whether `Sec-GPC: 1` is a refusal of this purpose.' }),
    legitimateInterest: Type.Optional(Text),
    balancingTest: Type.Optional(Line),
    law: Type.Optional(Line),
  },
  closed,
);

export const Category = Type.Object(
  {
    id: CategoryId,
    title: Line,
    holder: Type.Enum(['consents', 'visits', 'profiles', 'content']),
    special: Type.Boolean(),
    anonymous: Type.Optional(Type.Boolean({ description: 'True only for counts that satisfy REQ-E01.' })),
    source: Type.Enum(['person', 'platform', 'observed', 'computed']),
  },
  closed,
);

export const Activity = Type.Object(
  {
    id: Id,
    title: Line,
    purpose: Id,
    categories: Type.Array(CategoryId, { minItems: 1, uniqueItems: true }),
    subjects: Type.Array(Type.Enum(['visitor', 'account-holder', 'contributor']), { minItems: 1, uniqueItems: true }),
    parties: Type.Array(Type.Object({ party: Id, role: Type.Enum([...PARTY_ROLES]) }, closed), { minItems: 1 }),
    transfers: Type.Array(Type.Object({ country: Country, tool: Line }, closed)),
    measures: Type.Array(Line, { minItems: 1 }),
  },
  closed,
);

const ACTIONS = ['erase', 'reduce', 'anonymise', 'aggregate', 'pseudonymise'] as const;

export const RetentionRule = Type.Object(
  {
    id: Id,
    category: CategoryId,
    action: Type.Enum([...ACTIONS]),
    after: Duration,
    from: Type.Enum(['occurred', 'recorded', 'ended', 'last-activity', 'updated', 'linked']),
    minimumCell: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000 })),
    method: Type.Optional(Type.Enum(['daily-counts'])),
    reason: Text,
  },
  closed,
);

export const ErasureRequestRule = Type.Object(
  {
    category: CategoryId,
    action: Type.Enum(['erase', 'reduce', 'retain']),
    ground: Type.Optional(Type.Enum([...ERASURE_EXCEPTIONS])),
    reviewAfter: Type.Optional(Duration),
    reason: Type.Optional(Text),
  },
  closed,
);

const NoticeVersion = Type.Object(
  {
    version: Version,
    validFrom: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    languages: Type.Array(Language, { minItems: 1, uniqueItems: true }),
    purposes: Type.Array(Id, { uniqueItems: true }),
  },
  closed,
);

export const NoticeFile = Type.Object(
  {
    id: Id,
    kind: Type.Enum(['consent-banner', 'privacy-policy']),
    versions: Type.Array(NoticeVersion, { minItems: 1 }),
  },
  closed,
);

/** The files of a policy folder: name (or pattern) and schema. */
export const POLICY_FILES = {
  installation: { file: 'installation.yaml', schema: Installation },
  parties: { file: 'parties.yaml', schema: Type.Object({ parties: Type.Array(Party) }, closed) },
  purposes: { file: 'purposes.yaml', schema: Type.Object({ purposes: Type.Array(Purpose) }, closed) },
  categories: { file: 'categories.yaml', schema: Type.Object({ categories: Type.Array(Category) }, closed) },
  retention: {
    file: 'retention.yaml',
    schema: Type.Object({ rules: Type.Array(RetentionRule), erasureRequests: Type.Array(ErasureRequestRule) }, closed),
  },
  activity: { file: 'activities/*.yaml', schema: Activity },
  notice: { file: 'notices/*.yaml', schema: NoticeFile },
} as const;
export type PolicyKind = keyof typeof POLICY_FILES;

export type Installation = Static<typeof Installation>;
export type Party = Static<typeof Party>;
export type { PartyRole } from '../law/vocabulary.ts';
export type Purpose = Static<typeof Purpose>;
export type Category = Static<typeof Category>;
export type Activity = Static<typeof Activity>;
export type RetentionRule = Static<typeof RetentionRule>;
export type ErasureRequestRule = Static<typeof ErasureRequestRule>;

/** One version of a notice with its texts; the hash is over the exact bytes shown. */
export interface Notice {
  id: string;
  kind: 'consent-banner' | 'privacy-policy';
  version: string;
  major: number;
  minor: number;
  validFrom: string;
  purposes: string[];
  texts: Record<string, { text: string; hash: string }>;
}

/** Everything an installation has decided, loaded whole, never changed afterwards. */
export interface PolicySet {
  /** SHA-256 over the canonical content: the order of files and keys does not matter. */
  hash: string;
  installation: Installation;
  parties: Party[];
  purposes: Purpose[];
  categories: Category[];
  activities: Activity[];
  rules: RetentionRule[];
  erasureRequests: ErasureRequestRule[];
  notices: Notice[];
}

/** One mistake in a policy folder: where it is, what is wrong, what would be right. */
export interface Mistake {
  file: string;
  line: number;
  column: number;
  pointer: string;
  message: string;
  remedy: string;
}
