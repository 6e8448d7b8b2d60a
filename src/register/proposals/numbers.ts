import { createHash } from 'node:crypto';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import { startOfDayNamed } from '../../law/duration.ts';
import type { PolicySet } from '../policies/model.ts';
import { ruleInWords } from '../policies/rule-in-words.ts';
import { type ChangedRule, changedRules, type RuleInForce, rulesInForce } from '../policies/transitions.ts';
import type { OldRows } from '../policies/transitions-model.ts';
import type { ProposalNumbers } from './model.ts';

/**
 * What rules of a set would find due at an instant, by rule; `due` is null where its holder could not be asked. Whoever
 * knows the rows tells it; nothing is touched.
 */
export type LookAtRows = (
  context: Context,
  set: PolicySet,
  asOf: Date,
  rules: string[],
) => Promise<Map<string, { due: number | null; digest: string }>>;

type Due = { now: number | null; onTheDay: number | null };

/** A set in which another decision on one change stands; undefined where that cannot be decided of it. */
export type WithDecision = (change: ChangedRule, oldRows: OldRows) => PolicySet | undefined;

/** What of the rows an old word and a new one reach, today and on the day the new one counts. */
export async function numbersOf(
  look: LookAtRows,
  context: Context,
  {
    before,
    after,
    day,
    lookedAt,
    withDecision,
  }: { before: PolicySet; after: PolicySet; day: string; lookedAt: Date; withDecision: WithDecision },
): Promise<ProposalNumbers> {
  const onTheDay = startOfDayNamed(day, context.tenant.timeZone);
  const then = onTheDay > lookedAt ? onTheDay : lookedAt;
  const [was, is] = [rulesInForce(before), rulesInForce(after)];
  const concerned = categoriesThatChange(was, is);
  const idsOf = (rules: RuleInForce[], categories: readonly string[]) =>
    rules.filter(({ category }) => categories.includes(category)).map(({ id }) => id);
  const digests: string[] = [];
  const lookBoth = async (set: PolicySet, ids: string[]): Promise<Map<string, Due>> => {
    if (ids.length === 0) return new Map();
    const now = await look(context, set, lookedAt, ids);
    const later = then > lookedAt ? await look(context, set, then, ids) : now;
    for (const [id, { digest }] of now) digests.push(`${id} ${digest}`);
    return new Map(ids.map((id) => [id, { now: now.get(id)?.due ?? null, onTheDay: later.get(id)?.due ?? null }]));
  };
  const old = await lookBoth(before, idsOf(was, concerned));
  const next = await lookBoth(after, idsOf(is, concerned));
  const ofCategory = async (set: PolicySet, category: string): Promise<Due> =>
    sumOf([...(await lookBoth(set, idsOf(rulesInForce(set), [category]))).values()]);

  const t = textsIn(context.tenant.language);
  const ids = [...new Set([...old.keys(), ...next.keys()])].sort();
  const oldRows: ProposalNumbers['oldRows'] = [];
  for (const change of changedRules(before, after)) {
    const { category, id } = change.was;
    const [asNew, asOld] = [withDecision(change, 'new-period'), withDecision(change, 'old-period')];
    oldRows.push({
      rule: id,
      change: change.change,
      category,
      decided: change.decided?.oldRows ?? null,
      asItIs: await ofCategory(before, category),
      withNewPeriod: await ofCategory(asNew ?? after, category),
      withOldPeriod: asOld ? await ofCategory(asOld, category) : null,
    });
  }
  return {
    lookedAt: lookedAt.toISOString(),
    onTheDay: then.toISOString(),
    rules: ids.map((id) => {
      const rule = is.find((one) => one.id === id) ?? (was.find((one) => one.id === id) as RuleInForce);
      const set = is.includes(rule) ? after : before;
      return {
        rule: id,
        category: rule.category,
        action: rule.action,
        inWords: ruleInWords(rule, set, t),
        underOldWord: old.get(id) ?? null,
        underNewWord: next.get(id) ?? null,
      };
    }),
    oldRows,
    digest: createHash('sha256').update(canonical(digests)).digest('hex'),
  };
}

/** Categories in which any rule is another than before. */
function categoriesThatChange(was: RuleInForce[], is: RuleInForce[]): string[] {
  const stands = new Map(was.map((rule) => [rule.id, rule]));
  const changed = is.filter((rule) => canonical(stands.get(rule.id) ?? null) !== canonical(rule));
  const gone = was.filter(({ id }) => !is.some((rule) => rule.id === id));
  const before = changed.flatMap(({ id }) => stands.get(id)?.category ?? []);
  return [...new Set([...changed.map(({ category }) => category), ...gone.map(({ category }) => category), ...before])];
}

function sumOf(all: Due[]): Due {
  const sum = (of: (due: Due) => number | null) =>
    all.reduce<number | null>((total, due) => {
      const value = of(due);
      return total === null || value === null ? null : total + value;
    }, 0);
  return { now: sum(({ now }) => now), onTheDay: sum(({ onTheDay }) => onTheDay) };
}
