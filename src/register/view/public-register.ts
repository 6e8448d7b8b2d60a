import Type from 'typebox';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { printed } from '../../foundations/print/html.ts';
import type { Register } from './service.ts';
import type { RegisterView } from './view-model.ts';

/** What of an institution's register everybody may read. @throws Problem `not-found` where there is no such portal. */
export type PublicRegister = (tenantId: string) => Promise<RegisterView>;

export function publicRegister(deps: {
  register: Pick<Register, 'view'>;
  contextFor: (tenantId: string) => Promise<Context | undefined>;
}): PublicRegister {
  return async (tenantId) => {
    const context = await deps.contextFor(tenantId);
    if (!context) throw new Problem('not-found', 'There is no such portal here.');
    return deps.register.view(context);
  };
}

/** What routes that everybody may read have in common. */
export const PUBLIC_READ = {
  method: 'get',
  tag: 'Register',
  permission: 'public',
  rateLimited: true,
  params: Type.Object({ tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }) }, closed),
  status: 200,
} as const;

/** As fresh as the register's own memory of the present. */
export const FOR_A_MINUTE = { 'Cache-Control': 'public, max-age=60' };

export const page = (html: string) => printed(html, FOR_A_MINUTE);
