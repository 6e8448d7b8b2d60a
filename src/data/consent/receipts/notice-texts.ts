import type { Store } from '../../../foundations/store/store.ts';
import type { PolicySet } from '../../../register/policies/model.ts';
import { findNoticeText, insertNoticeTexts, keptTexts, type NoticeTextRow, textsOfVersion } from './table.ts';

/** Length of a SHA-256 in hexadecimal digits. */
const HASH = 64;
/** Notices belong to the installation, not to a tenant. */
const EVERYWHERE = '*';

/**
 * Keeps the text of every version of every notice that was ever loaded, for as long as there are receipts that name it
 * (GDPR Art. 7(1), REQ-A19): the policies move on, what somebody was shown does not.
 */
export async function keepNoticeTexts(store: Store, { notices }: PolicySet, now: Date): Promise<void> {
  const rows: NoticeTextRow[] = notices.flatMap(({ id, version, texts }) =>
    Object.entries(texts).map(([language, { text, hash }]) => ({
      tenantId: EVERYWHERE,
      noticeHash: hash,
      noticeId: id,
      version,
      language,
      text,
      firstLoadedAt: now,
    })),
  );
  // Usually there is nothing new, and a start need not write.
  const kept = new Set((await store.read((q) => keptTexts(q, EVERYWHERE))).map(nameOf));
  const missing = rows.filter((row) => !kept.has(nameOf(row)));
  if (missing.length > 0) await store.write((tx) => insertNoticeTexts(tx, missing));
}

const nameOf = ({ noticeHash, noticeId, version, language }: Omit<NoticeTextRow, 'text' | 'firstLoadedAt'>): string =>
  [noticeHash.slice(0, HASH), noticeId, version, language].join(' ');

/** A text by its hash; undefined when none of this hash was ever shown. */
export function noticeTextOf(store: Store, hash: string): Promise<NoticeTextRow | undefined> {
  return store.read((q) => findNoticeText(q, EVERYWHERE, hash));
}

/**
 * The texts of one version, whether the policies still have it or not: by language, and within one language (a text that
 * was corrected in place) the oldest first.
 */
export async function textsOf(store: Store, noticeId: string, version: string): Promise<NoticeTextRow[]> {
  const rows = await store.read((q) => textsOfVersion(q, EVERYWHERE, noticeId, version));
  return rows.map((row) => ({ ...row, noticeHash: row.noticeHash.slice(0, HASH) }));
}
