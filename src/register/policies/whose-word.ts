import Type, { type Static } from 'typebox';
import { closed } from '../../foundations/contract/schemas.ts';

/** Whose word an entry of an effective set is. */
export const Word = Type.Object(
  {
    by: Type.Enum(['installation', 'institution']),
    overlay: Type.Optional(
      Type.String({ description: 'SHA-256 of what the institution decided, in which the entry stands.' }),
    ),
    since: Type.Optional(Type.String({ description: 'The day since which that is in force, where it is known.' })),
    proposal: Type.Optional(
      Type.String({ description: 'The proposal it was accepted as; absent: it stands in the folder.' }),
    ),
  },
  { ...closed, title: 'Word' },
);
export type Word = Static<typeof Word>;

/**
 * By kind and id, only of entries that are the institution's word. Ids are those of the entries; of an erasure request
 * its category, of a notice `id version`, of a letter `id language`, of the installation's values their field.
 */
const ByEntry = Type.Optional(Type.Record(Type.String(), Word));
export const Words = Type.Object(
  {
    rules: ByEntry,
    erasureRequests: ByEntry,
    purposes: ByEntry,
    activities: ByEntry,
    notices: ByEntry,
    letters: ByEntry,
    installation: ByEntry,
  },
  {
    ...closed,
    title: 'Words',
    description: 'What is the word of the portal’s institution, by kind and id; the rest is the installation’s.',
  },
);
export type Words = Static<typeof Words>;
export type WordKind = keyof Words;

const INSTALLATIONS: Word = { by: 'installation' };

/** Whose word one entry is. */
export function wordOf({ words }: { words?: Words }, kind: WordKind, id: string): Word {
  return words?.[kind]?.[id] ?? INSTALLATIONS;
}

/** The same as a member of what is shown of the entry: only where it is the institution's. */
export function wordMember(set: { words?: Words }, kind: WordKind, id: string): { word?: Word } {
  const word = set.words?.[kind]?.[id];
  return word ? { word } : {};
}
