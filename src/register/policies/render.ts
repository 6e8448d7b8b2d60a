import { textsIn } from '../../foundations/messages/texts.ts';
import { lawTerms } from '../view/law-terms.ts';
import { type PolicyDifference, periodOf } from './diff.ts';
import type { Mistake, PolicySet } from './model.ts';
import { type WordKind, wordOf } from './whose-word.ts';

/** Mistakes as a compiler would print them: `file:line:column message` and what would be right. */
export function renderMistakes(mistakes: Mistake[]): string {
  return mistakes
    .map(({ file, line, column, pointer, message, remedy }) =>
      [`${file}:${line}:${column} ${message}`, ...(pointer ? [`  at ${pointer}`] : []), `  ${remedy}`].join('\n'),
    )
    .join('\n');
}

export function renderDifference({ changes, newlyErased }: PolicyDifference): string {
  const lines: string[] = [];
  for (const [kind, { added, removed, changed }] of Object.entries(changes)) {
    for (const id of added) lines.push(`+ ${kind} ${id}`);
    for (const id of removed) lines.push(`- ${kind} ${id}`);
    for (const id of changed) lines.push(`~ ${kind} ${id}`);
  }
  if (lines.length === 0) return 'The two policies say the same.';
  lines.push('');
  if (newlyErased.length === 0) lines.push('Nothing would be destroyed that was kept before.');
  else
    lines.push(
      'Would be destroyed that was kept before:',
      ...newlyErased.map(({ category, rule, why }) => `  ${category}: ${why}${rule ? ` (rule ${rule})` : ''}`),
    );
  return lines.join('\n');
}

/** The whole set on one screen: what for, on which basis, how long. */
export function renderPolicies(set: PolicySet): string {
  const { installation, purposes, categories, rules, activities, notices, erasureRequests } = set;
  const terms = lawTerms({ jurisdiction: 'EU' }, textsIn('en'));
  const own = (kind: WordKind, id: string) =>
    wordOf(set, kind, id).by === 'institution' ? ' (the institution’s)' : '';
  const lines = [`${installation.name}`, `policy hash ${set.hash}`, '', 'Purposes'];
  for (const purpose of purposes)
    lines.push(
      `  ${purpose.id} ${purpose.version}: ${terms.basis(purpose.basis)}${purpose.consent ? `, a decision stands ${purpose.consent.duration}` : ''}${own('purposes', purpose.id)}`,
    );
  lines.push('', 'Activities');
  for (const activity of activities)
    lines.push(
      `  ${activity.id} (${activity.purpose}): ${activity.parties.map(({ party, role }) => `${party} is ${role}`).join(', ')}${own('activities', activity.id)}`,
    );
  lines.push('', 'Data and how long it is kept');
  for (const category of categories) {
    const periods = rules
      .filter((rule) => rule.category === category.id)
      .map((rule) => {
        const asked = [rule.only ? 'for some only' : '', ...(rule.unless ?? []).map(({ id }) => `unless ${id}`)];
        return [
          `${rule.action} ${periodOf(rule)} after ${rule.from}${own('rules', rule.id)}`,
          ...asked.filter(Boolean),
        ].join(', ');
      });
    if (category.kept) periods.push(`kept for good: ${terms.exception(category.kept.ground)}`);
    const request = erasureRequests.find((rule) => rule.category === category.id);
    lines.push(
      `  ${category.id}: ${category.anonymous ? 'anonymous counts' : periods.join('; ')}${request ? `; on request: ${request.action}${own('erasureRequests', category.id)}` : ''}`,
    );
  }
  lines.push('', 'Notices');
  for (const notice of notices)
    lines.push(
      `  ${notice.id} ${notice.version} from ${notice.validFrom}: ${Object.keys(notice.texts).join(', ')}${own('notices', `${notice.id} ${notice.version}`)}`,
    );
  return lines.join('\n');
}
