import { type Route, route } from '../../foundations/contract/contract.ts';
import { AS_OF_QUERY, asOf } from '../../register/view/as-of.ts';
import {
  ActivityParams,
  ActivityStatus,
  ActivityStatusList,
  FindingList,
  FindingQuery,
  NoticeCheckList,
} from './model.ts';
import type { FindingsService } from './service.ts';

const tag = 'Register';

export function findingRoutes(findings: FindingsService): Route[] {
  return [
    route(
      {
        operationId: 'listFindings',
        lane: 'batch',
        method: 'get',
        path: '/v1/register/findings',
        tag,
        summary: 'Where the register and what the system does have drifted apart',
        description:
          'What an auditor would find: missing cells, chains without an agreement, periods that are not kept, ' +
          'notices that do not tell everything. Each says what would mend it.',
        permission: 'register.read',
        query: FindingQuery,
        status: 200,
        response: FindingList,
      },
      async ({ context, query }) => ({ body: await findings.list(context, asOf(query), query.severity) }),
    ),
    route(
      {
        operationId: 'checkNotices',
        method: 'get',
        path: '/v1/register/notices',
        tag,
        summary: 'Whether each notice tells everything of Art. 13 and 14 that its activities make necessary',
        description:
          'Before a notice is published, and after activities have changed: which point is missing for which ' +
          'activity.',
        permission: 'register.read',
        query: AS_OF_QUERY,
        status: 200,
        response: NoticeCheckList,
      },
      async ({ context, query }) => ({ body: { items: await findings.notices(context, asOf(query)) } }),
    ),
    route(
      {
        operationId: 'listActivities',
        method: 'get',
        path: '/v1/register/activities',
        tag,
        summary: 'Each activity with its last sweep, rows due, rows held and the evidence',
        description:
          'Whether what the record promises is done: for each activity its rules, when they last ran, what is ' +
          'overdue.',
        permission: 'register.read',
        query: AS_OF_QUERY,
        status: 200,
        response: ActivityStatusList,
      },
      async ({ context, query }) => ({ body: await findings.activities(context, asOf(query)) }),
    ),
    route(
      {
        operationId: 'getActivity',
        method: 'get',
        path: '/v1/register/activities/{activityId}',
        tag,
        summary: 'One activity and how it is kept',
        description:
          'The same as in the list, for one: rules, last sweep, rows due and held, and where the log shows it.',
        permission: 'register.read',
        params: ActivityParams,
        query: AS_OF_QUERY,
        status: 200,
        response: ActivityStatus,
      },
      async ({ context, params, query }) => ({
        body: await findings.activity(context, params.activityId, asOf(query)),
      }),
    ),
  ];
}
