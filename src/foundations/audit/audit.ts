import { sql } from 'drizzle-orm';
import type { Context } from '../contract/context.ts';
import { hotRun } from '../store/hot.ts';
import type { Query } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import type { Commitment } from '../vault/vault.ts';
import { LARGEST_ENTRY } from './log/tile.ts';
import { domainOf } from './subject-index.ts';

/** What a domain says of one decision or change. No personal data: counts, codes, ids of things, never of people. */
export interface AuditEvent {
  action: string;
  /** `vault.commitment(…)`, taken before the transaction; never the subject's own id. */
  subject?: Commitment;
  /** The set the decision was made under, where that is not simply the one in force. */
  policyHash?: string;
  detail?: Record<string, unknown>;
  /** The id it is to have, where something written before must name it; made by `uuidv7` of this instant. */
  entryId?: string;
}

const insertEntry = hotRun('audit_add', (q) => {
  const { auditEntries: t } = q.tables;
  return q.insert(t).values({
    tenantId: sql.placeholder('tenantId'),
    entryId: sql.placeholder('entryId'),
    recordedAt: sql.placeholder('recordedAt'),
    actor: sql.placeholder('actor'),
    role: sql.placeholder('role'),
    action: sql.placeholder('action'),
    subject: sql.placeholder('subject'),
    subjectIndex: sql.placeholder('subjectIndex'),
    policyHash: sql.placeholder('policyHash'),
    requestId: sql.placeholder('requestId'),
    detail: sql.placeholder('detail'),
  });
});

/** The sequencer (audit/log) finds it here and gives it its place in the log. */
const insertPending = hotRun<{ tenantId: string; entryId: string }>('audit_pending', (q) => {
  const { auditPending: t } = q.tables;
  return q.insert(t).values({ tenantId: sql.placeholder('tenantId'), entryId: sql.placeholder('entryId') });
});

/** Who an entry says has acted, where and when. */
export type Author = Pick<Context, 'principal' | 'clock' | 'requestId'> & { tenant: Pick<Context['tenant'], 'id'> };

export interface Audit {
  /** Writes one entry in the caller's own transaction (GDPR Art. 5(2)); answers its id. */
  add(tx: Query, context: Author, event: AuditEvent): Promise<string>;
}

/** Every entry names the policies it was made under: those in force, unless it says which. */
export function createAudit(policies: { of(tenantId: string): { current(): { hash: string } } }): Audit {
  return {
    async add(tx, context, event) {
      const detail = event.detail ?? {};
      checkSize(detail);
      const recordedAt = context.clock();
      const entryId = event.entryId ?? uuidv7(recordedAt);
      await insertEntry(tx, {
        tenantId: context.tenant.id,
        entryId,
        recordedAt,
        actor: context.principal.id,
        role: context.principal.role,
        action: event.action,
        subject: event.subject?.subjectOf(entryId) ?? null,
        subjectIndex: event.subject?.indexFor(domainOf(event.action)) ?? null,
        policyHash: event.policyHash ?? policies.of(context.tenant.id).current().hash,
        requestId: context.requestId,
        detail,
      });
      await insertPending(tx, { tenantId: context.tenant.id, entryId });
      return entryId;
    },
  };
}

/** What a leaf of a tlog-tiles log cannot hold is refused before it is written (REQ-F05). */
function checkSize(detail: Record<string, unknown>): void {
  // Three bytes a character at most, and room for the entry's own fields.
  const text = JSON.stringify(detail);
  const bytes = (text.length * 3 + 1024 > LARGEST_ENTRY ? Buffer.byteLength(text) : 0) + 1024;
  if (bytes > LARGEST_ENTRY)
    throw new RangeError(`An audit entry may have ${LARGEST_ENTRY} bytes; this one has ${bytes}.`);
}
