import { randomUUID } from 'node:crypto';
import type { Context } from '../../foundations/contract/context.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import type { Mistake, PolicySet } from '../policies/model.ts';
import { PolicyError } from '../policies/policies.ts';
import type { Register } from './service.ts';

export interface EnactmentDeps {
  register: Pick<Register, 'mistakesInChange' | 'recordPolicies'>;
  /** What else must be kept of a set of policies before anybody is shown anything of it. */
  keep(policies: PolicySet, now: Date): Promise<void>;
}

/** Writes down that a set of policies is in force, and all that must outlive it; answers what refuses it instead. */
export async function enactPolicies(
  { register, keep }: EnactmentDeps,
  context: Context,
  next: PolicySet,
): Promise<Mistake[]> {
  const refused = await register.mistakesInChange(next, context.clock());
  if (refused.length > 0) return refused;
  await keep(next, context.clock());
  await register.recordPolicies(context, next);
  return [];
}

/**
 * The same for those the service starts with: before there is any tenant.
 * @throws PolicyError when they cannot follow those that were in force.
 */
export async function enactAtStart(deps: EnactmentDeps, policies: PolicySet, clock: Clock): Promise<void> {
  const context: Context = {
    tenant: { id: '*', name: '*', timeZone: 'UTC', jurisdiction: 'EU', language: 'en', region: null },
    principal: { id: 'system:start', role: 'operator', everyTenant: true },
    clock,
    requestId: randomUUID(),
  };
  const refused = await enactPolicies(deps, context, policies);
  if (refused.length > 0) throw new PolicyError(refused);
}
