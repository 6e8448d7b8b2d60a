import type { ErasureDecision, Holder } from '../../foundations/holders/holder.ts';
import type { LawfulBasis } from '../../law/vocabulary.ts';
import type { Activity, PolicySet, Purpose } from '../../register/policies/model.ts';

/** What else a kind of data is processed for, on which basis, and which of its fields that are. */
interface NeededFor {
  purpose: string;
  basis: LawfulBasis;
  fields: string[];
}

/** Whether processing for a purpose is lawful for this person now: agreed to, or not objected to. */
export type Active = (purpose: Purpose) => boolean;

/**
 * An erasure for some purposes only, as when consent is withdrawn: what another active basis still covers stays, and is said
 * with its fields (GDPR Art. 17(1)(b): "where there is no other legal ground"). What was never processed for the purpose
 * is not touched. `ordered`: categories an officer decided on, which stand as they are.
 */
export function keepOtherBases(
  decisions: Record<string, ErasureDecision>,
  {
    policies,
    holders,
    only,
    active,
    ordered,
  }: {
    policies: PolicySet;
    holders: Pick<Holder, 'describe'>[];
    only: readonly string[];
    active: Active;
    ordered: readonly string[];
  },
): Record<string, ErasureDecision> {
  const purposes = new Map(policies.purposes.map((one) => [one.id, one]));
  return Object.fromEntries(
    Object.entries(decisions).map(([category, decision]) => {
      const activities = policies.activities.filter(({ categories }) => categories.includes(category));
      const concerned = activities.some((activity) => only.includes(activity.purpose));
      const needed = distinct(activities.filter((activity) => !only.includes(activity.purpose))).flatMap(
        (id): NeededFor[] => {
          const other = purposes.get(id);
          if (!other || (concerned && !active(other))) return [];
          return [{ purpose: id, basis: other.basis, fields: fieldsOf(holders, category) }];
        },
      );
      const [first] = needed;
      if (!first || ordered.includes(category)) return [category, decision];
      // What an officer decided of single items stands all the same; the rest is what stays.
      const { items } = decision;
      const kept: ErasureDecision = { category, action: 'retain', ground: first.basis, neededFor: needed };
      return [category, items ? { ...kept, items } : kept];
    }),
  );
}

const distinct = (activities: Activity[]): string[] => [...new Set(activities.map(({ purpose }) => purpose))];

/** Names under which the fields of a kind of data are shown to the person. */
function fieldsOf(holders: Pick<Holder, 'describe'>[], category: string): string[] {
  const names = holders.flatMap((holder) =>
    Object.values(holder.describe().columns).flatMap((columns) =>
      Object.values(columns).flatMap((claim) =>
        'category' in claim && (claim.category === category || claim.also?.includes(category)) && claim.exportedAs
          ? [claim.exportedAs]
          : [],
      ),
    ),
  );
  return [...new Set(names)].sort();
}
