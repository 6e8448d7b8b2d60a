import type { Context } from '../../foundations/contract/context.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import type { Holder, TouchedRows } from '../../foundations/holders/holder.ts';
import type { Store } from '../../foundations/store/store.ts';
import { requireId } from '../../register/policies/known.ts';
import type { ActivityRecord, RegisterView } from '../../register/view/view-model.ts';
import type { Affected } from './events.ts';
import type { BreachScope } from './model.ts';

const PAGE = 2_000;

export interface CountDeps {
  store: Store;
  holders: Holder[];
  /** Visitors that are known to be an account: two pseudonyms, one person. */
  accountsOfVisitors(context: Context): Promise<Map<string, string>>;
}

/** What of the register a scope is about. */
interface Reached {
  categories: { id: string; holder: string }[];
  activities: ActivityRecord[];
}

/** The categories and activities of the register that a scope is about; nothing in it is taken on trust. */
function reachedBy(view: RegisterView, { categories, holders, party, from, until }: BreachScope): Reached {
  const known = view.policies.categories;
  for (const [n, id] of (categories ?? []).entries())
    requireId(`/scope/categories/${n}`, 'category', id, known, 'undeclared-category');
  if (party !== undefined) requireId('/scope/party', 'party', party, view.parties);
  if (categories === undefined && holders === undefined && party === undefined)
    throw invalidField('/scope', 'must name categories, holders or a party');
  if (from !== undefined && until !== undefined && new Date(from) >= new Date(until))
    throw invalidField('/scope/until', 'must lie after the beginning');

  const named = known.filter(
    ({ id, holder, anonymous }) =>
      !anonymous &&
      ((categories === undefined && holders === undefined) ||
        categories?.includes(id) ||
        holders?.some((one) => one === holder)),
  );
  const ids = new Set(named.map(({ id }) => id));
  const activities = view.activities.filter(
    (record) =>
      record.activity.categories.some((id) => ids.has(id)) &&
      (party === undefined || record.chain.some((link) => link.party.id === party)),
  );
  const theirs = new Set(activities.flatMap(({ activity }) => activity.categories));
  return { activities, categories: party === undefined ? named : named.filter(({ id }) => theirs.has(id)) };
}

async function* subjectsOf({ store }: CountDeps, holder: Holder, wanted: TouchedRows): AsyncGenerator<string> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: string[] = await store.read((q) => holder.touchedSubjects(q, wanted, after as string, PAGE));
    yield* page;
    after = page.length < PAGE ? undefined : page.at(-1);
  }
}

/**
 * The persons of a stream of pseudonyms: a visitor who is known to be an account is that account's person, once. 48 bits
 * of each tell them apart: a million pseudonyms would be a hundred megabytes.
 */
async function personsOf(stream: AsyncGenerator<string>, accounts: Map<string, string>): Promise<Set<number>> {
  const persons = new Set<number>();
  for await (const subject of stream) persons.add(Number.parseInt((accounts.get(subject) ?? subject).slice(-12), 16));
  return persons;
}

function together(sets: readonly Set<number>[]): number {
  const all = new Set<number>();
  for (const persons of sets) for (const person of persons) all.add(person);
  return all.size;
}

/**
 * What a breach has reached (Art. 33(3)(a)): rows and persons per category and together, from the holders as they are
 * now; whose data it is, from the register as it was. One pass over the pseudonyms of each category.
 */
export async function countAffected(
  deps: CountDeps,
  context: Context,
  view: RegisterView,
  scope: BreachScope,
): Promise<Affected> {
  const { categories, activities } = reachedBy(view, scope);
  const accounts = await deps.accountsOfVisitors(context);
  const counts: (Omit<Affected['categories'][number], 'persons'> & { nameless: number; persons: Set<number> })[] = [];
  for (const { id: category, holder: holderId } of categories) {
    const holder = deps.holders.find(({ id }) => id === holderId);
    if (!holder) continue;
    const wanted: TouchedRows = {
      tenantId: context.tenant.id,
      category,
      from: scope.from === undefined ? undefined : new Date(scope.from),
      until: scope.until === undefined ? undefined : new Date(scope.until),
    };
    const touched = await deps.store.read((q) => holder.countTouched(q, wanted));
    counts.push({ category, persons: await personsOf(subjectsOf(deps, holder, wanted), accounts), ...touched });
  }
  const total = (of: 'records' | 'nameless', among = counts) => among.reduce((sum, one) => sum + one[of], 0);
  const covered = new Set(activities.flatMap(({ activity }) => activity.categories));
  return {
    persons: together(counts.map(({ persons }) => persons)),
    records: total('records'),
    nameless: total('nameless'),
    categories: counts.map(({ category, records, persons }) => ({ category, records, persons: persons.size })),
    subjects: [...new Set(activities.flatMap(({ activity }) => activity.subjects))].sort(),
    activities: activities.map(({ id }) => id).sort(),
    controllers: whoseData(activities).map(({ party, activities: ids, has }) => {
      const own = counts.filter(({ category }) => has.has(category));
      return {
        party,
        activities: ids,
        categories: own.map(({ category }) => category),
        persons: together(own.map(({ persons }) => persons)),
        records: total('records', own),
        nameless: total('nameless', own),
      };
    }),
    uncovered: categories.map(({ id }) => id).filter((id) => !covered.has(id)),
  };
}

/** The controllers of these activities, each with its activities and their categories. */
function whoseData(activities: ActivityRecord[]): { party: string; activities: string[]; has: Set<string> }[] {
  const byParty = new Map<string, ActivityRecord[]>();
  for (const record of activities)
    for (const { id: party } of record.controllers) byParty.set(party, [...(byParty.get(party) ?? []), record]);
  return [...byParty]
    .map(([party, own]) => ({
      party,
      activities: own.map(({ id }) => id).sort(),
      has: new Set(own.flatMap(({ activity }) => activity.categories)),
    }))
    .sort((a, b) => (a.party < b.party ? -1 : 1));
}
