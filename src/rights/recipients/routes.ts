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
        description:
          'Call it whenever data leaves: to a registry, a partner, an authority. Later corrections, erasures and ' +
          'restrictions then make a task to tell them, and the access report names them.',
        permission: 'recipients.record',
        params: SubjectParams,
        body: RecipientInput,
        example: {
          party: 'doi-registry',
          categories: ['content.public-association'],
          at: '2026-02-01T10:00:00Z',
          reference: 'Deposit 31',
        },
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
        description:
          'What an access request asks for by name: each recipient with the kinds of data and the day, and what ' +
          'became of telling them.',
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
        description:
          'The list to work through: who has not answered yet, who could not be told, what is overdue. Nobody ' +
          'concerned is named.',
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
        description:
          'For answers that come by letter, mail or telephone. With `impossible` or `disproportionate` the reason ' +
          'goes into the file, as Art. 19 asks.',
        permission: 'recipients.answer',
        params: TaskParams,
        body: RecipientAnswer,
        example: { answer: 'done' },
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
        description:
          'Recipients with a webhook answer here by themselves instead of by mail. The same message sent again ' +
          'changes nothing.',
        permission: 'public',
        rateLimited: true,
        params: AnswerParams,
        body: SignedAnswer,
        example: { type: 'recipient-task.answered', timestamp: '2026-02-01T10:00:00Z', data: { answer: 'done' } },
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
