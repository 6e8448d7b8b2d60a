import { createHash } from 'node:crypto';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { DeclaredHolder } from '../../foundations/holders/declaration.ts';
import { type Conditions, conditionsOf } from '../../register/policies/conditions.ts';
import { destroysMore, resolved } from '../../register/policies/diff.ts';
import type { PolicySet, RetentionRule } from '../../register/policies/model.ts';
import { holderOfCategory, type RuleInForce } from '../../register/policies/transitions.ts';

/** What a rule can get hold of: how it stood when an officer agreed to it, to be held against how it stands now. */
export interface Reach
  extends Pick<RetentionRule, 'category' | 'action' | 'after' | 'counted' | 'from' | 'minimumCell' | 'inactivity'>,
    Conditions {
  /** Digest of where a holder outside keeps the category and what it does there; null inside. */
  where: string | null;
  /** The rows left to an older word; absent: none. */
  leaves?: RuleInForce['leaves'];
}

export function reachOf(rule: RuleInForce, set: PolicySet): Reach {
  const { category, action, after, counted, from, minimumCell, inactivity } = resolved(rule, set);
  const declared = rule.old?.holder ?? holderOfCategory(set, category);
  const outside = set.holders?.find(({ id }) => id === declared);
  const { leaves } = rule;
  return {
    category,
    action,
    after,
    counted,
    from,
    minimumCell,
    ...(inactivity ? { inactivity } : {}),
    ...conditionsOf(rule, set),
    where: outside ? digestOf(outside, category) : null,
    ...(leaves ? { leaves } : {}),
  };
}

/** Of a declaration, what decides which rows a rule of this category finds, and what becomes of them. */
function digestOf(holder: DeclaredHolder, category: string): string {
  const its =
    holder.kind === 'webhook'
      ? holder.categories[category]
      : holder.tables.filter(({ columns }) => Object.values(columns).some((column) => column.category === category));
  const content = { id: holder.id, kind: holder.kind, tenants: holder.tenants, its };
  return createHash('sha256').update(canonical(content)).digest('hex');
}

/** In words, what a rule reaches now that it did not; undefined: nothing. */
export function reachesMore(was: Reach, is: Reach): string | undefined {
  if (was.category !== is.category) return `it is about ${is.category} instead of ${was.category}`;
  if (was.action !== is.action) return `${is.action} instead of ${was.action}`;
  const left = (is.leaves ?? []).map((one) => canonical(one));
  if (was.leaves?.some((one) => !left.includes(canonical(one)))) return 'it reaches rows that an older word decided on';
  return (
    destroysMore(was, is) ??
    (was.where === is.where ? undefined : 'where its holder keeps the data, or what it does there, is declared anew')
  );
}

/** Whether what waits is still what was looked at. */
export const sameReach = (one: Reach, other: Reach): boolean => canonical({ ...one }) === canonical({ ...other });
