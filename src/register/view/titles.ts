import type { PolicySet } from '../policies/model.ts';

/** Titles of the policies in a language, where they have them in it; an id that is none of theirs stays as it is. */
export function titlesIn(
  { categories, purposes }: Pick<PolicySet, 'categories' | 'purposes'>,
  language: string,
): { category(id: string): string; purpose(id: string): string } {
  const ofCategory = new Map(categories.map(({ id, title, titles }) => [id, titles?.[language] ?? title]));
  const ofPurpose = new Map(purposes.map(({ id, title }) => [id, title[language] ?? title['en']]));
  return {
    category: (id) => ofCategory.get(id) ?? id,
    purpose: (id) => ofPurpose.get(id) ?? id,
  };
}
