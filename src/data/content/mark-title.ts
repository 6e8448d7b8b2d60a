import { and, eq, inArray } from 'drizzle-orm';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { openAssociation } from './sealing.ts';

/**
 * Titles of items that tell of a special category of data: marked by an id, under which two persons together see them
 * (REQ-A11).
 */
export function createTitleMarks({ vault }: { vault: Vault }) {
  return {
    /** Answers the id of the mark; one that is marked keeps the one it has. @throws Problem `not-found` */
    async mark(tx: Query, tenantId: string, subjectId: string, doi: string, specialId: string): Promise<string> {
      const { associations: t } = tx.tables;
      const mine = and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), eq(t.doi, doi));
      const [row] = await tx.select({ known: t.titleSpecialId, sealed: t.titleSealed }).from(t).where(mine);
      if (!row?.sealed) throw new Problem('not-found', 'This account has no association with this item.');
      if (row.known) return row.known;
      await tx.update(t).set({ titleSpecialId: specialId }).where(mine);
      return specialId;
    },

    /** Whether there was such a mark. */
    async unmark(tx: Query, tenantId: string, specialId: string): Promise<boolean> {
      const { associations: t } = tx.tables;
      const which = and(eq(t.tenantId, tenantId), eq(t.titleSpecialId, specialId));
      const gone = await tx.update(t).set({ titleSpecialId: null }).where(which).returning({ id: t.associationId });
      return gone.length > 0;
    },

    async open(q: Query, tenantId: string, specialIds: string[]) {
      const { associations: t } = q.tables;
      const rows = await q
        .select()
        .from(t)
        .where(and(eq(t.tenantId, tenantId), inArray(t.titleSpecialId, specialIds)));
      const opened = await Promise.all(
        rows.map(async (row) => ({ row, title: (await openAssociation(vault, q.tables, row))?.title })),
      );
      return opened.flatMap(({ row, title }) =>
        row.titleSpecialId && title !== undefined
          ? {
              specialId: row.titleSpecialId,
              subjectId: row.subjectId,
              category: `content.${row.visibility}-association`,
              at: row.updatedAt,
              fields: { title },
            }
          : [],
      );
    },
  };
}
