import { german } from './words.de.ts';
import { english } from './words.en.ts';
import type { Words } from './words-model.ts';

const WORDS: Record<string, Words> = { en: english, de: german };

export const wordsOf = (language: string): Words => WORDS[language] ?? english;

/** `nameAsPublished` or `last_login`: name as published, last login. */
export function fieldInWords(field: string, language: string): string {
  return (
    wordsOf(language).fields[field] ??
    field.replaceAll('_', ' ').replaceAll(/(?<=[a-z])[A-Z]/g, (a) => ` ${a.toLowerCase()}`)
  );
}
