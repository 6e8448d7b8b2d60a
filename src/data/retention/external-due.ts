import type { Context } from '../../foundations/contract/context.ts';
import type { ExternalDue, KnownPerson } from '../../foundations/holders/external.ts';
import type { Store } from '../../foundations/store/store.ts';
import { dueBefore } from '../../law/duration.ts';
import type { RetentionRule } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { questionOf } from './hold-kinds.ts';
import { heldSubjects } from './table.ts';

/** Milliseconds a holder outside may take for one step of a plan or a sweep. */
export const PATIENCE = 600_000;

/** Whom a pseudonym stands for, as holders outside know them; undefined where nothing tells. */
export type WhoIs = (context: Context, subjectId: string) => Promise<KnownPerson | undefined>;

interface ExternalDueDeps {
  store: Store;
  policies: Policies;
  whoIs?: WhoIs | undefined;
}

/**
 * What a rule treats at a holder outside, with the holds as they are now. Where nothing tells what the holder calls a
 * person under a hold, the hold protects the whole category there: what was destroyed cannot be brought back.
 */
export async function externalDue(
  { store, policies, whoIs }: ExternalDueDeps,
  context: Context,
  rule: RetentionRule,
  asOf: Date,
): Promise<ExternalDue> {
  const { hash, installation } = policies.current();
  const now = context.clock();
  const subjects = await store.read((q) => heldSubjects(q, context.tenant.id, questionOf(policies, rule), now));
  const held: KnownPerson[] = [];
  let everybody = false;
  for (const subjectId of subjects) {
    const person = subjectId === null ? undefined : await whoIs?.(context, subjectId);
    if (person) held.push(person);
    else everybody = true;
  }
  return {
    tenantId: context.tenant.id,
    timeZone: context.tenant.timeZone,
    category: rule.category,
    action: rule.action,
    clock: rule.from,
    before: dueBefore(asOf, rule.after, context.tenant.timeZone),
    minimumCell: rule.minimumCell ?? installation.retention.minimumCell,
    policyHash: hash,
    at: now,
    held: everybody ? 'all' : held,
  };
}
