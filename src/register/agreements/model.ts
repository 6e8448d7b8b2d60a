import Type, { type Static } from 'typebox';
import { agreementTerms } from '../model.ts';

const closed = { additionalProperties: false } as const;
const Instant = Type.String({ format: 'date-time' });
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

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

export const Agreement = Type.Object(
  {
    agreementId: Type.String({ format: 'uuid' }),
    /** `*`: between parties of the installation, for every tenant. */
    scope: Type.Enum(['tenant', 'installation']),
    status: Type.Enum(['draft', 'active', 'ended']),
    template: OrNull(Type.String({ description: 'Template and version it was made from.' })),
    ...agreementTerms,
    ...validity,
    file: OrNull(AgreementFile),
    signedOn: OrNull(Instant),
    instructions: Type.Array(
      Type.Object(
        {
          version: Type.Integer(),
          text: Type.String(),
          sha256: Type.String(),
          issuedAt: Instant,
          issuedBy: Type.String(),
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
export const EndInput = Type.Object({ at: Instant, reason: Reason }, { ...closed, title: 'EndInput' });

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
  { text: Type.String({ minLength: 1, maxLength: 20000, pattern: '\\S' }) },
  { ...closed, title: 'InstructionInput' },
);
export const AgreementParams = Type.Object({ agreementId: Type.String({ format: 'uuid' }) }, closed);
export const AgreementList = Type.Object({ items: Type.Array(Agreement) }, closed);

export type SignatureInput = Static<typeof SignatureInput>;
export type AgreementCorrection = Static<typeof AgreementCorrection>;
export type Agreement = Static<typeof Agreement>;
export type AgreementInput = Static<typeof AgreementInput>;
