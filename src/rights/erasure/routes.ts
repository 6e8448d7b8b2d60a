import type { Context } from '../../foundations/contract/context.ts';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import {
  CompletionParams,
  Erasure,
  ErasureOrder,
  ErasureParams,
  ErasurePreview,
  ErasureProposal,
  HolderCompletion,
  SubjectParams,
} from './model.ts';
import type { ErasureService } from './service.ts';

const ORDER_EXAMPLE = {
  ground: '17-1-b',
  items: [
    { doi: '10.1234/rivers.2020', decision: 'pseudonym', ground: 'JustificationA17Archiving', reviewAfter: 'P5Y' },
  ],
};

export function erasureRoutes(erasures: ErasureService): Route[] {
  return [
    route(
      {
        operationId: 'eraseSubject',
        lane: 'batch',
        method: 'post',
        path: '/v1/subjects/{id}/erasure',
        tag: 'Erasure',
        summary: 'Forget a person',
        description:
          'The key first, then every holder, then a second look. The answer says per kind of data: removed, reduced to a minimum, or kept and on which ground. ' +
          'For an account the visitors linked to it are forgotten too. Asking again finds nothing left to do. ' +
          'What a hold protects stays (`resumes`), and goes by itself once nothing protects it any more.',
        permission: 'subjects.erase',
        params: SubjectParams,
        idempotency: 'required',
        status: 200,
        response: Erasure,
      },
      async ({ context, params }) => ({ body: await erasures.erase(context, params.id) }),
    ),
    route(
      {
        operationId: 'previewErasure',
        lane: 'batch',
        method: 'post',
        path: '/v1/subjects/{id}/erasure/preview',
        tag: 'Erasure',
        summary: 'Say what an erasure would do',
        description: 'Touches nothing. The digest binds an order to exactly this.',
        permission: 'subjects.decide-erasure',
        params: SubjectParams,
        body: ErasureOrder,
        example: ORDER_EXAMPLE,
        status: 200,
        response: ErasurePreview,
      },
      async ({ context, params, body }) => ({ body: await erasures.preview(context, params.id, body) }),
    ),
    route(
      {
        operationId: 'orderErasure',
        lane: 'batch',
        method: 'post',
        path: '/v1/subjects/{id}/erasure/order',
        tag: 'Erasure',
        summary: 'Forget a person as an officer decided',
        description:
          'With the ground of Art. 17(1), and per kind of data what differs from the policies: kept by an exception of Art. 17(3) until a day of review, or erased. ' +
          'Bound to a preview’s digest it refuses what has changed since (409). ' +
          'It is carried out once another person agrees (`…/approval`, within seven days), or at once where the policies say why one officer is enough (`erasure.oneOfficer`).',
        permission: 'subjects.decide-erasure',
        params: SubjectParams,
        body: ErasureOrder,
        example: ORDER_EXAMPLE,
        idempotency: 'required',
        status: 202,
        response: Erasure,
      },
      async ({ context, params, body }) => ({ body: await erasures.order(context, params.id, body) }),
    ),
    route(
      {
        operationId: 'getErasureProposal',
        method: 'get',
        path: '/v1/erasures/{erasureId}/proposal',
        tag: 'Erasure',
        summary: 'What an officer has ordered, for the other who is to agree',
        description:
          'Shows the second person what would be erased and kept, by category and item, and how many rows, before ' +
          'they agree or refuse.',
        permission: 'erasures.approve',
        reads: 'personal-data',
        params: ErasureParams,
        status: 200,
        response: ErasureProposal,
      },
      async ({ context, params }) => ({ body: await erasures.proposal(context, params.erasureId) }),
    ),
    route(
      {
        operationId: 'approveErasure',
        method: 'post',
        path: '/v1/erasures/{erasureId}/approval',
        tag: 'Erasure',
        summary: 'Agree to an erasure as an officer ordered it, as the second person; it is carried out',
        description:
          'By another person than the one who ordered it, within seven days. From here on it cannot be stopped; ' +
          '`GET` on the erasure tells how it ends.',
        permission: 'erasures.approve',
        params: ErasureParams,
        idempotency: 'required',
        status: 200,
        response: Erasure,
      },
      async ({ context, params }) => ({ body: await erasures.approve(context, params.erasureId) }),
    ),
    route(
      {
        operationId: 'rejectErasure',
        method: 'post',
        path: '/v1/erasures/{erasureId}/rejection',
        tag: 'Erasure',
        summary: 'Do not agree to an erasure as an officer ordered it, or take it back',
        description: 'Nothing was erased and nothing will be by this order. The officer can order it anew.',
        permission: 'erasures.approve',
        params: ErasureParams,
        idempotency: 'required',
        status: 200,
        response: Erasure,
      },
      async ({ context, params }) => ({ body: await erasures.reject(context, params.erasureId) }),
    ),
    route(
      {
        operationId: 'retryErasure',
        lane: 'batch',
        method: 'post',
        path: '/v1/erasures/{erasureId}/retry',
        tag: 'Erasure',
        summary: 'Try again what holders outside were given up on',
        description:
          'For an erasure that is incomplete because a database or service did not answer for too long. What is ' +
          'done already is not done again.',
        permission: 'subjects.decide-erasure',
        params: ErasureParams,
        idempotency: 'required',
        status: 200,
        response: Erasure,
      },
      async ({ context, params }) => ({ body: await erasures.reopenParts(context, params.erasureId) }),
    ),
    route(
      {
        operationId: 'getErasure',
        method: 'get',
        path: '/v1/erasures/{erasureId}',
        tag: 'Erasure',
        summary: 'Read the outcome of an erasure',
        description:
          'Ask until `status` is `finished`: what became of each kind of data, at which holder, and whether the ' +
          'second look found anything left.',
        permission: 'certificates.read',
        params: ErasureParams,
        status: 200,
        response: Erasure,
      },
      async ({ context, params }) => ({ body: await erasures.get(context, params.erasureId) }),
    ),
  ];
}

/** What holders outside say of their own accord. */
export function holderCompletionRoutes(
  erasures: Pick<ErasureService, 'completed'>,
  contextFor: (tenantId: string) => Promise<Context | undefined>,
): Route[] {
  return [
    route(
      {
        operationId: 'receiveHolderCompletion',
        method: 'post',
        path: '/v1/public/{tenant}/holders/{holder}/completions',
        tag: 'Erasure',
        summary: 'A holder outside says that work it had accepted is done, signed with the secret both sides have',
        description:
          'Nothing is believed of it but that the holder may be asked again now. Repeating it does no harm (Standard Webhooks).',
        permission: 'public',
        rateLimited: true,
        params: CompletionParams,
        body: HolderCompletion,
        example: { type: 'holder.erasure-done', timestamp: '2026-02-01T10:00:00Z', data: { reference: 'job-31' } },
        bodyFormat: 'signed',
        problems: ['signature-refused'],
        status: 204,
      },
      async ({ params, bytes, headers }) => {
        const context = await contextFor(params.tenant);
        if (!context) throw new Problem('not-found', 'There is no such portal.');
        await erasures.completed(context, params.holder, bytes, headers);
        return {};
      },
    ),
  ];
}
