import Type from 'typebox';
import { type Route, route } from '../contract.ts';
import { PRINT_PAGE_POLICY, renderHtml } from '../print/html.ts';
import { renderPdf } from '../print/pdf.ts';
import { AS_OF, asOf } from '../register/as-of.ts';
import { ProcessingRecord, RecordParams } from './model.ts';
import { recordDocument } from './page.ts';
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
        headers: { 'Content-Security-Policy': PRINT_PAGE_POLICY },
        stream: once(
          renderHtml(
            recordDocument(await records.record(context, { set: params.set, party: query.party, ...asOf(query) })),
          ),
        ),
      }),
    ),
    route(
      {
        ...common,
        operationId: 'getProcessingRecordPdf',
        path: '/v1/records/{set}/pdf',
        summary: 'The same as PDF: tagged, with page numbers, to file and sign',
        status: 200,
        response: 'application/pdf',
      },
      async ({ context, params, query }) => {
        const record = await records.record(context, { set: params.set, party: query.party, ...asOf(query) });
        const pdf = await renderPdf(recordDocument(record), new Date(record.at));
        return { headers: { 'Content-Disposition': `inline; filename="${record.set}.pdf"` }, stream: once(pdf) };
      },
    ),
  ];
}

async function* once<T extends string | Uint8Array>(content: T): AsyncGenerator<T> {
  yield content;
}
