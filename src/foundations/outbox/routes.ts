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
