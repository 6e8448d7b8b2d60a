import Type from 'typebox';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { OfficerStanding, OfficerTask, OfficerTaskInput, OfficerTaskList } from './model.ts';
import type { OfficerService } from './service.ts';

const tag = 'Officer';

export function officerRoutes(officer: OfficerService): Route[] {
  return [
    route(
      {
        operationId: 'getOfficer',
        method: 'get',
        path: '/v1/officer',
        tag,
        summary:
          'How the data protection officer stands: published, told to the authority, bound to secrecy, free of conflict',
        description: 'Shows that Art. 37 and 38 are met, with the evidence of each point and what is still open.',
        permission: 'officer.read',
        status: 200,
        response: OfficerStanding,
      },
      async ({ context }) => ({ body: await officer.standing(context) }),
    ),
    route(
      {
        operationId: 'listOfficerTasks',
        method: 'get',
        path: '/v1/officer/tasks',
        tag,
        summary: 'What the officer did, newest first',
        description: 'The officer’s own record of their work (Art. 39), for the yearly report or an authority.',
        permission: 'officer.read',
        query: Type.Object(PAGE_QUERY, closed),
        status: 200,
        response: OfficerTaskList,
      },
      async ({ context, query }) => ({ body: await officer.tasks(context, query) }),
    ),
    route(
      {
        operationId: 'recordOfficerTask',
        method: 'post',
        path: '/v1/officer/tasks',
        tag,
        summary: 'Write down advice given, requests received and the like (Art. 39)',
        description:
          'What an officer did and advised is evidence that they were involved (Art. 38(1)). Say whether advice was ' +
          'followed.',
        permission: 'officer.record',
        body: OfficerTaskInput,
        example: {
          task: 'advice-given',
          on: '2026-02-10',
          summary: 'Advised to count visits without cookies.',
          activity: 'usage-counts',
          followed: true,
        },
        idempotency: 'required',
        status: 201,
        response: OfficerTask,
      },
      async ({ context, body }) => ({ body: await officer.record(context, body) }),
    ),
  ];
}
