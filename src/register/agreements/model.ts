import Type, { type Static } from 'typebox';
import { CategoryId, Country, closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { agreementTerms } from '../policies/model.ts';

/** A signed file, kept elsewhere: its name and what proves that it is this one. */
const AgreementFile = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^/\\\\\\x00-\\x1f]+$' }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  closed,
);

const validity = {
  validFrom: Instant,
  validUntil: OrNull(Type.String({ format: 'date-time', description: 'Exclusive; null: until it is ended.' })),
};

export const AgreementInput = Type.Object(
  {
    template: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description: 'Terms from the policies; what is given here wins.',
      }),
    ),
    ...Type.Partial(Type.Object(agreementTerms)).properties,
    validFrom: Instant,
    validUntil: Type.Optional(validity.validUntil),
    file: Type.Optional(AgreementFile),
  },
  { ...closed, title: 'AgreementInput' },
);

/** What processing is, as Art. 4(2) lists it. */
const OPERATIONS = [
  'collection',
  'recording',
  'organisation',
  'structuring',
  'storage',
  'adaptation',
  'alteration',
  'retrieval',
  'consultation',
  'use',
  'disclosure',
  'dissemination',
  'alignment',
  'combination',
  'restriction',
  'erasure',
  'destruction',
] as const;
const Operation = Type.Enum([...OPERATIONS], { description: 'An operation of Art. 4(2).' });
const PartyId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'A party of the policies.' });
const some = <T extends Parameters<typeof Type.Array>[0]>(of: T) =>
  Type.Optional(Type.Array(of, { minItems: 1, maxItems: 500, uniqueItems: true }));

/** What of the activities of the agreement the processor may do; where a list is absent, all that the register has. */
const Permits = Type.Object(
  {
    operations: some(Operation),
    categories: some(CategoryId),
    recipients: some(PartyId),
    countries: some(Country),
  },
  closed,
);

const DataChoice = Type.Enum(['delete', 'return'], {
  description: 'What the processor does with the data at the end, as the controller chose (Art. 28(3)(g)).',
});
const Ended = Type.Object(
  {
    on: Type.String({ format: 'date-time', description: 'When the data was deleted or had been returned.' }),
    copiesDeletedOn: Type.Optional(
      Type.String({ format: 'date-time', description: 'When the last copy was deleted, backups included.' }),
    ),
    keptByLaw: Type.Optional(
      Type.String({
        minLength: 10,
        maxLength: 1000,
        pattern: '\\S',
        description: 'What the processor has to keep, and the law that says so; then copies of that may stay.',
      }),
    ),
    certificate: AgreementFile,
  },
  closed,
);

export const Agreement = Type.Object(
  {
    agreementId: Uuid,
    /** `*`: between parties of the installation, for every tenant. */
    scope: Type.Enum(['tenant', 'installation']),
    status: Type.Enum(['draft', 'active', 'ended']),
    template: OrNull(Type.String({ description: 'Template and version it was made from.' })),
    ...agreementTerms,
    ...validity,
    file: OrNull(AgreementFile),
    signedOn: OrNull(Instant),
    dataAtEnd: Type.Optional(
      Type.Object(
        { choice: DataChoice, done: OrNull(Ended) },
        { ...closed, description: 'Of what has ended: what was chosen, and whether it is done.' },
      ),
    ),
    instructions: Type.Array(
      Type.Object(
        {
          version: Type.Integer(),
          text: Type.String(),
          sha256: Type.String(),
          permits: Permits,
          issuedAt: Instant,
          issuedBy: Type.String(),
          signature: OrNull(
            Type.String({
              description: 'Compact JWS over the instruction (RFC 7515); null of what was issued before it was signed.',
            }),
          ),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'Agreement' },
);

export const SignatureInput = Type.Object(
  { signedOn: Instant, file: Type.Optional(AgreementFile) },
  { ...closed, title: 'SignatureInput' },
);

const Reason = Type.String({
  minLength: 10,
  maxLength: 1000,
  pattern: '\\S',
  description: 'Why, in a sentence; names no person.',
});
export const EndInput = Type.Object(
  { at: Instant, reason: Reason, data: Type.Optional(DataChoice) },
  { ...closed, title: 'EndInput' },
);
export const DataEndInput = Type.Object(
  { choice: Type.Optional(DataChoice), ...Ended.properties },
  { ...closed, title: 'DataEndInput' },
);

export const AgreementCorrection = Type.Object(
  {
    from: Instant,
    until: Type.Optional(Type.String({ format: 'date-time', description: 'Exclusive; absent: from then on.' })),
    reason: Reason,
    ...Type.Partial(Type.Object(agreementTerms)).properties,
    validFrom: Type.Optional(validity.validFrom),
    validUntil: Type.Optional(validity.validUntil),
    file: Type.Optional(AgreementFile),
  },
  { ...closed, title: 'AgreementCorrection' },
);
export const InstructionInput = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: 20000, pattern: '\\S' }), ...Permits.properties },
  { ...closed, title: 'InstructionInput' },
);
/** Something that a processor is asked to do. */
export const InstructionCheck = Type.Object(
  {
    processor: PartyId,
    activity: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'An activity of the policies.' }),
    operation: Operation,
    category: Type.Optional(CategoryId),
    recipient: Type.Optional(PartyId),
    country: Type.Optional(Country),
  },
  { ...closed, title: 'InstructionCheck' },
);
export const InstructionVerdict = Type.Object(
  {
    within: Type.Literal(true),
    controller: Type.String({ description: 'On whose behalf: the next party up the chain.' }),
    processor: Type.String(),
    agreementId: Uuid,
    instruction: OrNull(Type.Integer({ description: 'The version; null: the agreement alone says what to do.' })),
  },
  { ...closed, title: 'InstructionVerdict' },
);
export const AgreementParams = Type.Object({ agreementId: Uuid }, closed);
export const AgreementList = Type.Object({ items: Type.Array(Agreement) }, closed);

export type SignatureInput = Static<typeof SignatureInput>;
export type AgreementCorrection = Static<typeof AgreementCorrection>;
export type Agreement = Static<typeof Agreement>;
export type AgreementInput = Static<typeof AgreementInput>;
export type EndInput = Static<typeof EndInput>;
export type DataEndInput = Static<typeof DataEndInput>;
export type InstructionInput = Static<typeof InstructionInput>;
export type InstructionCheck = Static<typeof InstructionCheck>;
export type InstructionVerdict = Static<typeof InstructionVerdict>;

/** As it is recorded; without permits and signature where it was issued by an earlier version. */
export interface InstructionFact {
  agreementId: string;
  text: string;
  sha256: string;
  permits?: Static<typeof Permits>;
  signature?: string;
}
