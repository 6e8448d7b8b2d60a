import type { Activity, Category, Party, PolicySet, Purpose, RetentionRule } from './model.ts';

/** A set of policies by what is asked of it; built once per set, so that no question grows with the register. */
export interface PolicyIndex {
  parties: ReadonlyMap<string, Party>;
  purposes: ReadonlyMap<string, Purpose>;
  categories: ReadonlyMap<string, Category>;
  activities: ReadonlyMap<string, Activity>;
  rules: ReadonlyMap<string, RetentionRule[]>;
  /** The institution of the tenant. */
  institution: Party | undefined;
  /** Activities with a category, a purpose, or both; all when neither is given. */
  covering(wanted: { category?: string | undefined; purpose?: string | undefined }): readonly Activity[];
}

const indexes = new WeakMap<PolicySet, PolicyIndex>();
const NONE: readonly Activity[] = [];

export function policyIndex(set: PolicySet): PolicyIndex {
  const known = indexes.get(set);
  if (known) return known;
  const byKey = new Map<string, Activity[]>();
  const add = (key: string, activity: Activity) => {
    const list = byKey.get(key);
    if (list) list.push(activity);
    else byKey.set(key, [activity]);
  };
  for (const activity of set.activities) {
    add(`\0${activity.purpose}`, activity);
    for (const category of activity.categories) {
      add(`${category}\0`, activity);
      add(`${category}\0${activity.purpose}`, activity);
    }
  }
  const rules = new Map<string, RetentionRule[]>();
  for (const rule of set.rules) rules.set(rule.category, [...(rules.get(rule.category) ?? []), rule]);
  const byId = <T extends { id: string }>(values: readonly T[]) => new Map(values.map((value) => [value.id, value]));
  const index: PolicyIndex = {
    parties: byId(set.parties),
    purposes: byId(set.purposes),
    categories: byId(set.categories),
    activities: byId(set.activities),
    rules,
    institution: set.parties.find(({ kind }) => kind === 'tenant'),
    covering: ({ category, purpose }) =>
      category === undefined && purpose === undefined
        ? set.activities
        : (byKey.get(`${category ?? ''}\0${purpose ?? ''}`) ?? NONE),
  };
  indexes.set(set, index);
  return index;
}
