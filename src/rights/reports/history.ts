import { type AuditRow, entriesAfter } from '../../foundations/audit/table.ts';
import type { Query } from '../../foundations/store/store.ts';

const PAGE = 500;

/**
 * Entries of the log about any of these subjects, each with what finds it (subject-index.ts), in order of time, in
 * pages: none is kept longer than needed.
 */
export async function* historyOf(q: Query, tenantId: string, subjects: string[][]): AsyncGenerator<AuditRow> {
  const ways = await Promise.all(subjects.map((subject) => beginning(entriesOf(q, tenantId, subject))));
  for (;;) {
    let next: (typeof ways)[number] | undefined;
    for (const way of ways) if (way.row && (!next?.row || way.row.entryId < next.row.entryId)) next = way;
    if (!next?.row) return;
    yield next.row;
    next.row = (await next.entries.next()).value ?? undefined;
  }
}

async function beginning(entries: AsyncGenerator<AuditRow, undefined>) {
  return { entries, row: (await entries.next()).value };
}

async function* entriesOf(q: Query, tenantId: string, subject: string[]): AsyncGenerator<AuditRow, undefined> {
  for (let after: string | undefined; ; ) {
    const page = await entriesAfter(q, tenantId, { subject }, after, PAGE);
    yield* page;
    after = page.at(-1)?.entryId;
    if (page.length < PAGE) return undefined;
  }
}
