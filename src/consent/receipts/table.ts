import { and, eq } from 'drizzle-orm';
import type { Tables } from '../../store/schema.ts';
import type { Query } from '../../store/store.ts';

export type NoticeTextRow = Tables['noticeTexts']['$inferSelect'];

/** Texts that are kept already stay as they are. */
export async function insertNoticeTexts(tx: Query, rows: NoticeTextRow[]): Promise<void> {
  for (const row of rows) await tx.insert(tx.tables.noticeTexts).values(row).onConflictDoNothing();
}

export async function findNoticeText(q: Query, tenantId: string, hash: string): Promise<NoticeTextRow | undefined> {
  const { noticeTexts: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.noticeHash, hash)));
  return row;
}
