import type { Context } from '../contract/context.ts';
import type { AccessService } from './service.ts';

type Gate = Pick<AccessService, 'tenant' | 'tenantIds' | 'contextFor'>;

/** What anybody may read of a portal, without credentials; undefined where there is no such portal. */
export async function publicContext(access: Gate, tenantId: string): Promise<Context | undefined> {
  const tenant = await access.tenant(tenantId);
  return tenant && access.contextFor(tenantId, { id: 'system:public', role: 'portal' });
}

/** The service itself, where it erases again what a restored database has brought back. */
export function ledgerContext(access: Gate, tenantId: string): Promise<Context> {
  return access.contextFor(tenantId, { id: 'system:ledger', role: 'operator', everyTenant: true });
}

/**
 * The service itself in another portal, where it carries out what was ordered for a person in one that answers for both;
 * undefined where that portal is no longer here.
 */
export async function joinedContext(access: Gate, context: Context, tenantId: string): Promise<Context | undefined> {
  if (!(await access.tenant(tenantId))) return undefined;
  const own = await access.contextFor(tenantId, { id: 'system:joined', role: 'operator', everyTenant: true });
  return { ...own, clock: context.clock, requestId: context.requestId };
}

/** The service itself in every tenant, whichever region it is in, for what concerns the register of them all. */
export async function registerContexts(access: Gate): Promise<Context[]> {
  const principal = { id: 'system:register', role: 'operator', everyTenant: true } as const;
  return Promise.all((await access.tenantIds()).map((id) => access.contextFor(id, principal)));
}

/** A caller in every tenant of the installation: what they do there bears the one request they made. */
export async function callerContexts(access: Gate, caller: Context): Promise<Context[]> {
  const everywhere = (await access.tenantIds()).map((id) => access.contextFor(id, caller.principal));
  return (await Promise.all(everywhere)).map((own) => ({ ...own, requestId: caller.requestId }));
}
