import { type Route, route } from '../contract.ts';
import type { ErasureService } from './erasure.ts';
import { Erasure, ErasureParams, SubjectParams } from './model.ts';

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
