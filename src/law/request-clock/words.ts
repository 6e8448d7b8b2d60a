import type { ClockStep } from './model.ts';
import { sentenceDe } from './words-de.ts';
import { sentenceEn } from './words-en.ts';

export type ClockLanguage = 'en' | 'de';

/**
 * The steps of a clock as sentences, each with the place where its rule stands: "received …, because …, therefore …".
 * Written without the formats of the machine's locale, so that the same clock reads the same everywhere.
 */
export function inWords(steps: readonly ClockStep[], language: ClockLanguage): string[] {
  const sentence = language === 'de' ? sentenceDe : sentenceEn;
  return steps.map((step) => `${sentence(step)}${step.source === null ? '' : ` [${step.source}]`}`);
}
