import { SubjectParams } from '../../data/profiles/model.ts';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { RectificationInput, Rectified } from './model.ts';
import type { RectificationService } from './service.ts';

export function rectificationRoutes(rectification: RectificationService): Route[] {
  return [
    route(
      {
        operationId: 'rectifySubject',
        method: 'post',
        path: '/v1/subjects/{id}/rectification',
        tag: 'Profiles',
        summary: 'Put right what is kept about a person, wherever it is kept (Art. 16)',
        description:
          'A new name for items stands on all of them at once, under the same ids, and the old one is kept nowhere. ' +
          'Works while processing is restricted too. Recipients are told (Art. 19). The same again changes nothing.',
        permission: 'subjects.rectify',
        params: SubjectParams,
        body: RectificationInput,
        example: { changes: { name: 'Jo Keller-Marti' }, statement: 'The entry of 2019 was made for a namesake.' },
        idempotency: 'required',
        status: 200,
        response: Rectified,
      },
      async ({ context, params, body }) => ({ body: await rectification.direct(context, params.id, body) }),
    ),
  ];
}
