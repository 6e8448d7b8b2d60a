import { type CategoryGap, categoriesOf, categoryGaps } from '../../foundations/holders/coverage.ts';
import type { Holder } from '../../foundations/holders/holder.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { FindingCode } from './codes.ts';
import { found } from './found.ts';
import type { About, Finding } from './model.ts';

type Described = Pick<Holder, 'id' | 'describe'>;

const CODE_OF: Record<CategoryGap['kind'], FindingCode> = {
  undeclared: 'columns-uncovered',
  'no-rule': 'rule-missing',
  'rule-action': 'rule-not-executable',
  'rule-clock': 'rule-not-executable',
  'other-holder': 'category-out-of-reach',
  'no-column': 'category-out-of-reach',
  'no-eraser': 'category-out-of-reach',
  'no-request-decision': 'category-out-of-reach',
  'request-action': 'category-out-of-reach',
  'no-exporter': 'category-out-of-reach',
  'not-held': 'category-out-of-reach',
};

/** Where what is declared and what the holders keep and can do have drifted apart. */
export function holderFindings(view: RegisterView, holders: Described[]): Finding[] {
  return [
    ...categoryGaps(holders, view.policies).flatMap((gap) => gapFindings(view, gap)),
    ...uncovered(view, holders),
    ...idleRules(view),
  ];
}

function gapFindings(view: RegisterView, { kind, category, holder, rule, text }: CategoryGap): Finding[] {
  const code = CODE_OF[kind];
  const about: About = { category, rule };
  const detail = `${category}: ${text}.`;
  // An activity without an executable rule is told of each activity; the rest is the holder's matter.
  if (code === 'rule-missing' || code === 'rule-not-executable') {
    const activities = view.covering({ category }).map(({ id }) => id);
    if (activities.length > 0) return activities.map((activity) => found(code, { ...about, activity }, detail));
  }
  return [found(code, { ...about, holder }, detail)];
}

/** Declared, held, and in no activity. */
function uncovered(view: RegisterView, holders: Described[]): Finding[] {
  const declared = new Set(view.policies.categories.map(({ id }) => id));
  return holders.flatMap((holder) =>
    categoriesOf(holder)
      .filter((category) => declared.has(category) && view.covering({ category }).length === 0)
      .map((category) =>
        found('columns-uncovered', { holder: holder.id, category }, `${category}: kept, and in no activity.`),
      ),
  );
}

function idleRules(view: RegisterView): Finding[] {
  return view.policies.rules
    .filter(({ category }) => view.covering({ category }).length === 0)
    .map(({ id, category }) =>
      found(
        'rule-without-activity',
        { rule: id, category },
        `The rule ${id} is for ${category}, which is in no activity.`,
      ),
    );
}
