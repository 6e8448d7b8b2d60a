import { once, type Route, route } from '../../../foundations/contract/contract.ts';
import { MEDIA_TYPES } from './media.ts';
import { DocumentInput, DocumentParams, IdentityChecks, IdentityDocument, MOST_BODY, RequestParams } from './model.ts';
import type { IdentityService } from './service.ts';

const tag = 'Requests';
const path = '/v1/requests/{requestId}/identity';

export function identityRoutes(identity: IdentityService): Route[] {
  return [
    route(
      {
        operationId: 'listIdentityChecks',
        method: 'get',
        path,
        tag,
        permission: 'identity.read',
        summary: 'How it was checked who asks: methods, outcomes, and copies that wait for a decision',
        description:
          'What was asked for, how often it was tried and how it ended. Copies are shown apart, one by one, each as ' +
          'a look.',
        params: RequestParams,
        status: 200,
        response: IdentityChecks,
      },
      async ({ context, params }) => ({ body: await identity.list(context, params.requestId) }),
    ),
    route(
      {
        operationId: 'receiveIdentityDocument',
        method: 'post',
        path: `${path}/documents`,
        tag,
        summary: 'Hand in a copy of a document that was asked for',
        description:
          'PDF, PNG or JPEG. It is kept sealed under a key of its check, and destroyed with the decision, or after 30 days ' +
          'without one; the outcome alone stays (GDPR Art. 12(6), 5(1)(e)).',
        permission: 'identity.supply',
        params: RequestParams,
        body: DocumentInput,
        example: { mediaType: 'application/pdf', content: 'JVBERi0xLjcKJcOkw7zDtsOfCg==' },
        bodyLimit: MOST_BODY,
        idempotency: 'required',
        status: 201,
        response: IdentityDocument,
      },
      async ({ context, params, body }) => ({
        body: await identity.documents.receive(context, params.requestId, body),
      }),
    ),
    route(
      {
        operationId: 'getIdentityDocument',
        method: 'get',
        path: `${path}/documents/{documentId}`,
        tag,
        summary: 'Look at a copy, to decide; each look is recorded with its purpose',
        description:
          'Only while the check is open: with the decision the copy is destroyed. The image or PDF is in the ' +
          'answer.',
        permission: 'identity.decide',
        params: DocumentParams,
        reads: 'personal-data',
        status: 200,
        response: 'application/octet-stream',
        others: { 200: MEDIA_TYPES },
      },
      async ({ context, params }) => {
        const { mediaType, bytes } = await identity.documents.look(context, params.requestId, params.documentId);
        return {
          headers: { 'Content-Type': mediaType, 'Content-Disposition': 'attachment', 'Cache-Control': 'no-store' },
          stream: once(bytes),
        };
      },
    ),
  ];
}
