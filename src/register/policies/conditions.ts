import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Texts } from '../../foundations/messages/texts.ts';
import { mayEndSooner } from '../../law/duration.ts';
import { titleIn } from '../view/titles.ts';
import type { KeepCondition, PolicySet, RetentionRule, RuleScope } from './model.ts';

/** Where it is kept how people stand to the platform. */
export const STANDING_CATEGORY = 'relations.standing';
/** What `also: private-items` looks at. */
export const PRIVATE_ITEMS = 'content.private-association';

type Terms = Pick<PolicySet, 'relations'>;

const relationOf = ({ relations }: Terms, id: string | undefined) =>
  relations?.relations.find((relation) => relation.id === id);

/** Whether a relation lasts as well by items that Lethe knows as private. */
export const lastsByItems = (terms: Terms, { relation }: Pick<KeepCondition, 'relation'>): boolean =>
  relationOf(terms, relation)?.also === 'private-items';

/** Categories whose rows decide whether a condition holds: a rule with it runs before those that end them. */
export function readsOf(condition: KeepCondition, terms: Terms): string[] {
  if (condition.children) return condition.children;
  return lastsByItems(terms, condition) ? [PRIVATE_ITEMS] : [];
}

/** What a condition asks, whatever it is called and whyever. */
function asked({ id: _, reason: _r, reasons: _rs, plus: _p, ...question }: KeepCondition, also: boolean): string {
  return canonical({ ...question, children: question.children && [...question.children].sort(), also });
}

/** Of a rule, what decides whose rows it reaches; comparable, and without reasons. */
export function conditionsOf(rule: Pick<RetentionRule, 'unless' | 'only'>, terms: Terms) {
  const { unless, only } = rule;
  return {
    ...(unless
      ? {
          unless: unless.map(({ reasons: _, ...condition }) => ({
            ...condition,
            reason: '',
            ...(lastsByItems(terms, condition) ? { also: true as const } : {}),
          })),
        }
      : {}),
    ...(only ? { only } : {}),
  };
}
export type Conditions = ReturnType<typeof conditionsOf>;

const includesAll = (more: readonly string[] | undefined, fewer: readonly string[] | undefined): boolean =>
  more === undefined || (fewer?.every((one) => more.includes(one)) ?? false);

/** Whether everybody a narrower scope is for is one of the wider one's. */
function isWithin(is: RuleScope | undefined, was: RuleScope | undefined): boolean {
  if (!was) return true;
  if (!is || !includesAll(was.roles, is.roles)) return false;
  return Object.entries(was.attributes ?? {}).every(([id, values]) => includesAll(values, is.attributes?.[id]));
}

/** In words, whom or what a rule reaches by its conditions that it did not before; undefined: nothing. */
export function conditionsReachMore(was: Conditions, is: Conditions): string | undefined {
  if (!isWithin(is.only, was.only)) return 'it is for more people';
  for (const condition of was.unless ?? []) {
    const { also = false } = condition;
    const now = (is.unless ?? []).filter((one) => {
      if (condition.children && one.children) return includesAll(one.children, condition.children);
      return asked(one, one.also ?? also) === asked(condition, also) && (one.also ?? false) === also;
    });
    if (now.length === 0) return `what "${condition.id}" kept is not kept any more`;
    const { plus } = condition;
    if (plus !== undefined && now.every((one) => one.plus === undefined || mayEndSooner(one.plus, plus)))
      return `"${condition.id}" keeps it less long after its end`;
  }
  return undefined;
}

/** The rules in an order in which each comes before those that end what its conditions look at. */
export function conditionsFirst(rules: readonly RetentionRule[], terms: Terms): RetentionRule[] {
  const ordered: RetentionRule[] = [];
  const placed = new Set<string>();
  const place = (rule: RetentionRule) => {
    if (placed.has(rule.id)) return;
    placed.add(rule.id);
    for (const other of rules)
      if ((other.unless ?? []).some((condition) => readsOf(condition, terms).includes(rule.category))) place(other);
    ordered.push(rule);
  };
  for (const rule of rules) place(rule);
  return ordered;
}

/** A condition in a clause: "the contract lasts and 6 months after it". */
export function conditionInWords(
  { relation, plus, role, attribute, children = [] }: KeepCondition,
  policies: Pick<PolicySet, 'categories' | 'relations'>,
  t: Texts,
): string {
  const { relations: terms } = policies;
  const called = (all: readonly { id: string; title: string; titles?: Record<string, string> }[] = [], id: string) => {
    const found = all.find((one) => one.id === id);
    return found ? titleIn(found, t.language) : id;
  };
  if (relation !== undefined) {
    const title = called(terms?.relations, relation);
    return plus === undefined
      ? t('periods.while.relation', { title })
      : t('periods.while.relation-plus', { title, period: t.duration(plus) });
  }
  if (role !== undefined) return t('periods.while.role', { title: called(terms?.roles, role) });
  if (attribute !== undefined) {
    const [[id, value] = ['', '']] = Object.entries(attribute);
    const declared = terms?.attributes.find((one) => one.id === id);
    const said = { title: called(terms?.attributes, id), value: called(declared?.values, value) };
    return t('periods.while.attribute', said);
  }
  const titles = children.map((id) => called(policies.categories, id));
  return t('periods.while.children', { categories: t.list(titles) });
}

/** Whom a rule is for, in a list. */
export function scopeInWords(
  { roles = [], attributes = {} }: RuleScope,
  { relations }: Pick<PolicySet, 'relations'>,
  t: Texts,
): string {
  const title = (found: { title: string; titles?: Record<string, string> } | undefined, id: string) =>
    found ? titleIn(found, t.language) : id;
  const named = [
    ...(roles.length > 0
      ? [
          roles
            .map((id) =>
              title(
                relations?.roles.find((one) => one.id === id),
                id,
              ),
            )
            .join(' / '),
        ]
      : []),
    ...Object.entries(attributes).map(([id, values]) => {
      const declared = relations?.attributes.find((one) => one.id === id);
      const said = values.map((value) =>
        title(
          declared?.values.find((one) => one.id === value),
          value,
        ),
      );
      return `${title(declared, id)}: ${said.join(' / ')}`;
    }),
  ];
  return t.list(named);
}
