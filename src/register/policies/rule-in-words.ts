import type { Texts } from '../../foundations/messages/texts.ts';
import { conditionInWords, scopeInWords } from './conditions.ts';
import type { PolicySet } from './model.ts';
import type { RuleInForce } from './transitions.ts';
import { whatStays } from './what-stays.ts';

/** `P6M` after `occurred`: "erased 6 months after it occurred"; of a rule that reduces, with what it leaves. */
export function ruleInWords(
  { action, after, from, counted, category, unless = [], only, old }: RuleInForce,
  policies: Pick<PolicySet, 'categories' | 'holders' | 'relations'>,
  t: Texts,
): string {
  const began = t(`periods.since.${from}`);
  const since = counted ? t('periods.year-end', { since: began }) : began;
  const rule = t('periods.rule', { action, period: t.duration(after), since });
  const whole = action === 'reduce' ? t('periods.reduced', { rule, stays: whatStays(category, policies, t) }) : rule;
  const word = old ? t('periods.old-word', { rule: whole, day: t.day(old.until) }) : whole;
  const whose = only ? t('periods.only', { rule: word, who: scopeInWords(only, policies, t) }) : word;
  if (unless.length === 0) return whose;
  const conditions = unless
    .map((condition) => conditionInWords(condition, policies, t))
    .reduce((one, other) => t('periods.either', { one, other }));
  return t('periods.unless', { rule: whose, conditions });
}
