import { type Route, route } from '../../foundations/contract/contract.ts';
import {
  BatchOutcome,
  VisitInput,
  VisitorDays,
  VisitorDaysQuery,
  VisitRecorded,
  VisitSearch,
  VisitsFound,
} from './model.ts';
import type { VisitsService } from './service.ts';

export function visitsRoutes(visits: VisitsService): Route[] {
  return [
    route(
      {
        operationId: 'recordVisit',
        method: 'post',
        path: '/v1/visits',
        tag: 'Visits',
        summary: 'Record a visit',
        description:
          'From a browser with a portal token, the address and user agent are those of the connection. ' +
          'From a server with a platform token they stand in the body. Both are reduced on arrival; in full they are ' +
          'kept, sealed, only if the policies name a purpose that needs it. Of a reduced visit no more than the hour is ' +
          'kept.',
        permission: 'visits.record',
        body: VisitInput,
        example: {
          visitor: 'v-4711',
          address: '203.0.113.77',
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          occurredAt: '2026-02-01T10:00:00Z',
        },
        idempotency: 'required',
        status: 201,
        response: VisitRecorded,
        rateLimited: true,
      },
      async ({ context, body, connection }) => ({ body: await visits.record(context, body, connection) }),
    ),
    route(
      {
        operationId: 'recordVisits',
        lane: 'batch',
        method: 'post',
        path: '/v1/visits/batch',
        tag: 'Visits',
        summary: 'Record a stream of visits',
        description:
          'NDJSON: one visit per line, as in `POST /v1/visits`, written 500 lines at a time. A wrong line is counted and ' +
          'does not stop the others. After a break send the same stream with the same Idempotency-Key: what is ' +
          'written already is skipped.',
        permission: 'visits.import',
        body: VisitInput,
        example: { visitor: 'v-4711', address: '203.0.113.77', occurredAt: '2026-02-01T10:00:00Z' },
        bodyFormat: 'ndjson',
        idempotency: 'required',
        status: 200,
        response: BatchOutcome,
      },
      async ({ context, lines }) => ({ body: await visits.recordBatch(context, lines) }),
    ),
    route(
      {
        operationId: 'searchVisits',
        method: 'post',
        path: '/v1/visits/search',
        tag: 'Visits',
        summary: 'Find the visits from one address',
        description:
          'Finds visits whose full address is still kept, through a blind index. A POST, so that the address stays out ' +
          'of URLs and logs. Every search is in the audit log.',
        permission: 'visits.search',
        reads: 'personal-data',
        body: VisitSearch,
        example: { address: '203.0.113.77', from: '2026-02-01T00:00:00Z', until: '2026-02-03T00:00:00Z' },
        status: 200,
        response: VisitsFound,
      },
      async ({ context, body }) => ({ body: await visits.search(context, body) }),
    ),
    route(
      {
        operationId: 'listVisitorDays',
        method: 'get',
        path: '/v1/visits/visitors',
        tag: 'Visits',
        summary: 'How many different visitors each portal had, day by day',
        description:
          'Where the policies count them (`capture.statistics`). A day stands here once it is over and its salt is destroyed; a ' +
          'portal with fewer visitors than the minimum cell does not.',
        permission: 'visits.count',
        query: VisitorDaysQuery,
        status: 200,
        response: VisitorDays,
      },
      async ({ context, query }) => ({ body: await visits.visitors(context, query) }),
    ),
  ];
}
