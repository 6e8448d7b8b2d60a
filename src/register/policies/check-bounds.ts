import { mayEndSooner } from '../../law/duration.ts';
import { LETTERS } from './letters.ts';
import { ids, known, type PolicyParts, type Report } from './policy-parts.ts';

/** The bounds of institutions name what there is, and leave room between them. */
export function checkBounds(parts: PolicyParts, report: Report): void {
  const { installation } = parts;
  const bounds = installation?.value.institutions;
  if (!installation || !bounds) return;
  for (const [index, { category, atLeast, atMost }] of (bounds.categories ?? []).entries()) {
    const at = `/institutions/categories/${index}`;
    known(category, ids(parts.categories), 'category', installation, `${at}/category`, report);
    if (bounds.categories?.findIndex((one) => one.category === category) !== index)
      report(installation, `${at}/category`, 'The same is bounded twice.', 'Keep one of them.');
    if (atLeast && atMost && mayEndSooner(atMost, atLeast))
      report(
        installation,
        `${at}/atMost`,
        'No period is both as long as atLeast and as short as atMost.',
        `Write ${atLeast} or longer.`,
      );
  }
  const named = [
    ['purposes', 'purpose', bounds.purposes?.change, ids(parts.purposes)],
    ['activities', 'activity', bounds.activities?.change, ids(parts.activities)],
    ['notices', 'notice', bounds.notices?.change, ids(parts.notices)],
  ] as const;
  for (const [kind, noun, change, all] of named)
    for (const [index, id] of (change ?? []).entries())
      known(id, all, noun, installation, `/institutions/${kind}/change/${index}`, report);
  for (const [index, id] of (bounds.letters ?? []).entries())
    known(id, Object.keys(LETTERS), 'letter', installation, `/institutions/letters/${index}`, report);
}
