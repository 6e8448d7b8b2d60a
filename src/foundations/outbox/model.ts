import Type, { type Static } from 'typebox';
import { cursorPage, PAGE_QUERY } from '../contract/cursor-page.ts';
import { closed, Instant, OrNull, Uuid } from '../contract/schemas.ts';

type Delivery = { channel: 'webhook'; url: string } | { channel: 'email'; address: string };

/** Whom a message is for that goes to the person a request is about: no party, and not named here. */
export const DATA_SUBJECT = 'data-subject';

/** One message to one organisation: as data for a webhook, as subject and plain text for a mailbox. */
export interface Outgoing {
  /** Party of the register it is for, or `DATA_SUBJECT`. */
  party: string;
  /** What it tells, as `thing.what-happened`: `sub-processor-change.announced`. */
  topic: string;
  delivery: Delivery;
  data: Record<string, unknown>;
  subject: string;
  text: string;
  /** Instead of the envelope of webhooks: exactly this JSON, with headers of its protocol beside our own. */
  exact?: { body: string; headers: Record<string, string> };
}

/** What a transport gets to send, again and again under the same id until it is through. */
export interface Sendable extends Outgoing {
  tenantId: string;
  messageId: string;
  createdAt: Date;
}

/** What came of one attempt. `final`: trying again would be useless. */
export type Attempt =
  | { delivered: true }
  | { delivered: false; failure: Failure; final?: boolean; retryAfterSeconds?: number };

/** Why an attempt failed; a code, never what the other side said. */
type Failure =
  | 'target-refused'
  | 'unreachable'
  | 'timed-out'
  | 'redirected'
  | 'gone'
  | 'answered-4xx'
  | 'answered-5xx'
  | 'mail-refused'
  | 'unreadable';

export const OutboxMessage = Type.Object(
  {
    messageId: Type.String({ format: 'uuid', description: 'The `webhook-id` the receiver sees.' }),
    topic: Type.String(),
    party: Type.String({
      description: 'The party of the register it is for; `data-subject`: the person a request is about.',
    }),
    channel: Type.Enum(['webhook', 'email']),
    status: Type.Enum(['pending', 'delivered', 'dead'], {
      description: '`dead`: given up; `retry` sends it again.',
    }),
    attempts: Type.Integer(),
    createdAt: Instant,
    nextAttemptAt: OrNull(Instant),
    deliveredAt: OrNull(Instant),
    failure: OrNull(Type.String({ description: 'Why the last attempt failed: a code.' })),
  },
  { ...closed, title: 'OutboxMessage' },
);
export const OutboxMessages = cursorPage(OutboxMessage);
export const OutboxQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum(['pending', 'delivered', 'dead'])),
    party: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })),
    ...PAGE_QUERY,
  },
  closed,
);
export const OutboxParams = Type.Object({ messageId: Uuid }, closed);

export type OutboxMessage = Static<typeof OutboxMessage>;
export type OutboxQuery = Static<typeof OutboxQuery>;
