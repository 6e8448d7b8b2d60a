import type { LawfulBasis } from '../../law/vocabulary.ts';
import type { Activity, Category, Party, Place, PolicySet, Purpose, RetentionRule } from './model.ts';

/** An activity with what the files say about it elsewhere. */
export interface IndexedActivity {
  /** Its place among the activities of the set. */
  position: number;
  id: string;
  title: string;
  basis: LawfulBasis;
  purposeId: string;
  categoryIds: string[];
  parties: Activity['parties'];
  transfers: Activity['transfers'];
  /** What few answers need: with ten thousand activities, places of memory are what an answer costs. */
  whole: { activity: Activity; purpose: Purpose; categories: Category[]; rules: RetentionRule[] };
}

/** A set of policies by what is asked of it; built once per set, so that no question grows with the register. */
export interface PolicyIndex {
  activities: readonly IndexedActivity[];
  activity(id: string): IndexedActivity | undefined;
  /** Activities with a category, a purpose, or both; all when neither is given. */
  covering(wanted: { category?: string | undefined; purpose?: string | undefined }): readonly IndexedActivity[];
  party(id: string): Party | undefined;
  /** The id as the policies write it: the same text for all who ask. */
  partyId(id: string): string;
  placesOf(party: string): readonly Place[];
  /** Of a list of activities, 1 at the position of each: small, and shared by lists of the same content. */
  members(activities: readonly string[]): Uint8Array;
}

const indexes = new WeakMap<PolicySet, PolicyIndex>();
/** Lists of different content that are kept. */
const LISTS = 500;
const NONE: readonly IndexedActivity[] = [];

/** What has one activity, as most keys have, stands there itself: one step nearer than in a list. */
type Found = IndexedActivity | IndexedActivity[];

function grouped(
  activities: readonly IndexedActivity[],
  keysOf: (indexed: IndexedActivity) => readonly string[],
): Map<string, Found> {
  const groups = new Map<string, Found>();
  for (const indexed of activities)
    for (const key of keysOf(indexed)) {
      const known = groups.get(key);
      if (Array.isArray(known)) known.push(indexed);
      else groups.set(key, known ? [known, indexed] : indexed);
    }
  return groups;
}

const listOf = (found: Found | undefined): readonly IndexedActivity[] =>
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
      whole: {
        activity,
        purpose,
        categories: activity.categories.flatMap((id) => categories.get(id) ?? []),
        rules: activity.categories.flatMap((id) => rules.get(id) ?? []),
      },
    };
  });
  const byId = new Map(activities.map((indexed) => [indexed.id, indexed]));
  const byPurpose = grouped(activities, ({ purposeId }) => [purposeId]);
  const byCategory = grouped(activities, ({ categoryIds }) => categoryIds);
  const byBoth = grouped(activities, ({ purposeId, categoryIds }) =>
    categoryIds.map((category) => `${category}\0${purposeId}`),
  );
  const parties = new Map(set.parties.map((party) => [party.id, party]));
  const places = new Map<string, Place[]>();
  for (const place of set.places) places.set(place.party, [...(places.get(place.party) ?? []), place]);
  const byList = new WeakMap<readonly string[], Uint8Array>();
  const byContent = new Map<string, Uint8Array>();
  const index: PolicyIndex = {
    activities,
    activity: (id) => byId.get(id),
    covering: ({ category, purpose }) => {
      if (purpose === undefined) return category === undefined ? activities : listOf(byCategory.get(category));
      return listOf(category === undefined ? byPurpose.get(purpose) : byBoth.get(`${category}\0${purpose}`));
    },
    party: (id) => parties.get(id),
    partyId: (id) => parties.get(id)?.id ?? id,
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
