import type { LawfulBasis } from '../law/vocabulary.ts';
import type { Activity, Category, Place, PolicySet, Purpose, RetentionRule } from './model.ts';

/** An activity with what the files say about it elsewhere. */
export interface IndexedActivity {
  id: string;
  title: string;
  activity: Activity;
  purpose: Purpose;
  basis: LawfulBasis;
  categories: Category[];
  rules: RetentionRule[];
}

/** A set of policies by what is asked of it; built once per set, so that no question grows with the register. */
export interface PolicyIndex {
  activities: readonly IndexedActivity[];
  activity(id: string): IndexedActivity | undefined;
  /** Activities with a category, a purpose, or both; all when neither is given. */
  covering(wanted: { category?: string | undefined; purpose?: string | undefined }): readonly IndexedActivity[];
  placesOf(party: string): readonly Place[];
}

const indexes = new WeakMap<PolicySet, PolicyIndex>();
const NONE: readonly IndexedActivity[] = [];

export function policyIndex(set: PolicySet): PolicyIndex {
  const known = indexes.get(set);
  if (known) return known;
  const purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));
  const categories = new Map(set.categories.map((category) => [category.id, category]));
  const rules = new Map<string, RetentionRule[]>();
  for (const rule of set.rules) rules.set(rule.category, [...(rules.get(rule.category) ?? []), rule]);
  const activities = set.activities.map((activity): IndexedActivity => {
    const purpose = purposes.get(activity.purpose) as Purpose;
    return {
      ...{ id: activity.id, title: activity.title, activity, purpose, basis: purpose.basis },
      categories: activity.categories.flatMap((id) => categories.get(id) ?? []),
      rules: activity.categories.flatMap((id) => rules.get(id) ?? []),
    };
  });
  const byId = new Map(activities.map((indexed) => [indexed.id, indexed]));
  const byKey = new Map<string, IndexedActivity[]>();
  const add = (key: string, indexed: IndexedActivity) => {
    const list = byKey.get(key);
    if (list) list.push(indexed);
    else byKey.set(key, [indexed]);
  };
  for (const indexed of activities) {
    const { id: purpose } = indexed.purpose;
    add(`\0${purpose}`, indexed);
    for (const { id: category } of indexed.categories) {
      add(`${category}\0`, indexed);
      add(`${category}\0${purpose}`, indexed);
    }
  }
  const places = new Map<string, Place[]>();
  for (const place of set.places) places.set(place.party, [...(places.get(place.party) ?? []), place]);
  const index: PolicyIndex = {
    activities,
    activity: (id) => byId.get(id),
    covering: ({ category, purpose }) =>
      category === undefined && purpose === undefined
        ? activities
        : (byKey.get(`${category ?? ''}\0${purpose ?? ''}`) ?? NONE),
    placesOf: (party) => places.get(party) ?? [],
  };
  indexes.set(set, index);
  return index;
}
