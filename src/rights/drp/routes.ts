import type { Context } from '../../foundations/contract/context.ts';
import { once, type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import {
  AgentParams,
  AgentSetup,
  AgentToken,
  DrpError,
  DrpRequestParams,
  DrpStatus,
  Exercise,
  ExerciseParams,
  GDPR_REGIME,
  Revocation,
} from './model.ts';
import type { DrpService } from './service.ts';

const tag = 'DRP';
const SIGNED =
  'Data Rights Protocol 1.0 as provider. The body is base64 of 64 bytes of Ed25519 signature and the JSON that is signed; ' +
  'the token is sent as `Authorization: Bearer lethe_drp_…`. What is refused leaves nothing behind. ';
const EXERCISING =
  `${SIGNED}\`deletion\` is a request under Art. 17, every \`access\` one under Art. 15; opting out of a sale is no right ` +
  `here and refused. The regime \`${GDPR_REGIME}\` is not of the protocol. What is said of the person confirms nothing: the ` +
  'portal establishes itself who it is. The same bytes again are the same request.';

type Answer = { status?: number; body: never };
const REFUSED = { 400: DrpError, 401: DrpError, 403: DrpError, 404: DrpError, 409: DrpError };

/** An answer as the protocol has it: what was refused too, without anything of the input. */
async function answered(work: () => Promise<object>): Promise<Answer> {
  try {
    return { body: (await work()) as never };
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500 || error.type === 'misdirected-request') throw error;
    const fatal = error.status === 422;
    const status = fatal ? 400 : error.status;
    const [fault] = error.extras.errors ?? [];
    const message = fault ? `${fault.pointer.slice(1)} ${fault.detail}` : error.message;
    return { status, body: { code: String(status), message, fatal } as never };
  }
}

export function drpRoutes(drp: DrpService, contextFor: (tenantId: string) => Promise<Context | undefined>): Route[] {
  async function inPortal({ tenant }: { tenant: string }): Promise<Context> {
    const context = await contextFor(tenant);
    if (!context) throw new Problem('not-found', 'There is no such portal.');
    return context;
  }
  const base = '/drp/{tenant}/v1';
  const shared = { tag, permission: 'public', rateLimited: true, status: 200 } as const;
  const signed = { bodyFormat: 'signed', bodyType: 'text/plain' } as const;

  return [
    route(
      {
        ...shared,
        ...signed,
        operationId: 'setUpDataRightsAgent',
        method: 'post',
        path: `${base}/agent/{agentId}`,
        summary: 'An agent of the policies gets its token, for a message that it has signed',
        description: `${SIGNED}Whatever fails is \`403\` without a body. The token ends with the agent’s key.`,
        params: AgentParams,
        body: AgentSetup,
        example: {
          'agent-id': 'AGENT',
          'business-id': 'EXAMPLE-REPOSITORY',
          'issued-at': '2026-02-01T10:00:00Z',
          'expires-at': '2026-02-01T10:15:00Z',
          'drp.version': '1.0',
        },
        response: AgentToken,
        others: { 403: [] },
      },
      async ({ params, bytes }) => {
        const context = await inPortal(params);
        try {
          return { body: await drp.setUp(context, params.agentId, bytes) };
        } catch (error) {
          if (error instanceof Problem && error.status < 500 && error.type !== 'not-found')
            return { status: 403 } as never;
          throw error;
        }
      },
    ),
    route(
      {
        ...shared,
        operationId: 'getDataRightsAgent',
        method: 'get',
        path: `${base}/agent/{agentId}`,
        summary: 'Whether an agent’s token is good',
        description:
          'Lets an agent see whether its token still works before it brings a request with it. 403 without a body ' +
          'if not.',
        params: AgentParams,
        response: 'application/json',
        others: REFUSED,
      },
      async ({ params, headers }) => {
        const context = await inPortal(params);
        const { status, body } = await answered(async () => {
          await drp.isKnown(context, params.agentId, headers);
          return {};
        });
        return { status, stream: once(JSON.stringify(body)) };
      },
    ),
    route(
      {
        ...shared,
        ...signed,
        operationId: 'exerciseDataRight',
        method: 'post',
        path: `${base}/data-rights-request`,
        summary: 'An agent brings a request of a person',
        description: EXERCISING,
        params: ExerciseParams,
        body: Exercise,
        example: {
          'agent-id': 'AGENT',
          'business-id': 'EXAMPLE-REPOSITORY',
          'issued-at': '2026-02-01T10:00:00Z',
          'expires-at': '2026-02-01T10:15:00Z',
          'drp.version': '1.0',
          'agent-request-id': '31',
          exercise: 'deletion',
          regime: 'x-gdpr',
          name: 'Jo Keller',
          email: 'jo.keller@example.org',
          email_verified: true,
        },
        response: DrpStatus,
        others: REFUSED,
      },
      async ({ params, headers, bytes }) => {
        const context = await inPortal(params);
        return answered(() => drp.exercise(context, headers, bytes));
      },
    ),
    route(
      {
        ...shared,
        operationId: 'getDataRightsRequest',
        method: 'get',
        path: `${base}/data-rights-request/{requestId}`,
        summary: 'How a request stands, for the agent who brought it',
        description:
          'The state in the words of the Data Rights Protocol, with a reason where it was denied. Only for the ' +
          'agent that brought it.',
        params: DrpRequestParams,
        response: DrpStatus,
        others: REFUSED,
      },
      async ({ params, headers }) => {
        const context = await inPortal(params);
        return answered(() => drp.status(context, headers, params.requestId));
      },
    ),
    route(
      {
        ...shared,
        ...signed,
        operationId: 'revokeDataRightsRequest',
        method: 'delete',
        path: `${base}/data-rights-request/{requestId}`,
        summary: 'An agent takes a request back, before anything is done',
        description: `${SIGNED}Members of the envelope are checked where they are there.`,
        params: DrpRequestParams,
        body: Revocation,
        example: { reason: 'The person has changed their mind.' },
        response: DrpStatus,
        others: REFUSED,
      },
      async ({ params, headers, bytes }) => {
        const context = await inPortal(params);
        return answered(() => drp.revoke(context, headers, params.requestId, bytes));
      },
    ),
  ];
}
