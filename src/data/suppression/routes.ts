import { type Route, route } from '../../foundations/contract/contract.ts';
import { Admission, AdmissionInput, SubjectParams } from './model.ts';
import type { SuppressionService } from './service.ts';

/** `emailIndexOf`: the blind index of an address, as profiles keep it. */
export function suppressionRoutes(
  suppression: SuppressionService,
  emailIndexOf: (tenantId: string, email: string) => Promise<string>,
): Route[] {
  return [
    route(
      {
        operationId: 'getAdmission',
        method: 'get',
        path: '/v1/subjects/{id}/admission',
        tag: 'Erasure',
        summary: 'Whether an erased person is kept out',
        description:
          'After an erasure, data of the account is refused with `409` until this day, or until an admission.',
        permission: 'subjects.admit',
        reads: 'personal-data',
        params: SubjectParams,
        status: 200,
        response: Admission,
      },
      async ({ context, params }) => ({ body: await suppression.state(context, params.id) }),
    ),
    route(
      {
        operationId: 'admitSubject',
        method: 'post',
        path: '/v1/subjects/{id}/admission',
        tag: 'Erasure',
        summary: 'Let an erased person in again',
        description: 'For a person who truly returns. Logged; nothing of what was erased comes back.',
        permission: 'subjects.admit',
        params: SubjectParams,
        body: AdmissionInput,
        example: { reason: 'asked-to-return' },
        idempotency: 'required',
        status: 200,
        response: Admission,
      },
      async ({ context, params, body }) => ({
        body: await suppression.admit(
          context,
          params.id,
          body,
          body.email === undefined ? undefined : await emailIndexOf(context.tenant.id, body.email),
        ),
      }),
    ),
  ];
}
