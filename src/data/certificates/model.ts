import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { closed, OrNull, Uuid } from '../../foundations/contract/schemas.ts';

const Instant = Type.String({ format: 'date-time', maxLength: 40 });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 hexadecimal digits' });
const Word = Type.String({ minLength: 1, maxLength: 100 });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const COUNTS = {
  removed: Count,
  reduced: Count,
  anonymised: Count,
  retained: Count,
  failed: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Rows that a second look still found and that should have been treated.',
  }),
};

const CertifiedCategory = Type.Object(
  {
    category: Word,
    rule: OrNull(Type.String({ maxLength: 100, description: 'The retention rule; null for an erasure.' })),
    action: Type.Enum(['erase', 'reduce', 'anonymise', 'aggregate', 'pseudonymise', 'review', 'retain', 'held'], {
      description: 'What was decided.',
    }),
    before: OrNull(Type.String({ format: 'date-time', description: 'A rule treats what is older than this.' })),
    word: Type.Optional(
      Type.Object(
        {
          by: Type.Enum(['installation', 'institution']),
          overlay: Type.Optional(Digest),
          since: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
          proposal: Type.Optional(Word),
        },
        { ...closed, description: 'Whose word the rule is, where it is not the installation’s.' },
      ),
    ),
    result: Type.Enum(['nothing-held', 'removed', 'reduced', 'anonymised', 'retained', 'failed'], {
      description: 'The least that can be said of all rows.',
    }),
    ...COUNTS,
    suppressed: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Of the removed: rows left out of an anonymous table because their cell was too small.',
    }),
    ground: OrNull(
      Type.String({ maxLength: 200, description: 'Why something stays: a DPV term for Art. 17(3), or kinds of hold.' }),
    ),
    groundInWords: OrNull(Type.String({ maxLength: 300 })),
    until: OrNull(Type.String({ format: 'date-time', description: 'When that is looked at again, if a day is set.' })),
    commitment: OrNull(Digest),
    unreached: Type.Optional(
      Type.Literal(true, { description: 'The holder of it has not answered yet: nobody knows what is still there.' }),
    ),
  },
  closed,
);

const Actor = Type.Object({ id: Word, role: Word }, { ...closed, description: 'A token or a job; never a person.' });

/** What is signed. No personal data and no pseudonyms: counts, codes, ids of things. */
export const Certificate = Type.Object(
  {
    version: Type.Literal(1),
    kind: Type.Enum(['erasure', 'sweep', 'visit-erasure']),
    certificateId: Uuid,
    actId: Type.String({ format: 'uuid', description: 'The erasure, the sweep, or the erasure of visits.' }),
    tenant: Word,
    institution: Type.String({ minLength: 1, maxLength: 1000 }),
    startedAt: Instant,
    finishedAt: Instant,
    verdict: Type.Enum(['complete', 'complete-with-exceptions', 'incomplete']),
    keyDestroyed: OrNull(Type.Boolean({ description: 'Of an erasure: whether the key of the person is destroyed.' })),
    asOf: OrNull(Instant),
    planDigest: OrNull(Digest),
    policyHash: Word,
    requestedBy: OrNull(Actor),
    approvedBy: Type.Array(Actor, { maxItems: 100 }),
    entries: Type.Object(
      { first: OrNull(Uuid), last: Uuid },
      { ...closed, description: 'Audit entries that begin and end it; the last carries the hash of this certificate.' },
    ),
    holders: Type.Array(
      Type.Object({ holder: Word, categories: Type.Array(CertifiedCategory, { maxItems: 1000 }) }, closed),
      { maxItems: 100 },
    ),
    totals: Type.Object(COUNTS, closed),
    parties: Type.Optional(
      Type.Array(
        Type.Object(
          {
            party: Word,
            name: Type.String({ minLength: 1, maxLength: 1000 }),
            role: Word,
            categories: Type.Array(Word, { maxItems: 1000 }),
          },
          closed,
        ),
        { maxItems: 1000, description: 'Who decides on these data and who else has them, by the register (Art. 19).' },
      ),
    ),
  },
  closed,
);

/** A public Ed25519 key (RFC 8037), as the key set shows it. */
const PublicKey = Type.Object(
  {
    kty: Type.Literal('OKP'),
    crv: Type.Literal('Ed25519'),
    x: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    kid: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    alg: Type.Literal('EdDSA'),
    use: Type.Literal('sig'),
  },
  closed,
);

/** A certificate with all it takes to check it without this service. */
export const CertificateBundle = Type.Object(
  {
    certificate: Certificate,
    jws: Type.String({ maxLength: 10_000_000, description: 'The same, signed (RFC 7515, Ed25519).' }),
    key: PublicKey,
    log: Type.Object(
      {
        entryId: Uuid,
        entry: Type.Optional(Type.String({ maxLength: 70_000, description: 'The entry as it is hashed.' })),
        index: Type.Optional(Count),
        proof: Type.Optional(
          Type.String({ maxLength: 200_000, description: 'A .tlog-proof with entry and salt, once it is in the log.' }),
        ),
        key: Type.Optional(Type.String({ maxLength: 1000, description: 'The log’s verifier key (C2SP signed-note).' })),
      },
      closed,
    ),
  },
  closed,
);

const CertificateSummary = Type.Object(
  {
    certificateId: Uuid,
    kind: Certificate.properties.kind,
    issuedAt: Instant,
    actId: Uuid,
    verdict: Certificate.properties.verdict,
    totals: Certificate.properties.totals,
  },
  closed,
);
export const CertificateList = cursorPage(CertificateSummary);
export const CertificateParams = Type.Object({ certificateId: Uuid }, closed);

export type Certificate = Static<typeof Certificate>;
export type CertifiedCategory = Static<typeof CertifiedCategory>;
export type CertifiedHolder = Certificate['holders'][number];
export type CertificateBundle = Static<typeof CertificateBundle>;
export type CertificateSummary = Static<typeof CertificateSummary>;
export type Totals = Certificate['totals'];
