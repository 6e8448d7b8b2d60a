import type { Context } from '../../foundations/contract/context.ts';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import {
  CompletionParams,
  Erasure,
  ErasureOrder,
  ErasureParams,
  ErasurePreview,
  HolderCompletion,
  SubjectParams,
} from './model.ts';
import type { ErasureService } from './service.ts';

export function erasureRoutes(erasures: ErasureService): Route[] {
  return [
    route(
      {
        operationId: 'eraseSubject',
        method: 'post',
        path: '/v1/subjects/{id}/erasure',
        tag: 'Erasure',
        summary: 'Forget a person',
        description:
          'The key first, then every holder, then a second look. The answer says per kind of data: removed, reduced to a minimum, or kept and on which ground. ' +
          'For an account the visitors linked to it are forgotten too. Asking again finds nothing left to do.',
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
        method: 'post',
        path: '/v1/subjects/{id}/erasure/preview',
        tag: 'Erasure',
        summary: 'Say what an erasure would do',
        description: 'Touches nothing. The digest binds an order to exactly this.',
        permission: 'subjects.decide-erasure',
        params: SubjectParams,
        body: ErasureOrder,
        status: 200,
        response: ErasurePreview,
      },
      async ({ context, params, body }) => ({ body: await erasures.preview(context, params.id, body) }),
    ),
    route(
      {
        operationId: 'orderErasure',
        method: 'post',
        path: '/v1/subjects/{id}/erasure/order',
        tag: 'Erasure',
        summary: 'Forget a person as an officer decided',
        description:
          'With the ground of Art. 17(1), and per kind of data what differs from the policies: kept by an exception of Art. 17(3) until a day of review, or erased. ' +
          'Bound to a preview’s digest it refuses what has changed since (409).',
        permission: 'subjects.decide-erasure',
        params: SubjectParams,
        body: ErasureOrder,
        idempotency: 'required',
        status: 200,
        response: Erasure,
      },
      async ({ context, params, body }) => ({ body: await erasures.erase(context, params.id, body) }),
    ),
    route(
      {
        operationId: 'retryErasure',
        method: 'post',
        path: '/v1/erasures/{erasureId}/retry',
        tag: 'Erasure',
        summary: 'Try again what holders outside were given up on',
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
