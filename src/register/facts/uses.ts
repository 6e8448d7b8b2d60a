import type { Agreement } from '../agreements/model.ts';
import type { Mistake, PolicySet } from '../policies/model.ts';
import type { ChangeFact } from '../sub-processors/facts.ts';
import { type Fact, factsAsOf } from './as-of.ts';

const FOREVER = new Date(8.64e15);

/**
 * What people recorded that a new set of policies would leave without its party or activity: an agreement in force or
 * drafted, a change announced or made. Each use is one mistake, so that all are seen at once.
 *
 * @param ofTenant the set a tenant will have, where its institution has a word of its own over it
 */
export function droppedInUse(
  next: PolicySet,
  facts: readonly Fact[],
  now: Date,
  ofTenant: (tenantId: string) => PolicySet = () => next,
): Mistake[] {
  let known: { party: Set<string>; activity: Set<string> };
  const mistakes: Mistake[] = [];
  const drop = (file: string, message: string) =>
    mistakes.push({
      file,
      line: 1,
      column: 1,
      pointer: '',
      message,
      remedy: 'Keep it in the policies until what uses it is ended or withdrawn.',
    });
  const use = (kind: 'party' | 'activity', id: string, by: string) => {
    const file = kind === 'party' ? 'parties.yaml' : `activities/${id}.yaml`;
    if (!known[kind].has(id)) drop(file, `The ${kind} "${id}" is still used by ${by}.`);
  };
  for (const [tenantId, own] of byTenant(facts)) {
    const { parties, activities } = ofTenant(tenantId);
    known = { party: new Set(parties.map(({ id }) => id)), activity: new Set(activities.map(({ id }) => id)) };
    const where = tenantId === '*' ? 'the installation' : `portal ${tenantId}`;
    const view = { at: now, knownAt: FOREVER };
    for (const { entityId, value } of factsAsOf<Agreement>(own, 'agreement', view)) {
      if (!value || value.status === 'ended' || (value.validUntil && new Date(value.validUntil) <= now)) continue;
      const by = `agreement ${entityId} (${value.status}) of ${where}`;
      for (const party of [value.controller, value.processor, ...value.subProcessors.authorised])
        use('party', party, by);
      for (const activity of value.activities) use('activity', activity, by);
    }
    for (const { entityId, value } of factsAsOf<ChangeFact>(own, 'sub-processor-change', view)) {
      // An activated removal is what lets a party go.
      if (!value || value.status === 'withdrawn' || value.kind === 'removal') continue;
      if (value.status === 'activated' && leftAgain(own, value.party, view)) continue;
      use('party', value.party, `sub-processor change ${entityId} (${value.status}) of ${where}`);
      use('party', value.processor, `sub-processor change ${entityId} (${value.status}) of ${where}`);
    }
  }
  return mistakes;
}

function leftAgain(facts: readonly Fact[], party: string, view: { at: Date; knownAt: Date }): boolean {
  return factsAsOf<ChangeFact>(facts, 'sub-processor-change', view).some(
    ({ value }) =>
      value?.status === 'activated' &&
      ((value.kind === 'removal' && value.party === party) ||
        (value.kind === 'replacement' && value.replaces === party)),
  );
}

function byTenant(facts: readonly Fact[]): Map<string, Fact[]> {
  const tenants = new Map<string, Fact[]>();
  for (const fact of facts) tenants.set(fact.tenantId, [...(tenants.get(fact.tenantId) ?? []), fact]);
  return tenants;
}
