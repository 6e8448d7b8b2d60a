import Type from 'typebox';
import { type Route, route } from '../contract.ts';
import { AS_OF, asOf } from '../register/as-of.ts';
import { ProcessingRecord, RecordParams } from './model.ts';
import { RECORD_PAGE_POLICY, renderRecord } from './page.ts';
import { type RecordsService, recordAsCsv } from './service.ts';

const tag = 'Register';
const RecordQuery = Type.Object(
  {
    ...AS_OF,
    party: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Whose record; default the institution.' }),
    ),
  },
  { additionalProperties: false },
);

export function recordsRoutes(records: RecordsService): Route[] {
  const common = { method: 'get', tag, permission: 'records.read', params: RecordParams, query: RecordQuery } as const;
  return [
    route(
      {
        ...common,
        operationId: 'getProcessingRecord',
        path: '/v1/records/{set}',
        summary: 'Record of processing activities (Art. 30), with the mandatory cells that are empty',
        status: 200,
        response: ProcessingRecord,
      },
      async ({ context, params, query }) => ({
        body: await records.record(context, { set: params.set, party: query.party, ...asOf(query) }),
      }),
    ),
    route(
      {
        ...common,
        operationId: 'getProcessingRecordCsv',
        path: '/v1/records/{set}/csv',
        summary: 'The same for a spreadsheet',
        status: 200,
        response: 'text/csv; charset=utf-8',
      },
      async ({ context, params, query }) => ({
        stream: once(
          recordAsCsv(await records.record(context, { set: params.set, party: query.party, ...asOf(query) })),
        ),
      }),
    ),
    route(
      {
        ...common,
        operationId: 'getProcessingRecordPage',
        path: '/v1/records/{set}/page',
        summary: 'The same as a page to read and print',
        status: 200,
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params, query }) => ({
        headers: { 'Content-Security-Policy': RECORD_PAGE_POLICY },
        stream: once(
          renderRecord(await records.record(context, { set: params.set, party: query.party, ...asOf(query) })),
        ),
      }),
    ),
  ];
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
