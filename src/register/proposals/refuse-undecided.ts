import { stringify } from 'yaml';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { localDay } from '../../law/duration.ts';
import type { PolicySet } from '../policies/model.ts';
import { inWordsOf } from '../policies/rule-changes.ts';
import { type ChangedRule, transitionFor } from '../policies/transitions.ts';
import type { OldRows } from '../policies/transitions-model.ts';
import type { UndecidedRules } from '../view/enactment.ts';
import { type LookAtRows, numbersOf } from './numbers.ts';

export interface RefuseDeps {
  look: LookAtRows;
  /** A context of every tenant. */
  tenants(): Promise<Context[]>;
}

/**
 * A reload that changes rules under which rows were collected says what becomes of those rows, or does not happen.
 * @throws Problem `conflict` with what each decision would make due, and the lines that say it.
 */
export async function refuseUndecided(
  { look, tenants }: RefuseDeps,
  context: Context,
  undecided: UndecidedRules[],
): Promise<void> {
  if (undecided.length === 0) return;
  const now = context.clock();
  const contexts = await tenants();
  const errors: { pointer: string; detail: string }[] = [];
  for (const { tenantId, before, after, open } of undecided) {
    const concerned = contexts.filter(({ tenant }) => tenantId === undefined || tenant.id === tenantId);
    for (const change of open) {
      const sums = { asItIs: 0, newPeriod: 0, oldPeriod: 0 };
      for (const one of concerned) {
        const day = localDay(now, one.tenant.timeZone);
        const { oldRows } = await numbersOf(
          look,
          { ...one, clock: context.clock },
          {
            before: only(before, change),
            after: only(after, change),
            day,
            lookedAt: now,
            withDecision: ({ was }, decision) =>
              was.old ? undefined : decided(only(after, change), change, day, decision),
          },
        );
        const its = oldRows.find(({ rule }) => rule === change.was.id);
        sums.asItIs += its?.asItIs.now ?? 0;
        sums.newPeriod += its?.withNewPeriod.now ?? 0;
        sums.oldPeriod += its?.withOldPeriod?.now ?? 0;
      }
      errors.push({
        pointer: `${tenantId === undefined ? '' : `tenants/${tenantId}/`}transitions.yaml`,
        detail:
          `${inWordsOf(change)}. Of ${change.was.category} are due now: ${sums.asItIs} as it stands, ` +
          `${sums.newPeriod} with new-period, ${sums.oldPeriod} with old-period. Say which in transitions.yaml: ` +
          linesFor(change, localDay(now, context.tenant.timeZone)),
      });
    }
  }
  throw new Problem(
    'conflict',
    'Rules change under which rows were collected, and nobody has said what becomes of those rows; the old policies stay.',
    { errors, members: { rules: undecided.flatMap(({ open }) => open.map(({ was }) => was.id)) } },
  );
}

/** Only this change: what the others do is told beside them. */
function only(set: PolicySet, { was }: ChangedRule): PolicySet {
  return { ...set, rules: set.rules.filter(({ category }) => category === was.category) };
}

function decided(after: PolicySet, change: ChangedRule, since: string, oldRows: OldRows): PolicySet {
  const transition = transitionFor(change, { since, oldRows, reason: 'to be said' });
  return { ...after, transitions: [...(after.transitions ?? []), transition] };
}

const linesFor = (change: ChangedRule, since: string): string =>
  stringify(
    { transitions: [transitionFor(change, { since, oldRows: 'old-period', decidedOn: since, reason: 'why' })] },
    { lineWidth: 0, collectionStyle: 'flow' },
  ).trim();
