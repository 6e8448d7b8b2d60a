import type { Kit } from '../columns.ts';

/** OpenDSR 2.0: requests between controllers and processors. */
export function defineOpendsrTables(kit: Kit) {
  const { table, tenantId, text, instant, bytes, index, primaryKey } = kit;
  return {
    /** What controllers have sent to us as their processor, and what we have sent to ours. */
    opendsrRequests: table(
      'opendsr_requests',
      {
        tenantId: tenantId(),
        /** `received` or `sent`. */
        direction: text('direction').notNull(),
        subjectRequestId: text('subject_request_id').notNull(),
        /** The controller who sent it, or the processor it went to: a party, or the id of a credential. */
        counterpart: text('counterpart').notNull(),
        type: text('type').notNull(),
        status: text('status').notNull(),
        /** Keyed hash of the body: the same id with another body is refused. */
        fingerprint: text('fingerprint').notNull(),
        requestId: text('request_id'),
        taskId: text('task_id'),
        /** Body, callback addresses and answer, sealed under a key of the tenant; emptied when it is over. */
        payloadSealed: bytes('payload_sealed'),
        receivedAt: instant('received_at').notNull(),
        expectedAt: instant('expected_at'),
        nextPollAt: instant('next_poll_at'),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.direction, t.subjectRequestId] }),
        index('opendsr_requests_request').on(t.tenantId, t.requestId),
        index('opendsr_requests_poll').on(t.tenantId, t.direction, t.status, t.nextPollAt),
      ],
    ),
  };
}
