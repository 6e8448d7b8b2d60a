import type { AccessService } from '../../../foundations/access/service.ts';
import type { Context, TenantScope } from '../../../foundations/contract/context.ts';

interface ReceiptContextDeps {
  access: Pick<AccessService, 'tenant' | 'contextFor'>;
  location: { check(tenant: TenantScope): void };
}

/**
 * What the holder of a receipt acts under: who has it has shown no credentials, so that it names the portal itself, and
 * where that is served is checked here. Undefined where there is no such portal.
 * @throws Problem `misdirected-request` for a portal of another region.
 */
export async function receiptContext(
  { access, location }: ReceiptContextDeps,
  tenantId: string,
): Promise<Context | undefined> {
  const tenant = await access.tenant(tenantId);
  if (tenant) location.check(tenant.scope);
  return tenant && access.contextFor(tenantId, { id: 'system:receipt', role: 'portal' });
}
