import Type, { type Static } from 'typebox';
import { closed, Instant, PolicyId } from '../../foundations/contract/schemas.ts';
import { RequestIntake } from '../requests/model.ts';
import { REASONS, STATUSES } from './states.ts';

const { Optional } = Type;
const open = { additionalProperties: true } as const;
const Word = Type.String({ minLength: 1, maxLength: 100 });
const Text = Type.String({ minLength: 1, maxLength: 500 });
const Flag = Optional(Type.Boolean({ description: 'What the agent says; never taken as confirmed.' }));

/**
 * Not of the protocol, which has `ccpa` alone: what our own agents write for a request under the GDPR. No regime at all
 * comes to the same.
 */
export const GDPR_REGIME = 'x-gdpr';

/** What every message says of itself. */
const envelope = {
  'agent-id': Word,
  'business-id': Word,
  'issued-at': Instant,
  'expires-at': Instant,
  'drp.version': Type.String({ pattern: '^1\\.\\d{1,3}$', description: '1.0' }),
};
export const AgentSetup = Type.Object(envelope, open);

const { name, email } = RequestIntake.properties.requester.properties;
/** Members it does not know are passed over, as the protocol wants it. */
export const Exercise = Type.Object(
  {
    ...envelope,
    'agent-request-id': Optional(Type.String({ minLength: 1, maxLength: 200 })),
    exercise: Type.String({ maxLength: 50, description: 'deletion, access, access:categories or access:specific.' }),
    regime: Optional(
      Type.String({
        maxLength: 50,
        description: `\`${GDPR_REGIME}\` is not of the protocol; \`ccpa\` where the policies take it.`,
      }),
    ),
    relationships: Optional(Type.Array(Word, { maxItems: 20 })),
    status_callback: Optional(
      Type.String({ pattern: '^https?://[^\\s#]+$', maxLength: 2000, description: 'an https address' }),
    ),
    name,
    email,
    email_verified: Flag,
    phone_number: Optional(Word),
    phone_number_verified: Flag,
    address: Optional(
      Type.Union([Text, Type.Record(Word, Text, { maxProperties: 20, description: 'As OpenID Connect has it.' })]),
    ),
    address_verified: Flag,
    power_of_attorney: Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  },
  open,
);
export type Exercise = Static<typeof Exercise>;

const { 'drp.version': version, ...signedBy } = envelope;
export const Revocation = Type.Object(
  {
    reason: Optional(Type.String({ maxLength: 2000, description: 'Read, and not kept.' })),
    'agent-id': Optional(signedBy['agent-id']),
    'business-id': Optional(signedBy['business-id']),
    'issued-at': Optional(Instant),
    'expires-at': Optional(Instant),
    'drp.version': Optional(version),
  },
  open,
);

export const DrpStatus = Type.Object(
  {
    request_id: Type.String({ format: 'uuid' }),
    received_at: Instant,
    expected_by: Optional(Instant),
    agent_request_id: Optional(Type.String()),
    processing_details: Optional(Type.String()),
    status: Type.Enum([...STATUSES]),
    reason: Optional(Type.Enum([...REASONS])),
  },
  { ...closed, title: 'DrpStatus' },
);
export type DrpStatus = Static<typeof DrpStatus>;

export const AgentToken = Type.Object(
  { 'agent-id': Type.String(), token: Type.String() },
  { ...closed, title: 'DrpAgentToken' },
);
export const DrpError = Type.Object(
  {
    code: Type.String({ description: 'The status.' }),
    message: Type.String(),
    fatal: Type.Boolean({ description: 'Sending it again will not help.' }),
  },
  { ...closed, title: 'DrpError' },
);

const id = Type.String({ maxLength: 200 });
export const AgentParams = Type.Object({ tenant: PolicyId, agentId: id }, closed);
export const ExerciseParams = Type.Object({ tenant: PolicyId }, closed);
export const DrpRequestParams = Type.Object({ tenant: PolicyId, requestId: id }, closed);
