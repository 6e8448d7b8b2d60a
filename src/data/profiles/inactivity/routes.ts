import Type from 'typebox';
import type { Context } from '../../../foundations/contract/context.ts';
import { once, type Route, route } from '../../../foundations/contract/contract.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import { closed } from '../../../foundations/contract/schemas.ts';
import type { Sender } from '../../../foundations/print/model.ts';
import { keepPage, keepPageHeaders, keptPage, noKeepPage } from './page.ts';
import type { InactivityService } from './service.ts';

const HTML = 'text/html; charset=utf-8';
const KeepParams = Type.Object(
  {
    tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    token: Type.String({ pattern: '^[A-Za-z0-9_-]{40,400}$', description: 'From the mail.' }),
  },
  closed,
);

/** What a person does with the link that was mailed: look, and press the button. The token is in the path, which no log holds. */
export function inactivityRoutes(
  inactivity: Pick<InactivityService, 'look' | 'keep' | 'sender'>,
  contextFor: (tenantId: string) => Promise<Context | undefined>,
): Route[] {
  const common = {
    ...({ path: '/accounts/{tenant}/keep/{token}', tag: 'Profiles', permission: 'public' } as const),
    ...({ rateLimited: true, params: KeepParams, status: 200, response: HTML } as const),
    others: { 404: [HTML] },
  };
  async function shown(tenantId: string, work: (context: Context, sender: Sender) => Promise<string>) {
    const context = await contextFor(tenantId);
    if (!context) throw new Problem('not-found', 'There is no such portal here.');
    const sender = await inactivity.sender(context);
    try {
      const body = await work(context, sender);
      return { headers: keepPageHeaders(body), stream: once(body) };
    } catch (error) {
      if (!(error instanceof Problem) || error.type !== 'not-found') throw error;
      const body = noKeepPage(sender, context.tenant.language);
      return { status: error.status, headers: keepPageHeaders(body), stream: once(body) };
    }
  }
  return [
    route(
      {
        ...common,
        operationId: 'getKeepAccountPage',
        method: 'get',
        summary: 'A page with the button that keeps an account nobody has used for long',
        description: 'Looking keeps nothing: mail scanners follow links.',
      },
      ({ params: { tenant, token } }) =>
        shown(tenant, async (context, sender) => {
          await inactivity.look(context, token);
          return keepPage(sender, context.tenant.language);
        }),
    ),
    route(
      {
        ...common,
        operationId: 'keepAccount',
        method: 'post',
        summary: 'Keep an account by the link that was mailed',
        description: 'It counts as used now; pressing it again changes nothing. Works until the account has ended.',
      },
      ({ params: { tenant, token } }) =>
        shown(tenant, async (context, sender) => {
          await inactivity.keep(context, token);
          return keptPage(sender, context.tenant.language);
        }),
    ),
  ];
}
