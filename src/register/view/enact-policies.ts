import { randomUUID } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import type { Mistake, PolicySet } from '../policies/model.ts';
import { PolicyError } from '../policies/policies.ts';
import { inWordsOf } from '../policies/rule-changes.ts';
import { merged } from '../policies/tenant-overlay.ts';
import type { FolderWords } from './enactment.ts';
import type { Register } from './service.ts';

export interface EnactmentDeps {
  register: Pick<Register, 'mistakesInChange' | 'recordPolicies' | 'undecidedInChange'>;
  /** What else must be kept of a set of policies before anybody is shown anything of it; `tenantId`: of its own word. */
  keep(policies: PolicySet, now: Date, tenantId?: string): Promise<void>;
  /** Where an institution's word that changes is written down; the tenants there are. */
  audit?: Audit;
  tenantIds?: () => Promise<string[]>;
  /** Where a start tells of what it does all the same. */
  warn?(message: string): void;
}

/** Writes down that a set of policies is in force, and all that must outlive it; answers what refuses it instead. */
export async function enactPolicies(
  { register, keep, audit, tenantIds }: EnactmentDeps,
  context: Context,
  next: PolicySet,
  words: FolderWords = { overlays: [] },
): Promise<Mistake[]> {
  const refused = await register.mistakesInChange(next, context.clock(), words);
  if (refused.length > 0) return refused;
  await keep(next, context.clock());
  for (const overlay of words.overlays) await keep(merged(next, overlay), context.clock(), overlay.tenantId);
  const tenants = new Set(await tenantIds?.());
  await register.recordPolicies(context, next, words, async (tx, { tenantId, overlay, before }, effective) => {
    // A folder may wait for a tenant that is to come: it has no log yet.
    if (!tenants.has(tenantId)) return;
    const author = { ...context, tenant: { id: tenantId } };
    await audit?.add(tx, author, {
      action: 'policies.institution-loaded',
      policyHash: effective.hash,
      detail: { overlay: overlay?.hash ?? null, before },
    });
  });
  return [];
}

/**
 * The same for those the service starts with: before there is any tenant. What an institution has decided itself stands.
 * @throws PolicyError when they cannot follow those that were in force.
 */
export async function enactAtStart(
  deps: EnactmentDeps,
  policies: PolicySet,
  clock: Clock,
  overlays: FolderWords['overlays'] = [],
): Promise<void> {
  const context: Context = {
    tenant: { id: '*', name: '*', timeZone: 'UTC', jurisdiction: 'EU', language: 'en', region: null },
    principal: { id: 'system:start', role: 'operator', everyTenant: true },
    clock,
    requestId: randomUUID(),
  };
  // A start does not stop at these: nothing is destroyed sooner by them until an officer agrees (`reaches-more`).
  for (const { tenantId, open } of await deps.register.undecidedInChange(policies, clock(), { overlays }))
    for (const change of open)
      deps.warn?.(`${tenantId ?? 'all portals'}: ${inWordsOf(change)}, and transitions.yaml says nothing of its rows`);
  const refused = await enactPolicies(deps, context, policies, { overlays, proposalsStand: true });
  if (refused.length > 0) throw new PolicyError(refused);
}
