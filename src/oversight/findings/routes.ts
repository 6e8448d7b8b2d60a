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
