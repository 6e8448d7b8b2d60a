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

/** Streams of pseudonyms in order, as one: each pseudonym once, with the streams that have it. */
async function* merged(streams: AsyncIterator<string>[]): AsyncGenerator<{ subject: string; streams: number[] }> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let least: string | undefined;
    for (const { done, value } of heads) if (!done && (least === undefined || value < least)) least = value;
    if (least === undefined) return;
    const having: number[] = [];
    for (const [n, stream] of streams.entries())
      if (!heads[n]?.done && heads[n]?.value === least) {
        having.push(n);
        heads[n] = await stream.next();
      }
    yield { subject: least, streams: having };
  }
}

async function* subjectsOf({ store }: CountDeps, holder: Holder, wanted: TouchedRows): AsyncGenerator<string> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: string[] = await store.read((q) => holder.touchedSubjects(q, wanted, after as string, PAGE));
    yield* page;
    after = page.length < PAGE ? undefined : page.at(-1);
  }
}

/** Counts persons: a visitor who is known to be an account is that account's person, once. */
function personCounter(accounts: Map<string, string>) {
  const linked = new Set(accounts.values());
  const seen = new Set<string>();
  let others = 0;
  return {
    add(subject: string): void {
      const person = accounts.get(subject) ?? subject;
      if (linked.has(person)) seen.add(person);
      else others += 1;
    },
    count: () => others + seen.size,
  };
}

/**
 * What a breach has reached (Art. 33(3)(a)): rows and persons per category and together, from the holders as they are
 * now; whose data it is, from the register as it was. One pass over the pseudonyms, in order; memory for links only.
 */
export async function countAffected(
  deps: CountDeps,
  context: Context,
  view: RegisterView,
  scope: BreachScope,
): Promise<Affected> {
  const { categories, activities } = reachedBy(view, scope);
  const accounts = await deps.accountsOfVisitors(context);
  const counts: (Affected['categories'][number] & { nameless: number })[] = [];
  const streams: AsyncGenerator<string>[] = [];
  for (const { id: category, holder: holderId } of categories) {
    const holder = deps.holders.find(({ id }) => id === holderId);
    if (!holder) continue;
    const wanted: TouchedRows = {
      tenantId: context.tenant.id,
      category,
      from: scope.from === undefined ? undefined : new Date(scope.from),
      until: scope.until === undefined ? undefined : new Date(scope.until),
    };
    counts.push({ category, persons: 0, ...(await deps.store.read((q) => holder.countTouched(q, wanted))) });
    streams.push(subjectsOf(deps, holder, wanted));
  }
  const everybody = personCounter(accounts);
  const perCategory = counts.map(() => personCounter(accounts));
  const controllers = whoseData(activities).map((one) => ({ ...one, counter: personCounter(accounts) }));
  const theirs = counts.map(({ category }) => controllers.filter(({ has }) => has.has(category)));
  for await (const { subject, streams: having } of merged(streams)) {
    everybody.add(subject);
    for (const n of having) perCategory[n]?.add(subject);
    for (const { counter } of new Set(having.flatMap((n) => theirs[n] ?? []))) counter.add(subject);
  }
  const total = (of: 'records' | 'nameless', among = counts) => among.reduce((sum, one) => sum + one[of], 0);
  const covered = new Set(activities.flatMap(({ activity }) => activity.categories));
  return {
    persons: everybody.count(),
    records: total('records'),
    nameless: total('nameless'),
    categories: counts.map(({ category, records }, n) => ({
      category,
      records,
      persons: perCategory[n]?.count() ?? 0,
    })),
    subjects: [...new Set(activities.flatMap(({ activity }) => activity.subjects))].sort(),
    activities: activities.map(({ id }) => id).sort(),
    controllers: controllers.map(({ party, activities: ids, has, counter }) => {
      const own = counts.filter(({ category }) => has.has(category));
      return {
        party,
        activities: ids,
        categories: own.map(({ category }) => category),
        persons: counter.count(),
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
