import { and, eq, inArray } from 'drizzle-orm';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { openProfile } from './sealing.ts';

/** Statements of persons that tell of a special category of data: as titles of items (REQ-A11). */
export function createStatementMarks({ vault }: { vault: Vault }) {
  return {
    /** Answers the id of the mark; one that is marked keeps the one it has. @throws Problem `not-found` */
    async mark(tx: Query, tenantId: string, subjectId: string, specialId: string): Promise<string> {
      const { profiles: t } = tx.tables;
      const mine = and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId));
      const [row] = await tx.select({ known: t.statementSpecialId, sealed: t.statementSealed }).from(t).where(mine);
      if (!row?.sealed) throw new Problem('not-found', 'This account has added no statement.');
      if (row.known) return row.known;
      await tx.update(t).set({ statementSpecialId: specialId }).where(mine);
      return specialId;
    },

    /** Whether there was such a mark. */
    async unmark(tx: Query, tenantId: string, specialId: string): Promise<boolean> {
      const { profiles: t } = tx.tables;
      const which = and(eq(t.tenantId, tenantId), eq(t.statementSpecialId, specialId));
      const gone = await tx.update(t).set({ statementSpecialId: null }).where(which).returning({ at: t.updatedAt });
      return gone.length > 0;
    },

    async open(q: Query, tenantId: string, specialIds: string[]) {
      const { profiles: t } = q.tables;
      const rows = await q
        .select()
        .from(t)
        .where(and(eq(t.tenantId, tenantId), inArray(t.statementSpecialId, specialIds)));
      const opened = await Promise.all(
        rows.map(async (row) => {
          const key = await vault.existingKey(tenantId, subjectScope(row.subjectId));
          return { row, statement: openProfile(key, row, q.tables)?.statement };
        }),
      );
      return opened.flatMap(({ row, statement }) =>
        row.statementSpecialId && statement !== undefined
          ? {
              specialId: row.statementSpecialId,
              subjectId: row.subjectId,
              category: 'profiles.identity',
              at: row.updatedAt,
              fields: { statement },
            }
          : [],
      );
    },
  };
}
