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

/** What a language calls the categories and activities of a view, by their ids; one that is not there any more stays an id. */
export function titlesIn(
  view: {
    policies: Pick<PolicySet, 'categories'>;
    activity(id: string): { activity: Titled } | undefined;
  },
  language: string,
) {
  return {
    category(id: string): string {
      const found = view.policies.categories.find((one) => one.id === id);
      return found ? titleIn(found, language) : id;
    },
    activity(id: string): string {
      const found = view.activity(id);
      return found ? titleIn(found.activity, language) : id;
    },
  };
}
