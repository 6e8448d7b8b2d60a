import type { Texts } from '../../foundations/messages/texts.ts';
import type { ErasureException } from '../../law/vocabulary.ts';
import { inLanguage } from '../view/titles.ts';
import type { Category, PolicySet } from './model.ts';
import { ruleInWords } from './rule-in-words.ts';
import { type RuleInForce, rulesInForce } from './transitions.ts';
import { type Word, wordOf } from './whose-word.ts';

/** "the institution’s own word, in force since 1 December 2026, proposal …"; undefined where it is the installation's. */
export function wordInWords(word: Word, t: Texts): string | undefined {
  if (word.by !== 'institution') return undefined;
  return t('periods.whose-word', { since: word.since ? t.day(word.since) : 'none', proposal: word.proposal ?? 'none' });
}

/** A rule in a sentence, with whose word it is where it is not the installation's. */
export function ruleAndWhose(
  rule: RuleInForce,
  policies: Pick<PolicySet, 'categories' | 'holders' | 'relations' | 'words'>,
  t: Texts,
): string {
  const inWords = ruleInWords(rule, policies, t);
  const whose = wordInWords(wordOf(policies, 'rules', rule.id), t);
  return whose ? t('periods.rule-and-whose', { rule: inWords, whose }) : inWords;
}

/**
 * How long a category stays, rule by rule; of what is kept for good, that, with its ground, which `exception` puts in the
 * words of the law.
 */
export function periodsInWords(
  category: Category,
  policies: Pick<PolicySet, 'categories' | 'holders' | 'relations' | 'rules' | 'transitions' | 'words'>,
  t: Texts,
  exception: (ground: ErasureException) => string,
): string[] {
  const { kept } = category;
  if (kept) {
    const reason = inLanguage(kept.reasons, t.language) ?? kept.reason;
    return [t('periods.for-good', { reason, ground: exception(kept.ground) })];
  }
  return rulesInForce(policies)
    .filter((rule) => rule.category === category.id)
    .map((rule) => ruleAndWhose(rule, policies, t));
}
