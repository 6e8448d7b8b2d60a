import type { LawfulBasis } from '../law/vocabulary.ts';
import type { Activity, Category, Place, PolicySet, Purpose, RetentionRule } from './model.ts';

/** An activity with what the files say about it elsewhere. */
export interface IndexedActivity {
  /** Its place among the activities of the set. */
  position: number;
  id: string;
  title: string;
  activity: Activity;
  purpose: Purpose;
  basis: LawfulBasis;
  categories: Category[];
  rules: RetentionRule[];
  /** Of the activity again, together in one object: what every answer needs lies in few places of memory. */
  purposeId: string;
  categoryIds: string[];
  parties: Activity['parties'];
  transfers: Activity['transfers'];
}

/** A set of policies by what is asked of it; built once per set, so that no question grows with the register. */
export interface PolicyIndex {
  activities: readonly IndexedActivity[];
  activity(id: string): IndexedActivity | undefined;
  /** Activities with a category, a purpose, or both; all when neither is given. */
  covering(wanted: { category?: string | undefined; purpose?: string | undefined }): readonly IndexedActivity[];
  placesOf(party: string): readonly Place[];
  /** Of a list of activities, 1 at the position of each: small, and shared by lists of the same content. */
  members(activities: readonly string[]): Uint8Array;
}

const indexes = new WeakMap<PolicySet, PolicyIndex>();
/** Lists of different content that are kept. */
const LISTS = 500;
const NONE: readonly IndexedActivity[] = [];

const listOf = (found: IndexedActivity | IndexedActivity[] | undefined): readonly IndexedActivity[] =>
  found === undefined ? NONE : Array.isArray(found) ? found : [found];

export function policyIndex(set: PolicySet): PolicyIndex {
  const known = indexes.get(set);
  if (known) return known;
  const purposes = new Map(set.purposes.map((purpose) => [purpose.id, purpose]));
  const categories = new Map(set.categories.map((category) => [category.id, category]));
  const rules = new Map<string, RetentionRule[]>();
  for (const rule of set.rules) rules.set(rule.category, [...(rules.get(rule.category) ?? []), rule]);
  const activities = set.activities.map((activity, position): IndexedActivity => {
    const purpose = purposes.get(activity.purpose) as Purpose;
    // One plain literal: its fields lie side by side.
    return {
      position,
      id: activity.id,
      title: activity.title,
      basis: purpose.basis,
      purposeId: activity.purpose,
      categoryIds: activity.categories,
      parties: activity.parties,
      transfers: activity.transfers,
      activity,
      purpose,
      categories: activity.categories.flatMap((id) => categories.get(id) ?? []),
      rules: activity.categories.flatMap((id) => rules.get(id) ?? []),
    };
  });
  const byId = new Map(activities.map((indexed) => [indexed.id, indexed]));
  // Most keys have one activity: it stands there itself, one step nearer than in a list.
  const byKey = new Map<string, IndexedActivity | IndexedActivity[]>();
  const add = (key: string, indexed: IndexedActivity) => {
    const known = byKey.get(key);
    if (Array.isArray(known)) known.push(indexed);
    else byKey.set(key, known ? [known, indexed] : indexed);
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
  const byList = new WeakMap<readonly string[], Uint8Array>();
  const byContent = new Map<string, Uint8Array>();
  const index: PolicyIndex = {
    activities,
    activity: (id) => byId.get(id),
    covering: ({ category, purpose }) =>
      category === undefined && purpose === undefined
        ? activities
        : listOf(byKey.get(`${category ?? ''}\0${purpose ?? ''}`)),
    placesOf: (party) => places.get(party) ?? [],
    members: (list) => {
      const known = byList.get(list);
      if (known) return known;
      const content = list.join('\0');
      const members = byContent.get(content) ?? new Uint8Array(activities.length);
      for (const id of list) {
        const position = byId.get(id)?.position;
        if (position !== undefined) members[position] = 1;
      }
      if (byContent.size >= LISTS) byContent.clear();
      byContent.set(content, members);
      byList.set(list, members);
      return members;
    },
  };
  indexes.set(set, index);
  return index;
}
