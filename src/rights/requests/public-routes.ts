import Type from 'typebox';
import type { Context } from '../../foundations/contract/context.ts';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import {
  ClarificationAnswer,
  CodeInput,
  Identification,
  PublicIntake,
  PublicParams,
  PublicRequestParams,
} from './model.ts';
import type { RequestService } from './service.ts';
import { FollowedRequest } from './shown.ts';
import { LIMITS, LINK_DAYS, ToConfirm } from './unconfirmed/model.ts';
import { confirmationRoutes } from './unconfirmed/routes.ts';

const tag = 'Requests';
const path = '/v1/public/{tenant}/requests';
const common = { tag, permission: 'public', rateLimited: true } as const;
const PRIVATE = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' };
const Outcome = Type.Object(
  { outcome: Type.Enum(['confirmed', 'wrong', 'expired', 'exhausted', 'failed']) },
  { ...closed, title: 'IdentityOutcome' },
);

/** Of a portal, as whoever it is that acts for themself. @throws Problem `not-found` */
const personContext =
  (contextFor: (tenant: string) => Promise<Context | undefined>) =>
  async (tenant: string): Promise<Context> => {
    const context = await contextFor(tenant);
    if (!context) throw new Problem('not-found', 'There is no such portal here.');
    return { ...context, principal: { id: 'system:person', role: 'portal' } };
  };

/**
 * For the person's own page: without credentials, with the secret of the request in a header. Every answer is the same
 * whether or not anything is known of the person.
 */
export function publicRequestRoutes(
  requests: RequestService,
  contextFor: (tenant: string) => Promise<Context | undefined>,
): Route[] {
  const contextOf = personContext(contextFor);
  const own = { ...common, method: 'post', params: PublicRequestParams, secret: 'required', status: 200 } as const;

  return [
    ...confirmationRoutes(requests, contextOf),
    route(
      {
        ...common,
        operationId: 'openPublicRequest',
        method: 'post',
        path,
        params: PublicParams,
        summary: 'Ask for access, erasure or another right, from the person’s own page',
        description:
          'Nothing begins with this: a mail without a word of what was sent goes to the address, in both languages, and ' +
          'with the button behind its link the request, its clock and its rows begin; the month runs from the day it ' +
          `came. Unconfirmed after ${LINK_DAYS} days it is deleted. Taken are ${LIMITS.mailbox} unconfirmed a mailbox ` +
          `and day, ${LIMITS.network} a network (/24, /64) and hour, ${LIMITS.hour} a portal and hour, ` +
          `${LIMITS.standing} unconfirmed a portal; beyond, \`429\` with \`Retry-After\`, the same for whichever limit.`,
        body: PublicIntake,
        example: {
          type: 'erasure',
          text: 'Please delete my account and everything about me.',
          requester: { name: 'Jo Keller', email: 'jo.keller@example.org', language: 'en' },
        },
        status: 202,
        response: ToConfirm,
      },
      async ({ params, body, connection }) => ({
        headers: PRIVATE,
        body: await requests.enterPublic(await contextOf(params.tenant), body, connection.address),
      }),
    ),
    route(
      {
        ...own,
        operationId: 'followRequest',
        method: 'get',
        path: `${path}/{requestId}`,
        summary: 'How one’s own request stands, with the letters',
        description:
          'For a page of the platform where people follow their own request: state, last day, letters and what is ' +
          'asked of them. The secret from the confirmation goes in the header `Lethe-Request-Secret`.',
        response: FollowedRequest,
      },
      async ({ params, secret }) => ({
        headers: PRIVATE,
        body: await requests.follow(await contextOf(params.tenant), params.requestId, secret),
      }),
    ),
    route(
      {
        ...own,
        operationId: 'answerQuestion',
        path: `${path}/{requestId}/clarification`,
        summary: 'Answer what was asked about one’s own request',
        description:
          'Read by who works on the request, which goes on with it. The secret goes in the header ' +
          '`Lethe-Request-Secret`.',
        body: Type.Object({ text: ClarificationAnswer.properties.text }, closed),
        example: { text: 'It is about the visits of January.' },
        response: FollowedRequest,
      },
      async ({ params, secret, body }) => ({
        headers: PRIVATE,
        body: await requests.clarify(await contextOf(params.tenant), params.requestId, secret, body.text),
      }),
    ),
    route(
      {
        ...own,
        operationId: 'proveIdentity',
        path: `${path}/{requestId}/identity`,
        summary: 'Send the code that came by mail',
        description:
          'Five tries, then a new code is needed. With the right code the request goes on by itself. The secret ' +
          'goes in the header `Lethe-Request-Secret`.',
        body: CodeInput,
        example: { code: '7KQ4-M2XD' },
        response: Outcome,
      },
      async ({ params, secret, body }) => ({
        headers: PRIVATE,
        body: (await requests.tryCode(await contextOf(params.tenant), params.requestId, secret, body.code)) as never,
      }),
    ),
    route(
      {
        ...own,
        operationId: 'bringIdentification',
        path: `${path}/{requestId}/identification`,
        summary:
          'Bring what may identify a visitor: a receipt of consent, the visitor id, or time and address (Art. 11(2))',
        description:
          'Five pieces are taken in a request. Nothing is looked up here: an officer sees whether one fits, and the answer ' +
          'is the same for all.',
        body: Identification,
        example: { by: 'visitor-id', visitor: 'v-4711' },
        response: FollowedRequest,
      },
      async ({ params, secret, body }) => ({
        headers: PRIVATE,
        body: await requests.identify(await contextOf(params.tenant), params.requestId, secret, body),
      }),
    ),
    route(
      {
        ...own,
        operationId: 'withdrawOwnRequest',
        path: `${path}/{requestId}/withdrawal`,
        summary: 'Take one’s own request back',
        description:
          'As long as nothing was carried out. The request is closed and says that the person did it. The secret ' +
          'goes in the header `Lethe-Request-Secret`.',
        response: FollowedRequest,
      },
      async ({ params, secret }) => ({
        headers: PRIVATE,
        body: await requests.withdraw(await contextOf(params.tenant), params.requestId, secret),
      }),
    ),
  ];
}
