import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Tables } from '../../../foundations/store/schema.ts';
import type { Query } from '../../../foundations/store/store.ts';

export type NoticeTextRow = Tables['noticeTexts']['$inferSelect'];

/**
 * Texts that are kept already stay as they are. Where the same words stand under another version, the text is found by
 * its hash there, and this version under a name of its own.
 */
export async function insertNoticeTexts(tx: Query, rows: NoticeTextRow[]): Promise<void> {
  const { noticeTexts: t } = tx.tables;
  const keep = async (row: NoticeTextRow) =>
    (await tx.insert(t).values(row).onConflictDoNothing().returning({ hash: t.noticeHash })).length > 0;
  for (const row of rows) {
    if (await keep(row)) continue;
    const { tenantId, noticeId, version, language, noticeHash } = row;
    const there = await findNoticeText(tx, tenantId, noticeHash);
    if (there?.noticeId !== noticeId || there.version !== version || there.language !== language)
      await keep({ ...row, noticeHash: `${noticeHash} ${noticeId} ${version} ${language}` });
  }
}

/** What is kept, without the texts themselves. */
export async function keptTexts(q: Query, tenantId: string): Promise<Omit<NoticeTextRow, 'text' | 'firstLoadedAt'>[]> {
  const { noticeTexts: t } = q.tables;
  const { noticeHash, noticeId, version, language } = t;
  return q
    .select({ tenantId: t.tenantId, noticeHash, noticeId, version, language })
    .from(t)
    .where(eq(t.tenantId, tenantId));
}

/** Every text ever loaded as this version, the oldest first. */
export async function textsOfVersion(
  q: Query,
  tenantIds: string[],
  noticeId: string,
  version: string,
): Promise<NoticeTextRow[]> {
  const { noticeTexts: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(inArray(t.tenantId, tenantIds), eq(t.noticeId, noticeId), eq(t.version, version)))
    .orderBy(asc(t.firstLoadedAt), asc(t.noticeHash));
}

/** A text by its hash, of whichever portal: what was shown to the public is public. */
export async function findShownText(q: Query, hash: string): Promise<NoticeTextRow | undefined> {
  const { noticeTexts: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(eq(t.noticeHash, hash))
    .orderBy(asc(t.firstLoadedAt), asc(t.tenantId))
    .limit(1);
  return row;
}

async function findNoticeText(q: Query, tenantId: string, hash: string): Promise<NoticeTextRow | undefined> {
  const { noticeTexts: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.noticeHash, hash)));
  return row;
}
