import type { Texts } from '../../foundations/messages/texts.ts';
import type { PolicySet, RetentionRule } from './model.ts';
import { whatStays } from './what-stays.ts';

/** `P6M` after `occurred`: "erased 6 months after it occurred"; of a rule that reduces, with what it leaves. */
export function ruleInWords(
  { action, after, from, counted, category }: RetentionRule,
  policies: Pick<PolicySet, 'categories' | 'holders'>,
  t: Texts,
): string {
  const began = t(`periods.since.${from}`);
  const since = counted ? t('periods.year-end', { since: began }) : began;
  const rule = t('periods.rule', { action, period: t.duration(after), since });
  return action === 'reduce' ? t('periods.reduced', { rule, stays: whatStays(category, policies, t) }) : rule;
}
