import type { Context } from '../../foundations/contract/context.ts';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import {
  AnswerParams,
  RecipientAnswer,
  RecipientDisclosure,
  RecipientDisclosures,
  RecipientInput,
  RecipientTask,
  RecipientTasks,
  SignedAnswer,
  SubjectParams,
  TaskParams,
  TaskQuery,
} from './model.ts';
import type { RecipientService } from './service.ts';

const tag = 'Recipients';

/** `contextFor`: a portal by its id, for recipients that answer without credentials of ours. */
export function recipientRoutes(
  recipients: RecipientService,
  contextFor: (tenantId: string) => Promise<Context | undefined>,
): Route[] {
  return [
    route(
      {
        operationId: 'recordRecipient',
        method: 'post',
        path: '/v1/subjects/{id}/recipients',
        tag,
        summary: 'Note that data of a person was passed on, so that the recipient can be told of changes (Art. 19)',
        permission: 'recipients.record',
        params: SubjectParams,
        body: RecipientInput,
        idempotency: 'required',
        status: 201,
        response: RecipientDisclosure,
      },
      async ({ context, params, body }) => ({ body: await recipients.record(context, params.id, body) }),
    ),
    route(
      {
        operationId: 'listRecipientsOfSubject',
        method: 'get',
        path: '/v1/subjects/{id}/recipients',
        tag,
        summary: 'To whom data of a person was passed on (Art. 15(1)(c), 19)',
        permission: 'recipients.read',
        reads: 'personal-data',
        params: SubjectParams,
        status: 200,
        response: RecipientDisclosures,
      },
      async ({ context, params }) => ({ body: await recipients.ledger(context, params.id) }),
    ),
    route(
      {
        operationId: 'listRecipientTasks',
        method: 'get',
        path: '/v1/recipient-tasks',
        tag,
        summary: 'Which recipients are to be told of what, and what they answered',
        permission: 'recipients.tasks',
        query: TaskQuery,
        status: 200,
        response: RecipientTasks,
      },
      async ({ context, query }) => ({ body: await recipients.list(context, query) }),
    ),
    route(
      {
        operationId: 'answerRecipientTask',
        method: 'post',
        path: '/v1/recipient-tasks/{taskId}/answer',
        tag,
        summary: 'Note what a recipient answered, or why it could not be told',
        permission: 'recipients.answer',
        params: TaskParams,
        body: RecipientAnswer,
        idempotency: 'required',
        status: 200,
        response: RecipientTask,
      },
      async ({ context, params, body }) => ({ body: await recipients.answer(context, params.taskId, body) }),
    ),
    route(
      {
        operationId: 'receiveRecipientAnswer',
        method: 'post',
        path: '/v1/public/{tenant}/recipient-tasks/{taskId}/answer',
        tag,
        summary: 'A recipient answers itself, signed with the secret of its webhooks (Standard Webhooks)',
        permission: 'public',
        rateLimited: true,
        params: AnswerParams,
        body: SignedAnswer,
        bodyFormat: 'signed',
        problems: ['signature-refused'],
        status: 204,
      },
      async ({ params, bytes, headers }) => {
        const context = await contextFor(params.tenant);
        if (!context) throw new Problem('not-found', 'There is no such portal.');
        await recipients.answerSigned(context, params.taskId, bytes, headers);
        return {};
      },
    ),
  ];
}
