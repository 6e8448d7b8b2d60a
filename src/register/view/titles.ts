import type { PolicySet } from '../policies/model.ts';

/** What has a title, and perhaps titles in other languages: a category, an activity, a place. */
interface Titled {
  title: string;
  titles?: Record<string, string>;
}

/** The text for a language such as `de-AT`: its own, that of `de`; undefined where there is neither. */
export function inLanguage(texts: Record<string, string> | undefined, language: string): string | undefined {
  return texts?.[language] ?? texts?.[language.split('-')[0] ?? language];
}

/** A title as a language has it; where the policies have none in it, the one that stands for all. */
export const titleIn = ({ title, titles }: Titled, language: string): string => inLanguage(titles, language) ?? title;

/** Of a purpose, which has its texts by language only: where the language is missing, that of the installation. */
export function textIn(
  texts: Record<string, string>,
  language: string,
  { installation }: Pick<PolicySet, 'installation'>,
): string {
  return (
    inLanguage(texts, language) ?? inLanguage(texts, installation.defaultLanguage) ?? Object.values(texts)[0] ?? ''
  );
}

/** Titles of the policies in a language, where they have them in it; an id that is none of theirs stays as it is. */
export function titlesIn(policies: PolicySet, language: string) {
  const called = (id: string, titled: Titled | undefined) => (titled ? titleIn(titled, language) : id);
  return {
    category: (id: string): string =>
      called(
        id,
        policies.categories.find((one) => one.id === id),
      ),
    activity: (id: string): string =>
      called(
        id,
        policies.activities.find((one) => one.id === id),
      ),
    purpose(id: string): string {
      const found = policies.purposes.find((one) => one.id === id);
      return found ? textIn(found.title, language, policies) : id;
    },
  };
}
