import { and, eq, inArray } from 'drizzle-orm';
import { Problem } from '../../foundations/contract/problem.ts';
import { masked } from '../../foundations/contract/special-text.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { File } from './case-file.ts';
import { isMisfit, replay } from './replay.ts';
import { requestEvents, requestScope } from './sealing.ts';
import { eventsOf, requestsById } from './table.ts';

/** Words of requests (letters, notes, what was asked) that tell of a special category of data (REQ-A11). */
export function createWordMarks({ vault }: { vault: Vault }) {
  return {
    /** Answers the id of the mark; one that is marked keeps the one it has. @throws Problem `not-found` */
    async mark(tx: Query, tenantId: string, requestId: string, seq: number, specialId: string): Promise<string> {
      const { requestTexts: t } = tx.tables;
      const these = and(eq(t.tenantId, tenantId), eq(t.requestId, requestId), eq(t.seq, seq));
      const [row] = await tx.select({ known: t.specialId }).from(t).where(these);
      if (!row) throw new Problem('not-found', 'Nothing was written in words under this number of the request.');
      if (row.known) return row.known;
      await tx.update(t).set({ specialId }).where(these);
      return specialId;
    },

    /** Whether there was such a mark. */
    async unmark(tx: Query, tenantId: string, specialId: string): Promise<boolean> {
      const { requestTexts: t } = tx.tables;
      const which = and(eq(t.tenantId, tenantId), eq(t.specialId, specialId));
      return (await tx.update(t).set({ specialId: null }).where(which).returning({ seq: t.seq })).length > 0;
    },

    async open(q: Query, tenantId: string, specialIds: string[]) {
      const { requestTexts: t } = q.tables;
      const rows = await q
        .select()
        .from(t)
        .where(and(eq(t.tenantId, tenantId), inArray(t.specialId, specialIds)));
      const ids = [...new Set(rows.map(({ requestId }) => requestId))];
      const events = await eventsOf(q, tenantId, ids);
      const subjects = new Map((await requestsById(q, tenantId, ids)).map((row) => [row.requestId, row.subjectId]));
      const opened = await Promise.all(
        rows.map(async ({ requestId, seq, specialId, textSealed }) => {
          const stored = events.find((one) => one.requestId === requestId && one.seq === seq);
          const key = await vault.existingKey(tenantId, requestScope(requestId));
          if (!stored || !specialId || !key) return [];
          const { data, occurredAt } = requestEvents.open(key, q.tables, requestId, stored, textSealed);
          const { words } = requestEvents.takeApart(data);
          return [
            {
              specialId,
              subjectId: subjects.get(requestId) ?? null,
              category: 'requests.correspondence',
              at: occurredAt,
              fields: { words: JSON.stringify(words) },
            },
          ];
        }),
      );
      return opened.flat();
    },
  };
}

/** A request as an officer sees it: the words of what is marked are masked. The person sees their own. */
export function maskedFile(file: File): File {
  const { special } = file;
  if (!special || special.size === 0) return file;
  const events = file.events.map((event) => {
    if (!special.has(event.seq)) return event;
    const { facts, words } = requestEvents.takeApart(event.data);
    return { ...event, data: { ...facts, ...(masked(words) as object) } } as typeof event;
  });
  const life = replay(file.row.requestId, events);
  if (!life || isMisfit(life)) throw new Error('The events of a request do not follow from one another.');
  // Whom it is about is no free text.
  return { ...file, events, life: { ...life, subject: file.life.subject } };
}
