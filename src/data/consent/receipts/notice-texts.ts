import type { Store } from '../../../foundations/store/store.ts';
import type { PolicySet } from '../../../register/policies/model.ts';
import { wordOf } from '../../../register/policies/whose-word.ts';
import { findShownText, insertNoticeTexts, keptTexts, type NoticeTextRow, textsOfVersion } from './table.ts';

/** Length of a SHA-256 in hexadecimal digits. */
const HASH = 64;
/** The installation's notices belong to no tenant. */
const EVERYWHERE = '*';

/**
 * Keeps the text of every version of every notice that was ever loaded, of the installation or of a tenant's own, for as long as there are receipts that name it
 * (GDPR Art. 7(1), REQ-A19): the policies move on, what somebody was shown does not.
 */
export async function keepNoticeTexts(
  store: Store,
  { notices, words }: Pick<PolicySet, 'notices' | 'words'>,
  now: Date,
  tenantId: string = EVERYWHERE,
): Promise<void> {
  // Of a portal's set what is its institution's own word: the rest is kept for all.
  const own = notices.filter(
    ({ id, version }) =>
      tenantId === EVERYWHERE || wordOf({ words }, 'notices', `${id} ${version}`).by === 'institution',
  );
  const rows: NoticeTextRow[] = own.flatMap(({ id, version, texts }) =>
    Object.entries(texts).map(([language, { text, hash }]) => ({
      tenantId,
      noticeHash: hash,
      noticeId: id,
      version,
      language,
      text,
      firstLoadedAt: now,
    })),
  );
  // Usually there is nothing new, and a start need not write.
  const kept = new Set((await store.read((q) => keptTexts(q, tenantId))).map(nameOf));
  const missing = rows.filter((row) => !kept.has(nameOf(row)));
  if (missing.length > 0) await store.write((tx) => insertNoticeTexts(tx, missing));
}

const nameOf = ({ noticeHash, noticeId, version, language }: Omit<NoticeTextRow, 'text' | 'firstLoadedAt'>): string =>
  [noticeHash.slice(0, HASH), noticeId, version, language].join(' ');

/** A text by its hash; undefined when none of this hash was ever shown. */
export function noticeTextOf(store: Store, hash: string): Promise<NoticeTextRow | undefined> {
  return store.read((q) => findShownText(q, hash));
}

/**
 * The texts of one version that a portal has or had, whether the policies still have it or not: by language, and within one language (a text that
 * was corrected in place) the oldest first.
 */
export async function textsOf(
  store: Store,
  tenantId: string,
  noticeId: string,
  version: string,
): Promise<NoticeTextRow[]> {
  const rows = await store.read((q) => textsOfVersion(q, [EVERYWHERE, tenantId], noticeId, version));
  return rows.map((row) => ({ ...row, noticeHash: row.noticeHash.slice(0, HASH) }));
}
