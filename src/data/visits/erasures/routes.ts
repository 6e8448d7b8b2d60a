import { type Route, route } from '../../../foundations/contract/contract.ts';
import {
  VisitErasure,
  VisitErasureApproval,
  VisitErasureList,
  VisitErasurePage,
  VisitErasureParams,
  WantedVisits,
} from './model.ts';
import type { VisitErasures } from './service.ts';

const tag = 'Visits';

export function visitErasureRoutes(erasures: VisitErasures): Route[] {
  return [
    route(
      {
        operationId: 'proposeVisitErasure',
        lane: 'batch',
        method: 'post',
        path: '/v1/visits/erasures',
        tag,
        summary: 'Propose to erase one visit, or those of a time',
        description:
          'Says what would go and touches nothing; another person agrees (`…/approval`, within seven days). ' +
          'A network narrower than what visits keep of an address is refused. What is counted already stays: counts belong to nobody.',
        permission: 'visits.erase',
        body: WantedVisits,
        example: { from: '2026-02-01T00:00:00Z', until: '2026-02-02T00:00:00Z', network: '203.0.113.0/24' },
        idempotency: 'required',
        status: 201,
        response: VisitErasure,
      },
      async ({ context, body }) => {
        const erasure = await erasures.propose(context, body);
        return { headers: { Location: `/v1/visits/erasures/${erasure.erasureId}` }, body: erasure };
      },
    ),
    route(
      {
        operationId: 'listVisitErasures',
        method: 'get',
        path: '/v1/visits/erasures',
        tag,
        summary: 'List erasures of visits, newest first',
        description:
          'What was proposed, agreed to and carried out, each with its numbers; what waits for a second person ' +
          'among it.',
        permission: 'retention.read',
        query: VisitErasurePage,
        status: 200,
        response: VisitErasureList,
      },
      async ({ context, query }) => ({ body: await erasures.list(context, query) }),
    ),
    route(
      {
        operationId: 'getVisitErasure',
        method: 'get',
        path: '/v1/visits/erasures/{erasureId}',
        tag,
        summary: 'See how an erasure of visits stands',
        description:
          'Ask until `status` is final: how many visits are gone, what a hold kept, and the id of the certificate.',
        permission: 'retention.read',
        params: VisitErasureParams,
        status: 200,
        response: VisitErasure,
      },
      async ({ context, params }) => ({ body: await erasures.get(context, params.erasureId) }),
    ),
    route(
      {
        operationId: 'approveVisitErasure',
        lane: 'batch',
        method: 'post',
        path: '/v1/visits/erasures/{erasureId}/approval',
        tag,
        summary: 'Agree to an erasure of visits, as the second person; it is carried out',
        description:
          'What would go is looked at again: if it is no longer what the proposal says, it says the new numbers and answers 409. ' +
          'Answers at once; `GET` tells how far it is, and names the certificate at the end.',
        permission: 'erasures.approve',
        params: VisitErasureParams,
        body: VisitErasureApproval,
        example: { digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
        idempotency: 'required',
        status: 202,
        response: VisitErasure,
      },
      async ({ context, params, body }) => ({ body: await erasures.approve(context, params.erasureId, body.digest) }),
    ),
    route(
      {
        operationId: 'rejectVisitErasure',
        method: 'post',
        path: '/v1/visits/erasures/{erasureId}/rejection',
        tag,
        summary: 'Do not agree to an erasure of visits, or take it back',
        description:
          'The one who proposed it may take it back, another officer may say no. Nothing is erased, and the ' +
          'proposal can be made again.',
        permission: 'erasures.approve',
        params: VisitErasureParams,
        idempotency: 'required',
        status: 200,
        response: VisitErasure,
      },
      async ({ context, params }) => ({ body: await erasures.reject(context, params.erasureId) }),
    ),
  ];
}
