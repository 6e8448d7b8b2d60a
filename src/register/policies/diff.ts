import { canonical } from '../../foundations/contract/canonical-json.ts';
import { mayEndSooner } from '../../law/duration.ts';
import { type Conditions, conditionsOf, conditionsReachMore } from './conditions.ts';
import { daysBefore, type Inactivity, shortestWarning } from './inactivity-model.ts';
import type { PolicySet, RetentionRule } from './model.ts';

const KINDS = ['parties', 'purposes', 'categories', 'activities', 'rules', 'agreements', 'places'] as const;

export interface PolicyDifference {
  /** Ids added, removed and changed, per kind; a notice is `id version`. */
  changes: Record<string, { added: string[]; removed: string[]; changed: string[] }>;
  /** What the new set destroys that the old one would have kept; `rule` is null for what a person's request does. */
  newlyErased: { category: string; rule: string | null; why: string }[];
}

/** What changes from one set to another, and above all what would be destroyed sooner than before. */
export function diffPolicies(before: PolicySet, after: PolicySet): PolicyDifference {
  const changes: PolicyDifference['changes'] = {};
  const compare = (kind: string, was: Map<string, unknown>, is: Map<string, unknown>) => {
    changes[kind] = {
      added: [...is.keys()].filter((id) => !was.has(id)),
      removed: [...was.keys()].filter((id) => !is.has(id)),
      changed: [...is.keys()].filter((id) => was.has(id) && canonical(was.get(id)) !== canonical(is.get(id))),
    };
  };
  const byId = (values: { id: string }[]) => new Map(values.map((value) => [value.id, value as unknown]));
  for (const kind of KINDS) compare(kind, byId(before[kind]), byId(after[kind]));
  const notices = (set: PolicySet) =>
    new Map(set.notices.map((notice) => [`${notice.id} ${notice.version}`, notice as unknown]));
  compare('notices', notices(before), notices(after));
  // Sets kept by an earlier version have no letters.
  const letters = (set: PolicySet) => new Map<string, unknown>(Object.entries(set.letters ?? {}));
  compare('letters', letters(before), letters(after));
  const terms = ({ relations }: PolicySet) =>
    new Map<string, unknown>(
      Object.entries(relations ?? {}).flatMap(([kind, all]) => all.map((one) => [`${kind} ${one.id}`, one] as const)),
    );
  compare('relations', terms(before), terms(after));
  compare('holders', byId(before.holders ?? []), byId(after.holders ?? []));
  const robots = ({ robots: list }: PolicySet) => new Map(list ? [[list.list, list as unknown]] : []);
  compare('robots', robots(before), robots(after));
  const holidays = (set: PolicySet) => new Map((set.holidays ?? []).map((list) => [list.place, list as unknown]));
  compare('holidays', holidays(before), holidays(after));
  const transitions = ({ transitions: decided = [] }: PolicySet) =>
    new Map(decided.map((one) => [`${one.rule} ${one.since}`, one as unknown]));
  if (before.transitions || after.transitions) compare('transitions', transitions(before), transitions(after));
  const requests = (set: PolicySet) => new Map(set.erasureRequests.map((rule) => [rule.category, rule as unknown]));
  compare('erasureRequests', requests(before), requests(after));
  compare(
    'installation',
    new Map([['installation', before.installation]]),
    new Map([['installation', after.installation]]),
  );

  const bySweep = after.rules.flatMap((rule) => {
    const alike = before.rules.filter(({ category, action }) => category === rule.category && action === rule.action);
    const was = alike.find(({ id }) => id === rule.id) ?? (alike.length === 1 ? alike[0] : undefined);
    const why = destroysMore(was && withConditions(was, before), withConditions(rule, after));
    return why ? [{ category: rule.category, rule: rule.id, why }] : [];
  });
  const onRequest = after.erasureRequests.flatMap(({ category, action }) => {
    const was = before.erasureRequests.find((rule) => rule.category === category);
    return was && SEVERITY[action] > SEVERITY[was.action]
      ? [{ category, rule: null, why: `${action} on request instead of ${was.action}` }]
      : [];
  });
  return { changes, newlyErased: [...bySweep, ...onRequest] };
}

const SEVERITY = { retain: 0, reduce: 1, erase: 2 } as const;

/** A rule with the cell size it works with: its own or the installation's. */
export function resolved(rule: RetentionRule, { installation }: Pick<PolicySet, 'installation'>): RetentionRule {
  if (rule.action !== 'anonymise') return rule;
  return { ...rule, minimumCell: rule.minimumCell ?? installation.retention.minimumCell };
}

const withConditions = (rule: RetentionRule, set: PolicySet) => ({
  ...resolved(rule, set),
  ...conditionsOf(rule, set),
});

type Destroys = Pick<RetentionRule, 'action' | 'after' | 'from' | 'counted' | 'minimumCell' | 'inactivity'> &
  Conditions;

/** `P3Y`, or `P3Y from the end of the year`. */
export const periodOf = ({ after, counted }: Pick<RetentionRule, 'after' | 'counted'>): string =>
  counted ? `${after} from the end of the year` : after;

/** Whether an account may end with less warning than before, or with none. */
const warnsLess = (was: Inactivity, is: Inactivity | undefined): boolean =>
  !is ||
  daysBefore(shortestWarning(is)) < daysBefore(shortestWarning(was)) ||
  (is.unreachable === 'run' && was.unreachable !== 'run');

/** In words, what a rule destroys that another one of the same category and action did not; undefined: nothing. */
export function destroysMore(was: Destroys | undefined, is: Destroys): string | undefined {
  // It destroys nothing.
  if (is.action === 'review') return undefined;
  if (!was) return `a new rule will ${is.action} it after ${periodOf(is)}`;
  if (mayEndSooner(is.after, was.after, { one: is.counted, other: was.counted }))
    return `${is.action} after ${periodOf(is)} instead of ${periodOf(was)}`;
  if (is.from !== was.from) return `${is.action} counts from "${is.from}" instead of "${was.from}"`;
  if (was.inactivity && warnsLess(was.inactivity, is.inactivity)) return 'people are warned later, or not at all';
  if ((is.minimumCell ?? 0) > (was.minimumCell ?? 0)) return 'larger minimum cell: more counts are suppressed';
  return conditionsReachMore(was, is);
}
