import type { Context } from '../../foundations/contract/context.ts';
import type { DueRows, Holder, KeepingCondition } from '../../foundations/holders/holder.ts';
import type { Query } from '../../foundations/store/store.ts';
import { isNoneOf, isOneOf, valueList } from '../../foundations/store/value-lists.ts';
import { dueBefore } from '../../law/duration.ts';
import { lastsByItems, PRIVATE_ITEMS } from '../../register/policies/conditions.ts';
import type { KeepCondition, RetentionRule, RuleScope } from '../../register/policies/model.ts';
import type { Policies, PolicyView } from '../../register/policies/policies.ts';
import { accountsByVisitor, visitorsByAccount } from '../consent/links.ts';
import { accountsStanding, type Standing } from '../relations/standing.ts';

/** Pseudonyms read at a time where everybody is looked through. */
const PAGE = 5_000;

export interface ConditionDeps {
  policies: Pick<Policies, 'of'>;
  holders: readonly Holder[];
}

/** What a condition or a scope asks of people's standing; undefined where it asks something else. */
export function standingAsked({ relation, role, attribute }: KeepCondition): Standing | undefined {
  if (relation !== undefined) return { kind: 'relation', name: relation };
  if (role !== undefined) return { kind: 'role', name: role };
  const [said] = Object.entries(attribute ?? {});
  return said && { kind: 'attribute', name: said[0], values: [said[1]] };
}

/** The instant since which a relation may have ended and still keep; undefined: only while it lasts. */
export const endedSince = ({ plus }: KeepCondition, asOf: Date, timeZone: string): Date | undefined =>
  plus === undefined ? undefined : dueBefore(asOf, plus, timeZone);

/** The holder inside that keeps a category. */
export const holderInside = (
  holders: readonly Holder[],
  policies: Pick<PolicyView, 'category'>,
  category: string,
): Holder | undefined => {
  const id = policies.category(category)?.holder ?? category.split('.')[0];
  return holders.find((holder) => holder.id === id);
};

/** Everybody about whom there is a row of a category. */
async function subjectsOf(
  { holders, policies }: ConditionDeps,
  q: Query,
  tenantId: string,
  category: string,
): Promise<string[]> {
  const holder = holderInside(holders, policies.of(tenantId), category);
  if (!holder) return [];
  const all: string[] = [];
  for (let after = ''; ; after = all.at(-1) as string) {
    const page = await holder.touchedSubjects(q, { tenantId, category }, after, PAGE);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** With the visitors linked to accounts, and the accounts of visitors: a person's rows are under either. */
export async function withLinked(q: Query, tenantId: string, subjectIds: Iterable<string>): Promise<Set<string>> {
  const given = [...subjectIds];
  if (given.length === 0) return new Set();
  const accounts = await accountsByVisitor(q, tenantId, given);
  const all = new Set([...given, ...accounts.values()]);
  for (const visitors of (await visitorsByAccount(q, tenantId, [...all])).values())
    for (const visitor of visitors) all.add(visitor);
  return all;
}

/** Everybody whose rows a condition keeps at an instant. */
export async function keptSubjects(
  deps: ConditionDeps,
  q: Query,
  { tenant }: Pick<Context, 'tenant'>,
  condition: KeepCondition,
  asOf: Date,
): Promise<Set<string>> {
  const found = new Set<string>();
  const standing = standingAsked(condition);
  if (standing)
    for (const id of await accountsStanding(q, tenant.id, standing, asOf, endedSince(condition, asOf, tenant.timeZone)))
      found.add(id);
  const looked = [
    ...(condition.children ?? []),
    ...(lastsByItems(deps.policies.of(tenant.id).current(), condition) ? [PRIVATE_ITEMS] : []),
  ];
  for (const category of looked) for (const id of await subjectsOf(deps, q, tenant.id, category)) found.add(id);
  return withLinked(q, tenant.id, found);
}

/** Everybody a rule is for; undefined: it is for all. */
export async function meantSubjects(
  q: Query,
  tenantId: string,
  only: RuleScope | undefined,
  asOf: Date,
): Promise<Set<string> | undefined> {
  if (!only) return undefined;
  const parts: Set<string>[] = [];
  if (only.roles) {
    const any = new Set<string>();
    for (const name of only.roles)
      for (const id of await accountsStanding(q, tenantId, { kind: 'role', name }, asOf)) any.add(id);
    parts.push(any);
  }
  for (const [name, values] of Object.entries(only.attributes ?? {}))
    parts.push(await accountsStanding(q, tenantId, { kind: 'attribute', name, values }, asOf));
  const [first = new Set<string>(), ...others] = parts;
  return withLinked(
    q,
    tenantId,
    [...first].filter((id) => others.every((other) => other.has(id))),
  );
}

/**
 * The choke point of conditions, beside that of protection (holds.ts): whatever a rule destroys asks here, inside its own
 * transaction, whom the rule is for and whose rows outlast their period. People are named by lists, as no statement can
 * compare the pseudonyms of two domains; a rule without conditions asks nothing.
 */
export async function conditionsFor(
  deps: ConditionDeps,
  q: Query,
  context: Pick<Context, 'tenant'>,
  { unless, only }: Pick<RetentionRule, 'unless' | 'only'>,
  asOf: Date,
): Promise<Pick<DueRows, 'keptBy' | 'isMeant'>> {
  const keptBy: KeepingCondition[] = [];
  for (const condition of unless ?? []) {
    const kept = await keptSubjects(deps, q, context, condition, asOf);
    keptBy.push({ id: condition.id, notKept: (column) => isNoneOf(q, column, valueList(column, kept)) });
  }
  const meant = await meantSubjects(q, context.tenant.id, only, asOf);
  return {
    ...(unless ? { keptBy } : {}),
    ...(meant ? { isMeant: (column) => isOneOf(q, column, valueList(column, meant)) } : {}),
  };
}
