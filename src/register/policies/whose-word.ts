/** Kinds of entries that an institution can have its own word on. */
export const WORD_KINDS = [
  'rules',
  'erasureRequests',
  'purposes',
  'activities',
  'notices',
  'letters',
  'installation',
] as const;
export type WordKind = (typeof WORD_KINDS)[number];

/** Whose word an entry of an effective set is. */
export interface Word {
  by: 'installation' | 'institution';
  /** SHA-256 of the institution's set the entry stands in. */
  overlay?: string;
  /** The day since which that set is in force, where it is known. */
  since?: string;
  /** The proposal it was accepted as; absent: it stands in the folder. */
  proposal?: string;
}

/**
 * By kind and id, only of entries that are the institution's word. Ids are those of the entries; of an erasure request
 * its category, of a notice `id version`, of a letter `id language`, of the installation's values their field.
 */
export type Words = Partial<Record<WordKind, Record<string, Word>>>;

const INSTALLATIONS: Word = { by: 'installation' };

/** Whose word one entry is. */
export function wordOf({ words }: { words?: Words }, kind: WordKind, id: string): Word {
  return words?.[kind]?.[id] ?? INSTALLATIONS;
}
