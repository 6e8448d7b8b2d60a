import { once, type Route, route } from '../../foundations/contract/contract.ts';
import { renderHtml } from '../../foundations/print/html.ts';
import { AS_OF_QUERY, asOf } from '../view/as-of.ts';
import { FOR_A_MINUTE, PUBLIC_READ, type PublicRegister, page } from '../view/public-register.ts';
import {
  ChangeInput,
  ChangeList,
  ChangeParams,
  ChangeStanding,
  HandoverInput,
  ObjectionInput,
  ObjectionParams,
  SettlementInput,
  SubProcessorChange,
} from './model.ts';
import { SubProcessorList, subProcessorFeed, subProcessorList, subProcessorPage } from './public-list.ts';
import type { SubProcessorResponses } from './responses.ts';
import type { SubProcessorService } from './service.ts';

const tag = 'Register';
const path = '/v1/register/sub-processor-changes';
const one = `${path}/{changeId}` as const;

export function subProcessorRoutes(changes: SubProcessorService, responses: SubProcessorResponses): Route[] {
  return [
    route(
      {
        operationId: 'listSubProcessorChanges',
        method: 'get',
        path,
        tag,
        permission: 'register.read',
        summary: 'List announced and made changes of sub-processors that concern this institution',
        description: 'Look here for windows that run and for what this institution may still object to.',
        query: AS_OF_QUERY,
        status: 200,
        response: ChangeList,
      },
      async ({ context, query }) => ({ body: await changes.list(context, asOf(query)) }),
    ),
    route(
      {
        operationId: 'announceSubProcessorChange',
        method: 'post',
        path,
        tag,
        permission: 'register.manage',
        summary: 'Announce a change of sub-processors to every controller it concerns',
        description:
          'Each is told by its webhook and mailbox; its objection window, from its contract, begins when the notice ' +
          'comes through. The party must stand in the policies already; it processes nothing until the change is activated.',
        scope: 'installation',
        body: ChangeInput,
        example: {
          kind: 'addition',
          party: 'hosting-company-ch',
          processor: 'platform-provider',
          activities: ['accounts'],
          reason: 'A second place for the backups.',
        },
        idempotency: 'required',
        status: 201,
        response: ChangeStanding,
      },
      async ({ context, body }) => {
        const standing = await changes.announce(context, body);
        return { headers: { Location: `${path}/${standing.changeId}` }, body: standing };
      },
    ),
    route(
      {
        operationId: 'getSubProcessorChange',
        method: 'get',
        path: one,
        tag,
        permission: 'register.read',
        summary: 'Read a change: what it is, until when this institution may object, what it objected',
        description:
          'For the controller who has to decide: what changes, which data it concerns, and the last day for an ' +
          'objection.',
        params: ChangeParams,
        query: AS_OF_QUERY,
        status: 200,
        response: SubProcessorChange,
      },
      async ({ context, params, query }) => ({ body: await changes.find(context, params.changeId, asOf(query)) }),
    ),
    route(
      {
        operationId: 'getSubProcessorChangeStanding',
        method: 'get',
        path: `${one}/standing`,
        tag,
        permission: 'register.manage',
        scope: 'installation',
        summary: 'How a change stands with every controller, and what keeps it from being activated',
        description:
          'For the processor who announced it: who was reached, who has objected or agreed, and when it can be ' +
          'activated at the earliest.',
        params: ChangeParams,
        status: 200,
        response: ChangeStanding,
      },
      async ({ context, params }) => ({ body: await changes.standing(context, params.changeId) }),
    ),
    route(
      {
        operationId: 'activateSubProcessorChange',
        method: 'post',
        path: `${one}/activation`,
        tag,
        permission: 'register.manage',
        scope: 'installation',
        summary: 'Put a change into force',
        description:
          '409 while a window runs (`earliestActivation` says when it ends), a notice has not come through, an ' +
          'objection is open, or a contract asks for agreement in words.',
        params: ChangeParams,
        idempotency: 'required',
        status: 200,
        response: ChangeStanding,
      },
      async ({ context, params }) => ({ body: await changes.activate(context, params.changeId) }),
    ),
    route(
      {
        operationId: 'cancelSubProcessorChange',
        method: 'post',
        path: `${one}/cancellation`,
        tag,
        permission: 'register.manage',
        scope: 'installation',
        summary: 'Take an announced change back',
        description:
          'Everybody who was told is told that it does not come. A change that is in force is undone by another ' +
          'change.',
        params: ChangeParams,
        idempotency: 'required',
        status: 200,
        response: ChangeStanding,
      },
      async ({ context, params }) => ({ body: await changes.withdraw(context, params.changeId) }),
    ),
    route(
      {
        operationId: 'objectToSubProcessorChange',
        method: 'post',
        path: `${one}/objections`,
        tag,
        permission: 'register.object',
        summary: 'Object to a change, as the controller',
        description: 'Within the window it holds the change up until it is settled; later it is recorded as late.',
        params: ChangeParams,
        body: ObjectionInput,
        example: { grounds: 'The place is outside the region that was agreed.' },
        idempotency: 'required',
        status: 201,
        response: SubProcessorChange,
      },
      async ({ context, params, body }) => ({ body: await responses.object(context, params.changeId, body.grounds) }),
    ),
    route(
      {
        operationId: 'settleObjection',
        method: 'post',
        path: `${one}/objections/{objectionId}/settlement`,
        tag,
        permission: 'register.object',
        summary: 'Say what became of an objection',
        description:
          'When controller and processor have agreed: withdrawn, accommodated, or the agreement ends. Until then ' +
          'the change cannot be activated.',
        params: ObjectionParams,
        body: SettlementInput,
        example: { outcome: 'accommodated' },
        idempotency: 'required',
        status: 200,
        response: SubProcessorChange,
      },
      async ({ context, params, body }) => ({
        body: await responses.settle(context, params.changeId, params.objectionId, body.outcome),
      }),
    ),
    route(
      {
        operationId: 'approveSubProcessorChange',
        method: 'post',
        path: `${one}/approval`,
        tag,
        permission: 'register.object',
        summary: 'Agree to a change in words, as the controller',
        description:
          'Needed where the agreement asks for specific authorisation: silence is then no consent, and the change ' +
          'waits for this.',
        params: ChangeParams,
        idempotency: 'required',
        status: 200,
        response: SubProcessorChange,
      },
      async ({ context, params }) => ({ body: await responses.approve(context, params.changeId) }),
    ),
    route(
      {
        operationId: 'handOverSubProcessorNotice',
        method: 'post',
        path: `${one}/handover`,
        tag,
        permission: 'register.manage',
        summary: 'Say that the notice reached this institution otherwise',
        description:
          'When webhook and mail did not come through, and the notice was given by letter or in person: the window ' +
          'runs from that day.',
        params: ChangeParams,
        body: HandoverInput,
        example: { at: '2026-02-01T10:00:00Z' },
        idempotency: 'required',
        status: 200,
        response: SubProcessorChange,
      },
      async ({ context, params, body }) => ({
        body: await responses.handOver(context, params.changeId, new Date(body.at)),
      }),
    ),
  ];
}

