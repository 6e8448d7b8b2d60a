import { showing } from '../../foundations/audit/reading.ts';
import { indexesOf } from '../../foundations/audit/subject-index.ts';
import { type AuditFilter, newestEntryId, type ShownEntry, shownEntriesAfter } from '../../foundations/audit/table.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Store } from '../../foundations/store/store.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { AuditEntry } from './model.ts';

export interface AuditFilterInput {
  action?: string;
  actor?: string;
  from?: string;
  until?: string;
}

const EXPORT_PAGE = 1000;

/** The reading side of the audit log. It holds no personal data, so reading it is no event of its own. */
export function createAuditLog({ store, vault }: { store: Store; vault: Vault }) {
  async function page(
    context: Context,
    filter: AuditFilter,
    { limit = DEFAULT_PAGE, cursor }: { limit?: number; cursor?: string },
  ) {
    const rows = await store.read((q) => shownEntriesAfter(q, context.tenant.id, filter, cursor, limit + 1));
    const { items, next } = cursorPageFrom(rows, limit, ({ entry }) => entry.entryId);
    return { items: items.map(toEntry), next };
  }

  return {
    list: (context: Context, query: AuditFilterInput & { limit?: number; cursor?: string }) =>
      page(context, filterOf(query), query),

    /** The entries about one person: possible only while their key stands, for then alone their index can be made. */
    async search(context: Context, query: AuditFilterInput & { subject: string; limit?: number; cursor?: string }) {
      const { subjectId } = await subjectOf(vault, context.tenant.id, parseSubjectRef(query.subject));
      showing(context, subjectId);
      const commitment = await vault.existingCommitment(context.tenant.id, subjectId);
      if (!commitment) return { items: [], next: null };
      return page(context, { ...filterOf(query), subject: indexesOf(commitment, query.action) }, query);
    },

    async get(context: Context, entryId: string): Promise<AuditEntry> {
      const [row] = await store.read((q) => shownEntriesAfter(q, context.tenant.id, { entryId }, undefined, 1));
      if (!row) throw new Problem('not-found', 'There is no audit entry of this id.');
      return toEntry(row);
    },

    /**
     * Every entry there is when it begins, as NDJSON, page by page: memory does not grow with the log, no reader holds
     * the database open, and it ends however fast the log grows.
     */
    async *export(context: Context, query: AuditFilterInput): AsyncGenerator<string> {
      const through = await store.read((q) => newestEntryId(q, context.tenant.id));
      if (through === undefined) return;
      const filter = { ...filterOf(query), through };
      for (let after: string | undefined; ; ) {
        const rows: ShownEntry[] = await store.read((q) =>
          shownEntriesAfter(q, context.tenant.id, filter, after, EXPORT_PAGE),
        );
        if (rows.length > 0) yield `${rows.map((row) => JSON.stringify(toEntry(row))).join('\n')}\n`;
        if (rows.length < EXPORT_PAGE) return;
        after = rows.at(-1)?.entry.entryId;
      }
    },
  };
}

function filterOf({ action, actor, from, until }: AuditFilterInput): AuditFilter {
  return {
    action,
    actor,
    from: from === undefined ? undefined : new Date(from),
    until: until === undefined ? undefined : new Date(until),
  };
}

function toEntry({ entry, leafIndex: index, salt }: ShownEntry): AuditEntry {
  const { tenantId: _, subjectIndex: __, recordedAt, ...row } = entry;
  return { ...row, recordedAt: recordedAt.toISOString(), index, salt: salt?.toString('hex') ?? null };
}
