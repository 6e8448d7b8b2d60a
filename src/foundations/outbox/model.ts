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
  | 'not-encrypted'
  | 'unreadable';

/**
 * `undelivered`: no mail server is set, so that it stays sealed until it is exported. `handed-over`: exported for
 * somebody who sends it. `dead`: given up.
 */
export const MESSAGE_STATES = ['pending', 'undelivered', 'delivered', 'handed-over', 'dead'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Whether it has left: what follows from its arrival counts from then. */
export const HAS_LEFT: readonly MessageState[] = ['delivered', 'handed-over'];

/** A mail that is handed over for somebody else to send. */
export interface ExportedMail {
  messageId: string;
  topic: string;
  party: string;
  /** As it goes over the wire (RFC 5322). */
  bytes: Buffer;
}

export const OutboxMessage = Type.Object(
  {
    messageId: Type.String({ format: 'uuid', description: 'The `webhook-id` the receiver sees.' }),
    topic: Type.String(),
    party: Type.String({
      description: 'The party of the register it is for; `data-subject`: the person a request is about.',
    }),
    channel: Type.Enum(['webhook', 'email']),
    status: Type.Enum([...MESSAGE_STATES], {
      description:
        '`undelivered`: a mail, and no mail server is set: it stays sealed until `lethe outbox export` hands it over. `handed-over`: somebody has it who sends it. `dead`: given up; `retry` sends it again.',
    }),
    attempts: Type.Integer(),
    createdAt: Instant,
    nextAttemptAt: OrNull(Instant),
    deliveredAt: Type.Union([Instant, Type.Null()], { description: 'When it came through, or was handed over.' }),
    failure: OrNull(Type.String({ description: 'Why the last attempt failed: a code.' })),
  },
  { ...closed, title: 'OutboxMessage' },
);
export const OutboxMessages = cursorPage(OutboxMessage);
export const OutboxQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum([...MESSAGE_STATES])),
    party: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })),
    ...PAGE_QUERY,
  },
  closed,
);
export const OutboxParams = Type.Object({ messageId: Uuid }, closed);

export type OutboxMessage = Static<typeof OutboxMessage>;
export type OutboxQuery = Static<typeof OutboxQuery>;
