import type { Texts } from '../../foundations/messages/texts.ts';
import type { ErasureException } from '../../law/vocabulary.ts';
import { inLanguage } from '../view/titles.ts';
import { conditionInWords, scopeInWords } from './conditions.ts';
import type { Category, PolicySet, RetentionRule } from './model.ts';
import { whatStays } from './what-stays.ts';

/** `P6M` after `occurred`: "erased 6 months after it occurred"; of a rule that reduces, with what it leaves. */
export function ruleInWords(
  { action, after, from, counted, category, unless = [], only }: RetentionRule,
  policies: Pick<PolicySet, 'categories' | 'holders' | 'relations'>,
  t: Texts,
): string {
  const began = t(`periods.since.${from}`);
  const since = counted ? t('periods.year-end', { since: began }) : began;
  const rule = t('periods.rule', { action, period: t.duration(after), since });
  const whole = action === 'reduce' ? t('periods.reduced', { rule, stays: whatStays(category, policies, t) }) : rule;
  const whose = only ? t('periods.only', { rule: whole, who: scopeInWords(only, policies, t) }) : whole;
  if (unless.length === 0) return whose;
  const conditions = unless
    .map((condition) => conditionInWords(condition, policies, t))
    .reduce((one, other) => t('periods.either', { one, other }));
  return t('periods.unless', { rule: whose, conditions });
}

/**
 * How long a category stays, rule by rule; of what is kept for good, that, with its ground, which `exception` puts in the
 * words of the law.
 */
export function periodsInWords(
  category: Category,
  policies: Pick<PolicySet, 'categories' | 'holders' | 'relations' | 'rules'>,
  t: Texts,
  exception: (ground: ErasureException) => string,
): string[] {
  const { kept } = category;
  if (kept) {
    const reason = inLanguage(kept.reasons, t.language) ?? kept.reason;
    return [t('periods.for-good', { reason, ground: exception(kept.ground) })];
  }
  return policies.rules.filter((rule) => rule.category === category.id).map((rule) => ruleInWords(rule, policies, t));
}
