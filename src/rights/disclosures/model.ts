import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { CASE_NUMBER, READING_PURPOSES, type ReadingPurpose } from '../../law/reading-purposes.ts';

const KINDS = ['address', 'export', 'special-text'] as const;

/** Full address and browser of single visits, or everything one holder has about everybody. */
const AddressTarget = Type.Object(
  { visitIds: Type.Array(Uuid, { minItems: 1, maxItems: 50, uniqueItems: true }) },
  { ...closed, title: 'AddressTarget' },
);
const ExportTarget = Type.Object(
  { holder: Type.Enum(['consents', 'visits', 'profiles', 'content']) },
  { ...closed, title: 'ExportTarget' },
);

const SpecialTarget = Type.Object(
  { specialTexts: Type.Array(Uuid, { minItems: 1, maxItems: 50, uniqueItems: true }) },
  { ...closed, title: 'SpecialTextTarget' },
);

export const DisclosureInput = Type.Object(
  {
    kind: Type.Enum([...KINDS]),
    purpose: Type.Enum(Object.keys(READING_PURPOSES) as ReadingPurpose[]),
    reference: Type.Optional(
      Type.String({
        pattern: CASE_NUMBER,
        maxLength: 50,
        description: 'A case number (2026-17, INC-7), never a name.',
      }),
    ),
    target: Type.Union([AddressTarget, ExportTarget, SpecialTarget]),
    recipient: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description: 'The party of the register it is handed to; absent: it stays with who asks.',
      }),
    ),
  },
  { ...closed, title: 'DisclosureInput' },
);

export const Disclosure = Type.Object(
  {
    disclosureId: Uuid,
    kind: Type.Enum([...KINDS]),
    purpose: Type.String(),
    reference: OrNull(Type.String()),
    target: Type.Union([AddressTarget, ExportTarget, SpecialTarget]),
    recipient: OrNull(Type.String()),
    status: Type.Enum(['requested', 'approved', 'refused', 'released', 'expired']),
    requestedBy: Type.String({ description: 'A token, never a name.' }),
    requestedAt: Instant,
    decidedBy: OrNull(Type.String()),
    decidedAt: OrNull(Instant),
    expiresAt: Instant,
    usedAt: OrNull(Instant),
  },
  { ...closed, title: 'Disclosure' },
);
export const DisclosureList = cursorPage(Disclosure);
export const DisclosureParams = Type.Object({ disclosureId: Uuid }, closed);
export const ReleaseQuery = Type.Object(
  { format: Type.Optional(Type.Enum(['ndjson', 'csv'], { default: 'ndjson' })) },
  closed,
);

export type DisclosureInput = Static<typeof DisclosureInput>;
export type Disclosure = Static<typeof Disclosure>;
export type DisclosureTarget = Disclosure['target'];
