import { describeHolder } from '../../foundations/holders/describe.ts';
import { isDay, type Located, type PolicyParts, type Report } from './policy-parts.ts';
import { LONGEST_WITH_DAY } from './transitions.ts';
import type { Transition } from './transitions-model.ts';

/** What was decided on rows of older words can be carried out, and is not said twice. */
export function checkTransitions(parts: PolicyParts, report: Report): void {
  const seen = new Set<string>();
  for (const located of parts.transitions) {
    const { rule, was, since, decidedOn, oldRows } = located.value;
    const said = `${rule} ${since}`;
    if (seen.has(said)) report(located, '/since', 'The same rule changes twice on one day.', 'Keep one of the two.');
    seen.add(said);
    for (const [pointer, day] of [
      ['/since', since],
      ['/decidedOn', decidedOn],
    ] as const)
      if (day !== undefined && !isDay(day))
        report(located, pointer, 'There is no such day.', 'Write a day: 2026-12-01.');
    if (was.id !== rule)
      report(located, '/was/id', 'This is another rule than the one that changed.', `Write id: ${rule}.`);
    if (oldRows === 'new-period') continue;
    const besides = parts.rules.some(
      ({ value }) => value.only && value.category === was.category && value.action === was.action,
    );
    if (was.only || besides)
      report(
        located,
        '/oldRows',
        'Rules of this kind are for some people only: old rows of the others would be left to a word that is not for them.',
        'Decide new-period.',
      );
    if (rule.length > LONGEST_WITH_DAY)
      report(
        located,
        '/rule',
        `An old word is named after its rule and its day: the id has more than ${LONGEST_WITH_DAY} characters.`,
        'Decide new-period, or give the rule a shorter id first.',
      );
    checkCarriedOut(located, parts, report);
  }
}

/** The holder of the old rows can still do what the old word says, and can tell old rows from new ones. */
function checkCarriedOut(located: Located<Transition>, parts: PolicyParts, report: Report): void {
  const { was, holder } = located.value;
  const category = parts.categories.find(({ value }) => value.id === was.category)?.value;
  if (!category) {
    report(
      located,
      '/was/category',
      'There is no category of this id any more.',
      'Keep the category while rows of it are kept, or decide new-period.',
      { noun: 'category', id: was.category },
    );
    return;
  }
  const id = holder ?? category.holder;
  const outside = parts.holders.find(({ value }) => value.id === id)?.value;
  if (!outside) return;
  const { actions, clocks } = describeHolder(outside);
  if (outside.kind === 'webhook')
    report(
      located,
      '/oldRows',
      `The holder ${outside.id} is asked by one bound and cannot tell old rows from new ones.`,
      'Decide new-period.',
    );
  else if (!actions[was.category]?.includes(was.action) || !clocks[was.category]?.includes(was.from))
    report(
      located,
      '/was',
      `The holder ${outside.id} can no longer do what this rule said.`,
      'Give its tables what the rule needs, or decide new-period.',
    );
}
