import Type, { type Static } from 'typebox';
import { JURISDICTION_PATTERN } from '../../law/jurisdictions.ts';
import { ROLES } from '../contract/context.ts';
import { cursorPage, PAGE_QUERY } from '../contract/cursor-page.ts';
import { closed, Instant, OrNull, TENANT_ID_PATTERN, Uuid } from '../contract/schemas.ts';

const TenantId = Type.String({
  pattern: TENANT_ID_PATTERN,
  description: 'Lower-case letters, digits, hyphens.',
});

const name = Type.String({ minLength: 1, maxLength: 200, pattern: '^\\S(.*\\S)?$' });
const timeZone = Type.String({
  maxLength: 64,
  pattern: '^[A-Za-z][\\w+/-]*$',
  description: 'IANA name; calendar rules run in it: Europe/Berlin.',
});
const jurisdiction = Type.String({
  pattern: JURISDICTION_PATTERN,
  description:
    'Whose law applies: ISO 3166-1 or 3166-2 of the EEA, GB or CH (DE, DE-BY, GB-SCT), EU, or an institution (EUI, EC, EP).',
});
const language = Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$', description: 'Default language of notices.' });
const region = Type.Union([Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }), Type.Null()], {
  description: 'Where its data is: a region of the policies; null: the home region.',
});
const origins = Type.Array(
  Type.String({
    maxLength: 300,
    pattern: '^https?://([a-z0-9.-]+|\\[[0-9a-f:]+\\])(:[0-9]{1,5})?$',
    description: 'Scheme, host and port as a browser sends them, in lower case, without a path.',
  }),
  { maxItems: 50, uniqueItems: true, description: 'Web origins of the portal: browsers may call from these only.' },
);

export const NewTenant = Type.Object(
  {
    id: TenantId,
    name,
    timeZone: Type.Optional(timeZone),
    jurisdiction: Type.Optional(jurisdiction),
    language: Type.Optional(language),
    region: Type.Optional(region),
    origins: Type.Optional(origins),
  },
  closed,
);

export const TenantPatch = Type.Object(
  {
    name: Type.Optional(name),
    timeZone: Type.Optional(timeZone),
    jurisdiction: Type.Optional(jurisdiction),
    language: Type.Optional(language),
    region: Type.Optional(region),
    origins: Type.Optional(origins),
  },
  { ...closed, minProperties: 1 },
);

export const Tenant = Type.Object(
  {
    id: TenantId,
    name: Type.String(),
    region,
    timeZone: Type.String(),
    jurisdiction: Type.String(),
    language: Type.String(),
    origins: Type.Array(Type.String()),
    gpcSince: Type.String({ format: 'date-time', description: 'Since when `Sec-GPC` is honoured here.' }),
    createdAt: Instant,
    leaving: Type.Optional(Type.Literal(true, { description: 'Its contract ends: it takes nothing new.' })),
  },
  { ...closed, title: 'Tenant' },
);
export const TenantPage = cursorPage(Tenant);

const label = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^\\S(.*\\S)?$',
  description: 'What uses the token. Name a system, never a person.',
});
const role = Type.Enum([...ROLES]);

export const NewToken = Type.Object(
  {
    role,
    label,
    expiresAt: Type.Optional(
      Type.String({
        format: 'date-time',
        maxLength: 40,
        description: 'In a year, when absent; within LETHE_TOKEN_MAX_DAYS.',
      }),
    ),
    everyTenant: Type.Optional(
      Type.Boolean({ description: 'Acts in every tenant; only credentials that do so themselves may give this.' }),
    ),
  },
  closed,
);

const tokenFields = {
  id: Uuid,
  tenant: TenantId,
  everyTenant: Type.Boolean(),
  role,
  label: Type.String(),
  hint: Type.String({ description: 'The last four characters of the secret.' }),
  createdAt: Instant,
  createdBy: Type.String(),
  expiresAt: OrNull(Instant),
  revokedAt: OrNull(Instant),
  lastUsedAt: Type.Union([Instant, Type.Null()], { description: 'To the minute.' }),
};
export const Token = Type.Object(tokenFields, { ...closed, title: 'Token' });
export const IssuedToken = Type.Object(
  {
    ...tokenFields,
    secret: Type.Union([Type.String(), Type.Null()], {
      description: 'Shown once. Null when a repeated Idempotency-Key is answered: revoke the token, make another.',
    }),
  },
  { ...closed, title: 'IssuedToken' },
);
export const TokenPage = cursorPage(Token);

export const TenantParams = Type.Object({ tenantId: TenantId }, closed);
export const TokenParams = Type.Object({ tokenId: Uuid }, closed);
export const ListQuery = Type.Object({ ...PAGE_QUERY }, closed);

export type NewTenant = Static<typeof NewTenant>;
export type TenantPatch = Static<typeof TenantPatch>;
export type Tenant = Static<typeof Tenant>;
export type NewToken = Static<typeof NewToken>;
export type Token = Static<typeof Token>;
export type IssuedToken = Static<typeof IssuedToken>;
export type ListQuery = Static<typeof ListQuery>;
