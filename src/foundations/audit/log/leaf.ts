import { canonical } from '../../contract/canonical-json.ts';
import type { AuditRow } from '../table.ts';

/**
 * An entry as the log holds it: canonical JSON (RFC 8785) of exactly these members, `subject` only where there is one.
 * Never changed for entries that exist: what is hashed is made anew from the stored entry, so that an entry altered
 * in the database no longer fits the log.
 */
export function leafOf(row: AuditRow): Buffer {
  return Buffer.from(
    canonical({
      version: 1,
      tenant: row.tenantId,
      id: row.entryId,
      at: row.recordedAt.toISOString(),
      actor: row.actor,
      role: row.role,
      action: row.action,
      subject: row.subject ?? undefined,
      policyHash: row.policyHash,
      requestId: row.requestId,
      detail: row.detail,
    }),
  );
}
