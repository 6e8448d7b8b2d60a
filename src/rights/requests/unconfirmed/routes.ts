import Type from 'typebox';
import type { Context } from '../../../foundations/contract/context.ts';
import { once, type Route, route } from '../../../foundations/contract/contract.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import { closed } from '../../../foundations/contract/schemas.ts';
import type { Sender } from '../../../foundations/print/model.ts';
import type { RequestService } from '../service.ts';
import { OpenedRequest } from '../shown.ts';
import {
  ConfirmationParams,
  LIMITS,
  Unconfirmed,
  UnconfirmedList,
  UnconfirmedParams,
  UnconfirmedQuery,
} from './model.ts';
import { confirmationPage, confirmationPageHeaders, confirmedPage, noConfirmationPage } from './page.ts';
import type { UnconfirmedService } from './service.ts';

const tag = 'Requests';
const HTML = 'text/html; charset=utf-8';

/** What a stranger does with the link that was mailed: look, and press the button. The secret is in the path, which no log holds. */
export function confirmationRoutes(
  requests: Pick<RequestService, 'confirm' | 'lookAtConfirmation' | 'sender'>,
  asPerson: (tenantId: string) => Promise<Context>,
): Route[] {
  const common = {
    ...({ path: '/confirmations/{tenant}/{unconfirmedId}/{secret}', tag, permission: 'public' } as const),
    ...({ rateLimited: true, params: ConfirmationParams, status: 200, response: HTML } as const),
    others: { 404: [HTML] },
  };
  /** A person reads the answer: also that a link does not count. */
  async function shown(tenantId: string, work: (context: Context, sender: Sender) => Promise<string>) {
    const context = await asPerson(tenantId);
    const sender = await requests.sender(context);
    try {
      const body = await work(context, sender);
      return { headers: confirmationPageHeaders(body), stream: once(body) };
    } catch (error) {
      if (!(error instanceof Problem) || error.type !== 'not-found') throw error;
      const body = noConfirmationPage(sender);
      return { status: error.status, headers: confirmationPageHeaders(body), stream: once(body) };
    }
  }
  return [
    route(
      {
        ...common,
        operationId: 'getConfirmationPage',
        method: 'get',
        summary: 'A page with the button that confirms a request',
        description: 'Looking confirms nothing: mail scanners follow links.',
      },
      ({ params: { tenant, unconfirmedId, secret } }) =>
        shown(tenant, async (context, sender) =>
          confirmationPage(sender, await requests.lookAtConfirmation(context, unconfirmedId, secret)),
        ),
    ),
    route(
      {
        ...common,
        operationId: 'confirmRequest',
        method: 'post',
        summary: 'Confirm a request by the link that was mailed, once',
        description:
          'The request, its clock and its rows begin now; the month runs from the day it came (Art. 12(3)). Of any number ' +
          'at once one confirms. The page shows what it is followed with, and nothing shows it again.',
      },
      ({ params: { tenant, unconfirmedId, secret } }) =>
        shown(tenant, async (context, sender) => {
          const language = await requests.lookAtConfirmation(context, unconfirmedId, secret);
          return confirmedPage(sender, language, await requests.confirm(context, unconfirmedId, secret));
        }),
    ),
  ];
}

/** What officers see of requests that nobody has confirmed yet. */
export function unconfirmedRoutes(
  unconfirmed: Pick<UnconfirmedService, 'list' | 'show'>,
  requests: Pick<RequestService, 'acceptUnconfirmed'>,
): Route[] {
  const path = '/v1/unconfirmed-requests';
  return [
    route(
      {
        operationId: 'listUnconfirmedRequests',
        method: 'get',
        path,
        tag,
        permission: 'requests.list',
        summary: 'What came over the public page and was not confirmed yet: how much, when, and how its mail stands',
        description: `No requests yet: no clock runs. At ${LIMITS.standing} no more are taken, which /readyz tells.`,
        query: UnconfirmedQuery,
        status: 200,
        response: UnconfirmedList,
      },
      async ({ context, query }) => ({ body: await unconfirmed.list(context, query) }),
    ),
    route(
      {
        operationId: 'getUnconfirmedRequest',
        method: 'get',
        path: `${path}/{unconfirmedId}`,
        tag,
        permission: 'requests.read',
        reads: 'personal-data',
        summary: 'What was entered, for somebody who says that the mail did not come',
        description:
          'For the help desk, when somebody calls because no mail came: what was entered, and whether the mail went ' +
          'out. It is a look at personal data.',
        params: UnconfirmedParams,
        status: 200,
        response: Unconfirmed,
      },
      async ({ context, params }) => ({ body: await unconfirmed.show(context, params.unconfirmedId) }),
    ),
    route(
      {
        operationId: 'acceptUnconfirmedRequest',
        method: 'post',
        path: `${path}/{unconfirmedId}/accept`,
        tag,
        permission: 'requests.manage',
        summary: 'Take it up without a click; the month runs from the day it came (Art. 12(3))',
        description:
          'When you know from elsewhere that the person means it. From here on it is a request as any other, with ' +
          'its clock.',
        params: UnconfirmedParams,
        body: Type.Object({}, closed),
        example: {},
        idempotency: 'required',
        status: 201,
        response: OpenedRequest,
      },
      async ({ context, params }) => ({ body: await requests.acceptUnconfirmed(context, params.unconfirmedId) }),
    ),
  ];
}
