import type { Kit } from '../columns.ts';

/** Messages to others. */
export function defineOutboxTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, bytes, index, primaryKey } = kit;
  return {
    outboxMessages: table(
      'outbox_messages',
      {
        tenantId: tenantId(),
        messageId: text('message_id').notNull(),
        topic: text('topic').notNull(),
        /** Party of the register it is for. */
        party: text('party').notNull(),
        /** `webhook` or `email`. */
        channel: text('channel').notNull(),
        targetSealed: bytes('target_sealed').notNull(),
        payloadSealed: bytes('payload_sealed').notNull(),
        status: text('status').notNull(),
        attempts: integer('attempts').notNull(),
        createdAt: instant('created_at').notNull(),
        nextAttemptAt: instant('next_attempt_at'),
        deliveredAt: instant('delivered_at'),
        failure: text('failure'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.messageId] }),
        index('outbox_messages_due').on(t.tenantId, t.status, t.nextAttemptAt),
        index('outbox_messages_topic').on(t.tenantId, t.topic, t.createdAt),
      ],
    ),

    /** Secrets of parties that were rotated, by number; a party without a row has the first, without an end. */
    webhookSecrets: table(
      'webhook_secrets',
      {
        tenantId: tenantId(),
        /** Party of the register. */
        party: text('party').notNull(),
        number: integer('number').notNull(),
        /** Until when it is good beside a newer one; null of the newest. */
        endsAt: instant('ends_at'),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.party, t.number] })],
    ),
  };
}
