import { type Route, route } from '../contract/contract.ts';
import { OutboxMessage, OutboxMessages, OutboxParams, OutboxQuery } from './model.ts';
import type { OutboxService } from './service.ts';

export function outboxRoutes(outbox: OutboxService): Route[] {
  return [
    route(
      {
        operationId: 'listMessages',
        method: 'get',
        path: '/v1/outbox',
        tag: 'Register',
        summary: 'List messages to other organisations: sent, waiting, given up',
        description:
          'Webhooks and mails that Lethe sends: find those that were given up, see why, and try them again. Their ' +
          'content is not shown.',
        permission: 'outbox.read',
        query: OutboxQuery,
        status: 200,
        response: OutboxMessages,
      },
      async ({ context, query }) => ({ body: await outbox.list(context, query) }),
    ),
    route(
      {
        operationId: 'retryMessage',
        method: 'post',
        path: '/v1/outbox/{messageId}/retry',
        tag: 'Register',
        summary: 'Send a message again that was given up',
        description:
          'Once the other side can be reached again. It has the same id as before, so that a receiver who had it ' +
          'after all does nothing twice.',
        permission: 'outbox.manage',
        params: OutboxParams,
        idempotency: 'required',
        status: 200,
        response: OutboxMessage,
      },
      async ({ context, params }) => ({ body: await outbox.retry(context, params.messageId) }),
    ),
  ];
}
