import type { Kit } from '../columns.ts';

/** Data Rights Protocol 1.0: requests that agents bring for persons. */
export function defineDrpTables(kit: Kit) {
  const { table, tenantId, text, instant, bytes, uniqueIndex, primaryKey } = kit;
  return {
    /** Which agent brought which request, and what it was told of it last. */
    drpRequests: table(
      'drp_requests',
      {
        tenantId: tenantId(),
        requestId: text('request_id').notNull(),
        /** The agent's id in the policies. */
        agent: text('agent').notNull(),
        /** Keyed hash of agent and message: the same bytes again are the same request. */
        fingerprint: text('fingerprint').notNull(),
        status: text('status').notNull(),
        reason: text('reason'),
        /** The agent's own number for it and its address for callbacks, sealed; emptied when it is over. */
        payloadSealed: bytes('payload_sealed'),
        receivedAt: instant('received_at').notNull(),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.requestId] }),
        uniqueIndex('drp_requests_fingerprint').on(t.tenantId, t.fingerprint),
      ],
    ),
  };
}
