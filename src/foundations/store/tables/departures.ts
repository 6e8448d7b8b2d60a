import type { Kit } from '../columns.ts';

/** The end of a contract with an institution (GDPR Art. 28(3)(g)), and what it brought when it came from elsewhere. */
export function defineDeparturesTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, primaryKey } = kit;
  return {
    /** The installation's own record: it stays when everything of the tenant has gone. */
    departures: table(
      'departures',
      {
        tenantId: tenantId(),
        departureId: text('departure_id').notNull(),
        /** `return`, `delete` or `return-and-delete`. */
        choice: text('choice').notNull(),
        /** Local day `YYYY-MM-DD` from which on it may be deleted. */
        endsOn: text('ends_on').notNull(),
        reason: text('reason').notNull(),
        /** The agreement that ends, by its id in the register. */
        agreement: text('agreement'),
        status: text('status').notNull(),
        /** Of what there was when it was opened. */
        digest: text('digest').notNull(),
        found: json<unknown>('found').notNull(),
        proposedBy: json<unknown>('proposed_by').notNull(),
        proposedAt: instant('proposed_at').notNull(),
        decidedBy: json<unknown>('decided_by'),
        decidedAt: instant('decided_at'),
        /** The return that was made last: its manifest's hash, and how much of the log it has. */
        returnedAt: instant('returned_at'),
        returnDigest: text('return_digest'),
        returnSize: integer('return_size'),
        acknowledgedBy: json<unknown>('acknowledged_by'),
        acknowledgedAt: instant('acknowledged_at'),
        deletionBy: json<unknown>('deletion_by'),
        deletionAt: instant('deletion_at'),
        /** How far the deletion has come; codes and counts. */
        progress: json<unknown>('progress'),
        deletedAt: instant('deleted_at'),
        certificate: json<unknown>('certificate'),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.departureId] })],
    ),
    /** Logs that ended elsewhere, and go on here: their last checkpoints, and with which keys they were signed. */
    finishedLogs: table(
      'finished_logs',
      {
        tenantId: tenantId(),
        generation: integer('generation').notNull(),
        origin: text('origin').notNull(),
        size: integer('size').notNull(),
        root: text('root').notNull(),
        /** The signed note, as the other instance gave it. */
        checkpoint: text('checkpoint').notNull(),
        /** Its verifier key (C2SP signed-note). */
        key: text('verifier_key').notNull(),
        /** Public keys with which that instance signed documents of the tenant (RFC 7517). */
        keySet: json<unknown>('key_set').notNull(),
        receivedAt: instant('received_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.generation] })],
    ),
  };
}
