import Type, { type Static } from 'typebox';
import { closed, Instant } from '../../foundations/contract/schemas.ts';

const open = { additionalProperties: true } as const;
/** Identities by which people are found here. */
export const SUPPORTED_IDENTITIES = [
  { identity_type: 'controller_customer_id', identity_format: 'raw' },
  { identity_type: 'email', identity_format: 'raw' },
  { identity_type: 'email', identity_format: 'sha256' },
  { identity_type: 'email', identity_format: 'sha1' },
  { identity_type: 'email', identity_format: 'md5' },
] as const;
export const REQUEST_TYPES = ['access', 'portability', 'erasure'] as const;
export const API_VERSION = '2.0';

const Identity = Type.Object(
  {
    identity_type: Type.String({ minLength: 1, maxLength: 100 }),
    identity_value: Type.String({ minLength: 1, maxLength: 320 }),
    identity_format: Type.Enum(['raw', 'sha1', 'md5', 'sha256']),
  },
  closed,
);

/** A request as the specification has it; members it does not know are passed over, as it wants it. */
export const OpenDsrRequest = Type.Object(
  {
    regulation: Type.Optional(
      Type.Enum(['gdpr', 'ccpa'], { description: 'Required; the routes of OpenGDPR had none.' }),
    ),
    subject_request_id: Type.String({
      pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
      description: 'a UUID of version 4 in lower case',
    }),
    subject_request_type: Type.Enum([...REQUEST_TYPES]),
    submitted_time: Instant,
    subject_identities: Type.Array(Identity, { minItems: 1, maxItems: 20 }),
    api_version: Type.Optional(Type.String({ pattern: '^[12]\\.\\d{1,3}$', description: '2.0' })),
    status_callback_urls: Type.Optional(
      Type.Array(Type.String({ pattern: '^https?://[^\\s#]+$', maxLength: 2000, description: 'an https address' }), {
        maxItems: 10,
        uniqueItems: true,
      }),
    ),
    extensions: Type.Optional(Type.Record(Type.String({ maxLength: 253 }), Type.Unknown())),
  },
  { ...open, title: 'OpenDsrRequest' },
);
export type OpenDsrRequest = Static<typeof OpenDsrRequest>;

export const OpenDsrCallback = Type.Object(
  { subject_request_id: Type.String(), request_status: Type.String(), status_callback_url: Type.String() },
  { ...open, title: 'OpenDsrCallback' },
);

const tenant = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });
export const PortalParams = Type.Object({ tenant }, closed);
export const RequestParams = Type.Object({ tenant, subjectRequestId: Type.String({ maxLength: 200 }) }, closed);

export type OpenDsrStatus = 'pending' | 'in_progress' | 'completed' | 'cancelled';
