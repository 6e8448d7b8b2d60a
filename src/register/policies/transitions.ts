import { canonical } from '../../foundations/contract/canonical-json.ts';
import { mayEndSooner } from '../../law/duration.ts';
import { resolved } from './diff.ts';
import type { PolicySet } from './model.ts';
import type { RetentionRule } from './retention-model.ts';
import type { OldRows, Transition } from './transitions-model.ts';

/** A retention rule as it is carried out: with what an older word still has a say in. */
export interface RuleInForce extends RetentionRule {
  /** It is the old word of this rule, about what began before the day alone. */
  old?: { of: string; until: string; holder?: string };
  /** What began before these days, by these clocks, is left to an old word. */
  leaves?: { clock: string; until: string }[];
}

/** The longest id of a rule that an old word can be named after: the name has the day in it. */
export const LONGEST_WITH_DAY = 45;

const closedId = ({ rule, since }: Transition) => `${rule}-before-${since}`;

type Words = Pick<PolicySet, 'rules' | 'transitions' | 'categories'>;

/** The decisions of which the old word still stands, oldest first: "new for all" ends what was decided before it. */
function standing(transitions: readonly Transition[] = []): Transition[] {
  const byDay = [...transitions].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  return byDay.filter(
    (one, index) =>
      one.oldRows === 'old-period' &&
      !byDay.slice(index + 1).some(({ rule, oldRows }) => rule === one.rule && oldRows === 'new-period'),
  );
}

/** Whether a rule takes the place of an old word: what that decides is not this one's. */
const follows = (rule: RetentionRule, { rule: of, was }: Transition) =>
  was.category === rule.category && (was.action === rule.action || of === rule.id);

/**
 * The rules that sweeps carry out: those of the file, each without the rows an old word still decides, and the old words
 * as rules of their own. Together they reach every row of a category and action exactly once.
 */
export function rulesInForce(set: Words): RuleInForce[] {
  const old = standing(set.transitions);
  if (old.length === 0) return [...set.rules];
  const leavesOf = (rule: RetentionRule, among: Transition[]) => {
    const leaves = among
      .filter((one) => follows(rule, one))
      .map(({ was, since }) => ({ clock: was.from, until: since }));
    return leaves.length > 0 ? { leaves } : {};
  };
  return [
    ...set.rules.map((rule) => ({ ...rule, ...leavesOf(rule, old) })),
    ...old.map(
      (one, index): RuleInForce => ({
        ...one.was,
        id: closedId(one),
        old: { of: one.rule, until: one.since, ...(one.holder === undefined ? {} : { holder: one.holder }) },
        ...leavesOf(one.was, old.slice(0, index)),
      }),
    ),
  ];
}

/** How a rule has changed for the rows that were collected under it. */
type RuleChange = 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';

export interface ChangedRule {
  change: RuleChange;
  was: RuleInForce;
  /** Undefined where it is gone. */
  now?: RuleInForce;
  /** Where its category was kept, where that is another holder now. */
  holder?: string;
  /** What was decided on the old rows; undefined: nothing. */
  decided?: Transition;
}

export const holderOfCategory = ({ categories }: Pick<PolicySet, 'categories'>, category: string): string =>
  categories.find(({ id }) => id === category)?.holder ?? (category.split('.')[0] as string);

/**
 * The rules under which rows may have been collected that end otherwise now, each with what was decided on those rows.
 * Only a decision that is new decides: one that was there before was about an earlier change.
 */
export function changedRules(before: PolicySet, after: PolicySet): ChangedRule[] {
  const known = new Set((before.transitions ?? []).map((one) => canonical(one)));
  const fresh = (after.transitions ?? []).filter((one) => !known.has(canonical(one)));
  const next = new Map(rulesInForce(after).map((rule) => [rule.id, rule]));
  return rulesInForce(before).flatMap((was): ChangedRule[] => {
    const now = next.get(was.id);
    const [held, holds] = [before, after].map((set) => was.old?.holder ?? holderOfCategory(set, was.category));
    const change = changeOf(resolved(was, before), now && resolved(now, after), held === holds);
    if (!change) return [];
    const decided = was.old
      ? fresh.find(({ rule, oldRows }) => rule === was.old?.of && oldRows === 'new-period')
      : fresh.find((one) => one.rule === was.id && canonical(wordOf(one.was)) === canonical(wordOf(was)));
    return [{ change, was, now, ...(held === holds ? {} : { holder: held }), decided }];
  });
}

/** What of a rule decides which rows end and when. */
export const wordOf = ({ category, action, after, counted, from, minimumCell }: RetentionRule) => ({
  category,
  action,
  after,
  counted,
  from,
  minimumCell,
});

function changeOf(was: RetentionRule, now: RetentionRule | undefined, sameHolder: boolean): RuleChange | undefined {
  if (!now) return 'deleted';
  if (now.category !== was.category || !sameHolder) return 'moved';
  if (now.action !== was.action || now.from !== was.from) return 'changed';
  if (now.after === was.after && now.counted === was.counted) return undefined;
  const sooner = mayEndSooner(now.after, was.after, { one: now.counted, other: was.counted });
  return sooner ? 'shortened' : 'lengthened';
}

/** The decision on a change, as it stands in `transitions.yaml`. */
export function transitionFor(
  { was, holder }: ChangedRule,
  said: { since: string; oldRows: OldRows; decidedOn?: string; reason: string },
): Transition {
  const { old, leaves: _, ...rule } = was;
  return {
    rule: old?.of ?? rule.id,
    was: old ? { ...rule, id: old.of } : rule,
    ...(holder === undefined ? {} : { holder }),
    ...said,
  };
}