/** The public list of processors and sub-processors of one institution, as page, data and feed (REQ-A46). */
export function publicSubProcessorRoutes(read: PublicRegister, listUrl: (tenantId: string) => string): Route[] {
  const address = '/register/{tenant}/sub-processors' as const;
  return [
    route(
      {
        ...PUBLIC_READ,
        operationId: 'getSubProcessorPage',
        path: address,
        summary: 'Who processes personal data for this institution: a page for everybody',
        description:
          'Link it from the privacy notice: sub-processors with place and purpose, and announced changes with the ' +
          'last day to object.',
        response: 'text/html; charset=utf-8',
      },
      async ({ params }) => {
        const view = await read(params.tenant);
        return page(renderHtml(subProcessorPage(subProcessorList(view), view)));
      },
    ),
    route(
      {
        ...PUBLIC_READ,
        operationId: 'getSubProcessorList',
        path: `${address}.json`,
        summary: 'The same as data',
        description: 'For programs of partners that watch who processes their data: the content of the page as JSON.',
        response: SubProcessorList,
      },
      async ({ params }) => ({ headers: FOR_A_MINUTE, body: subProcessorList(await read(params.tenant)) }),
    ),
    route(
      {
        ...PUBLIC_READ,
        operationId: 'getSubProcessorFeed',
        path: `${address}.atom`,
        summary: 'Changes of the list as an Atom feed (RFC 4287)',
        description: 'Whoever subscribes learns of each addition, replacement and removal in time to object.',
        response: 'application/atom+xml; charset=utf-8',
      },
      async ({ params }) => {
        const view = await read(params.tenant);
        return {
          headers: FOR_A_MINUTE,
          stream: once(subProcessorFeed(subProcessorList(view), listUrl(params.tenant), view.tenant)),
        };
      },
    ),
  ];
}
