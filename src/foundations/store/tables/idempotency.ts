import type { Kit } from '../columns.ts';

/** Requests already carried out, so that a repeat gets the same answer (see ../idempotency.ts). */
export function defineIdempotencyTables(kit: Kit) {
  const { table, tenantId, text, instant, json, index, primaryKey } = kit;
  return {
    idempotencyKeys: table(
      'idempotency_keys',
      {
        tenantId: tenantId(),
        caller: text('caller').notNull(),
        idempotencyKey: text('idempotency_key').notNull(),
        operation: text('operation').notNull(),
        fingerprint: text('fingerprint').notNull(),
        result: json<unknown>('result').notNull(),
        createdAt: instant('created_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.caller, t.idempotencyKey] }),
        index('idempotency_keys_age').on(t.tenantId, t.createdAt),
      ],
    ),
  };
}
