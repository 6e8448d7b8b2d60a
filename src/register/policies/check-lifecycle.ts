import { isShortPeriod, mayEndSooner } from '../../law/duration.ts';
import type { RetentionRule } from './model.ts';
import type { Located, Report } from './policy-parts.ts';

/** Categories of which a period may be under a day: their rows have an instant of their own, and are swept every hour. */
const SHORT = ['visits.full', 'visits.reduced'];

/** Periods under a day, reviews and inactivity: what a rule may say of them, and why not more. */
export function checkLifecycle(rules: Located<RetentionRule>[], report: Report): void {
  for (const located of rules) {
    const { after, category, action, inactivity, from } = located.value;
    if (isShortPeriod(after)) checkShort(located, report);
    if (action === 'review' && isShortPeriod(after))
      report(located, '/after', 'A person cannot look every hour.', 'Write whole days: P1D or more.');
    if (!inactivity) continue;
    if (from !== 'last-activity' || !category.startsWith('profiles.'))
      report(
        located,
        '/inactivity',
        'Only what is kept of an account and counts from its last activity can be warned of and kept by a click.',
        'Take it away, or write from: last-activity on a category of profiles.',
      );
    if (action !== 'erase')
      report(located, '/inactivity', 'A warning tells of an end; this rule ends nothing.', 'Write action: erase.');
    for (const [index, before] of inactivity.warn.entries())
      if (!isShortPeriod(after) && !mayEndSooner(before, after))
        report(
          located,
          `/inactivity/warn/${index}`,
          'The warning would come before the period has begun.',
          `Warn less than ${after} before the end.`,
        );
  }
}

function checkShort(located: Located<RetentionRule>, report: Report): void {
  const { category, action, counted } = located.value;
  if (!SHORT.includes(category))
    report(
      located,
      '/after',
      'A period under a day is for visits alone: other rows are kept by the day, and swept once a night.',
      'Write whole days: P1D or more.',
    );
  else if (category === 'visits.reduced' && action === 'anonymise')
    report(
      located,
      '/after',
      'Daily counts are made of whole local days: before its day is over, no visit can be counted.',
      'Write P1D or more, or action: erase.',
    );
  if (counted)
    report(located, '/counted', 'Hours are counted from the instant, not from the end of a year.', 'Take it away.');
}
